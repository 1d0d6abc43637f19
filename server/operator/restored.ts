// What a restored database does not know. The chain may be ahead of it: the relayer has sent since
// what the outbox still holds as queued, and sending it again would be refused as a repetition of
// itself. Or behind it: what the outbox holds as final is in no block any more. Both show at a
// start, by the account's nonce, by receipts and by the hashes of blocks.
import { randomUUID } from "node:crypto";
import { and, desc, eq, gt, gte, inArray, isNotNull, lt, sql } from "drizzle-orm";
import { Transaction as SignedTransaction, type TransactionResponse } from "ethers";
import type { Chain } from "../chain/chain.ts";
import { BUNDLE, type Entry } from "../outbox/store.ts";
import { outbox, relayers } from "../outbox/tables.ts";
import type { Database, Transaction } from "../store/database.ts";
import { events } from "../store/tables.ts";
import type { Log } from "../work/log.ts";

type Parts = { readonly db: Database; readonly chain: Chain; readonly log: Log };

type Options = {
  /** Reads the chain up to its newest block. */
  readonly catchUp: () => Promise<void>;
  /** The calls, each as it would have been sent alone, that one call carries; none for any other. */
  readonly split: (data: string) => readonly string[];
  /** How long something unknown that waits in the node is waited for. */
  readonly waitSeconds: number;
};

const PAUSE_MS = 500;

const ASKED_AT_ONCE = 8;

/** Brings the outbox up to the chain. To be called when the chain has been read, before anything is sent. */
export async function meetChain(parts: Parts, options: Options): Promise<void> {
  await recallVanished(parts);
  await recogniseSent(parts, options);
}

/** What was mined in a block that the chain does not have is on its way again, however final it was. */
async function recallVanished({ db, chain, log }: Parts): Promise<void> {
  const isMined = and(inArray(outbox.state, ["mined", "final"]), isNotNull(outbox.blockHash));
  const blocks = await db
    .selectDistinct({ number: outbox.blockNumber, hash: outbox.blockHash })
    .from(outbox)
    .where(isMined)
    .orderBy(desc(outbox.blockNumber));
  const isThere = async ({ number, hash }: (typeof blocks)[number]) =>
    (await chain.provider.getBlock(number!))?.hash === hash;
  if (blocks.length === 0 || (await isThere(blocks[0]!))) return;
  // Each block names its parent: where one is there, all before it are.
  let [vanished, there] = [0, blocks.length];
  while (there - vanished > 1) {
    const middle = Math.floor((vanished + there) / 2);
    if (await isThere(blocks[middle]!)) there = middle;
    else vanished = middle;
  }
  const after = blocks[there]?.number ?? -1;
  const recalled = await db
    .update(outbox)
    .set({ state: "sent", blockNumber: null, blockHash: null })
    .where(and(isMined, gt(outbox.blockNumber, after)))
    .returning({ id: outbox.id });
  log.warn(
    { submissions: recalled.length, after },
    "the chain is behind the outbox: what it lost is sent again",
  );
}

/** Finds transactions of the relayer's that the outbox does not know, and whose they are. */
async function recogniseSent(parts: Parts, options: Options): Promise<void> {
  const { db, chain, log } = parts;
  const address = chain.relayer.address;
  // The node first: what the database gives out meanwhile is known to it.
  const waiting = await chain.provider.getTransactionCount(address, "pending");
  const [row] = await db.select().from(relayers).where(eq(relayers.address, address));
  const from = await firstUnknown(parts, row?.nextNonce ?? 0);
  const open = await listOpen(db);
  if (open.length === 0 || waiting <= from) return;
  const to = await waitUntilMined(parts, options, waiting);
  await options.catchUp();
  const found = await findTransactions(parts, { from, to });
  let recognised = 0;
  for (const transaction of found) {
    await db.transaction(async (tx) => {
      recognised += await recognise(tx, { transaction, address, split: options.split });
    });
  }
  if (recognised === 0) return;
  log.warn(
    { submissions: recognised, transactions: found.length },
    "the chain is ahead of the outbox: what was sent already is not sent again",
  );
}

const OPEN = inArray(outbox.state, ["queued", "sent"]);

function listOpen(db: Database): Promise<{ id: string }[]> {
  return db.select({ id: outbox.id }).from(outbox).where(OPEN).limit(1);
}

/** The first nonce whose transaction may be another than the outbox knows. */
async function firstUnknown({ db, chain }: Parts, next: number): Promise<number> {
  const { address } = chain.relayer;
  const mined = await chain.nonce();
  const sent = await db
    .select()
    .from(outbox)
    .where(and(eq(outbox.state, "sent"), eq(outbox.relayer, address), lt(outbox.nonce, mined)))
    .orderBy(outbox.nonce);
  for (const { nonce, signed } of sent) {
    const receipts = signed.map(({ hash }) => chain.provider.getTransactionReceipt(hash));
    // Replaced since with a higher fee, or its nonce went elsewhere.
    if ((await Promise.all(receipts)).every((receipt) => receipt === null)) {
      return Math.min(next, nonce!);
    }
  }
  return next;
}

/** Waits for transactions that only the node knows; the next nonce when they are mined. */
async function waitUntilMined(
  { chain, log }: Parts,
  { waitSeconds }: Options,
  waiting: number,
): Promise<number> {
  const until = Date.now() + waitSeconds * 1000;
  for (;;) {
    const mined = await chain.nonce();
    if (mined >= waiting) return mined;
    if (Date.now() >= until) {
      log.warn({ mined, waiting }, "the node holds unknown transactions of the relayer: going on");
      return mined;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

type Range = { readonly from: number; readonly to: number };

/**
 * The relayer's transactions with these nonces, in their order. They are looked for among those of
 * all events, newest first, down to the block of the newest one that is known: every act that the
 * contracts took has left an event.
 */
async function findTransactions(
  { db, chain }: Parts,
  { from, to }: Range,
): Promise<TransactionResponse[]> {
  const { address } = chain.relayer;
  const floor = await lastKnownBlock(db, address, from);
  const found = new Map<number, TransactionResponse>();
  for await (const hashes of hashesOfEvents(db, floor)) {
    const all = await Promise.all(hashes.map((hash) => chain.provider.getTransaction(hash)));
    const ours = all.filter((one) => one !== null && one.from.toLowerCase() === address);
    for (const one of ours) if (one!.nonce >= from && one!.nonce < to) found.set(one!.nonce, one!);
    // Nonces only rise: what is older is known.
    if (found.size === to - from || ours.some((one) => one!.nonce < from)) break;
  }
  return [...found.values()].sort((a, b) => a.nonce - b.nonce);
}

async function lastKnownBlock(db: Database, address: string, nonce: number): Promise<number> {
  const before = and(eq(outbox.relayer, address), lt(outbox.nonce, nonce));
  const [row] = await db
    .select({ block: sql<number | null>`max(${outbox.blockNumber})` })
    .from(outbox)
    .where(before);
  return row?.block ?? 0;
}

/** Some at a time, newest first, down to a block. */
async function* hashesOfEvents(db: Database, floor: number): AsyncGenerator<string[]> {
  let before = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const rows = await db
      .select({ position: events.position, hash: events.transactionHash })
      .from(events)
      .where(and(gte(events.blockNumber, floor), lt(events.position, before)))
      .orderBy(desc(events.position))
      .limit(ASKED_AT_ONCE);
    if (rows.length === 0) return;
    yield [...new Set(rows.map(({ hash }) => hash))];
    before = rows.at(-1)!.position;
  }
}

type Seen = {
  readonly transaction: TransactionResponse;
  readonly address: string;
  readonly split: Options["split"];
};

/** Gives a transaction to what it carries; how many submissions that are. */
async function recognise(tx: Transaction, seen: Seen): Promise<number> {
  const { data } = seen.transaction;
  const own = await findOpen(tx, seen, data);
  if (own !== undefined) {
    const alone = own.kind === BUNDLE ? {} : { bundle: null };
    await tx
      .update(outbox)
      .set({ ...sentAs(seen), ...alone })
      .where(eq(outbox.id, own.id));
    if (own.kind !== BUNDLE) return 1;
    return carry(tx, seen, own.id, eq(outbox.bundle, own.id));
  }
  const carried: Entry[] = [];
  for (const call of seen.split(data)) {
    const entry = await findOpen(tx, seen, call);
    if (entry) carried.push(entry);
  }
  if (carried.length === 0) return 0;
  const id = randomUUID();
  const bundle = { id, key: `${BUNDLE}:${id}`, live: true, kind: BUNDLE };
  const call = { to: carried[0]!.to, data };
  await tx.insert(outbox).values({ ...bundle, ...call, ...sentAs(seen) });
  const ids = carried.map((entry) => entry.id);
  return carry(tx, seen, id, inArray(outbox.id, ids));
}

/** The oldest open entry with exactly this call. */
async function findOpen(
  tx: Transaction,
  { transaction }: Seen,
  data: string,
): Promise<Entry | undefined> {
  const to = transaction.to?.toLowerCase() ?? "";
  const [entry] = await tx
    .select()
    .from(outbox)
    .where(and(OPEN, eq(outbox.data, data), sql`lower(${outbox.to}) = ${to}`))
    .orderBy(outbox.createdAt)
    .limit(1);
  return entry;
}

/** As if it had been sent from here: tracking does the rest. */
function sentAs({ transaction, address }: Seen) {
  const raw = SignedTransaction.from(transaction).serialized;
  return {
    state: "sent" as const,
    relayer: address,
    nonce: transaction.nonce,
    signed: [{ hash: transaction.hash, raw }],
    transactionHash: transaction.hash,
    sentAt: new Date(),
  };
}

async function carry(
  tx: Transaction,
  { transaction }: Seen,
  bundle: string,
  which: ReturnType<typeof eq>,
): Promise<number> {
  const rows = await tx
    .update(outbox)
    .set({ state: "sent", bundle, transactionHash: transaction.hash, sentAt: new Date() })
    .where(and(OPEN, which))
    .returning({ id: outbox.id });
  return rows.length;
}
