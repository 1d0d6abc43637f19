// A trial's text that its sponsor opens to the auditor, from a file.
import { readFile } from "node:fs/promises";
import type { World } from "../replay/state.ts";
import { type CriteriaCheck, checkCriteriaText } from "./criteria.ts";

/** Reads and checks a trial file ({@link checkCriteriaText}). */
export async function checkCriteriaFile(
  world: World,
  { file, key }: { file: string; key?: string | undefined },
): Promise<CriteriaCheck> {
  return checkCriteriaText(world, { name: file, published: await readFile(file, "utf8"), key });
}
