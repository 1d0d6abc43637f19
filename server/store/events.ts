// Audit events in the order of the chain.
import { and, asc, desc, eq } from "drizzle-orm";
import { presentEvent } from "../present.ts";
import type { EventShape } from "../shapes.ts";
import type { Database } from "./database.ts";
import { after, type Page, type Row, withCursors } from "./pages.ts";
import { events } from "./tables.ts";

/** Events of one subject (a trial's id), or of all. */
export async function listEvents(
  db: Database,
  subject: string | undefined,
  page: Page,
): Promise<Row<EventShape>[]> {
  const rows = await db
    .select()
    .from(events)
    .where(and(subject ? eq(events.subject, subject) : undefined, after(events.position, page)))
    .orderBy(asc(events.position))
    .limit(page.limit);
  return withCursors(rows, presentEvent);
}

/** Cursor of the newest event: where a subscription starts. */
export async function newestEvent(db: Database): Promise<string | undefined> {
  const [row] = await db
    .select({ position: events.position })
    .from(events)
    .orderBy(desc(events.position))
    .limit(1);
  return row && String(row.position);
}
