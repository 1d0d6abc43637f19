// Reads the contracts' events into tables. Idempotent, safe with several instances, and safe under
// reorganisations: what a vanished block said is forgotten and the subjects it touched are replayed
// from the events that remain.
import { and, desc, gt, inArray, lt, sql } from "drizzle-orm";
import type { Chain } from "../chain/chain.ts";
import { isUnreachable } from "../chain/refusals.ts";
import { turnAway } from "../limits/turnAway.ts";
import { outbox } from "../outbox/tables.ts";
import { newestBlock, type SeenBlock } from "../store/blocks.ts";
import type { Database, Transaction } from "../store/database.ts";
import { blocks, events } from "../store/tables.ts";
import type { Log } from "../work/log.ts";
import { createLoop, REST_MS } from "../work/loop.ts";
import { createTurns } from "../work/turns.ts";
import { apply, type Derived } from "./derive.ts";
import { isReorganisation } from "./headers.ts";
import { readRange } from "./read.ts";
import { rollBack } from "./rollBack.ts";

export type Indexer = {
  /** The newest block read; before the first one, the block before the deployment. */
  readonly block: () => Promise<number>;
  /** Seconds since it had last read all that the node had. */
  readonly secondsBehind: () => number;
  /** Reads on at once, up to the chain's newest block. */
  readonly catchUp: () => Promise<void>;
  /**
   * The same for a request that missed something: it waits its turn, so that requests can have the node asked a few
   * times a second at most. Throws TooManyRequests when too many wait already.
   */
  readonly refresh: () => Promise<void>;
  /** Before somebody is shown the chain's state: reads on first, if it has rested. */
  readonly attend: () => Promise<void>;
  /** Empties every derived table and reads the chain again. */
  readonly rebuild: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

type Parts = {
  readonly db: Database;
  readonly chain: Chain;
  readonly log: Log;
  readonly modules: readonly Derived[];
};

/** Requests have the chain read at most this often. */
const REFRESH_EVERY_MS = 100;

/** Requests that may wait for that at once. */
const MOST_WAITING = 1_000;

/** Most blocks in one range; halved while a node refuses them. */
const MOST_BLOCKS = 2_000;

/** Blocks without events are remembered this far back; a deeper reorganisation starts over. */
const REMEMBERED_BLOCKS = 1_000;

/** PostgreSQL's advisory lock of the indexer; any constant does. */
const INDEXER_LOCK = 7_213_002;

/** Starts reading. */
export function startIndexer(parts: Parts, options: { readonly pollMs: number }): Indexer {
  // One reader at a time in this process; the advisory lock settles it between processes.
  const pace: Pace = { blocks: MOST_BLOCKS };
  let levelAt = Date.now();
  const catchUp = createTurns(async () => {
    while (await step(parts, pace));
    levelAt = Date.now();
  });
  const refresh = createTurns(catchUp, REFRESH_EVERY_MS);
  let waiting = 0;
  const loop = createLoop({
    name: "indexer",
    log: parts.log,
    everyMs: options.pollMs,
    restMs: REST_MS,
    run: async () => {
      await catchUp();
      return false;
    },
  });
  return {
    block: () => newestNumber(parts),
    secondsBehind: () => (Date.now() - levelAt) / 1000,
    catchUp,
    refresh: async () => {
      if (waiting >= MOST_WAITING) throw turnAway("TooManyRequests");
      waiting++;
      await refresh().finally(() => waiting--);
    },
    attend: loop.attend,
    rebuild: async () => {
      await parts.db.transaction(async (tx) => {
        await lock(tx);
        await rollBack(tx, -1, parts.modules);
      });
      await catchUp();
    },
    stop: loop.stop,
  };
}

/** Reads the next range, or rolls back a reorganised one. True when there is more. */
async function step(parts: Parts, pace: Pace): Promise<boolean> {
  const { db, chain, log } = parts;
  const head = await chain.provider.getBlockNumber();
  const known = await newestBlock(db);
  const lastGood = await lastSharedBlock({ db, chain }, known, head);
  if (known !== undefined && known.number !== lastGood) {
    log.warn({ from: known.number, to: lastGood ?? null }, "the chain reorganised: reading again");
    await db.transaction(async (tx) => {
      await lock(tx);
      if ((await newestBlock(tx))?.hash !== known.hash) return;
      await rollBack(tx, lastGood ?? -1, parts.modules);
      await recallSubmissions(tx, lastGood ?? -1);
    });
    return true;
  }
  const from = known === undefined ? chain.deployment.deployBlock : known.number + 1;
  if (from > head) return false;
  const range = await readSome(parts, pace, { known, from, head });
  if (range === undefined) return true;
  const { to } = range;
  await db.transaction(async (tx) => {
    await lock(tx);
    // Another instance may have read the same range meanwhile.
    if ((await newestBlock(tx))?.hash !== known?.hash) return;
    for (const row of range.rows) {
      await tx.insert(events).values(row);
      await apply(tx, row, parts.modules);
    }
    const rows = range.blocks.map((block) => ({
      number: block.number,
      hash: block.hash,
      time: new Date(block.timestamp * 1000),
    }));
    await tx.insert(blocks).values(rows);
    await tx.delete(blocks).where(lt(blocks.number, to - REMEMBERED_BLOCKS));
  });
  return to < head;
}

type Pace = { blocks: number };

/** Reads a range as long as the node answers; undefined when it refused this one and a shorter one is to be tried. */
async function readSome(
  { chain, log, modules }: Parts,
  pace: Pace,
  at: { readonly known: SeenBlock | undefined; readonly from: number; readonly head: number },
) {
  const { known, from, head } = at;
  const to = Math.min(head, from + pace.blocks - 1);
  try {
    const range = await readRange({ chain, modules }, { known, from, to });
    pace.blocks = Math.min(MOST_BLOCKS, pace.blocks * 2);
    return { ...range, to };
  } catch (problem) {
    if (from === to || isUnreachable(problem) || isReorganisation(problem)) throw problem;
    pace.blocks = Math.max(1, (to - from + 1) >> 1);
    log.warn({ err: problem, blocks: to - from + 1 }, "the node refused a range: halving it");
    return undefined;
  }
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

/** One instance indexes at a time; the lock ends with the transaction. */
async function lock(tx: Transaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${INDEXER_LOCK})`);
}

async function newestNumber({ db, chain }: Pick<Parts, "db" | "chain">): Promise<number> {
  return (await newestBlock(db))?.number ?? chain.deployment.deployBlock - 1;
}
