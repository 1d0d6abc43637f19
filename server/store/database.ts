// One driver-neutral database: PostgreSQL by URL, or PGlite in a folder.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { readMigrationFiles } from "drizzle-orm/migrator";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { isOutage } from "../chain/refusals.ts";
import { type FolderLock, lockFolder } from "./lock.ts";

export type Database = PgDatabase<PgQueryResultHKT>;
/** A database inside a transaction. On PGlite using anything else meanwhile would wait for ever. */
export type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];

export type OpenDatabase = {
  readonly db: Database;
  readonly kind: "postgresql" | "pglite";
  readonly close: () => Promise<void>;
};

const MIGRATIONS = { migrationsFolder: fileURLToPath(new URL("../migrations", import.meta.url)) };
/** PostgreSQL's advisory lock under which one instance migrates at a time. Any constant does. */
const MIGRATION_LOCK = 7_213_001;

/** Opens and migrates the database. Throws an Error that says what to do when it cannot be used. */
export function openDatabase(at: {
  readonly url: string | undefined;
  readonly folder: string;
}): Promise<OpenDatabase> {
  return at.url === undefined ? openFolder(at.folder) : openServer(at.url);
}

async function openServer(url: string): Promise<OpenDatabase> {
  const [{ Pool }, { drizzle }, { migrate }] = await Promise.all([
    import("pg"),
    import("drizzle-orm/node-postgres"),
    import("drizzle-orm/node-postgres/migrator"),
  ]);
  const pool = new Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 10_000 });
  // A connection that breaks would otherwise end the process: an idle one by the pool's event, one
  // in use by its own, besides failing its query. The next query reconnects.
  pool.on("error", () => {});
  pool.on("connect", (connection) => connection.on("error", () => {}));
  const client = await pool.connect().catch(async (problem: Error) => {
    await pool.end();
    throw new Error(
      `cannot reach the PostgreSQL server named by DATABASE_URL (${problem.message}): is it running, ` +
        "and are user, password and database right?",
    );
  });
  try {
    await client.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
    const db = drizzle(client);
    await refuseForeignSchema(db, "the database named by DATABASE_URL");
    await migrate(db, MIGRATIONS);
  } finally {
    await client.query("select pg_advisory_unlock($1)", [MIGRATION_LOCK]).catch(() => {});
    client.release();
  }
  return { db: namingOutages(drizzle(pool)), kind: "postgresql", close: () => pool.end() };
}

/**
 * A transaction that gets no connection fails with the socket's bare error, which looks like the
 * node's: it is named here. Inside transactions nothing but the database is asked.
 */
function namingOutages(db: Database): Database {
  const begin = db.transaction.bind(db);
  db.transaction = (work, options) =>
    begin(work, options).catch((problem: unknown) => {
      throw isOutage(problem) ? new Refusal("StorageUnavailable") : problem;
    });
  return db;
}

async function openFolder(folder: string): Promise<OpenDatabase> {
  mkdirSync(folder, { recursive: true });
  const lock = lockFolder(folder);
  try {
    return await openPglite(folder, lock);
  } catch (problem) {
    lock.release();
    throw problem;
  }
}

async function openPglite(folder: string, lock: FolderLock): Promise<OpenDatabase> {
  const [{ PGlite }, { drizzle }, { migrate }] = await Promise.all([
    import("@electric-sql/pglite"),
    import("drizzle-orm/pglite"),
    import("drizzle-orm/pglite/migrator"),
  ]);
  const dataDir = join(folder, "pglite");
  refuseOtherPostgres(dataDir);
  const client = await PGlite.create({ dataDir });
  const db = drizzle(client);
  await refuseForeignSchema(db, `the database in ${folder}`);
  await migrate(db, MIGRATIONS);
  const close = async () => {
    await client.close();
    lock.release();
  };
  return { db, kind: "pglite", close };
}

/** The major version of PostgreSQL inside the installed PGlite. */
const PGLITE_MAJOR = "18";

function refuseOtherPostgres(dataDir: string): void {
  const file = join(dataDir, "PG_VERSION");
  if (!existsSync(file)) return;
  const found = readFileSync(file, "utf8").trim();
  if (found === PGLITE_MAJOR) return;
  throw new Error(
    `the database in ${dataDir} was made by PostgreSQL ${found}, this version needs ${PGLITE_MAJOR}: ` +
      "move the folder away to start anew (the chain's part is rebuilt), or go back to the version that made it",
  );
}

/** Refuses a database whose tables another release has made: nothing is migrated behind anybody's back. */
async function refuseForeignSchema(db: Database, what: string): Promise<void> {
  const known = readMigrationFiles(MIGRATIONS).map(({ folderMillis }) => folderMillis);
  const table = sql`select to_regclass('drizzle.__drizzle_migrations') as found`;
  const [{ found } = { found: null }] = rowsOf<{ found: string | null }>(await db.execute(table));
  if (found === null) return;
  const applied = sql`select created_at as at from drizzle.__drizzle_migrations`;
  const times = rowsOf<{ at: string }>(await db.execute(applied)).map(({ at }) => Number(at));
  const foreign = times.filter((time) => !known.includes(time));
  if (foreign.length === 0) return;
  if (Math.max(...foreign) > Math.max(...known)) {
    throw new Error(
      `${what} was used by a newer release of this server, whose tables this one does not know: ` +
        "start the newer release, or another data folder",
    );
  }
  throw new Error(
    `${what} was made by an older release of this server, for another protocol: nothing was changed. ` +
      "Go on with the older release, or start anew with an empty database or another data folder",
  );
}

/** Rows of a raw query, which both drivers put under `rows`. */
function rowsOf<T>(result: unknown): T[] {
  return (result as { rows: T[] }).rows;
}
