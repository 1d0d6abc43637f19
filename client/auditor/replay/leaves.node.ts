// Published leaves of batches from a folder.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type LeavesByRoot, parseLeavesFile } from "./leaves.ts";

/** Reads every file of batch leaves in a folder; others are passed over. */
export async function readLeavesFolder(folder: string): Promise<LeavesByRoot> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  const files = names.map(async (name) =>
    parseLeavesFile(await readFile(join(folder, name), "utf8")),
  );
  return new Map((await Promise.all(files)).filter((one) => one !== undefined));
}
