// From a record's commitment to the registry's root, computed on the device from what everybody
// downloads.
import { Refusal } from "../../circuits/statement/refusal.ts";
import {
  buildTree,
  joinPaths,
  type Path,
  pathOf,
  rootOf,
  rootOfPath,
  type Tree,
} from "../../circuits/statement/tree.ts";
import type { RecordsState } from "../api/registry.ts";
import type { WalletRecord } from "./wallet.ts";

const NO_PATH: Path = { index: 0, siblings: [] };

/** A record's path and the root it leads to. */
export type RecordPath = { readonly path: Path; readonly root: bigint };

/**
 * The path of a record in the current registry. Refuses with `RecordNotAnchored` when neither the
 * record nor its batch is there, and with `UnknownRoot` when the downloaded leaves don't add up to
 * the root.
 */
export function findPath(options: {
  record: Pick<WalletRecord, "commitment" | "batch">;
  registry: Pick<RecordsState, "leaves" | "root">;
}): RecordPath {
  const { record, registry } = options;
  const inner = record.batch ?? NO_PATH;
  const leaf = rootOfPath(record.commitment, inner);
  const found = registry.leaves.find(({ value, kind }) => value === leaf && kind !== "revoked");
  if (found === undefined) throw new Refusal("RecordNotAnchored");
  const tree = registryTree(registry);
  return { path: joinPaths(inner, pathOf(tree, found.index)), root: rootOf(tree) };
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
