// PGlite has no lock: two processes on one folder silently lose rows. This one outlives a kill -9,
// since it names the process that holds it, and a lock whose process is gone is taken over.
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PRIVATE_FILE } from "./modes.ts";

export type FolderLock = { readonly release: () => void };
type Holder = { readonly pid: number; readonly started: string };

const held = new Set<string>();

/** Locks a folder for this process. Throws an Error naming the process that has it. */
export function lockFolder(folder: string): FolderLock {
  const file = join(folder, "lock");
  const own = `${file}.${process.pid}`;
  const self: Holder = { pid: process.pid, started: startOf(process.pid) };
  writeFileSync(own, JSON.stringify(self), { mode: PRIVATE_FILE });
  try {
    take({ file, own });
  } finally {
    rmSync(own, { force: true });
  }
  held.add(file);
  return {
    release: () => {
      if (held.delete(file)) rmSync(file, { force: true });
    },
  };
}

function take({ file, own }: { file: string; own: string }): void {
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      // Making a hard link is atomic and fails when the name is taken.
      linkSync(own, file);
      return;
    } catch (problem) {
      if ((problem as NodeJS.ErrnoException).code !== "EEXIST") throw problem;
    }
    const text = read(file);
    const holder = parse(text);
    if (holder && isAlive(holder, file)) {
      throw new Error(
        `process ${holder.pid} is using this data folder (${file}): stop it first, or choose another DATA_DIR`,
      );
    }
    discard({ file, own, text });
  }
  throw new Error(`cannot lock the data folder (${file}): another process is starting on it`);
}

/** Moves a dead process's lock away; puts it back if a third process has renewed it in between. */
function discard({ file, own, text }: { file: string; own: string; text: string }): void {
  const aside = `${own}.old`;
  try {
    renameSync(file, aside);
    if (read(aside) !== text) linkSync(aside, file);
  } catch {
    // Somebody else was faster: look again.
  }
  rmSync(aside, { force: true });
}

function isAlive({ pid, started }: Holder, file: string): boolean {
  if (pid === process.pid) return held.has(file);
  try {
    process.kill(pid, 0);
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  // The number may have passed to another process meanwhile.
  return started === "" || started === startOf(pid);
}

/** When a process started, in clock ticks since boot; empty where the system does not tell. */
function startOf(pid: number): string {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function parse(text: string): Holder | undefined {
  try {
    const { pid, started } = JSON.parse(text) as Partial<Holder>;
    return typeof pid === "number" ? { pid, started: String(started ?? "") } : undefined;
  } catch {
    return undefined;
  }
}
