// Proving eligibility against Semaphore at depth 20: three processes, proving in turns.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { atMost, type Bench, median, ms, type Result } from "./measure.ts";
import { haveArtifacts } from "./proofs.ts";
import type { Answer, Prover } from "./proveChild.ts";

const ROUNDS = 7;
/** At most so many times a Semaphore proof, and so many megabytes. */
const TARGETS = { "eligibility-8": 2.55, "eligibility-32": 4.9 } as const;
const PEAKS_MB = { "eligibility-8": 360, "eligibility-32": 480 } as const;
/** As client/bin/cohort.mjs starts Node: glibc then gives large buffers back, which saves some 100 MB. */
const ALLOCATOR = { MALLOC_MMAP_THRESHOLD_: "262144" };
const PROVERS: readonly Prover[] = ["semaphore", "eligibility-8", "eligibility-32"];

export const prove: Bench = {
  name: "prove",
  about: "prove eligibility-8 and -32, warm, and peak memory",
  async run(say) {
    if (!haveArtifacts()) return { skipped: "circuits/artifacts are not built" };
    const children = await Promise.all(PROVERS.map(startChild));
    const times = new Map<Prover, Answer[]>(PROVERS.map((prover) => [prover, []]));
    for (let round = 0; round <= ROUNDS; round++) {
      say(round === 0 ? "warming up" : `round ${round} of ${ROUNDS}`);
      for (const [i, prover] of PROVERS.entries()) {
        const answer = await askChild(children[i]!);
        if (round > 0) times.get(prover)!.push(answer);
      }
    }
    for (const child of children) child.kill();
    return resultsOf(times);
  },
};

function resultsOf(times: ReadonlyMap<Prover, Answer[]>): Result[] {
  const of = (prover: Prover, what: keyof Answer) =>
    median(times.get(prover)!.map((answer) => answer[what]));
  const wall = of("semaphore", "wallMs");
  const baseline = `Semaphore depth 20, ${ms(wall)}, ${ms(of("semaphore", "cpuMs"))} CPU`;
  return (Object.keys(TARGETS) as (keyof typeof TARGETS)[]).flatMap((circuit) => {
    const time = of(circuit, "wallMs");
    const peak = Math.max(...times.get(circuit)!.map((answer) => answer.peakMb));
    const cpu = of(circuit, "cpuMs") / of("semaphore", "cpuMs");
    return [
      atMost(`prove ${circuit}, ${ms(time)}`, time / wall, TARGETS[circuit], baseline),
      {
        what: `prove ${circuit}, CPU (of use when the machine is busy)`,
        baseline,
        measured: `${cpu.toFixed(2)}x`,
        target: "",
        reached: undefined,
      },
      {
        what: `prove ${circuit}, peak memory`,
        baseline: "",
        measured: `${Math.round(peak)} MB`,
        target: `at most ${PEAKS_MB[circuit]} MB`,
        reached: peak <= PEAKS_MB[circuit],
      },
    ];
  });
}

/** A process that proves when asked, started and ready. */
export async function startChild(prover: Prover): Promise<ChildProcess> {
  const child = fork(new URL("./proveChild.ts", import.meta.url), [prover], {
    env: { ...process.env, ...ALLOCATOR },
  });
  await next(child);
  return child;
}

/** One proof of its, and what it cost. */
export async function askChild(child: ChildProcess): Promise<Answer> {
  child.send("prove");
  return (await next(child)) as Answer;
}

/** The child's next message; rejects when it ends instead. */
async function next(child: ChildProcess): Promise<unknown> {
  const ended = once(child, "exit").then(() => {
    throw new Error("a proving process ended before it answered");
  });
  const [message] = await Promise.race([once(child, "message"), ended]);
  return message;
}
