// Reading the own tables from a file: all of it in one transaction, or nothing.
import { sql } from "drizzle-orm";
import type { Backup } from "../store/backup.ts";
import type { Database, Transaction } from "../store/database.ts";
import { rowsOf } from "../store/rows.ts";
import { countRows } from "./export.ts";
import { type Counts, type Header, type Here, readHeader, readRow } from "./format.ts";
import { readLines } from "./lines.ts";
import { Problem } from "./problem.ts";

type Imported = Pick<Header, "counts" | "block" | "writtenAt" | "release"> & {
  /** The very same rows were there before: nothing was changed. */
  readonly wasThere: boolean;
};

type Target = Here & { readonly db: Database };

/**
 * Imports a file into an empty database that nobody else uses. Throws Problem for a file that is not
 * whole or not for here, and for a database that holds other rows; then nothing is changed.
 */
export function importTables({ db, ...here }: Target, file: string): Promise<Imported> {
  return db.transaction(async (tx) => {
    const before = await countRows(tx, here.tables);
    const isEmpty = Object.values(before).every((n) => n === 0);
    const take = isEmpty ? insertRows : requireSameRows;
    const read: Record<string, number> = {};
    let header: Header | undefined;
    for await (const part of readFile(file, here)) {
      if ("format" in part) {
        header = part;
        if (!isEmpty) requireSameCounts(before, header.counts);
        continue;
      }
      read[part.table] = (read[part.table] ?? 0) + part.rows.length;
      await take(tx, part);
    }
    const { counts, block, writtenAt, release } = header!;
    if (Object.keys(counts).some((name) => counts[name] !== (read[name] ?? 0))) {
      throw new Problem(2, `${file} does not hold the numbers of rows that its first line says`);
    }
    return { counts, block, writtenAt, release, wasThere: !isEmpty };
  });
}

type Page = { readonly table: string; readonly of: Backup; readonly rows: readonly unknown[] };

/** The header, then rows of one table at a time. */
async function* readFile(file: string, here: Here): AsyncGenerator<Header | Page> {
  let number = 0;
  let page: { table: string; of: Backup; rows: unknown[] } | undefined;
  for await (const line of readLines(file)) {
    number += 1;
    if (number === 1) {
      yield readHeader(line, file, here);
      continue;
    }
    const { table, row } = readRow(line, { ...here, file, line: number });
    if (page && (page.table !== table || page.rows.length >= page.of.page)) {
      yield page;
      page = undefined;
    }
    page ??= { table, of: here.tables[table]!, rows: [] };
    page.rows.push(row);
  }
  if (page) yield page;
  if (number === 0) throw new Problem(2, `${file} is not an export of a server's own tables`);
}

const given = ({ table, rows }: Page) =>
  sql`jsonb_populate_recordset(null::${sql.identifier(table)}, ${JSON.stringify(rows)}::jsonb)`;

async function insertRows(tx: Transaction, page: Page): Promise<void> {
  await tx.execute(sql`insert into ${sql.identifier(page.table)} select * from ${given(page)}`);
}

const otherRows = (found: string) =>
  new Problem(
    3,
    `the database is not empty (${found}): nothing was imported. Import into an empty one: ` +
      "another DATA_DIR, or a new PostgreSQL database",
  );

/** Numbers of rows as people read them. */
export function sayCounts(counts: Counts): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(", ");
}

function requireSameCounts(here: Counts, there: Counts): void {
  if (Object.keys(here).some((name) => here[name] !== there[name]))
    throw otherRows(sayCounts(here));
}

async function requireSameRows(tx: Transaction, page: Page): Promise<void> {
  const keys = sql.join(
    page.of.key.map((column) => sql.identifier(column)),
    sql`, `,
  );
  const same = await tx.execute(
    sql`select count(*)::int as n from ${given(page)} r join ${sql.identifier(page.table)} t
        using (${keys}) where to_jsonb(t) = to_jsonb(r)`,
  );
  if (rowsOf<{ n: number }>(same)[0]!.n !== page.rows.length) {
    throw otherRows(`its ${page.table} holds rows that are not the file's`);
  }
}
