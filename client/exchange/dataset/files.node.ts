// A dataset's folder on a disk (Node). What is written stands under another name until all of it is there.
import { createHash } from "node:crypto";
import { closeSync, createReadStream, fsyncSync, mkdirSync, openSync, writeSync } from "node:fs";
import { open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { naming } from "../../files/atomic.node.ts";
import { InputError } from "../../files/inputError.ts";
import type { Output, Reading, Writing } from "./files.ts";

/** The files of a folder that is there. */
export function readFolder(folder: string): Reading {
  const at = (path: string) => join(folder, ...path.split("/"));
  return {
    list: async () => {
      const found = await readdir(folder, { recursive: true, withFileTypes: true });
      return found
        .filter((one) => !one.isDirectory())
        .map((one) => relative(folder, join(one.parentPath, one.name)).split(sep).join("/"))
        .sort();
    },
    size: async (path) => (await fileAt(at(path), path)).size,
    slice: async (path, start, end) => {
      const file = await open(at(path), "r");
      try {
        const bytes = new Uint8Array(end - start);
        const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
        return bytes.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
    sha256: async (path) => {
      const hash = createHash("sha256");
      for await (const chunk of createReadStream(at(path))) hash.update(chunk as Uint8Array);
      return hash.digest("hex");
    },
  };
}

async function fileAt(full: string, path: string) {
  const found = await stat(full).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") throw new InputError(`there is no file ${path}`);
    throw error;
  });
  if (!found.isFile()) throw new InputError(`${path} is no file`);
  return found;
}

/**
 * Makes a folder and has it filled, readable by its owner only. It appears in one step, when all was written; after a
 * failure nothing is left, or what was there before. Throws InputError when there is something of that name that it is
 * not to replace.
 */
export async function fillFolder<T>(
  folder: string,
  fill: (files: Writing) => Promise<T>,
  { replaces = false }: { readonly replaces?: boolean } = {},
): Promise<T> {
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  );
  if (isThere && !replaces) {
    throw new InputError(`${folder} exists: name another folder, or remove it`);
  }
  const partial = `${resolve(folder)}.partial`;
  await rm(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true, mode: 0o700 });
  try {
    const filled = await fill(writeFolder(partial));
    if (replaces) await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
    return filled;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

function writeFolder(folder: string): Writing {
  const at = (path: string) => join(folder, ...path.split("/"));
  return {
    ...readFolder(folder),
    remove: async (path) => await rm(at(path), { force: true }),
    create: (path) => {
      mkdirSync(dirname(at(path)), { recursive: true, mode: 0o700 });
      return outputTo(at(path));
    },
  };
}

function outputTo(path: string): Output {
  const file = openSync(path, "wx", 0o600);
  return {
    write: (bytes) => {
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      } catch (error) {
        throw naming(error, path);
      }
    },
    close: () => {
      try {
        fsyncSync(file);
      } catch (error) {
        throw naming(error, path);
      } finally {
        closeSync(file);
      }
    },
  };
}
