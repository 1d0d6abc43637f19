// What `npm start` costs when nobody does anything: the whole of it, npm and the chain included. And what it must not
// cost in return: the time until a submission is final, and until it is up again after kill -9.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { Wallet } from "ethers";
import { signInActor } from "../../client/actor/actor.ts";
import { connect } from "../../client/api/api.ts";
import { accredit } from "../../client/governance/accredit.ts";
import { freePort } from "../../server/embedded/anvil.ts";
import { type Bench, median, type Result } from "./measure.ts";
import { cpuSecondsOf, residentBytesOf, residentBytesTogether, treeOf } from "./processes.ts";

const REPOSITORY = new URL("../../", import.meta.url).pathname;
const MOST_PERCENT = 1;
const MOST_MB = 350;
const MOST_START_SECONDS = 3.5;
/** How long everything is left alone before it is measured, and how long it is measured. */
const [REST_SECONDS, MEASURE_SECONDS] = [60, 60];
const ACTS = 3;

export const idle: Bench = {
  name: "idle",
  about:
    "npm start when nobody does anything, and how it wakes up (only when asked for; 8 minutes)",
  async run(say) {
    if (process.platform !== "linux") return { skipped: "it reads /proc" };
    const data = join(mkdtempSync(join(tmpdir(), "cohort-idle-")), "data");
    const ports = ["--port", String(await freePort()), "--chain-port", String(await freePort())];
    const args = ["start", "--", "--data", data, ...ports];
    const url = `http://127.0.0.1:${ports[1]}`;
    let run = await startUp(args, say);
    try {
      const alone = await measureIdle("after the sample", run.child, say);
      const looked = await measureLookedAt(run.child, url);
      const waited = await measureActs(url, data, say);
      await killAll(run.child);
      run = await startUp(args, say);
      const again = await measureIdle("after a kill -9 and a second start", run.child, say);
      return [...rowsOf(alone, looked), ...rowsOf(again, looked), waited, upAgain(run.seconds)];
    } finally {
      await killAll(run.child);
      rmSync(join(data, ".."), { recursive: true, force: true });
    }
  },
};

type Up = { readonly child: ChildProcess; readonly seconds: number };

/** Runs npm until it says that all is up, the sample included. */
async function startUp(args: readonly string[], say: (line: string) => void): Promise<Up> {
  const began = performance.now();
  // A group of its own, so that all of it can be ended.
  const child = spawn("npm", args, { cwd: REPOSITORY, detached: true });
  const output = new PassThrough();
  for (const stream of [child.stdout, child.stderr]) stream.pipe(output, { end: false });
  child.once("exit", () => output.end());
  for await (const line of createInterface({ input: output })) {
    say(line);
    if (!line.startsWith("Running.")) continue;
    output.resume();
    return { child, seconds: (performance.now() - began) / 1000 };
  }
  throw new Error("npm start ended by itself; its last lines are above");
}

/** As a power cut would. */
async function killAll(child: ChildProcess): Promise<void> {
  const pids = treeOf(child.pid!);
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
  }
  if (child.exitCode === null && child.signalCode === null) {
    await new Promise((resolve) => child.once("exit", resolve));
  }
}

type Idle = { readonly when: string; readonly percent: number; readonly megabytes: number };

async function measureIdle(
  when: string,
  { pid }: ChildProcess,
  say: (line: string) => void,
): Promise<Idle> {
  await sleep(REST_SECONDS * 1000);
  const percent = await percentOf(pid!, () => sleep(MEASURE_SECONDS * 1000));
  const pids = treeOf(pid!);
  for (const one of pids) {
    const name = readFileSync(`/proc/${one}/comm`, "utf8").trim();
    say(`${when}: ${name} ${inMegabytes(residentBytesOf(one))} MB`);
  }
  return { when, percent, megabytes: inMegabytes(residentBytesTogether(pids)) };
}

const inMegabytes = (bytes: number) => Math.round(bytes / 2 ** 20);

/** CPU of all processes together while something happens, in percent of a core. */
async function percentOf(pid: number, during: () => Promise<unknown>): Promise<number> {
  const used = () => treeOf(pid).reduce((sum, one) => sum + cpuSecondsOf(one), 0);
  const [began, before] = [performance.now(), used()];
  await during();
  return ((used() - before) * 100_000) / (performance.now() - began);
}

/** The same while somebody looks: then it polls as often as it did at all times before it learned to rest. */
async function measureLookedAt({ pid }: ChildProcess, url: string): Promise<number> {
  const api = connect({ url });
  return percentOf(pid!, async () => {
    const until = performance.now() + MEASURE_SECONDS * 500;
    while (performance.now() < until) {
      await api.deployment();
      await sleep(500);
    }
  });
}

/** How long a submission takes when everything has rested, against one straight after another. */
async function measureActs(
  url: string,
  data: string,
  say: (line: string) => void,
): Promise<Result> {
  const { keys } = JSON.parse(readFileSync(join(data, "cohort.json"), "utf8"));
  const actor = await signInActor({ api: connect({ url }), signer: new Wallet(keys.governance) });
  const timeOne = async () => {
    const [began, account] = [performance.now(), Wallet.createRandom().address];
    await accredit(actor, { role: "clinic", account, name: "Benchmark" });
    return performance.now() - began;
  };
  const [rested, busy]: number[][] = [[], []];
  for (let i = 0; i < ACTS; i++) {
    await sleep(REST_SECONDS * 1000);
    rested!.push(await timeOne());
    busy!.push(await timeOne());
    say(
      `a submission: ${Math.round(rested!.at(-1)!)} ms rested, ${Math.round(busy!.at(-1)!)} ms busy`,
    );
  }
  return {
    what: "an act until it is final, after a minute of rest",
    baseline: `straight after another, ${Math.round(median(busy!))} ms`,
    measured: `${Math.round(median(rested!))} ms, ${(median(rested!) / median(busy!)).toFixed(2)}x`,
    target: "at most 1.5x",
    reached: median(rested!) <= median(busy!) * 1.5,
  };
}

function rowsOf({ when, percent, megabytes }: Idle, looked: number): Result[] {
  return [
    {
      what: `idle npm start, ${when}: CPU`,
      baseline: `somebody looks, polling without rest: ${looked.toFixed(1)} %`,
      measured: `${percent.toFixed(2)} % of a core`,
      target: `at most ${MOST_PERCENT} %`,
      reached: percent <= MOST_PERCENT,
    },
    {
      what: `idle npm start, ${when}: memory`,
      baseline: "",
      measured: `${megabytes} MB`,
      target: `at most ${MOST_MB} MB`,
      reached: megabytes <= MOST_MB,
    },
  ];
}

function upAgain(seconds: number): Result {
  return {
    what: "npm start again after kill -9",
    baseline: "",
    measured: `${seconds.toFixed(1)} s`,
    target: `at most ${MOST_START_SECONDS} s`,
    reached: seconds <= MOST_START_SECONDS,
  };
}
