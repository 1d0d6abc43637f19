// Metrics in the Prometheus text format. Labels take few, fixed values: nothing of a request's
// content.
import type { Bodies } from "../limits/body.ts";
import type { Services } from "../schema/context.ts";
import { createMeter, type Meter } from "../work/cpu.ts";

export type Metrics = {
  /** Counts an answered request. */
  readonly count: (route: string, status: number) => void;
  /** Counts units that were charged (limits/costs.ts). */
  readonly charge: (units: number) => void;
  readonly cpu: Meter;
  readonly text: (services: Services, bodies: Bodies) => Promise<string>;
};

/** A figure of a module's, without labels. */
export type Gauge = { readonly name: string; readonly help: string; readonly value: number };
type ReadGauges = (services: Services) => Promise<readonly Gauge[]>;

type Sample = { readonly labels?: Record<string, string | number>; readonly value: number };

/** `gauges` are the modules' own. */
export function createMetrics(gauges: readonly ReadGauges[] = []): Metrics {
  const requests = new Map<string, number>();
  const cpu = createMeter();
  let charged = 0;
  return {
    cpu,
    charge: (units) => {
      charged += units;
    },
    count: (route, status) => {
      const key = `${route} ${status}`;
      requests.set(key, (requests.get(key) ?? 0) + 1);
    },
    text: async (services, bodies) => {
      const used = [...cpu.seconds()].map(([operation, value]) => ({
        labels: { operation: operation || "none" },
        value,
      }));
      const handled = [...requests].map(([key, value]) => {
        const [route = "", status = ""] = key.split(" ");
        return { labels: { route, status }, value };
      });
      const { waiting, verified, rejected } = services.verifier.counts();
      return [
        series("cohort_requests_total", "counter", "HTTP requests answered.", handled),
        series(
          "cohort_cpu_seconds_total",
          "counter",
          "CPU time by operation, verification threads included.",
          used,
        ),
        series("cohort_charged_units_total", "counter", "Work charged, in units of 5 ms.", [
          { value: Math.round(charged) },
        ]),
        series("cohort_subscriptions", "gauge", "Subscriptions open.", [
          { value: services.watch.open() },
        ]),
        series("cohort_bodies_bytes", "gauge", "Bytes of requests under way.", [
          { value: bodies.held() },
        ]),
        series("cohort_proofs_verified_total", "counter", "Proofs verified.", [
          { value: verified },
        ]),
        series("cohort_proofs_rejected_total", "counter", "Proofs that failed.", [
          { value: rejected },
        ]),
        series("cohort_proofs_waiting", "gauge", "Proofs in the queue.", [{ value: waiting }]),
        await textOfChain(services),
        await textOfModules(services, gauges),
      ].join("");
    },
  };
}

async function textOfModules(services: Services, gauges: readonly ReadGauges[]): Promise<string> {
  const all = await Promise.all(gauges.map((read) => read(services)));
  return all
    .flat()
    .map(({ name, help, value }) => series(name, "gauge", help, [{ value }]))
    .join("");
}

/** What is waiting, and how far the chain has been read. */
async function textOfChain(services: Services): Promise<string> {
  const { indexer } = services;
  const oldest = await services.outbox.oldestUnsent();
  const outbox = Object.entries(await services.outbox.counts());
  const gasLeft = services.outbox.gasLeft();
  return [
    series(
      "cohort_outbox",
      "gauge",
      "Unfinished submissions by state.",
      outbox.map(([state, value]) => ({ labels: { state }, value })),
    ),
    series(
      "cohort_outbox_oldest_seconds",
      "gauge",
      "Age of the oldest submission that is not sent yet; absent when all are.",
      oldest ? [{ value: Math.round((Date.now() - oldest.getTime()) / 1000) }] : [],
    ),
    series(
      "cohort_relayer_gas_left",
      "gauge",
      "What is left of today's DAILY_GAS; absent until the server has read what it spent.",
      gasLeft === undefined ? [] : [{ value: gasLeft }],
    ),
    series("cohort_indexer_level_seconds", "gauge", "Since the chain was read to its end.", [
      { value: Math.round(indexer.secondsBehind()) },
    ]),
    series(
      "cohort_chain_block",
      "gauge",
      "The node's newest block; absent while it is away.",
      await head(services),
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
}

async function head({ chain }: Services): Promise<Sample[]> {
  const number = await chain.provider.getBlockNumber().catch(() => undefined);
  return number === undefined ? [] : [{ value: number }];
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
