// Audit events in the order of the chain.
import { and, asc, desc, eq, gt } from "drizzle-orm";
import type { Connectable } from "../../contracts/connect.ts";
import type { EventArgsOf, EventNameOf } from "../../contracts/logs.ts";
import type { Database } from "./database.ts";
import { after, type Page, type Row, withCursors } from "./pages.ts";
import { events } from "./tables.ts";

export type EventName = EventNameOf<Connectable>;
/** What an event says, as plain JSON: numbers as decimal text. */
export type Said<Name extends EventName> = EventArgsOf<Connectable, Name, string, string>;
/** An event of this name, as it is stored. */
export type EventOf<Name extends EventName> = EventRow & { readonly arguments: Said<Name> };
/** Any event as it is stored. */
export type EventRow = Omit<typeof events.$inferInsert, "arguments"> & { arguments: object };

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

export type EventShape = {
  readonly id: string;
  readonly contract: string;
  readonly name: string;
  readonly arguments: readonly { readonly name: string; readonly value: string }[];
  readonly blockNumber: number;
  readonly blockTime: Date;
  readonly logIndex: number;
  readonly transactionHash: string;
};

function presentEvent(row: typeof events.$inferSelect): EventShape {
  return {
    id: `${row.blockNumber}-${row.logIndex}`,
    contract: row.contract,
    name: row.name,
    arguments: Object.entries(row.arguments).map(([name, value]) => ({
      name,
      value: typeof value === "string" ? value : JSON.stringify(value),
    })),
    blockNumber: row.blockNumber,
    blockTime: row.blockTime,
    logIndex: row.logIndex,
    transactionHash: row.transactionHash,
  };
}
