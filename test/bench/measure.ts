// Clocks and tables of the benchmarks. Timings on a shared machine wander by tens of percent: so every number is a
// ratio against a baseline measured in turns with it, and a median. Nothing here asserts; tests do not time.

/** What a row of the table says. */
export type Result = {
  readonly what: string;
  readonly baseline: string;
  readonly measured: string;
  readonly target: string;
  /** Undefined where there is no target, only a number. */
  readonly reached: boolean | undefined;
};

/** A benchmark that `npm run bench <name>` runs; a skip says why there is nothing to measure. */
export type Bench = {
  readonly name: string;
  readonly about: string;
  run(say: (progress: string) => void): Promise<Result[] | { readonly skipped: string }>;
};

export type Cost = { readonly wallMs: number; readonly cpuMs: number };

/** Wall time, and CPU time of the whole process with its threads. */
export async function cost(work: () => unknown): Promise<Cost> {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs: performance.now() - start, cpuMs: (user + system) / 1000 };
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Runs each piece of work in turns, so that a busy moment meets all of them, and takes medians. */
export async function inTurns<Name extends string>(
  rounds: number,
  work: Record<Name, () => unknown>,
): Promise<Record<Name, Cost>> {
  const costs = new Map<Name, Cost[]>();
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(work) as Name[]) {
      costs.set(name, [...(costs.get(name) ?? []), await cost(work[name])]);
    }
  }
  const medians = [...costs].map(([name, each]) => [
    name,
    { wallMs: median(each.map((c) => c.wallMs)), cpuMs: median(each.map((c) => c.cpuMs)) },
  ]);
  return Object.fromEntries(medians) as Record<Name, Cost>;
}

/** A cost that should be at most `limit` times the baseline's. */
export function atMost(what: string, ratio: number, limit: number, baseline: string): Result {
  return {
    what,
    baseline,
    measured: `${ratio.toFixed(2)}x`,
    target: `at most ${limit}x`,
    reached: ratio <= limit,
  };
}

/** A cost that should be at least `factor` times cheaper than the baseline's. */
export function cheaper(what: string, ratio: number, factor: number, baseline: string): Result {
  return {
    what,
    baseline,
    measured: `${ratio.toFixed(1)}x cheaper`,
    target: `at least ${factor}x`,
    reached: ratio >= factor,
  };
}

export const ms = (value: number) => `${value < 10 ? value.toFixed(2) : Math.round(value)} ms`;
