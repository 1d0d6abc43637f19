// Who uses a PostgreSQL database: every server holds one advisory lock together with the others, and
// a command that must be alone takes the same one for itself. It ends with its connection, so a kill
// leaves none behind. (A PGlite folder has lock.ts.)
import type { Client } from "pg";

/** Any constant does; 7_213_001 and 7_213_002 are taken. */
export const PRESENCE_LOCK = 7_213_003;
const AGAIN_MS = 1_000;
const CONNECT_MS = 10_000;

export type Presence = { readonly release: () => Promise<void> };

/** Says that a server is here, for as long as it is: also again after the database was away. */
export async function joinServers(url: string): Promise<Presence> {
  let client: Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const later = () => {
    client = undefined;
    if (isOver) return;
    // An operator's command that came in between is waited for like a database that is away.
    timer = setTimeout(() => void join().then((is) => is || later(), later), AGAIN_MS);
    timer.unref();
  };
  const join = async (): Promise<boolean> => {
    const taken = await take(url, "pg_try_advisory_lock_shared", later);
    if (taken === undefined) return false;
    client = taken;
    if (isOver) await taken.end();
    return true;
  };
  if (!(await join())) {
    throw new Error(
      "an operator's command is at work on the database named by DATABASE_URL: start the server when it is done",
    );
  }
  return {
    release: async () => {
      isOver = true;
      clearTimeout(timer);
      await client?.end();
    },
  };
}

/** Keeps every server out. Throws an Error when one is here. */
export async function keepServersOut(url: string): Promise<Presence> {
  const client = await take(url, "pg_try_advisory_lock");
  if (client === undefined) {
    throw new Error(
      "a server (or another operator's command) is using the database named by DATABASE_URL: " +
        "stop all servers on it first",
    );
  }
  return { release: () => client.end() };
}

/** A connection that holds the lock, of whose end the caller is told; undefined when another has it. */
async function take(
  url: string,
  lock: string,
  onEnd: () => void = () => {},
): Promise<Client | undefined> {
  const { Client } = await import("pg");
  const at = { connectionString: url, keepAlive: true, connectionTimeoutMillis: CONNECT_MS };
  const client = new Client(at);
  // A connection that breaks tells it by its end.
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query(`select ${lock}($1) as taken`, [PRESENCE_LOCK]);
    if (rows[0]?.taken === true) {
      client.once("end", onEnd);
      return client;
    }
  } catch (problem) {
    void client.end();
    throw problem;
  }
  await client.end();
  return undefined;
}
