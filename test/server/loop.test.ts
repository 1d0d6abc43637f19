// Background work: how often it runs, whom it hears, and what its trouble leaves in the log.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createLog } from "../../server/work/log.ts";
import { createLoop, REST_MS } from "../../server/work/loop.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Found = boolean | "soon";

/** A loop that counts its runs; `answer` says what each finds, or fails with. */
function countingLoop(answer: () => Found = () => false, restMs = REST_MS) {
  const lines: string[] = [];
  const log = createLog("debug", { write: (line) => lines.push(line) });
  let runs = 0;
  const run = async () => {
    runs++;
    return answer();
  };
  const loop = createLoop({ name: "work", log, everyMs: 100, restMs, run });
  const during = async (ms: number) => {
    const before = runs;
    await vi.advanceTimersByTimeAsync(ms);
    return runs - before;
  };
  const told = () => lines.splice(0).map((line) => JSON.parse(line));
  return { loop, during, told, runs: () => runs };
}

describe("a loop with nothing to do", () => {
  test("rests more and more, up to its longest pause", async () => {
    const { during } = countingLoop();
    expect(await during(1_000)).toBeGreaterThanOrEqual(9);
    await during(60_000);
    expect(await during(60_000)).toBe(12);
  });

  test("does not rest while something is under way", async () => {
    const { during } = countingLoop(() => "soon");
    await during(60_000);
    expect(await during(1_000)).toBe(10);
  });

  test("never rests unless it may", async () => {
    const { during } = countingLoop(() => false, 100);
    await during(60_000);
    expect(await during(1_000)).toBe(10);
  });

  test("runs at once when woken, and stays awake for a while", async () => {
    const { loop, during } = countingLoop();
    await during(120_000);
    loop.wake();
    expect(await during(0)).toBe(1);
    expect(await during(1_000)).toBeGreaterThanOrEqual(9);
  });
});

describe("whoever looks at what a loop reads", () => {
  test("waits for a run when it has rested", async () => {
    const { loop, during, runs } = countingLoop();
    await during(121_000);
    const before = runs();
    let seen = 0;
    const looked = loop.attend().then(() => {
      seen = runs();
    });
    await during(0);
    await looked;
    expect(seen).toBe(before + 1);
  });

  test("waits for nothing when it has just run, and has it run again as soon as a busy one", async () => {
    const { loop, during } = countingLoop();
    await during(120_000);
    loop.wake();
    await during(50);
    await loop.attend();
    expect(await during(50)).toBe(1);
  });

  test("keeps it from resting", async () => {
    const { loop, during } = countingLoop();
    let runs = 0;
    for (let second = 0; second < 60; second++) {
      void loop.attend();
      runs += await during(1_000);
    }
    expect(runs).toBeGreaterThanOrEqual(590);
  });

  test("a thousand times at once causes one run", async () => {
    const { loop, during } = countingLoop();
    await during(121_000);
    for (let i = 0; i < 1_000; i++) void loop.attend();
    expect(await during(0)).toBe(1);
  });

  test("does not wait for one that hangs, fails or has stopped", async () => {
    let hangs = false;
    const hanging = createLoop({
      name: "hanging",
      log: createLog("silent"),
      everyMs: 100,
      restMs: REST_MS,
      run: () => (hangs ? new Promise(() => {}) : Promise.resolve(false)),
    });
    await vi.advanceTimersByTimeAsync(121_000);
    hangs = true;
    const looked = hanging.attend();
    await vi.advanceTimersByTimeAsync(500);
    await looked;
    const failing = countingLoop(() => {
      throw new Error("no node");
    });
    await failing.during(1_000);
    await failing.loop.attend();
    // Nor does it have a node asked more often that is away.
    expect(await failing.during(0)).toBe(0);
    const over = countingLoop();
    await over.loop.stop();
    await over.loop.attend();
  });
});

describe("trouble", () => {
  let fault: Error | undefined;
  const failingLoop = () =>
    countingLoop(() => {
      if (fault) throw fault;
      return false;
    });

  test("is told at once, and again at growing intervals for as long as it lasts", async () => {
    fault = new Error("connection refused");
    const { during, told, runs } = failingLoop();
    await during(0);
    expect(told()).toMatchObject([
      { level: 40, loop: "work", failures: 1, err: { message: "connection refused" } },
    ]);
    await during(24 * 3_600_000);
    const lines = told();
    // A day of it: eight growing intervals, then one line each ten minutes.
    expect(lines.length).toBeGreaterThan(100);
    expect(lines.length).toBeLessThan(200);
    expect(lines.at(-1)).toMatchObject({ since: lines[0].since });
    expect(runs() - lines.at(-1).failures).toBeLessThan(70);
  });

  test("is told at once when its cause changes, but not for another number in it", async () => {
    fault = new Error("no block 17");
    const { during, told } = failingLoop();
    await during(1_000);
    fault = new Error("no block 18");
    await during(1_000);
    expect(told()).toHaveLength(1);
    fault = new Error("disk full");
    await during(10_000);
    expect(told()).toMatchObject([{ err: { message: "disk full" } }]);
  });

  test("is over when it runs again, with how long it was out", async () => {
    fault = new Error("connection refused");
    const { during, told } = failingLoop();
    await during(60_000);
    told();
    fault = undefined;
    await during(10_000);
    const [line, ...rest] = told();
    expect(rest).toEqual([]);
    expect(line).toMatchObject({ loop: "work", msg: "running again" });
    expect(line.seconds).toBeGreaterThanOrEqual(60);
    expect(line.failures).toBeGreaterThan(5);
  });
});
