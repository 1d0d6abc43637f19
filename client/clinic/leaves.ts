// What became of everything that a clinic put on the chain, out of the registry's events.
import type { AuditEvent } from "../api/event.ts";

export type ClinicLeaf = {
  /** A batch's root, or a single commitment. */
  readonly value: bigint;
  readonly kind: "record" | "batch";
  /** Records below it; 0 for a record that was revoked before it was anchored. */
  readonly size: number;
  /** Unix seconds. */
  readonly anchoredAt: number;
  readonly state: "anchored" | "replaced" | "revoked";
  /** When it was replaced or revoked. */
  readonly changedAt?: number;
};

/** The leaves of a clinic, newest first. */
export function listClinicLeaves(events: readonly AuditEvent[], clinic: string): ClinicLeaf[] {
  const leaves = new Map<bigint, ClinicLeaf>();
  const end = (value: bigint, state: "replaced" | "revoked", changedAt: number) => {
    const known = leaves.get(value);
    const unknown = { value, kind: "record", size: 0, anchoredAt: changedAt } as const;
    leaves.set(value, { ...(known ?? unknown), state, changedAt });
  };
  for (const { contract, name, arguments: values, blockTime } of events) {
    if (contract !== "RecordRegistry") continue;
    if (values.clinic?.toLowerCase() !== clinic.toLowerCase()) continue;
    const leaf = BigInt(values.leaf ?? 0);
    if (name === "Replaced") end(BigInt(values.oldLeaf ?? 0), "replaced", blockTime);
    if (name === "Revoked" || name === "RevokedEarly") end(leaf, "revoked", blockTime);
    if (name !== "Anchored" && name !== "Replaced") continue;
    const kind = BigInt(values.leavesHash ?? 0) === 0n ? "record" : "batch";
    const size = Number(values.size);
    leaves.set(leaf, { value: leaf, kind, size, anchoredAt: blockTime, state: "anchored" });
  }
  return [...leaves.values()].reverse();
}
