// The registry under every root that is still good, rebuilt from its events: what a patient could still prove against.

import {
  buildTree,
  type Path,
  pathOf,
  type Tree,
} from "../../../circuits/statement/encoding/tree.ts";
import { Refusal } from "../../../circuits/statement/refusal.ts";
import type { AuditEvent } from "../../api/event.ts";
import type { RecordsState } from "../../api/registry.ts";

/** What stood in a slot. */
type Placed = {
  readonly clinic: string;
  readonly batchRoot: bigint;
  readonly size: number;
  /** Of a batch; a record alone has none. */
  readonly isBatch: boolean;
};
/** The registry as it was under a root that is still good. */
export type GoodState = {
  readonly root: bigint;
  /** Unix seconds until which it stays good; undefined for the current root. */
  readonly until: number | undefined;
  /** By slot; undefined for a revoked one. */
  readonly placed: readonly (Placed | undefined)[];
  /** The way from a slot's leaf to the root. */
  readonly pathOf: (index: number) => Path;
};

type Good = { readonly until: number | undefined };

/**
 * Roots that prove something now, as the chain's rule has it: the current one also while leaves of a voided clinic wait
 * to be cleared, for it is good again afterwards. `now`: Unix seconds of the chain.
 */
export function goodRoots(
  { roots, root: current }: Pick<RecordsState, "roots" | "root">,
  { now, windowSeconds }: { now: number; windowSeconds: number },
): Map<bigint, Good> {
  const good = new Map<bigint, Good>();
  for (const { root, supersededAt, voided } of roots) {
    if (root === current) good.set(root, { until: undefined });
    else if (!voided && supersededAt !== null && now <= supersededAt + windowSeconds) {
      good.set(root, { until: supersededAt + windowSeconds });
    }
  }
  return good;
}

type Change = {
  readonly index: number;
  readonly leaf: bigint;
  readonly root: bigint;
  readonly placed: Placed | undefined;
};

function changeIn({ contract, name, arguments: values }: AuditEvent): Change | undefined {
  if (contract !== "RecordRegistry") return undefined;
  const number = (key: string) => BigInt(values[key] ?? 0);
  const at = { index: Number(number("index")), root: number("root") };
  if (name === "Revoked") return { ...at, leaf: number("tombstone"), placed: undefined };
  if (name !== "Anchored" && name !== "Replaced") return undefined;
  const placed = {
    clinic: values.clinic ?? "0x0",
    batchRoot: number("batchRoot"),
    size: Number(number("size")),
    isBatch: number("leavesHash") !== 0n,
  };
  return { ...at, leaf: number("leaf"), placed };
}

/**
 * Goes through the registry's changes and hands over each state whose root is still good. The leaves are hashed anew: a
 * server that tells them otherwise than they are is found out. Refuses with `UnknownRoot` when they do not lead to the
 * roots, or a good root is not among them.
 */
export function* goodStates(
  events: readonly AuditEvent[],
  good: ReadonlyMap<bigint, Good>,
): Generator<GoodState> {
  const changes = events.map(changeIn).filter((change) => change !== undefined);
  const values: bigint[] = [];
  const placed: (Placed | undefined)[] = [];
  const left = new Set(good.keys());
  let tree: Tree | undefined;
  for (const { index, leaf, root, placed: one } of changes) {
    if (index > values.length) throw new Refusal("UnknownRoot", { root });
    values[index] = leaf;
    placed[index] = one;
    // One by one from the first good root on; what came before is hashed once.
    if (tree === undefined && !left.has(root)) continue;
    if (tree === undefined) tree = buildTree(values);
    else if (index === tree.size) tree.insert(leaf);
    else tree.update(index, leaf);
    if (tree.root !== root) throw new Refusal("UnknownRoot", { root });
    const found = good.get(root);
    if (found === undefined) continue;
    left.delete(root);
    const grown = tree;
    yield { root, until: found.until, placed, pathOf: (at) => pathOf(grown, at) };
  }
  const [missing] = left;
  if (missing !== undefined && missing !== 0n) throw new Refusal("UnknownRoot", { root: missing });
}
