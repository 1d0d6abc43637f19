// From a record's commitment to the registry's root, computed on the device from what everybody
// downloads.
import { Refusal } from "../../circuits/statement/refusal.ts";
import {
  buildTree,
  MAX_BATCH_LEVELS,
  pathOf,
  type RecordPath,
  registryLeafOf,
  rootOf,
  rootOfPath,
  type Tree,
} from "../../circuits/statement/tree.ts";
import type { RecordsState } from "../api/registry.ts";
import type { WalletRecord } from "./wallet.ts";

/** A record's path, through its batch and the registry, and the root it leads to. */
export type FoundPath = { readonly path: RecordPath; readonly root: bigint };

/**
 * The path of a record in the current registry. Refuses with `RecordNotAnchored` when its clinic's
 * batch is not there, and with `UnknownRoot` when the downloaded leaves don't add up to the root.
 */
export function findPath(options: {
  record: Pick<WalletRecord, "commitment" | "batch" | "record">;
  registry: Pick<RecordsState, "leaves" | "root">;
}): FoundPath {
  const { record, registry } = options;
  const batchRoot = rootOfPath(record.commitment, record.batch, MAX_BATCH_LEVELS);
  const leaf = registryLeafOf(batchRoot, record.record.header.issuer);
  const found = registry.leaves.find(({ value, kind }) => value === leaf && kind !== "revoked");
  if (found === undefined) throw new Refusal("RecordNotAnchored");
  const tree = registryTree(registry);
  return { path: { batch: record.batch, registry: pathOf(tree, found.index) }, root: rootOf(tree) };
}

/** The same, or undefined when the record is not in the registry. */
export function lookForPath(options: Parameters<typeof findPath>[0]): FoundPath | undefined {
  try {
    return findPath(options);
  } catch (error) {
    if (error instanceof Refusal && error.code === "RecordNotAnchored") return undefined;
    throw error;
  }
}

/** A download's tree takes a second per 15,000 leaves to build: once is enough. */
const built = new WeakMap<object, Tree>();

/** The registry's tree, rebuilt; a server can't slip in a root of its own. */
export function registryTree(registry: Pick<RecordsState, "leaves" | "root">): Tree {
  const known = built.get(registry);
  if (known !== undefined) return known;
  const { leaves, root } = registry;
  const ordered = leaves.every(({ index }, i) => index === i);
  const tree = buildTree(leaves.map(({ value }) => value));
  if (!ordered || tree.size === 0 || tree.root !== root) throw new Refusal("UnknownRoot", { root });
  built.set(registry, tree);
  return tree;
}
