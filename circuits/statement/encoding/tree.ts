// LeanIMT trees of commitments, and the path that leads from a record through its clinic's batch to the registry.
import { LeanIMT } from "@zk-kit/lean-imt";
import { type Field, toField } from "./field.ts";
import { hash, hashPair } from "./hash.ts";
import { hashLabel } from "./keccak.ts";

/** Levels of the circuit's two paths: a batch of 2^12 records, a registry of 2^16 leaves. */
export const MAX_BATCH_LEVELS = 12;
export const MAX_REGISTRY_LEVELS = 16;

/**
 * Last input of a registry leaf. An issuerTag has an address there, below 2^160, and this is more: so neither of the two
 * hashes of three can serve as the other.
 */
const REGISTRY: Field = hashLabel("cohort-zero/registry/2");

/** A LeanIMT over Poseidon2, as `@zk-kit/lean-imt.sol` builds it on the chain. */
export type Tree = LeanIMT<bigint>;

/**
 * A path in LeanIMT's compacted form: only levels with a sibling are listed, bottom up, and bit i of
 * `index` is 1 when sibling i is on the left.
 */
export type Path = { readonly index: number; readonly siblings: readonly bigint[] };

/** From a record's commitment to its batch's root, and from the registry's leaf of that root to the registry's root. */
export type RecordPath = {
  /** Without siblings for a record anchored alone: it is its own batch's root. */
  readonly batch: Path;
  readonly registry: Path;
};

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

/** Throws RangeError when a path has more than `levels` or its index does not fit it. */
function checkPath({ index, siblings }: Path, levels: number): void {
  if (siblings.length > levels) {
    throw new RangeError(`path of ${siblings.length} levels, at most ${levels} are possible`);
  }
  if (!Number.isInteger(index) || index < 0 || index >= 2 ** siblings.length) {
    throw new RangeError("path index does not fit its levels");
  }
  siblings.forEach(toField);
}

/** 1 where the sibling of a level is on the left. */
function sidesOf({ index, siblings }: Path): (0 | 1)[] {
  return siblings.map((_, level) => (Math.floor(index / 2 ** level) % 2 === 1 ? 1 : 0));
}

/** The root that a leaf and its path of at most `levels` lead to. */
export function rootOfPath(leaf: bigint, path: Path, levels = MAX_REGISTRY_LEVELS): Field {
  checkPath(path, levels);
  const sides = sidesOf(path);
  let node = toField(leaf);
  path.siblings.forEach((sibling, level) => {
    node = sides[level] === 1 ? hashPair(sibling, node) : hashPair(node, sibling);
  });
  return node;
}

/** Both children on each of the circuit's levels; above the path's end the node and 0. */
export function childrenOf(leaf: Field, path: Path, levels: number) {
  checkPath(path, levels);
  const sides = sidesOf(path);
  const [lefts, rights]: [bigint[], bigint[]] = [[], []];
  let node = leaf;
  for (let level = 0; level < levels; level++) {
    const sibling = toField(path.siblings[level] ?? 0n);
    const [left, right] = sides[level] === 1 ? [sibling, node] : [node, sibling];
    lefts.push(left);
    rights.push(right);
    node = hashPair(left, right);
  }
  return { lefts, rights };
}

/** What the registry writes into its tree when a clinic anchors a batch: it binds the clinic's address. */
export function registryLeafOf(batchRoot: bigint, issuer: string): Field {
  return hash([batchRoot, BigInt(issuer), REGISTRY]);
}

/** The registry's root that a record's commitment and path lead to. Throws RangeError for a path that is too long. */
export function rootOfRecord({
  commitment,
  issuer,
  path,
}: {
  readonly commitment: bigint;
  readonly issuer: string;
  readonly path: RecordPath;
}): Field {
  const batchRoot = rootOfPath(commitment, path.batch, MAX_BATCH_LEVELS);
  return rootOfPath(registryLeafOf(batchRoot, issuer), path.registry, MAX_REGISTRY_LEVELS);
}
