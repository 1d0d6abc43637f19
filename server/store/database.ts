// One driver-neutral database: PostgreSQL by URL, or PGlite in a folder.
import { Refusal } from "../../circuits/statement/refusal.ts";
import { isOutage } from "../chain/refusals.ts";
import { openFolder } from "./folder.ts";
import { MIGRATIONS, requireOurTables } from "./migrated.ts";
import { joinServers, keepServersOut, type Presence } from "./presence.ts";
import type { Database, Transaction } from "./rows.ts";

export type { Database, Transaction };

export type OpenDatabase = {
  readonly db: Database;
  readonly kind: "postgresql" | "pglite";
  readonly close: () => Promise<void>;
};

/**
 * What for. A server works beside others and brings tables up to date. Filling and rebuilding keep
 * all servers out; reading does neither. A PGlite folder takes one process whatever it does.
 */
export type Use = "serve" | "fill" | "rebuild" | "read";

const CLAIMS: Readonly<Record<Use, (url: string) => Promise<Presence>>> = {
  serve: joinServers,
  fill: keepServersOut,
  rebuild: keepServersOut,
  read: async () => ({ release: async () => {} }),
};
/** Whether it makes tables, or brings them up to date. */
const isMaking = (use: Use) => use === "serve" || use === "fill";

/** PostgreSQL's advisory lock under which one instance migrates at a time. Any constant does. */
const MIGRATION_LOCK = 7_213_001;

/** Opens the database. Throws an Error that says what to do when it cannot be used. */
export async function openDatabase(at: {
  readonly url: string | undefined;
  readonly folder: string;
  readonly use?: Use;
}): Promise<OpenDatabase> {
  const use = at.use ?? "serve";
  if (at.url !== undefined) return openServer(at.url, use);
  return { kind: "pglite", ...(await openFolder(at.folder, isMaking(use))) };
}

async function openServer(url: string, use: Use): Promise<OpenDatabase> {
  const [{ Pool }, { drizzle }] = await Promise.all([
    import("pg"),
    import("drizzle-orm/node-postgres"),
  ]);
  const pool = new Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 10_000 });
  // A connection that breaks would otherwise end the process: an idle one by the pool's event, one
  // in use by its own, besides failing its query. The next query reconnects.
  pool.on("error", () => {});
  pool.on("connect", (connection) => connection.on("error", () => {}));
  let presence: Presence | undefined;
  try {
    await requireAnswer(pool);
    presence = await CLAIMS[use](url);
    await prepare(pool, isMaking(use));
  } catch (problem) {
    await presence?.release();
    await pool.end();
    throw problem;
  }
  const { release } = presence;
  const close = async () => {
    await pool.end();
    await release();
  };
  return { db: withTransactions(drizzle(pool), pool, drizzle), kind: "postgresql", close };
}

type Pool = import("pg").Pool;
type PoolClient = import("pg").PoolClient;
type Drizzle = typeof import("drizzle-orm/node-postgres").drizzle;

async function requireAnswer(pool: Pool): Promise<void> {
  await pool.query("select 1").catch((cause: Error) => {
    throw new Error(
      `cannot reach the PostgreSQL server named by DATABASE_URL (${cause.message}): is it running, ` +
        "and are user, password and database right?",
      { cause },
    );
  });
}

/** Makes the tables or checks them, one instance at a time. */
async function prepare(pool: Pool, isMaking: boolean): Promise<void> {
  const [{ drizzle }, { migrate }] = await Promise.all([
    import("drizzle-orm/node-postgres"),
    import("drizzle-orm/node-postgres/migrator"),
  ]);
  const client = await pool.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
    const db = drizzle(client);
    await requireOurTables(db, "the database named by DATABASE_URL", isMaking);
    if (isMaking) await migrate(db, MIGRATIONS);
  } finally {
    await client.query("select pg_advisory_unlock($1)", [MIGRATION_LOCK]).catch(() => {});
    client.release();
  }
}

/**
 * Transactions on connections of the pool that go back whatever happens: drizzle's own keep a connection for ever on
 * which a transaction could not begin, as on one that has just broken, and ten of those stop a server. One that gets no
 * connection fails with the socket's bare error, which looks like the node's: it is named here. Inside transactions
 * nothing but the database is asked.
 */
function withTransactions(db: Database, pool: Pool, drizzle: Drizzle): Database {
  db.transaction = async (work, options) => {
    let connection: PoolClient | undefined;
    let isSound = false;
    try {
      connection = await pool.connect();
      const result = await drizzle(connection).transaction(work, options);
      isSound = true;
      return result;
    } catch (problem) {
      isSound = problem instanceof Refusal;
      throw isOutage(problem) ? new Refusal("StorageUnavailable") : problem;
    } finally {
      connection?.release(!isSound);
    }
  };
  return db;
}
