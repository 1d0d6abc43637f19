// What boards said of trials: the hashes of their words.
import { and, asc, eq } from "drizzle-orm";
import type { Opinion } from "../../circuits/statement/trial/trial.ts";
import type { Database } from "../store/database.ts";
import { after, type Page, type Row, withCursors } from "../store/pages.ts";
import { opinions } from "./tables.ts";

export type OpinionShape = {
  readonly version: number;
  readonly opinion: Opinion;
  readonly textHash: string;
  readonly by: string;
  readonly givenAt: Date;
};

/** A trial's opinions, oldest first. */
export async function listOpinions(
  db: Database,
  trialId: string,
  page: Page,
): Promise<Row<OpinionShape>[]> {
  const rows = await db
    .select()
    .from(opinions)
    .where(and(eq(opinions.trialId, trialId), after(opinions.position, page)))
    .orderBy(asc(opinions.position))
    .limit(page.limit);
  return withCursors(rows, (row) => row);
}
