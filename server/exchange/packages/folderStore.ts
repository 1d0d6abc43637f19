// Packages in a folder: <first two digits>/<hash>, each written beside its place, synced and moved there, so that a crash
// leaves it whole or not at all. For their owner alone.
import { randomBytes } from "node:crypto";
import { type FileHandle, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makePrivateFolder, PRIVATE_FILE } from "../../store/modes.ts";
import type { PackageStore } from "./store.ts";

const DRAFT = /\.new$/;
/** A draft of this age belongs to nobody any more. */
const OLD_DRAFT_MS = 3_600_000;

/** A store in a folder, which is made with the first package. */
export function openFolderStore(folder: string): PackageStore {
  const placeOf = (hash: string) => join(folder, hash.slice(2, 4), hash.slice(2));
  return {
    put: (hash, bytes) => put(folder, placeOf(hash), bytes),
    open: async (hash) => {
      const file = await open(placeOf(hash), "r").catch(noneThere);
      if (file === undefined) return undefined;
      const { size } = await file.stat();
      return { size, bytes: file.createReadStream() };
    },
    has: async (hash) => (await stat(placeOf(hash)).catch(noneThere)) !== undefined,
    remove: async (hash) => {
      await rm(placeOf(hash), { force: true });
      await syncFolder(dirname(placeOf(hash))).catch(noneThere);
    },
    tidy: () => tidy(folder),
  };
}

async function put(folder: string, place: string, bytes: Uint8Array): Promise<void> {
  makePrivateFolder(folder);
  makePrivateFolder(dirname(place));
  const draft = `${place}.${randomBytes(8).toString("hex")}.new`;
  try {
    const file = await open(draft, "wx", PRIVATE_FILE);
    await writeSynced(file, bytes);
    await rename(draft, place);
  } catch (problem) {
    await rm(draft, { force: true });
    throw problem;
  }
  // The name is safe, too, only once its folder and the one above are.
  await syncFolder(dirname(place));
  await syncFolder(folder);
}

async function writeSynced(file: FileHandle, bytes: Uint8Array): Promise<void> {
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function tidy(folder: string): Promise<void> {
  const names = (await readdir(folder, { recursive: true }).catch(noneThere)) ?? [];
  for (const name of names.filter((one) => DRAFT.test(one))) {
    const path = join(folder, name);
    const found = await stat(path).catch(noneThere);
    if (found && Date.now() - found.mtimeMs > OLD_DRAFT_MS) await rm(path, { force: true });
  }
}

/** Undefined for what is not there; anything else is trouble. */
function noneThere(problem: NodeJS.ErrnoException): undefined {
  if (problem.code !== "ENOENT") throw problem;
}
