// Trees over 32-byte hashes, as batches of deposits, the packages of a cut and custodians' receipts are anchored: LeanIMT
// with keccak256 of both children. Hashes are in lower case.
import { LeanIMT } from "@zk-kit/lean-imt";
import { concat, keccak256 } from "ethers";
import type { Bytes32 } from "../trial/trial.ts";

/** Enough for a cut of four billion packages; a longer path is none. */
const MOST_LEVELS = 32;

/** A path in LeanIMT's compacted form: bit i of `index` is 1 when sibling i is on the left. */
export type EntryPath = { readonly index: number; readonly path: readonly Bytes32[] };

const hashChildren = (left: Bytes32, right: Bytes32): Bytes32 => keccak256(concat([left, right]));

/** A tree over hashes in order: its root, and the path of each. Throws RangeError when it is empty. */
export function entryTree(hashes: readonly Bytes32[]): {
  readonly root: Bytes32;
  readonly pathOf: (position: number) => EntryPath;
} {
  if (hashes.length === 0) throw new RangeError("a tree over nothing has no root");
  const tree = new LeanIMT<Bytes32>(hashChildren, [...hashes]);
  return {
    root: tree.root,
    pathOf: (position) => {
      const { index, siblings } = tree.generateProof(position);
      return { index, path: siblings };
    },
  };
}

/** The root over hashes in order; undefined over none. */
export function rootOver(hashes: readonly Bytes32[]): Bytes32 | undefined {
  return hashes.length === 0 ? undefined : entryTree(hashes).root;
}

/** The root that a hash's path leads to; undefined for what is no path. */
export function rootOfEntry(entry: Bytes32, { index, path }: EntryPath): Bytes32 | undefined {
  const isPath = Number.isInteger(index) && index >= 0 && path.length <= MOST_LEVELS;
  if (!isPath || index >= 2 ** path.length) return undefined;
  return path.reduce((node, sibling, level) => {
    const isLeft = Math.floor(index / 2 ** level) % 2 === 1;
    return isLeft ? hashChildren(sibling, node) : hashChildren(node, sibling);
  }, entry);
}
