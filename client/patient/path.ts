// From a record's commitment to the registry's root, computed on the device from what everybody
// downloads.

import {
  buildTree,
  MAX_BATCH_LEVELS,
  pathOf,
  type RecordPath,
  registryLeafOf,
  rootOf,
  rootOfPath,
  type Tree,
} from "../../circuits/statement/encoding/tree.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
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

/** A tree takes a second per 15,000 leaves to build: once is enough for each download. */
const built = new WeakMap<object, Tree>();
/** The newest, with the leaves that are in it: the next download differs in a few. */
let newest: { readonly tree: Tree; readonly values: readonly bigint[] } | undefined;
/** Up to so many leaves are changed one by one. */
const FEW = 1_000;

/** The registry's tree, rebuilt; a server can't slip in a root of its own. */
function registryTree(registry: Pick<RecordsState, "leaves" | "root">): Tree {
  const known = built.get(registry);
  // A tree that has gone on to a newer download has another root.
  if (known !== undefined && known.root === registry.root) return known;
  const { leaves, root } = registry;
  const ordered = leaves.every(({ index }, i) => index === i);
  const values = leaves.map(({ value }) => value);
  const tree = treeOver(values);
  if (!ordered || tree.size === 0 || tree.root !== root) throw new Refusal("UnknownRoot", { root });
  newest = { tree, values };
  built.set(registry, tree);
  return tree;
}

function treeOver(values: readonly bigint[]): Tree {
  const last = newest;
  newest = undefined;
  if (last === undefined || last.values.length > values.length) return buildTree(values);
  const changed = last.values.flatMap((value, i) => (value === values[i] ? [] : [i]));
  const more = values.slice(last.values.length);
  if (
    changed.length + more.length > FEW ||
    [...changed.map((i) => values[i]!), ...more].includes(0n)
  ) {
    return buildTree(values);
  }
  for (const i of changed) last.tree.update(i, values[i]!);
  if (more.length > 0) last.tree.insertMany(more);
  return last.tree;
}
