// Rows of bundles: one transaction that carries several submissions. Each step is one transaction
// of the database, so that a crash leaves every submission either waiting or carried, never both.
import { randomUUID } from "node:crypto";
import { and, asc, eq, inArray, isNotNull, isNull } from "drizzle-orm";
import type { Database } from "../store/database.ts";
import { BUNDLE, type Entry } from "./store.ts";
import { outbox } from "./tables.ts";

const waits = and(eq(outbox.state, "queued"), isNotNull(outbox.gather), isNull(outbox.bundle));

/** What waits to be gathered, oldest first. */
export function listWaiting(db: Database, limit: number): Promise<Entry[]> {
  return db.select().from(outbox).where(waits).orderBy(asc(outbox.createdAt)).limit(limit);
}

/** Lets entries go out by themselves. */
export async function release(db: Database, entries: readonly Entry[]): Promise<void> {
  const ids = entries.map(({ id }) => id);
  await db
    .update(outbox)
    .set({ gather: null })
    .where(and(waits, inArray(outbox.id, ids)));
}

/**
 * Queues one transaction for all of these entries. Nothing happens when another instance has taken
 * one of them meanwhile.
 */
export async function bundleUp(
  db: Database,
  entries: readonly Entry[],
  call: { readonly to: string; readonly data: string },
): Promise<void> {
  const ids = entries.map(({ id }) => id);
  await db.transaction(async (tx) => {
    const still = await tx
      .select({ id: outbox.id })
      .from(outbox)
      .where(and(waits, inArray(outbox.id, ids)))
      .orderBy(asc(outbox.id))
      .for("update");
    if (still.length !== ids.length) return;
    const id = randomUUID();
    await tx.insert(outbox).values({
      id,
      key: `${BUNDLE}:${id}`,
      live: true,
      kind: BUNDLE,
      state: "queued",
      signed: [],
      ...call,
    });
    await tx.update(outbox).set({ bundle: id }).where(inArray(outbox.id, ids));
  });
}
