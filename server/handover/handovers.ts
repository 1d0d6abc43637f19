// A clinic leaves a record sealed under a code; the wallet with the code fetches it, once. The server has neither the
// code nor the key: it sees a name of 32 bytes, and as many bytes for every record.
import { and, eq, gt, isNotNull, lt } from "drizzle-orm";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { requireRole } from "../accreditation/roles.ts";
import { answering, type RefusalShape } from "../chain/refusals.ts";
import type { Services } from "../schema/context.ts";
import type { Database } from "../store/database.ts";
import { handovers } from "./tables.ts";

/** Most characters of Base64; a sealed record takes about 33,000. */
export const MOST_SEALED = 40_000;
/** Records of one clinic that may wait at once. */
const MOST_WAITING = 256;
const LIFE_MS = 24 * 3_600_000;

export type HandoverShape = {
  readonly id: string;
  readonly until: Date;
  readonly fetchedAt: Date | null;
};

type Left = { readonly id: string; readonly sealed: string };

/** Keeps a sealed record for a day, for whoever names its id first. */
export function leaveHandover(
  services: Services,
  { id, sealed }: Left,
  clinic: string,
): Promise<HandoverShape | RefusalShape> {
  return answering(async () => {
    await requireRole(services, clinic, "clinic");
    const { db } = services;
    await dropEnded(db);
    const own = and(eq(handovers.clinic, clinic), isNotNull(handovers.sealed));
    const waiting = await db.$count(handovers, own);
    if (waiting >= MOST_WAITING) {
      throw new Refusal("TooLarge", { field: "records that wait", limit: MOST_WAITING });
    }
    const row = { id, clinic, sealed, until: new Date(Date.now() + LIFE_MS), fetchedAt: null };
    const [stored] = await db.insert(handovers).values(row).onConflictDoNothing().returning();
    if (!stored) throw new Refusal("MalformedInput", { field: "id" });
    return shapeOf(stored);
  });
}

/** The sealed record, for the first who names it; from then on it is gone. */
export function takeHandover(
  { db }: Services,
  id: string,
): Promise<{ readonly sealed: string } | RefusalShape> {
  return answering(async () => {
    const sealed = await db.transaction(async (tx) => {
      const waits = and(
        eq(handovers.id, id),
        isNotNull(handovers.sealed),
        gt(handovers.until, new Date()),
      );
      // Locked: of two who ask at once, the second waits for the first and finds nothing.
      const [row] = await tx.select().from(handovers).where(waits).for("update");
      if (!row) return null;
      const taken = { sealed: null, fetchedAt: new Date() };
      await tx.update(handovers).set(taken).where(eq(handovers.id, id));
      return row.sealed;
    });
    if (sealed === null) throw new Refusal("HandoverGone");
    return { sealed };
  });
}

/** What a clinic left under this id, and whether it was fetched; null for others. */
export async function findHandover(
  db: Database,
  { id, clinic }: { readonly id: string; readonly clinic: string },
): Promise<HandoverShape | null> {
  const [row] = await db
    .select()
    .from(handovers)
    .where(and(eq(handovers.id, id), eq(handovers.clinic, clinic)));
  return row ? shapeOf(row) : null;
}

/** Deletes what is past its day, fetched or not. */
export async function dropEnded(db: Database): Promise<void> {
  await db.delete(handovers).where(lt(handovers.until, new Date()));
}

function shapeOf({ id, until, fetchedAt }: typeof handovers.$inferSelect): HandoverShape {
  return { id, until, fetchedAt };
}
