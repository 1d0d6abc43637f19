// The record registry as a whole, and the published leaves of batches.
import { asc, eq, isNotNull } from "drizzle-orm";
import type { LeafShape, RecordsStateShape } from "../shapes.ts";
import type { Database, Transaction } from "./database.ts";
import { batches } from "./ownTables.ts";
import { readBlock } from "./state.ts";
import { leaves, roots } from "./tables.ts";

/** All leaves and roots as of one block. */
export function readRecordsState(db: Database): Promise<RecordsStateShape> {
  return db.transaction(
    async (tx) => {
      const allRoots = await tx.select().from(roots).orderBy(asc(roots.position));
      return {
        blockNumber: await readBlock(tx),
        root: allRoots.at(-1)?.root ?? "0",
        leaves: await readLeaves(tx),
        roots: allRoots.map(({ root, createdAt, supersededAt, voided }) => ({
          root,
          createdAt,
          supersededAt,
          voided,
        })),
      };
    },
    { isolationLevel: "repeatable read" },
  );
}

async function readLeaves(tx: Transaction): Promise<LeafShape[]> {
  const rows = await tx
    .select({ leaf: leaves, published: isNotNull(batches.root) })
    .from(leaves)
    .leftJoin(batches, eq(batches.root, leaves.value))
    .orderBy(asc(leaves.index));
  return rows.map(({ leaf, published }) => ({
    index: leaf.index,
    value: leaf.value,
    kind: leaf.kind,
    issuer: leaf.issuer,
    size: leaf.size,
    leavesHash: leaf.leavesHash,
    published: published === true,
    anchoredAt: leaf.anchoredAt,
  }));
}

export async function readBatch(
  db: Database,
  root: string,
): Promise<{ root: string; leaves: string[] } | null> {
  const [row] = await db.select().from(batches).where(eq(batches.root, root));
  return row ? { root: row.root, leaves: row.leaves } : null;
}

/** The anchored leaf with this value, if there is one now. */
export async function findLeaf(db: Database, value: string) {
  const [row] = await db.select().from(leaves).where(eq(leaves.value, value));
  return row;
}

export async function storeBatch(
  db: Database,
  batch: { readonly root: string; readonly leaves: string[] },
): Promise<void> {
  await db.insert(batches).values(batch).onConflictDoNothing();
}
