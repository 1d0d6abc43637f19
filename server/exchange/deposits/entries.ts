// Entries as they are stored: in order of position, each once.
import { and, asc, desc, eq, gte, sql } from "drizzle-orm";
import type { Authority } from "../../../circuits/statement/exchange/authority.ts";
import { CORRECTIONS, type Entry, isKeyEntry } from "../../../circuits/statement/exchange/entry.ts";
import { writeEntryRow } from "../../../circuits/statement/exchange/entryLog.ts";
import { Refusal } from "../../../circuits/statement/refusal.ts";
import { ZERO_BYTES32 } from "../../../circuits/statement/trial/trial.ts";
import { readBlock } from "../../store/blocks.ts";
import type { Database, Transaction } from "../../store/database.ts";
import { keepPackage } from "../packages/rows.ts";
import { entries } from "../tables.ts";
import { requireNotErased } from "./consented.ts";

export type DepositShape = {
  readonly hash: string;
  readonly position: number;
  readonly collectionChecked: boolean;
};

/** An entry that was checked, and by whose authority it is made. */
export type Checked = {
  readonly entry: Entry;
  readonly hash: string;
  readonly authority: Authority;
  readonly recipient: string | undefined;
  readonly collectionChecked: boolean;
};

/** PostgreSQL's advisory lock of a trial's log; any constant does. The second number is the trial's. */
const LOG_LOCK = 7_213_003;

/** One writer of a trial's log at a time; the lock ends with the transaction. */
export async function lockLog(tx: Transaction, trialId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${LOG_LOCK}::int, hashtext(${trialId}))`);
}

export async function findDeposit(
  db: Database | Transaction,
  hash: string,
): Promise<DepositShape | undefined> {
  const [row] = await db
    .select({
      hash: entries.hash,
      position: entries.position,
      collectionChecked: entries.collectionChecked,
    })
    .from(entries)
    .where(eq(entries.hash, hash));
  return row;
}

/**
 * Refuses with WrongSequence unless the entry is the next one of its pseudonym and collection, and with NotReplaceable
 * where it corrects none of them, or one that was corrected before.
 */
export async function requireOrder(db: Database | Transaction, entry: Entry): Promise<void> {
  const { trialId, collection } = entry;
  const pseudonym = entry.pseudonym.toString();
  const theirs = and(
    eq(entries.trialId, trialId),
    eq(entries.pseudonym, pseudonym),
    eq(entries.collection, collection),
  );
  const [last] = await db
    .select({ sequence: entries.sequence })
    .from(entries)
    .where(theirs)
    .orderBy(desc(entries.sequence))
    .limit(1);
  const expected = (last?.sequence ?? 0) + 1;
  if (entry.sequence !== expected) throw new Refusal("WrongSequence", { expected });
  if (entry.correction === CORRECTIONS.none) return;
  const isIt = and(theirs, eq(entries.hash, entry.replaces));
  const isReplaced = eq(entries.replaces, entry.replaces);
  const isThere = (await db.$count(entries, isIt)) > 0;
  if (!isThere || (await db.$count(entries, isReplaced)) > 0) throw new Refusal("NotReplaceable");
}

/** Stores it, or answers what is there already. Refuses like {@link requireOrder}, and for its package and an erasure. */
export function storeEntry(db: Database, checked: Checked): Promise<DepositShape> {
  const { entry, hash, authority, recipient, collectionChecked } = checked;
  const { trialId } = entry;
  return db.transaction(async (tx) => {
    await lockLog(tx, trialId);
    const known = await findDeposit(tx, hash);
    if (known) return known;
    // All of this was looked at before; somebody may have been faster.
    const pseudonym = entry.pseudonym.toString();
    await requireNotErased(tx, { trialId, pseudonym });
    await requireOrder(tx, entry);
    const packageHash = isKeyEntry(entry) ? null : entry.ciphertextHash;
    if (packageHash !== null) {
      await keepPackage(tx, { packageHash, sizeStep: entry.sizeStep, entry: hash });
    }
    const block = await readBlock(tx);
    const position = await countEntries(tx, trialId);
    await tx.insert(entries).values({
      ...{ trialId, position, hash, pseudonym, packageHash, collectionChecked },
      collection: entry.collection,
      sequence: entry.sequence,
      replaces: entry.replaces === ZERO_BYTES32 ? null : entry.replaces,
      row: writeEntryRow({
        ...{ entry, authority, block },
        ...(recipient !== undefined && { recipient }),
      }),
    });
    return { hash, position, collectionChecked };
  });
}

/** A trial's entries: positions have no gaps. */
export async function countEntries(db: Database | Transaction, trialId: string): Promise<number> {
  const [last] = await db
    .select({ position: entries.position })
    .from(entries)
    .where(eq(entries.trialId, trialId))
    .orderBy(desc(entries.position))
    .limit(1);
  return last === undefined ? 0 : last.position + 1;
}

/** Texts of rows from a position on, in order. */
export async function readEntryRows(
  db: Database | Transaction,
  at: { readonly trialId: string; readonly from: number; readonly limit: number },
): Promise<string[]> {
  const rows = await db
    .select({ row: entries.row })
    .from(entries)
    .where(and(eq(entries.trialId, at.trialId), gte(entries.position, at.from)))
    .orderBy(asc(entries.position))
    .limit(at.limit);
  return rows.map(({ row }) => row);
}
