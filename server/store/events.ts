// Audit events in the order of the chain.
import { and, asc, desc, eq, gt } from "drizzle-orm";
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

/** Position of the newest event, below 0 before the first: where subscriptions start. */
export async function newestPosition(db: Database): Promise<number> {
  const newest = db.select({ position: events.position }).from(events);
  const [row] = await newest.orderBy(desc(events.position)).limit(1);
  return row?.position ?? -1;
}

/** Events of all subjects after a position, in order. */
export async function listNews(
  db: Database,
  position: number,
  limit: number,
): Promise<{ position: number; subject: string; event: EventShape }[]> {
  const rows = db.select().from(events).where(gt(events.position, position));
  const news = await rows.orderBy(asc(events.position)).limit(limit);
  return news.map((row) => ({
    position: row.position,
    subject: row.subject,
    event: presentEvent(row),
  }));
}
