// Writing the own tables to a file: one picture of the database, a few rows in memory at a time.
import { createHash } from "node:crypto";
import { createWriteStream, existsSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { sql } from "drizzle-orm";
import { RELEASE } from "../release.ts";
import type { Backup, Backups } from "../store/backup.ts";
import { newestBlock } from "../store/blocks.ts";
import type { Database, Transaction } from "../store/database.ts";
import { PRIVATE_FILE } from "../store/modes.ts";
import { rowsOf } from "../store/rows.ts";
import { type Counts, FORMAT, type Header, type Here } from "./format.ts";
import { Problem } from "./problem.ts";

export type Exported = Pick<Header, "counts" | "block"> & {
  readonly file: string;
  readonly bytes: number;
};

type Source = Here & { readonly db: Database };

/** Writes a new file. Throws Problem when there is one of that name, or no folder for it. */
export async function exportTables(source: Source, file: string): Promise<Exported> {
  if (existsSync(file)) throw new Problem(2, `${file} exists already; choose another name`);
  if (!existsSync(dirname(file))) throw new Problem(2, `${dirname(file)}: no such folder`);
  return writeTables(source, file);
}

/** Writes the file in one step: a crash leaves the old one, if any, or the new one. */
export async function writeTables({ db, ...here }: Source, file: string): Promise<Exported> {
  const draft = `${file}.${process.pid}.new`;
  try {
    const { counts, block } = await db.transaction(
      async (tx) => {
        const header = await headerOf(tx, here);
        const packed = createGzip({ level: 1 });
        const written = createWriteStream(draft, { flags: "wx", mode: PRIVATE_FILE, flush: true });
        await pipeline(Readable.from(linesOf(tx, header, here.tables)), packed, written);
        return header;
      },
      { isolationLevel: "repeatable read", accessMode: "read only" },
    );
    renameSync(draft, file);
    return { file, counts, block, bytes: statSync(file).size };
  } catch (problem) {
    rmSync(draft, { force: true });
    throw problem;
  }
}

async function headerOf(tx: Transaction, { deployment, tables }: Here): Promise<Header> {
  // The same instant is the same text, wherever the database thinks it is.
  await tx.execute(sql`set local time zone 'UTC'`);
  return {
    format: FORMAT,
    release: RELEASE,
    writtenAt: new Date().toISOString(),
    chainId: deployment.chainId,
    addresses: deployment.addresses,
    block: (await newestBlock(tx))?.number ?? null,
    counts: await countRows(tx, tables),
  };
}

/** Rows in each of the own tables. */
export async function countRows(tx: Database | Transaction, tables: Backups): Promise<Counts> {
  const counts: [string, number][] = [];
  for (const name of Object.keys(tables)) {
    const found = await tx.execute(sql`select count(*)::int as n from ${sql.identifier(name)}`);
    counts.push([name, rowsOf<{ n: number }>(found)[0]!.n]);
  }
  return Object.fromEntries(counts);
}

async function* linesOf(tx: Transaction, header: Header, tables: Backups): AsyncGenerator<string> {
  const digest = createHash("sha256");
  const line = (text: string) => {
    digest.update(`${text}\n`);
    return `${text}\n`;
  };
  yield line(JSON.stringify(header));
  for (const [name, table] of Object.entries(tables)) {
    for await (const rows of pagesOf(tx, name, table)) {
      yield rows.map((row) => line(`{"${name}":${row}}`)).join("");
    }
  }
  yield `${JSON.stringify({ sha256: digest.digest("hex") })}\n`;
}

/** A table's rows as JSON, in the order of its key, a page at a time. */
async function* pagesOf(
  tx: Transaction,
  name: string,
  { key, page }: Backup,
): AsyncGenerator<string[]> {
  const order = sql.join(
    key.map((column) => sql.identifier(column)),
    sql`, `,
  );
  await tx.execute(
    sql`declare own_rows no scroll cursor for
        select to_jsonb(t)::text as row from ${sql.identifier(name)} t order by ${order}`,
  );
  for (;;) {
    const found = await tx.execute(sql.raw(`fetch ${page} from own_rows`));
    const rows = rowsOf<{ row: string }>(found).map(({ row }) => row);
    if (rows.length === 0) break;
    yield rows;
  }
  await tx.execute(sql`close own_rows`);
}
