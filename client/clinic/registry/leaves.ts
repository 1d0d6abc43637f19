// What became of everything that a clinic put on the chain, out of the registry's events.
import type { AuditEvent } from "../../api/event.ts";

export type ClinicLeaf = {
  /** A batch's root, or a single commitment. */
  readonly batchRoot: bigint;
  readonly kind: "record" | "batch";
  /** Records below it; 0 for a record that was revoked before it was anchored. */
  readonly size: number;
  /** Unix seconds. */
  readonly anchoredAt: number;
  readonly state: "anchored" | "replaced" | "revoked";
  /** When it was replaced or revoked. */
  readonly changedAt?: number;
};

/** What a clinic has had in the registry, newest first. */
export function listClinicLeaves(events: readonly AuditEvent[], clinic: string): ClinicLeaf[] {
  const leaves = new Map<bigint, ClinicLeaf>();
  /** By what stands in the tree: revocations and replacements name that. */
  const rootOf = new Map<bigint, bigint>();
  const end = (leaf: bigint, state: "replaced" | "revoked", changedAt: number) => {
    const known = leaves.get(rootOf.get(leaf) ?? leaf);
    // A slot that was emptied and is used again: the batch in it was revoked before.
    if (known !== undefined) leaves.set(known.batchRoot, { ...known, state, changedAt });
  };
  for (const { contract, name, arguments: values, blockTime } of events) {
    if (contract !== "RecordRegistry") continue;
    if (values.clinic?.toLowerCase() !== clinic.toLowerCase()) continue;
    const number = (key: string) => BigInt(values[key] ?? 0);
    if (name === "RevokedEarly") {
      const batchRoot = number("commitment");
      const never = { batchRoot, kind: "record", size: 0, anchoredAt: blockTime } as const;
      leaves.set(batchRoot, { ...never, state: "revoked", changedAt: blockTime });
    }
    if (name === "Replaced") end(number("oldLeaf"), "replaced", blockTime);
    if (name === "Revoked") end(number("leaf"), "revoked", blockTime);
    if (name !== "Anchored" && name !== "Replaced") continue;
    const batchRoot = number("batchRoot");
    rootOf.set(number("leaf"), batchRoot);
    const kind = number("leavesHash") === 0n ? "record" : "batch";
    const size = Number(values.size);
    leaves.set(batchRoot, { batchRoot, kind, size, anchoredAt: blockTime, state: "anchored" });
  }
  return [...leaves.values()].reverse();
}
