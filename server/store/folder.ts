// PGlite in a folder: one process at a time, for its owner's eyes only, and of one major of PostgreSQL.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RELEASE } from "../release.ts";
import { type FolderLock, lockFolder } from "./lock.ts";
import { MIGRATIONS, requireOurTables } from "./migrated.ts";
import { makePrivate, makePrivateFolder, PRIVATE_FILE } from "./modes.ts";
import type { Database } from "./rows.ts";

/** The major version of PostgreSQL inside the installed PGlite. */
const PGLITE_MAJOR = "18";
/** PostgreSQL expects a machine of its own, and takes 128 MB at once; files that it reads again the system still has. */
const SMALL = ["-c", "shared_buffers=16MB"];

type OpenFolder = { readonly db: Database; readonly close: () => Promise<void> };

/** Opens the database in a folder; with `isMaking` makes it, or brings its tables up to date. */
export async function openFolder(folder: string, isMaking: boolean): Promise<OpenFolder> {
  if (!isMaking && !existsSync(join(folder, "pglite", "PG_VERSION"))) {
    throw new Error(
      `there is no database in ${folder}: set DATA_DIR or DATABASE_URL to the server's`,
    );
  }
  makePrivateFolder(folder);
  const lock = lockFolder(folder);
  try {
    return await openPglite(folder, isMaking, lock);
  } catch (problem) {
    lock.release();
    throw problem;
  }
}

async function openPglite(
  folder: string,
  isMaking: boolean,
  lock: FolderLock,
): Promise<OpenFolder> {
  const [{ PGlite }, { drizzle }, { migrate }] = await Promise.all([
    import("@electric-sql/pglite"),
    import("drizzle-orm/pglite"),
    import("drizzle-orm/pglite/migrator"),
  ]);
  const dataDir = join(folder, "pglite");
  refuseOtherPostgres(folder, dataDir);
  const startParams = [...PGlite.defaultStartParams, ...SMALL];
  const client = await PGlite.create({ dataDir, startParams });
  try {
    // It unpacks a new database with everybody's right to write.
    makePrivate(dataDir);
    const db = drizzle(client);
    await requireOurTables(db, `the database in ${folder}`, isMaking);
    if (isMaking) {
      await migrate(db, MIGRATIONS);
      writeRelease(folder);
    }
    const close = async () => {
      await client.close();
      lock.release();
    };
    return { db, close };
  } catch (problem) {
    await client.close();
    throw problem;
  }
}

function refuseOtherPostgres(folder: string, dataDir: string): void {
  const file = join(dataDir, "PG_VERSION");
  if (!existsSync(file)) return;
  const found = readFileSync(file, "utf8").trim();
  if (found === PGLITE_MAJOR) return;
  const release = readRelease(folder);
  const maker = release === undefined ? "the release that made it" : `release ${release}`;
  const [newest] = listBackups(folder);
  const backup =
    newest === undefined ? "" : `, or without that release from its newest backup, ${newest}`;
  throw new Error(
    `the database in ${dataDir} was made by PostgreSQL ${found} (${maker}), this version needs ` +
      `${PGLITE_MAJOR}. Nothing was changed. What only this folder holds moves in a file: with ${maker}, ` +
      `"npx cohort operator export <file>"; then with this version and another DATA_DIR, ` +
      `"npx cohort operator import <file>"${backup}. The rest is read from the chain again`,
  );
}

const releaseFile = (folder: string) => join(folder, "release.json");

/** Who wrote last, for the one who finds the folder in years. */
function writeRelease(folder: string): void {
  const text = `${JSON.stringify({ release: RELEASE, postgres: PGLITE_MAJOR })}\n`;
  writeFileSync(releaseFile(folder), text, { mode: PRIVATE_FILE });
}

function readRelease(folder: string): string | undefined {
  try {
    const { release } = JSON.parse(readFileSync(releaseFile(folder), "utf8"));
    return typeof release === "string" ? release : undefined;
  } catch {
    return undefined;
  }
}

const BACKUP_NAME = /^own-tables-\d{4}-\d{2}-\d{2}\.jsonl\.gz$/;

/** Where the server puts what it exports by itself. */
export function backupFolder(folder: string): string {
  return join(folder, "backups");
}

/** The backups that a server has left in its folder, newest first. */
export function listBackups(folder: string): string[] {
  const at = backupFolder(folder);
  if (!existsSync(at)) return [];
  const names = readdirSync(at).filter((name) => BACKUP_NAME.test(name));
  return names
    .sort()
    .reverse()
    .map((name) => join(at, name));
}
