// Metrics in the Prometheus text format. Labels take few, fixed values: nothing of a request's
// content.
import type { Services } from "./context.ts";

export type Requests = { readonly count: (route: string, status: number) => void };
export type Metrics = Requests & { readonly text: (services: Services) => Promise<string> };

type Sample = { readonly labels?: Record<string, string | number>; readonly value: number };

export function createMetrics(): Metrics {
  const requests = new Map<string, number>();
  return {
    count: (route, status) => {
      const key = `${route} ${status}`;
      requests.set(key, (requests.get(key) ?? 0) + 1);
    },
    text: async (services) => {
      const { waiting, verified, rejected } = services.verifier.counts();
      const outbox = Object.entries(await services.outbox.counts());
      const handled = [...requests].map(([key, value]) => {
        const [route = "", status = ""] = key.split(" ");
        return { labels: { route, status }, value };
      });
      return [
        series("cohort_requests_total", "counter", "HTTP requests answered.", handled),
        series("cohort_proofs_verified_total", "counter", "Proofs verified.", [
          { value: verified },
        ]),
        series("cohort_proofs_rejected_total", "counter", "Proofs that failed.", [
          { value: rejected },
        ]),
        series("cohort_proofs_waiting", "gauge", "Proofs in the queue.", [{ value: waiting }]),
        series(
          "cohort_outbox",
          "gauge",
          "Unfinished submissions by state.",
          outbox.map(([state, value]) => ({ labels: { state }, value })),
        ),
        series("cohort_indexed_block", "gauge", "Newest block read.", [
          { value: await services.indexer.block() },
        ]),
        series(
          "cohort_relayer_balance_wei",
          "gauge",
          "What the relayer can still spend; absent while the node is away.",
          await balance(services),
        ),
        series("process_resident_memory_bytes", "gauge", "Resident memory.", [
          { value: process.memoryUsage.rss() },
        ]),
        series("process_uptime_seconds", "gauge", "Seconds since the process started.", [
          { value: Math.round(process.uptime()) },
        ]),
      ].join("");
    },
  };
}

async function balance({ chain }: Services): Promise<Sample[]> {
  const wei = await chain.provider.getBalance(chain.relayer.address).catch(() => undefined);
  return wei === undefined ? [] : [{ value: Number(wei) }];
}

function series(name: string, type: string, help: string, samples: readonly Sample[]): string {
  const lines = samples.map(({ labels = {}, value }) => {
    const text = Object.entries(labels).map(([key, label]) => `${key}="${label}"`);
    return `${name}${text.length > 0 ? `{${text.join(",")}}` : ""} ${value}`;
  });
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines, ""].join("\n");
}
