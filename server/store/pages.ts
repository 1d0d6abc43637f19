// Cursors are positions in the order of the chain; a page is everything after one.
import { gt, type SQL } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";

export type Page = { readonly limit: number; readonly after: string | undefined };

export type Row<T> = { readonly cursor: string; readonly node: T };

/** The condition "after this page's cursor"; a cursor that is no number starts at the beginning. */
export function after(column: PgColumn, page: Page): SQL | undefined {
  const position = Number(page.after);
  return page.after !== undefined && Number.isSafeInteger(position)
    ? gt(column, position)
    : undefined;
}

/** Rows with their cursors. */
export function withCursors<R extends { position: number }, T>(
  rows: readonly R[],
  present: (row: R) => T,
): Row<T>[] {
  return rows.map((row) => ({ cursor: String(row.position), node: present(row) }));
}

/** Largest page of any connection. */
export const MAX_PAGE = 200;

const DEFAULT_PAGE = 50;

/** Size of a page: `first`, bounded. */
export function pageSize(first: number | null | undefined): number {
  return Math.min(Math.max(first ?? DEFAULT_PAGE, 0), MAX_PAGE);
}
