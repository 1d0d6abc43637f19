// What the server keeps is for its own user, whatever the umask: folders 0700, files 0600.
import { chmodSync, lstatSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

export const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;
const OTHERS = 0o077;

/**
 * For the first line of a program: whatever it and its children make is its user's alone, also what
 * libraries make (a database's files) without being told a mode.
 */
export function keepToOwner(): void {
  process.umask(OTHERS);
}

/** Makes a folder, or takes others' rights to the one that is there. */
export function makePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: PRIVATE_FOLDER });
  narrow(path);
}

/** Takes others' rights to everything below a folder: an older version, or a library, was generous. */
export function makePrivate(folder: string): void {
  narrow(folder);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) makePrivate(path);
    else if (!entry.isSymbolicLink()) narrow(path);
  }
}

function narrow(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined || (found.mode & OTHERS) === 0) return;
  try {
    chmodSync(path, found.isDirectory() ? PRIVATE_FOLDER : found.mode & ~OTHERS);
  } catch (problem) {
    // Somebody else's, such as a volume that was mounted here: what is made in it is private.
    if ((problem as NodeJS.ErrnoException).code !== "EPERM") throw problem;
  }
}
