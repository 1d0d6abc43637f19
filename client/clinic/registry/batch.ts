// A batch: up to 4,096 commitments in random order under one root, which a clinic anchors in one transaction.
import { concat, keccak256, toBeHex } from "ethers";
import { z } from "zod";
import { type Field, parseField } from "../../../circuits/statement/encoding/field.ts";
import {
  buildTree,
  MAX_BATCH_LEVELS,
  type Path,
  pathOf,
  rootOf,
  type Tree,
} from "../../../circuits/statement/encoding/tree.ts";
import type { RecordsState } from "../../api/registry.ts";

const MAX_BATCH = 2 ** MAX_BATCH_LEVELS;
const MOST_DRAWS = 50;
export const LEAVES_FORMAT = "cohort-zero/batch-leaves/1";

export type Batch = {
  readonly root: Field;
  /** In the tree's order, which says nothing about the patients' order. */
  readonly leaves: readonly bigint[];
  /** keccak256 over the leaves as 32-byte words, as the registry's events carry it. */
  readonly leavesHash: string;
  /** Path of each commitment given, in the order given. */
  readonly paths: readonly Path[];
};

/** Random integers below a bound; a seeded one only in tests. */
type Draw = (below: number) => number;

/** Uniform below `bound` (at most 2^32), from the operating system's randomness. */
function drawSecurely(bound: number): number {
  const limit = Math.floor(2 ** 32 / bound) * bound;
  const word = new Uint32Array(1);
  do crypto.getRandomValues(word);
  while (word[0]! >= limit);
  return word[0]! % bound;
}

/** Fisher-Yates: every order is equally likely. */
function shuffle<T>(items: readonly T[], draw: Draw): T[] {
  const shuffled = [...items];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = draw(i + 1);
    [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
  }
  return shuffled;
}

/** The hash of published leaves, which lets an auditor check that none was changed. */
export function hashLeaves(leaves: readonly bigint[]): string {
  return keccak256(concat(leaves.map((leaf) => toBeHex(leaf, 32))));
}

/**
 * Builds the batch. Throws RangeError when it is empty, too large, or holds a commitment twice (a copy would be two
 * places of one patient).
 */
export function buildBatch(commitments: readonly bigint[], draw: Draw = drawSecurely): Batch {
  if (commitments.length === 0) throw new RangeError("a batch needs at least one commitment");
  if (commitments.length > MAX_BATCH) {
    throw new RangeError(
      `${commitments.length} commitments; a batch holds ${MAX_BATCH}, make several`,
    );
  }
  if (new Set(commitments).size !== commitments.length) {
    throw new RangeError("a commitment is in the batch twice; give each record once");
  }
  const leaves = shuffle(commitments, draw);
  const tree = buildTree(leaves);
  const placeOf = new Map(leaves.map((leaf, place) => [leaf, place]));
  return {
    root: rootOf(tree),
    leaves,
    leavesHash: hashLeaves(leaves),
    paths: commitments.map((commitment) => pathOf(tree, placeOf.get(commitment)!)),
  };
}

/**
 * The leaves of a batch in its own order, from each commitment's path: how a batch whose leaves were never published is
 * put together again. A path lists the levels that have a sibling only, so its index alone is no place.
 */
export function leavesInOrder(commitments: readonly bigint[], paths: readonly Path[]): bigint[] {
  const name = ({ index, siblings }: Path) => `${index}/${siblings.length}`;
  const any = buildTree(commitments.map((_, i) => BigInt(i + 1)));
  const placeOf = new Map(commitments.map((_, place) => [name(pathOf(any, place)), place]));
  const leaves: bigint[] = [];
  for (const [i, path] of paths.entries()) leaves[placeOf.get(name(path))!] = commitments[i]!;
  return leaves;
}

/**
 * Builds a batch whose root is not `isTaken`: the same records in the same order are the same leaf, and few of them need
 * another draw. Undefined when every draw is taken.
 */
export function buildNewBatch(
  commitments: readonly bigint[],
  isTaken: (root: bigint) => boolean,
): Batch | undefined {
  for (let i = 0; i < MOST_DRAWS; i++) {
    const batch = buildBatch(commitments);
    if (!isTaken(batch.root)) return batch;
  }
  return undefined;
}

/** The file of leaves that a clinic publishes beside its batch: commitments only, nothing about patients. */
type LeavesFile = {
  readonly format: typeof LEAVES_FORMAT;
  readonly root: string;
  readonly leavesHash: string;
  readonly leaves: readonly string[];
};

/** What a batch is made of, without anybody's path. */
export type Leaves = Pick<Batch, "root" | "leaves" | "leavesHash">;

/** As a file, for {@link parseLeaves} and auditors. */
export function serializeLeaves({ root, leavesHash, leaves }: Leaves): LeavesFile {
  return { format: LEAVES_FORMAT, root: String(root), leavesHash, leaves: leaves.map(String) };
}

const leavesFile = z.strictObject({
  format: z.literal(LEAVES_FORMAT),
  root: z.string(),
  leavesHash: z.string(),
  leaves: z.array(z.string()).min(1).max(MAX_BATCH),
});

/** Reads published leaves and rebuilds their root. Throws RangeError when they do not lead to it. */
export function parseLeaves(json: unknown): Leaves {
  const parsed = leavesFile.safeParse(json);
  if (!parsed.success) throw new RangeError("not a file of batch leaves");
  const leaves = parsed.data.leaves.map(parseField);
  const root = rootOf(buildTree(leaves));
  if (String(root) !== parsed.data.root || hashLeaves(leaves) !== parsed.data.leavesHash) {
    throw new RangeError("the leaves do not lead to the batch's root; fetch the file again");
  }
  return { root, leaves, leavesHash: parsed.data.leavesHash };
}

/** A place in the registry as everybody downloads it. */
export type Slot = RecordsState["leaves"][number];
/** A slot that holds a record or a batch. */
export type LiveSlot = Slot & { readonly batchRoot: bigint };

/** What a clinic has in the registry now. */
export function slotsOf(registry: Pick<RecordsState, "leaves">, clinic: string): LiveSlot[] {
  return registry.leaves.filter(
    (slot): slot is LiveSlot => slot.batchRoot !== null && isSame(slot.issuer, clinic),
  );
}

/** Whether two addresses are one account. */
export function isSame(a: string, b: string): boolean {
  return BigInt(a) === BigInt(b);
}

/** A batch's leaves by its root, from whoever holds them; undefined when nobody does. Nothing is trusted. */
export type LeavesOf = (root: bigint) => Promise<readonly bigint[] | undefined>;

/** A batch whose leaves lead to its root. */
export type OpenBatch = { readonly leaves: readonly bigint[]; readonly tree: Tree };

/** Opens a batch by its root; undefined when nobody has leaves that lead to it. */
export async function openBatch(root: bigint, leavesOf: LeavesOf): Promise<OpenBatch | undefined> {
  const leaves = await leavesOf(root);
  if (leaves === undefined || leaves.length === 0 || leaves.length > MAX_BATCH) return undefined;
  try {
    const tree = buildTree(leaves);
    return rootOf(tree) === root ? { leaves, tree } : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * Where a commitment stands among a clinic's published batches: of a wallet whose batch was rebuilt without a new issue
 * of its record. All of them are asked for, so that nobody learns which one it is in.
 */
export async function findInBatches(of: {
  registry: Pick<RecordsState, "leaves">;
  clinic: string;
  commitment: bigint;
  leavesOf: LeavesOf;
}): Promise<{ root: bigint; path: Path } | undefined> {
  let found: { root: bigint; path: Path } | undefined;
  for (const { kind, batchRoot: root } of slotsOf(of.registry, of.clinic)) {
    if (kind !== "batch") continue;
    const batch = await openBatch(root, of.leavesOf);
    const place = batch?.leaves.indexOf(of.commitment) ?? -1;
    if (batch !== undefined && place >= 0) found = { root, path: pathOf(batch.tree, place) };
  }
  return found;
}
