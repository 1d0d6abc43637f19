// Which release's tables a database holds. One of another release is refused with what to do, and
// left as it is: nothing is migrated behind anybody's back.
import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { type Database, rowsOf } from "./rows.ts";

export const MIGRATIONS = {
  migrationsFolder: fileURLToPath(new URL("../migrations", import.meta.url)),
};

/** Throws an Error unless the tables are this release's, or those of one that it brings up to date. */
export async function requireOurTables(
  db: Database,
  what: string,
  /** May tables be made, and brought up to date? */
  isMaking: boolean,
): Promise<void> {
  const known = readMigrationFiles(MIGRATIONS).map(({ folderMillis }) => folderMillis);
  const applied = await appliedTo(db);
  if (applied.length === 0 && !isMaking) {
    throw new Error(`${what} is empty: no server has been started on it`);
  }
  refuseForeign(what, known, applied);
  if (!isMaking && applied.length < known.length) {
    throw new Error(
      `${what} has the tables of an older release: start this release's server on it, or use that release`,
    );
  }
}

function refuseForeign(what: string, known: readonly number[], applied: readonly number[]): void {
  const foreign = applied.filter((time) => !known.includes(time));
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

async function appliedTo(db: Database): Promise<number[]> {
  const table = sql`select to_regclass('drizzle.__drizzle_migrations') as found`;
  const [{ found } = { found: null }] = rowsOf<{ found: string | null }>(await db.execute(table));
  if (found === null) return [];
  const times = sql`select created_at as at from drizzle.__drizzle_migrations`;
  return rowsOf<{ at: string }>(await db.execute(times)).map(({ at }) => Number(at));
}
