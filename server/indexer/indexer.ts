// Reads the contracts' events into tables. Idempotent, safe with several instances, and safe under
// reorganisations: what a vanished block said is forgotten and the subjects it touched are replayed
// from the events that remain.
import { and, asc, desc, gt, inArray, lt, sql } from "drizzle-orm";
import type { Chain } from "../chain/chain.ts";
import type { Log } from "../log.ts";
import { createLoop } from "../loop.ts";
import { newestBlock } from "../store/blocks.ts";
import type { Database, Transaction } from "../store/database.ts";
import { outbox } from "../store/ownTables.ts";
import { blocks, events } from "../store/tables.ts";
import { apply, forget } from "./apply.ts";
import { type EventRow, POSITIONS_PER_BLOCK, readRange } from "./read.ts";

export type Indexer = {
  /** The newest block read; before the first one, the block before the deployment. */
  readonly block: () => Promise<number>;
  /** Reads on at once, up to the chain's newest block. */
  readonly catchUp: () => Promise<void>;
  /** Empties every derived table and reads the chain again. */
  readonly rebuild: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

type Parts = { readonly db: Database; readonly chain: Chain; readonly log: Log };

const BLOCKS_PER_READ = 2_000;
/** Blocks without events are remembered this far back; a deeper reorganisation starts over. */
const REMEMBERED_BLOCKS = 1_000;
/** PostgreSQL's advisory lock of the indexer; any constant does. */
const INDEXER_LOCK = 7_213_002;

/** Starts reading. */
export function startIndexer(parts: Parts, options: { readonly pollMs: number }): Indexer {
  // One reader at a time in this process; the advisory lock settles it between processes.
  let turn: Promise<unknown> = Promise.resolve();
  const catchUp = () => {
    const mine = turn.then(async () => {
      while (await step(parts));
    });
    turn = mine.catch(() => {});
    return mine;
  };
  const loop = createLoop({
    name: "indexer",
    log: parts.log,
    everyMs: options.pollMs,
    run: async () => {
      await catchUp();
      return false;
    },
  });
  return {
    block: () => newestNumber(parts),
    catchUp,
    rebuild: async () => {
      await parts.db.transaction(async (tx) => {
        await lock(tx);
        await rollBack(tx, -1);
      });
      await catchUp();
    },
    stop: loop.stop,
  };
}

/** Reads the next range, or rolls back a reorganised one. True when there is more. */
async function step({ db, chain, log }: Parts): Promise<boolean> {
  const head = await chain.provider.getBlockNumber();
  const known = await newestBlock(db);
  const lastGood = await lastSharedBlock({ db, chain }, known, head);
  if (known !== undefined && known.number !== lastGood) {
    log.warn({ from: known.number, to: lastGood ?? null }, "the chain reorganised: reading again");
    await db.transaction(async (tx) => {
      await lock(tx);
      if ((await newestBlock(tx))?.hash !== known.hash) return;
      await rollBack(tx, lastGood ?? -1);
      await recallSubmissions(tx, lastGood ?? -1);
    });
    return true;
  }
  const from = known === undefined ? chain.deployment.deployBlock : known.number + 1;
  if (from > head) return false;
  const to = Math.min(head, from + BLOCKS_PER_READ - 1);
  const range = await readRange(chain, { known, from, to });
  await db.transaction(async (tx) => {
    await lock(tx);
    // Another instance may have read the same range meanwhile.
    if ((await newestBlock(tx))?.hash !== known?.hash) return;
    for (const row of range.rows) await record(tx, row);
    const rows = range.blocks.map((block) => ({
      number: block.number,
      hash: block.hash!,
      time: new Date(block.timestamp * 1000),
    }));
    await tx.insert(blocks).values(rows);
    await tx.delete(blocks).where(lt(blocks.number, to - REMEMBERED_BLOCKS));
  });
  return to < head;
}

async function record(tx: Transaction, row: EventRow): Promise<void> {
  await tx.insert(events).values(row);
  await apply(tx, row);
}

/** The newest remembered block that is still on the chain. */
async function lastSharedBlock(
  { db, chain }: Pick<Parts, "db" | "chain">,
  known: { readonly number: number; readonly hash: string } | undefined,
  head: number,
): Promise<number | undefined> {
  const isShared = async ({ number, hash }: { number: number; hash: string }) =>
    number <= head && (await chain.provider.getBlock(number))?.hash === hash;
  if (known === undefined || (await isShared(known))) return known?.number;
  const remembered = await db.select().from(blocks).orderBy(desc(blocks.number));
  for (const block of remembered) if (await isShared(block)) return block.number;
  return undefined;
}

/** Transactions that fell out with their blocks are on their way again, however final they were. */
async function recallSubmissions(tx: Transaction, after: number): Promise<void> {
  await tx
    .update(outbox)
    .set({ state: "sent", blockNumber: null, blockHash: null })
    .where(and(inArray(outbox.state, ["mined", "final"]), gt(outbox.blockNumber, after)));
}

/** Forgets everything after a block and replays the subjects concerned. */
async function rollBack(tx: Transaction, to: number): Promise<void> {
  const after = (to + 1) * POSITIONS_PER_BLOCK - 1;
  const lost = await tx
    .selectDistinct({ subject: events.subject })
    .from(events)
    .where(gt(events.position, after));
  await tx.delete(events).where(gt(events.position, after));
  await tx.delete(blocks).where(gt(blocks.number, to));
  const subjects = lost.map(({ subject }) => subject);
  for (const subject of subjects) await forget(tx, subject);
  if (subjects.length === 0) return;
  const remaining = await tx
    .select()
    .from(events)
    .where(inArray(events.subject, subjects))
    .orderBy(asc(events.position));
  for (const row of remaining) await apply(tx, row);
}

/** One instance indexes at a time; the lock ends with the transaction. */
async function lock(tx: Transaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${INDEXER_LOCK})`);
}

async function newestNumber({ db, chain }: Pick<Parts, "db" | "chain">): Promise<number> {
  return (await newestBlock(db))?.number ?? chain.deployment.deployBlock - 1;
}
