// The outbox's rows: every step of a submission is one short transaction, so that a crash leaves a
// known state.
import { randomUUID } from "node:crypto";
import { and, asc, count, eq, inArray, isNull, lt, ne, or } from "drizzle-orm";
import type { RefusalShape } from "../chain/refusals.ts";
import type { Database, Transaction } from "../store/database.ts";
import { outbox, relayers } from "./tables.ts";

export type Entry = typeof outbox.$inferSelect;

export type NewEntry = {
  kind: string;
  key: string;
  to: string;
  data: string;
  /** Its proof or signature was checked here: it may wait for a node that is away. */
  isVerified?: boolean;
  /** What it may be sent together with, if with anything. */
  gather?: string | undefined;
};

/** Kind of the rows that are no submissions, but carry several (bundle.ts). */
export const BUNDLE = "bundle";

/** Nodes take transactions of at most 128 KiB (go-ethereum's txMaxSize), with what is around the call. */
export const MAX_CALL_BYTES = 128 * 1024 - 1024;

/** Bytes of a call. */
export const sizeOf = ({ data }: { readonly data: string }): number => data.length / 2 - 1;

type Signed = { readonly hash: string; readonly raw: string };

/** The submission of this content that is under way or done; refused ones don't count. */
export async function findLive(db: Database, key: string): Promise<Entry | undefined> {
  const [entry] = await db
    .select()
    .from(outbox)
    .where(and(eq(outbox.key, key), eq(outbox.live, true)));
  return entry;
}

export async function findEntry(db: Database, id: string): Promise<Entry | undefined> {
  const [entry] = await db.select().from(outbox).where(eq(outbox.id, id));
  return entry;
}

export function findEntries(db: Database, ids: readonly string[]): Promise<Entry[]> {
  return db
    .select()
    .from(outbox)
    .where(inArray(outbox.id, [...ids]));
}

/** Stores a submission; of two with the same content at once, one is stored and both get it. */
export async function insertEntry(db: Database, entry: NewEntry): Promise<Entry> {
  await db
    .insert(outbox)
    .values({ id: randomUUID(), live: true, state: "queued", signed: [], ...entry })
    .onConflictDoNothing();
  return (await findLive(db, entry.key))!;
}

/** Forgets submissions that ended before a time, with the rows that carried them. */
export async function forgetEnded(db: Database, before: Date): Promise<void> {
  const ended = inArray(outbox.state, ["final", "refused"]);
  await db.delete(outbox).where(and(ended, lt(outbox.createdAt, before)));
}

/** When the oldest submission that is not sent yet was stored. */
export async function oldestUnsent(db: Database): Promise<Date | undefined> {
  const [row] = await db
    .select({ at: outbox.createdAt })
    .from(outbox)
    .where(eq(outbox.state, "queued"))
    .orderBy(asc(outbox.createdAt))
    .limit(1);
  return row?.at;
}

/** How many wait in each unfinished state. */
export async function countWaiting(
  db: Database,
): Promise<Record<"queued" | "sent" | "mined", number>> {
  const rows = await db
    .select({ state: outbox.state, n: count() })
    .from(outbox)
    .where(and(inArray(outbox.state, ["queued", "sent", "mined"]), ne(outbox.kind, BUNDLE)))
    .groupBy(outbox.state);
  const of = (state: string) => rows.find((row) => row.state === state)?.n ?? 0;
  return { queued: of("queued"), sent: of("sent"), mined: of("mined") };
}

/** What goes out by itself, oldest first: neither waiting to be gathered nor carried by a bundle. */
export function listQueued(db: Database, limit: number): Promise<Entry[]> {
  return db
    .select()
    .from(outbox)
    .where(and(eq(outbox.state, "queued"), isNull(outbox.gather), isNull(outbox.bundle)))
    .orderBy(asc(outbox.createdAt))
    .limit(limit);
}

/** Entries on their way, in the order of their nonces. */
export function listPending(db: Database, relayer: string, limit: number): Promise<Entry[]> {
  return db
    .select()
    .from(outbox)
    .where(and(inArray(outbox.state, ["sent", "mined"]), eq(outbox.relayer, relayer)))
    .orderBy(asc(outbox.nonce))
    .limit(limit);
}

/** Does a submission hold this nonce: on its way, or on the chain for all that is known? */
export async function isNonceHeld(db: Database, relayer: string, nonce: number): Promise<boolean> {
  const ours = and(eq(outbox.relayer, relayer), eq(outbox.nonce, nonce));
  const found = db.select({ id: outbox.id }).from(outbox);
  return (await found.where(and(ours, ne(outbox.state, "refused"))).limit(1)).length > 0;
}

/**
 * Is an older submission in one of these states? Then no refusal of this one is the last word: it may rest on what
 * the older one does, and a chain that lost both gets them one after the other. What it carries itself is none, nor is
 * what another key has sent, which nobody here follows up.
 */
export async function isBehind(
  db: Database,
  { id, createdAt }: Entry,
  at: { readonly relayer: string; readonly states: readonly Entry["state"][] },
): Promise<boolean> {
  const others = or(isNull(outbox.bundle), ne(outbox.bundle, id));
  const ours = or(isNull(outbox.relayer), eq(outbox.relayer, at.relayer));
  const older = and(inArray(outbox.state, [...at.states]), lt(outbox.createdAt, createdAt));
  const found = db
    .select({ id: outbox.id })
    .from(outbox)
    .where(and(older, others, ours));
  return (await found.limit(1)).length > 0;
}

/**
 * Gives a queued entry the next nonce and stores it signed, before anything is sent: after a crash
 * the very same transaction is sent again. The relayer's row is locked meanwhile, so instances
 * never take the same nonce.
 */
export function assignNonce(
  db: Database,
  at: {
    entry: Entry;
    relayer: string;
    chainNonce: number;
    sign: (nonce: number) => Promise<Signed>;
  },
): Promise<Entry | undefined> {
  return db.transaction(async (tx) => {
    const values = { address: at.relayer, nextNonce: at.chainNonce };
    await tx.insert(relayers).values(values).onConflictDoNothing();
    const [row] = await tx
      .select()
      .from(relayers)
      .where(eq(relayers.address, at.relayer))
      .for("update");
    const [still] = await tx
      .select({ state: outbox.state })
      .from(outbox)
      .where(eq(outbox.id, at.entry.id))
      .for("update");
    if (still?.state !== "queued") return undefined;
    const nonce = Math.max(row!.nextNonce, at.chainNonce);
    const signed = await at.sign(nonce);
    await tx
      .update(relayers)
      .set({ nextNonce: nonce + 1 })
      .where(eq(relayers.address, at.relayer));
    const [sent] = await tx
      .update(outbox)
      .set({
        state: "sent",
        relayer: at.relayer,
        nonce,
        signed: [signed],
        transactionHash: signed.hash,
        sentAt: new Date(),
      })
      .where(eq(outbox.id, at.entry.id))
      .returning();
    await copyToCarried(tx, sent!);
    return sent;
  });
}

/**
 * With nothing on its way, the chain alone knows the next nonce (a reset chain, a key used
 * elsewhere).
 */
export function resetNonce(db: Database, relayer: string, chainNonce: number): Promise<void> {
  return db.transaction(async (tx) => {
    await tx.select().from(relayers).where(eq(relayers.address, relayer)).for("update");
    const pending = await tx
      .select({ id: outbox.id })
      .from(outbox)
      .where(and(inArray(outbox.state, ["sent", "mined"]), eq(outbox.relayer, relayer)))
      .limit(1);
    if (pending.length > 0) return;
    await tx.update(relayers).set({ nextNonce: chainNonce }).where(eq(relayers.address, relayer));
  });
}

type Change = Partial<
  Pick<
    Entry,
    "state" | "nonce" | "signed" | "transactionHash" | "blockNumber" | "blockHash" | "sentAt"
  >
>;

/**
 * Changes an entry that is still in the state it was read in; another instance may have been
 * faster.
 */
export async function changeEntry(
  db: Database | Transaction,
  entry: Entry,
  change: Change,
): Promise<void> {
  const sameNonce = entry.nonce === null ? isNull(outbox.nonce) : eq(outbox.nonce, entry.nonce);
  await db.transaction(async (tx) => {
    const [changed] = await tx
      .update(outbox)
      .set(change)
      .where(and(eq(outbox.id, entry.id), eq(outbox.state, entry.state), sameNonce))
      .returning();
    if (changed) await copyToCarried(tx, changed);
  });
}

/** What a bundle carries is where the bundle is. */
async function copyToCarried(tx: Transaction, bundle: Entry): Promise<void> {
  if (bundle.kind !== BUNDLE) return;
  const { state, transactionHash, blockNumber, blockHash, sentAt } = bundle;
  await tx
    .update(outbox)
    .set({ state, transactionHash, blockNumber, blockHash, sentAt })
    .where(eq(outbox.bundle, bundle.id));
}

/**
 * Ends an entry with a refusal and frees its content for another try. What a refused bundle carried
 * is queued again, each alone now: whoever spoils one bundle spoils no second one for the others.
 */
export async function refuseEntry(
  db: Database | Transaction,
  entry: Entry,
  refusal: RefusalShape,
): Promise<void> {
  await db.transaction(async (tx) => {
    const [refused] = await tx
      .update(outbox)
      .set({ state: "refused", refusal, live: null })
      .where(and(eq(outbox.id, entry.id), eq(outbox.state, entry.state)))
      .returning();
    if (refused?.kind !== BUNDLE) return;
    const alone = { state: "queued", bundle: null, gather: null, sentAt: null } as const;
    const nowhere = { transactionHash: null, blockNumber: null, blockHash: null };
    await tx
      .update(outbox)
      .set({ ...alone, ...nowhere })
      .where(eq(outbox.bundle, refused.id));
  });
}
