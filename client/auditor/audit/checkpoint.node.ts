// A checkpoint in a file.
import { readFile, rename, writeFile } from "node:fs/promises";
import { InputError } from "../../files/inputError.ts";
import type { CheckpointStore } from "./checkpoint.ts";

/** A file that a checkpoint is kept in. It need not exist yet. */
export function checkpointFile(path: string): CheckpointStore {
  return {
    name: path,
    read: () =>
      readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        if (error.code === "EISDIR") throw new InputError(`${path} is a folder: name a file`);
        throw error;
      }),
    write: async (text) => {
      await writeFile(`${path}.new`, text);
      await rename(`${path}.new`, path);
    },
  };
}
