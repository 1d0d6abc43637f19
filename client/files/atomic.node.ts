// Writing a file of one's own on a disk (Node): readable by its owner only, replaced in one step.
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Adds the file's name, which a failed write does not carry, to a system's error. */
export function naming(error: unknown, path: string): unknown {
  const isUnnamed = error instanceof Error && "syscall" in error && !("path" in error);
  return isUnnamed ? Object.assign(error, { path }) : error;
}

/** Writes beside the target, flushes, renames over it, flushes the folder. */
export async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    const file = await open(temporary, "w", 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw naming(error, path);
  }
  await syncFolder(dirname(path));
}

/** Makes the rename itself durable; Windows has no such call and needs none. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
