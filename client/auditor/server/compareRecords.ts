// The records registry as a server tells it, against the replayed one.
import { ZERO_BYTES32 } from "../../../circuits/statement/trial/trial.ts";
import { type Compare, compareEntries, compareFields } from "../finding/difference.ts";
import type { Source } from "../node/source.ts";
import type { Chronicle } from "../replay/chronicle.ts";
import type { LeafState, RecordsState, World } from "../replay/state.ts";
import type { Told } from "./serverState.ts";

type Due = {
  readonly world: World;
  readonly source: Source;
  readonly chronicle: Chronicle | undefined;
};

/** Compares the registry's root, leaves and former roots. */
export function compareRecords(
  { records: told }: Told,
  { world, source, chronicle }: Due,
  compare: Compare,
): void {
  const { records } = world;
  const { root } = records;
  const blocked = records.leavesToClear > 0;
  const blockNumber = source.head.number;
  compareFields(compare, "the records registry", told, { root, blocked, blockNumber });
  const leaves = records.leaves.map((leaf, index) => {
    const times = chronicle && { anchoredAt: chronicle.anchored.get(index) };
    return [index, { index, ...dueLeaf(leaf, records), ...times }] as const;
  });
  compareEntries(
    compare,
    (index) => `leaf ${index} of the records registry`,
    told.leaves.map((leaf, index) => [index, leaf]),
    new Map(leaves),
  );
  compareEntries(
    compare,
    (old) => `records root ${old}`,
    told.roots.map((one) => [one.root, one]),
    dueRoots(told.roots, records, chronicle),
  );
  compareEntries(
    compare,
    (clinic) => `clinic ${clinic} in the records registry`,
    told.clinics.map((one) => [one.address.toLowerCase(), one]),
    new Map(
      [...records.clinics].map(([clinic, standing]) => {
        const { slots, quota, revocationLimit, isVoided: voided } = standing;
        const limits = { quota: Number(quota), revocationLimit: Number(revocationLimit) };
        return [clinic, { slots, voided, ...limits }];
      }),
    ),
  );
  compare("newest root in the list of records roots", told.roots.at(-1)?.root ?? 0n, root);
}

function dueLeaf(leaf: LeafState, of: RecordsState) {
  const { leaf: value, clinic: issuer, size, leavesHash, uri } = leaf;
  const isRevoked = of.tombstones.has(value);
  const isBatch = leavesHash !== ZERO_BYTES32 && !isRevoked;
  const kind = isRevoked ? "revoked" : isBatch ? "batch" : "record";
  const batchRoot = isRevoked ? null : leaf.batchRoot;
  return { value, batchRoot, issuer, size, kind, uri, leavesHash: isBatch ? leavesHash : null };
}

/**
 * Each root with what is known of it. The replay forgets those that a revocation voided at once:
 * without a chronicle, a told root that it does not know must be void.
 */
function dueRoots(
  told: Told["records"]["roots"],
  { root: current, superseded, epoch }: RecordsState,
  chronicle: Chronicle | undefined,
): Map<bigint, Readonly<Record<string, unknown>>> {
  const now = current === 0n ? [] : [current];
  const roots = chronicle
    ? [...chronicle.roots.keys()]
    : [...told.map(({ root }): bigint => root), ...superseded.keys(), ...now];
  const due = roots.map((root) => {
    const old = superseded.get(root);
    const voided = root !== current && old?.epoch !== epoch;
    const isKnown = root === current || old !== undefined;
    const since = isKnown && { supersededAt: old?.since ?? null };
    return [root, { voided, ...since, ...chronicle?.roots.get(root) }] as const;
  });
  return new Map(due);
}
