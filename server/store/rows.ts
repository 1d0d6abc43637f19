// Types of a database that both drivers share.
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";

export type Database = PgDatabase<PgQueryResultHKT>;
/** A database inside a transaction. On PGlite using anything else meanwhile would wait for ever. */
export type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];

/** Rows of a raw query, which both drivers put under `rows`. */
export function rowsOf<T>(result: unknown): T[] {
  return (result as { rows: T[] }).rows;
}
