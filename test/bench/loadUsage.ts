// What processes use while something runs, as Linux counts it, and the server's own gauges.
import { cpuSecondsOf, peakBytesOf, treeOf } from "./processes.ts";

type Name = "server" | "chain" | "database";

export type Usage = {
  readonly seconds: number;
  /** The server's largest resident size. */
  readonly peakBytes: number;
  /** Seconds of CPU, children included. */
  readonly cpu: Readonly<Record<Name, number>>;
  readonly most: { readonly proofs: number; readonly queued: number; readonly sent: number };
};

const SAMPLE_MS = 500;

export async function watchUsage(at: {
  readonly url: string;
  readonly pids: Readonly<Record<Name, number>>;
}): Promise<{ stop: () => Promise<Usage> }> {
  const began = performance.now();
  const names = Object.keys(at.pids) as Name[];
  const measure = () => new Map(names.map((name) => [name, cpuOf(at.pids[name])]));
  const before = measure();
  const most = { proofs: 0, queued: 0, sent: 0 };
  const timer = setInterval(() => void sample(at.url, most).catch(() => {}), SAMPLE_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      const after = measure();
      const cpu = names.map((name) => [name, after.get(name)! - before.get(name)!]);
      return {
        seconds: (performance.now() - began) / 1000,
        peakBytes: peakBytesOf(at.pids.server),
        cpu: Object.fromEntries(cpu),
        most,
      };
    },
  };
}

async function sample(url: string, most: { proofs: number; queued: number; sent: number }) {
  const text = await (await fetch(`${url}/metrics`)).text();
  const gauge = (name: string) => Number(text.match(new RegExp(`^${name} (\\d+)$`, "m"))?.[1] ?? 0);
  most.proofs = Math.max(most.proofs, gauge("cohort_proofs_waiting"));
  for (const state of ["queued", "sent"] as const) {
    most[state] = Math.max(most[state], gauge(`cohort_outbox\\{state="${state}"\\}`));
  }
}

/** CPU seconds of a process, of the children it has, and of those it had. */
function cpuOf(pid: number): number {
  return treeOf(pid).reduce((sum, one) => sum + cpuSecondsOf(one, true), 0);
}
