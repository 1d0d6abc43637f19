// What becomes of events: each module fills tables of its own, and they are emptied before a subject is read again.
import { eq, getTableColumns } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import type { Connectable } from "../../contracts/connect.ts";
import type { Transaction } from "../store/database.ts";
import type { EventName, EventOf, EventRow } from "../store/events.ts";

/** What events change, by their names. */
export type Handlers = {
  readonly [Name in EventName]?: (tx: Transaction, event: EventOf<Name>) => Promise<unknown>;
};
type Handler = (tx: Transaction, event: EventRow) => Promise<unknown>;

/** What the indexer has to know of a module. */
export type Derived = {
  /** Also the subject of its contracts' events that name no trial. */
  readonly name: string;
  /** Contracts whose events are read. */
  readonly contracts: readonly Connectable[];
  /** Tables that the handlers fill: a subject's rows where there is a column `trialId`, or one subject as a whole. */
  readonly tables: readonly PgTable[];
  readonly events: Handlers;
};

/** Applies one event. Events without a handler are kept for the audit only. */
export async function apply(
  tx: Transaction,
  event: EventRow,
  modules: readonly Derived[],
): Promise<void> {
  for (const { events } of modules) {
    await (events[event.name as EventName] as Handler | undefined)?.(tx, event);
  }
}

/** Empties what was derived about a subject. */
export async function forget(
  tx: Transaction,
  subject: string,
  modules: readonly Derived[],
): Promise<void> {
  for (const { name, tables } of modules) {
    for (const table of tables) {
      const { trialId }: { trialId?: PgColumn } = getTableColumns(table);
      if (trialId !== undefined) await tx.delete(table).where(eq(trialId, subject));
      else if (name === subject) await tx.delete(table);
    }
  }
}
