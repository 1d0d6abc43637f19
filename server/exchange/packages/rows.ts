// What is known of packages, beside their bytes. A package is sent first and deposited then; what nobody deposits within
// an hour is dropped. The row is written before the bytes and marked after them, so that no crash leaves bytes of which
// nobody knows, or an entry whose package is not there.
import { and, count, eq, gt, inArray, isNotNull, isNull, lt, lte, or, sum } from "drizzle-orm";
import { Refusal } from "../../../circuits/statement/refusal.ts";
import type { Database, Transaction } from "../../store/database.ts";
import { entries, erasures, packages } from "../tables.ts";
import type { PackageForm } from "./form.ts";
import type { PackageStore } from "./store.ts";

/** What nobody has deposited is kept for so long. */
const KEEP_MS = 3_600_000;
/** Packages dropped in one turn. */
const AT_ONCE = 100;

type Row = typeof packages.$inferSelect;
type Kept = { readonly db: Database; readonly store: PackageStore };
type Received = PackageForm & { readonly hash: string; readonly bytes: Uint8Array };

export async function findPackage(
  db: Database | Transaction,
  hash: string,
): Promise<Row | undefined> {
  const [row] = await db.select().from(packages).where(eq(packages.hash, hash));
  return row;
}

/** Bytes of all that is not deposited. */
export async function undepositedBytes(db: Database): Promise<number> {
  const [row] = await db
    .select({ bytes: sum(packages.size) })
    .from(packages)
    .where(isNull(packages.entry));
  return Number(row?.bytes ?? 0);
}

/** How many packages are deposited, and the bytes that they take. */
export async function countDeposited(db: Database): Promise<{ packages: number; bytes: number }> {
  const [row] = await db
    .select({ n: count(), bytes: sum(packages.size) })
    .from(packages)
    .where(and(isNotNull(packages.entry), eq(packages.isStored, true)));
  return { packages: row?.n ?? 0, bytes: Number(row?.bytes ?? 0) };
}

/**
 * Takes a package in; answers once it is safe. Throws what the store throws; refuses with `Erased` what was dropped
 * for good.
 */
export async function receivePackage({ db, store }: Kept, of: Received): Promise<void> {
  const { hash, bytes, sizeStep } = of;
  const known = await findPackage(db, hash);
  if (known?.erasedAt) throw new Refusal("Erased");
  if (known?.isStored && known.entry !== null && (await store.has(hash))) return;
  // From now on nothing drops it for an hour: whoever was about to has the row locked, and is waited for.
  const fresh = {
    size: bytes.length,
    sizeStep,
    custodians: [...of.custodians],
    storedAt: new Date(),
  };
  await db
    .insert(packages)
    .values({ hash, ...fresh, isStored: false })
    .onConflictDoUpdate({ target: packages.hash, set: fresh });
  await store.put(hash, bytes);
  const isOpen = and(eq(packages.hash, hash), isNull(packages.erasedAt));
  const marked = await db.update(packages).set({ isStored: true }).where(isOpen).returning();
  if (marked.length > 0) return;
  // Erased meanwhile.
  await store.remove(hash);
  throw new Refusal("Erased");
}

/**
 * Gives a package to the entry that is being stored. Refuses with `PackageMissing` or `PackageTaken`; with
 * `MalformedInput` where the entry names another step.
 */
export async function keepPackage(
  tx: Transaction,
  of: { readonly packageHash: string; readonly sizeStep: number; readonly entry: string },
): Promise<void> {
  const is = eq(packages.hash, of.packageHash);
  const [row] = await tx.select().from(packages).where(is).for("update");
  requirePackage(row, of);
  await tx.update(packages).set({ entry: of.entry }).where(is);
}

/** The same checks before anything dear is done; whom the shares are for is answered. */
export function requirePackage(
  row: Row | undefined,
  of: { readonly sizeStep: number; readonly entry: string },
): readonly string[] {
  if (row?.erasedAt) throw new Refusal("Erased");
  if (!row?.isStored) throw new Refusal("PackageMissing");
  if (row.entry !== null && row.entry !== of.entry) throw new Refusal("PackageTaken");
  if (row.sizeStep !== of.sizeStep) throw new Refusal("MalformedInput", { field: "sizeStep" });
  return row.custodians;
}

/** Drops what nobody has deposited. True when there may be more. */
export async function dropUndeposited({ db, store }: Kept, now = Date.now()): Promise<boolean> {
  const before = new Date(now - KEEP_MS);
  const isOld = and(
    isNull(packages.entry),
    isNull(packages.erasedAt),
    lt(packages.storedAt, before),
  );
  const old = await db.select({ hash: packages.hash }).from(packages).where(isOld).limit(AT_ONCE);
  for (const { hash } of old) {
    const isIt = and(eq(packages.hash, hash), isOld);
    // First of all it can no longer be deposited: a crash after the next step would leave an entry without its bytes.
    await db.update(packages).set({ isStored: false }).where(isIt);
    await db.transaction(async (tx) => {
      const [still] = await tx.select().from(packages).where(isIt).for("update");
      // Sent again meanwhile.
      if (still === undefined || still.isStored) return;
      await store.remove(hash);
      await tx.delete(packages).where(eq(packages.hash, hash));
    });
  }
  return old.length === AT_ONCE;
}

/**
 * Drops packages of those whose erasure was asked for in a block up to `block`. What is dropped stays known, so that
 * nobody brings it back. True when there may be more.
 */
export async function dropErased({ db, store }: Kept, block: number): Promise<boolean> {
  const found = await db
    .select({ hash: packages.hash })
    .from(packages)
    .innerJoin(entries, eq(entries.packageHash, packages.hash))
    .innerJoin(
      erasures,
      and(eq(erasures.trialId, entries.trialId), eq(erasures.pseudonym, entries.pseudonym)),
    )
    .where(
      and(
        or(isNull(packages.erasedAt), eq(packages.isStored, true)),
        lte(erasures.blockNumber, block),
      ),
    )
    .limit(AT_ONCE);
  if (found.length === 0) return false;
  const hashes = found.map(({ hash }) => hash);
  const are = inArray(packages.hash, hashes);
  // First of all nobody brings it back: whoever is sending it just now finds this and removes it again. That its bytes
  // are still to go, `isStored` says, also after a crash.
  const isNew = and(are, isNull(packages.erasedAt));
  await db.update(packages).set({ erasedAt: new Date() }).where(isNew);
  for (const hash of hashes) await store.remove(hash);
  await db.update(packages).set({ isStored: false }).where(are);
  return found.length === AT_ONCE;
}

/** Removes again, once at a start, what an older copy of the store has brought back of the erased. */
export async function dropRevived({ db, store }: Kept): Promise<void> {
  for (let last = ""; ; ) {
    const found = await db
      .select({ hash: packages.hash })
      .from(packages)
      .where(and(isNotNull(packages.erasedAt), gt(packages.hash, last)))
      .orderBy(packages.hash)
      .limit(AT_ONCE);
    for (const { hash } of found) if (await store.has(hash)) await store.remove(hash);
    if (found.length < AT_ONCE) return;
    last = found.at(-1)!.hash;
  }
}
