// The blocks that the indexer remembers. A rollback deletes those that left the chain.
import { and, desc, eq } from "drizzle-orm";
import type { Database, Transaction } from "./database.ts";
import { blocks } from "./tables.ts";

export type SeenBlock = Pick<typeof blocks.$inferSelect, "number" | "hash">;

/** The newest block read; undefined before the first. */
export async function newestBlock(
  db: Database | Transaction,
): Promise<typeof blocks.$inferSelect | undefined> {
  const [row] = await db.select().from(blocks).orderBy(desc(blocks.number)).limit(1);
  return row;
}

/**
 * Acts if no rollback has gone below this block. One that begins meanwhile waits for the block's
 * row, and then finds what was done.
 */
export async function whileRemembered(
  db: Database,
  { number, hash }: SeenBlock,
  act: (tx: Transaction) => Promise<void>,
): Promise<void> {
  await db.transaction(async (tx) => {
    const [still] = await tx
      .select({ number: blocks.number })
      .from(blocks)
      .where(and(eq(blocks.number, number), eq(blocks.hash, hash)))
      .for("share");
    if (still) await act(tx);
  });
}

/** The newest block read. */
export async function readBlock(db: Database | Transaction): Promise<number> {
  const [newest] = await db
    .select({ number: blocks.number })
    .from(blocks)
    .orderBy(desc(blocks.number))
    .limit(1);
  return newest?.number ?? 0;
}

/** Time of the newest block read, for judging what has expired. */
export async function indexedTime(db: Database): Promise<Date> {
  const [newest] = await db.select().from(blocks).orderBy(desc(blocks.number)).limit(1);
  return newest?.time ?? new Date(0);
}
