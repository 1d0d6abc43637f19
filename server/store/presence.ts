// Who uses a PostgreSQL database: every server holds one advisory lock together with the others, and
// a command that must be alone takes the same one for itself. It ends with its connection, so a kill
// leaves none behind. (A PGlite folder has lock.ts.)
import type { Client } from "pg";

/** Any constant does; 7_213_001 and 7_213_002 are taken. */
export const PRESENCE_LOCK = 7_213_003;
const AGAIN_MS = 1_000;

export type Presence = { readonly release: () => Promise<void> };

/** Says that a server is here, for as long as it is: also again after the database was away. */
export async function joinServers(url: string): Promise<Presence> {
  let client: Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const later = () => {
    client = undefined;
    if (isOver) return;
    timer = setTimeout(() => void join().catch(later), AGAIN_MS);
    timer.unref();
  };
  const join = async (): Promise<boolean> => {
    const taken = await take(url, "pg_try_advisory_lock_shared");
    if (taken === undefined) return false;
    client = taken;
    taken.once("end", later);
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

async function take(url: string, lock: string): Promise<Client | undefined> {
  const { Client } = await import("pg");
  const client = new Client({ connectionString: url, keepAlive: true });
  // A connection that breaks tells it by its end.
  client.on("error", () => {});
  await client.connect();
  const { rows } = await client.query(`select ${lock}($1) as taken`, [PRESENCE_LOCK]);
  if (rows[0]?.taken === true) return client;
  await client.end();
  return undefined;
}
