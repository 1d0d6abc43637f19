// Backups that a server with PGlite makes by itself: one a day, and one at each stop, since it is
// after a stop that somebody upgrades, copies or moves the folder.
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "../store/database.ts";
import { backupFolder, listBackups } from "../store/folder.ts";
import { makePrivateFolder } from "../store/modes.ts";
import type { Log } from "../work/log.ts";
import { countRows, writeTables } from "./export.ts";
import type { Here } from "./format.ts";

type Backups = {
  /** From here on: the server is up. */
  readonly start: () => void;
  /** Writes the last one. */
  readonly stop: () => Promise<void>;
};

type Parts = Here & {
  readonly db: Database;
  readonly folder: string;
  readonly hours: number;
  readonly log: Log;
};

const KEPT_DAYS = 7;
const LOOK_MS = 600_000;
const HOUR_MS = 3_600_000;

/** Keeps the newest of each of the last days; with 0 hours none. */
export function createBackups(parts: Parts): Backups {
  const { hours, log } = parts;
  let timer: NodeJS.Timeout | undefined;
  // One at a time: a stop may come during the daily one.
  let turn: Promise<void> = Promise.resolve();
  const write = () => {
    turn = turn
      .then(() => writeBackup(parts))
      .catch((err: unknown) => {
        log.error({ err }, "no backup could be written: look at the disk");
      });
    return turn;
  };
  const isDue = () => ageMs(parts.folder) >= hours * HOUR_MS;
  return {
    start: () => {
      if (hours === 0) return;
      timer = setInterval(() => isDue() && void write(), LOOK_MS);
      timer.unref();
    },
    stop: async () => {
      if (timer === undefined) return;
      clearInterval(timer);
      await write();
    },
  };
}

function ageMs(folder: string): number {
  const [newest] = listBackups(folder);
  return newest === undefined ? Number.POSITIVE_INFINITY : Date.now() - statSync(newest).mtimeMs;
}

async function writeBackup({ db, deployment, tables, folder }: Parts): Promise<void> {
  const counts = await countRows(db, tables);
  // An empty one in the place of the day's last would be a loss.
  if (Object.values(counts).every((n) => n === 0)) return;
  const to = backupFolder(folder);
  makePrivateFolder(to);
  const day = new Date().toISOString().slice(0, 10);
  await writeTables({ db, deployment, tables }, join(to, `own-tables-${day}.jsonl.gz`));
  for (const old of listBackups(folder).slice(KEPT_DAYS)) rmSync(old);
}
