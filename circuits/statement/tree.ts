// LeanIMT trees of commitments, and the one path that leads from a record through its batch to the registry.
import { LeanIMT } from "@zk-kit/lean-imt";
import { type Field, toField } from "./field.ts";
import { hashPair } from "./hash.ts";

/** Levels of the circuit's path: a batch of 2^12 under a registry of 2^20. */
export const MAX_LEVELS = 32;
export const MAX_BATCH_LEVELS = 12;

/** A LeanIMT over Poseidon2, as `@zk-kit/lean-imt.sol` builds it on the chain. */
export type Tree = LeanIMT<bigint>;

/**
 * A path in LeanIMT's compacted form: only levels with a sibling are listed, bottom up, and bit i of
 * `index` is 1 when sibling i is on the left.
 */
export type Path = { readonly index: number; readonly siblings: readonly bigint[] };

/** Builds the tree over leaves in the given order. Throws RangeError for a zero or oversized leaf. */
export function buildTree(leaves: readonly bigint[]): Tree {
  for (const leaf of leaves) checkLeaf(leaf);
  return new LeanIMT<bigint>(hashPair, [...leaves]);
}

function checkLeaf(leaf: bigint): void {
  // Zero is what both trees take for "nothing here".
  if (toField(leaf) === 0n) throw new RangeError("a tree cannot hold the leaf 0");
}

/** The root of a tree. Throws RangeError when it is empty. */
export function rootOf(tree: Tree): Field {
  if (tree.size === 0) throw new RangeError("an empty tree has no root");
  return tree.root as Field;
}

/** The path of the leaf at `index` (counted over all leaves, not compacted). */
export function pathOf(tree: Tree, index: number): Path {
  const { index: compacted, siblings } = tree.generateProof(index);
  return { index: compacted, siblings };
}

/** Joins the path inside a batch with the path of the batch's root in the registry. */
export function joinPaths(inner: Path, outer: Path): Path {
  const joined = {
    // Not a shift: 32 levels would overflow into the sign bit.
    index: inner.index + outer.index * 2 ** inner.siblings.length,
    siblings: [...inner.siblings, ...outer.siblings],
  };
  checkPath(joined);
  return joined;
}

/** Throws RangeError when a path is longer than the circuit's or its index than the path. */
export function checkPath({ index, siblings }: Path): void {
  if (siblings.length > MAX_LEVELS) {
    throw new RangeError(`path of ${siblings.length} levels, at most ${MAX_LEVELS} are possible`);
  }
  if (!Number.isInteger(index) || index < 0 || index >= 2 ** siblings.length) {
    throw new RangeError("path index does not fit its levels");
  }
  siblings.forEach(toField);
}

/** 1 where the sibling of a level is on the left. */
export function sidesOf({ index, siblings }: Path): (0 | 1)[] {
  return siblings.map((_, level) => (Math.floor(index / 2 ** level) % 2 === 1 ? 1 : 0));
}

/** The root that a leaf and its path lead to. */
export function rootOfPath(leaf: bigint, path: Path): Field {
  checkPath(path);
  const sides = sidesOf(path);
  let node = toField(leaf);
  path.siblings.forEach((sibling, level) => {
    node = sides[level] === 1 ? hashPair(sibling, node) : hashPair(node, sibling);
  });
  return node;
}
