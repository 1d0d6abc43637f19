// One audit of a bundle in a process of its own, so that its peak memory is its own.
import { audit } from "../../client/auditor/audit/audit.ts";
import { openBundle } from "../../client/auditor/node/bundle.node.ts";
import { KEYS } from "../auditor/history.ts";
import { type Cost, cost } from "./measure.ts";

export type AuditCost = Cost & {
  readonly peakMb: number;
  /** Before anything was read. */
  readonly startMb: number;
  readonly events: number;
  readonly proofs: number;
  readonly findings: number;
};

const startMb = process.memoryUsage().rss / 2 ** 20;
const bundle = await openBundle(process.argv[2]!);
let [events, proofs, findings] = [0, 0, 0];
const spent = await cost(async () => {
  const result = await audit({ source: bundle.source, keys: KEYS, leaves: bundle.leaves });
  [events, proofs, findings] = [
    result.world.counts.events,
    result.verifiedProofs,
    result.findings.length,
  ];
});
const peakMb = process.resourceUsage().maxRSS / 1024;
const answer: AuditCost = { ...spent, peakMb, startMb, events, proofs, findings };
process.send?.(answer);
