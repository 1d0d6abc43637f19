// What a reorganisation takes back.
import { asc, gt, inArray } from "drizzle-orm";
import type { Transaction } from "../store/database.ts";
import { blocks, events } from "../store/tables.ts";
import { apply, type Derived, forget } from "./derive.ts";
import { POSITIONS_PER_BLOCK } from "./read.ts";

/** Forgets everything after a block and replays the subjects concerned. */
export async function rollBack(
  tx: Transaction,
  to: number,
  modules: readonly Derived[],
): Promise<void> {
  const after = (to + 1) * POSITIONS_PER_BLOCK - 1;
  const lost = await tx
    .selectDistinct({ subject: events.subject })
    .from(events)
    .where(gt(events.position, after));
  await tx.delete(events).where(gt(events.position, after));
  await tx.delete(blocks).where(gt(blocks.number, to));
  const subjects = lost.map(({ subject }) => subject);
  for (const subject of subjects) await forget(tx, subject, modules);
  if (subjects.length === 0) return;
  const remaining = await tx
    .select()
    .from(events)
    .where(inArray(events.subject, subjects))
    .orderBy(asc(events.position));
  for (const row of remaining) await apply(tx, row, modules);
}
