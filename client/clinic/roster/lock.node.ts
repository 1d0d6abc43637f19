// A lock file beside a file: whoever made it may change the file, all others wait.
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { InputError } from "../../files/inputError.ts";

const PATIENCE_MS = 60_000;
const PAUSE_MS = 50;

let counter = 0;
/** A name that nothing else of this process has. */
const freshName = () => `${process.pid} ${hostname()} ${++counter}`;

/**
 * Runs an act while nobody else holds the lock of this path. A lock whose process is gone is taken over. Throws
 * InputError when another holds it for a minute.
 */
export async function withLock<T>(path: string, act: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  const own = freshName();
  await take(lock, own);
  try {
    return await act();
  } finally {
    // Only one's own: it may have been taken over while this process was stopped.
    if ((await contentOf(lock)) === own) await rm(lock, { force: true });
  }
}

async function take(lock: string, own: string): Promise<void> {
  for (let waited = 0; ; waited += PAUSE_MS) {
    if (await tryTake(lock, own)) return;
    const holder = await contentOf(lock);
    if (holder !== undefined && isGone(holder)) await clear(lock, holder);
    else if (waited >= PATIENCE_MS) {
      throw new InputError(`${lock}: another program is using it; wait, or end that program`);
    } else await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** Makes the lock whole or not at all: a half-written one would seem to be nobody's. */
async function tryTake(lock: string, own: string): Promise<boolean> {
  const draft = `${lock}.${freshName().replaceAll(" ", ".")}`;
  await writeFile(draft, own, { mode: 0o600 });
  try {
    await link(draft, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function contentOf(lock: string): Promise<string | undefined> {
  return await readFile(lock, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

/** True when the holder ran on this computer and has ended. */
function isGone(holder: string): boolean {
  const [pid, host] = holder.split(" ");
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** Removes a lock that is nobody's any more, unless somebody else took it over just now. */
async function clear(lock: string, holder: string): Promise<void> {
  const aside = `${lock}.${freshName().replaceAll(" ", ".")}.old`;
  try {
    await rename(lock, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if ((await contentOf(aside)) !== holder) await link(aside, lock).catch(() => {});
  await rm(aside, { force: true });
}
