// Batches: which entries of a trial go to the chain together. A batch is formed in one step and never changed; whether
// its root is on the chain, the chain says.
import { and, asc, count, desc, eq, gte, inArray, isNull, min } from "drizzle-orm";
import { writeBatchRow } from "../../../circuits/statement/exchange/entryLog.ts";
import { entryTree } from "../../../circuits/statement/exchange/entryTree.ts";
import type { Database, Transaction } from "../../store/database.ts";
import { anchors, depositBatches, entries } from "../tables.ts";
import { lockLog } from "./entries.ts";

/** When a batch is formed: so many entries wait, or the oldest has waited so long. */
export type BatchRule = { readonly most: number; readonly seconds: number };

/** Entries that are in no batch yet, by trial. */
async function listWaiting(db: Database) {
  return await db
    .select({
      trialId: entries.trialId,
      waiting: count(),
      oldest: min(entries.acceptedAt),
    })
    .from(entries)
    .where(isNull(entries.batch))
    .groupBy(entries.trialId);
}

/** Since when something waits to be on the chain; undefined when all of it is. */
export async function oldestUnanchored(db: Database): Promise<Date | undefined> {
  const [waiting] = await db
    .select({ at: min(entries.acceptedAt) })
    .from(entries)
    .where(isNull(entries.batch));
  const [formed] = await db
    .select({ at: min(depositBatches.createdAt) })
    .from(depositBatches)
    .leftJoin(anchors, eq(anchors.root, depositBatches.root))
    .where(isNull(anchors.root));
  const times = [waiting?.at, formed?.at].flatMap((at) => at ?? []);
  return times.sort((a, b) => a.getTime() - b.getTime())[0];
}

/** Forms the batches that are due. True while entries wait. */
export async function formBatches(db: Database, rule: BatchRule): Promise<boolean> {
  const all = await listWaiting(db);
  for (const { trialId, waiting, oldest } of all) {
    const ageMs = Date.now() - (oldest?.getTime() ?? Date.now());
    if (waiting >= rule.most || ageMs >= rule.seconds * 1000) {
      await formBatch(db, trialId, rule.most);
    }
  }
  return all.length > 0;
}

/** All at once or not at all; of two instances one finds nothing left. */
async function formBatch(db: Database, trialId: string, most: number): Promise<void> {
  await db.transaction(async (tx) => {
    await lockLog(tx, trialId);
    const isOpen = and(eq(entries.trialId, trialId), isNull(entries.batch));
    const taken = await tx
      .select({ position: entries.position, hash: entries.hash })
      .from(entries)
      .where(isOpen)
      .orderBy(asc(entries.position))
      .limit(most);
    const [first] = taken;
    if (first === undefined) return;
    const { root } = entryTree(taken.map(({ hash }) => hash));
    const row = { trialId, root, first: first.position, count: taken.length };
    await tx.insert(depositBatches).values({ ...row, number: await countBatches(tx, trialId) });
    const hashes = taken.map(({ hash }) => hash);
    await tx.update(entries).set({ batch: root }).where(inArray(entries.hash, hashes));
  });
}

/** A trial's batches: their numbers have no gaps. */
export async function countBatches(db: Database | Transaction, trialId: string): Promise<number> {
  const [last] = await db
    .select({ number: depositBatches.number })
    .from(depositBatches)
    .where(eq(depositBatches.trialId, trialId))
    .orderBy(desc(depositBatches.number))
    .limit(1);
  return last === undefined ? 0 : last.number + 1;
}

/** Batches that are not on the chain, oldest first. */
export function listUnanchored(
  db: Database,
  limit: number,
): Promise<{ root: string; count: number }[]> {
  return db
    .select({ root: depositBatches.root, count: depositBatches.count })
    .from(depositBatches)
    .leftJoin(anchors, eq(anchors.root, depositBatches.root))
    .where(isNull(anchors.root))
    .orderBy(asc(depositBatches.createdAt), asc(depositBatches.number))
    .limit(limit);
}

/** How many of a trial's batches, from the first on, are on the chain. */
export async function countAnchored(db: Database | Transaction, trialId: string): Promise<number> {
  const [open] = await db
    .select({ number: min(depositBatches.number) })
    .from(depositBatches)
    .leftJoin(anchors, eq(anchors.root, depositBatches.root))
    .where(and(eq(depositBatches.trialId, trialId), isNull(anchors.root)));
  return open?.number ?? (await countBatches(db, trialId));
}

/** Texts of a trial's batches from a number on, in order. */
export async function readBatchRows(
  db: Database | Transaction,
  at: { readonly trialId: string; readonly from: number; readonly limit: number },
): Promise<string[]> {
  const rows = await db
    .select({
      root: depositBatches.root,
      first: depositBatches.first,
      count: depositBatches.count,
    })
    .from(depositBatches)
    .where(and(eq(depositBatches.trialId, at.trialId), gte(depositBatches.number, at.from)))
    .orderBy(asc(depositBatches.number))
    .limit(at.limit);
  return rows.map(writeBatchRow);
}
