// The clinic's table of codes, as commands name it.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Classifier } from "../clinic/codes/classify.ts";
import { readTable } from "../clinic/codes/codeTable.node.ts";
import { classifierOf } from "../clinic/codes/codeTable.ts";
import type { Context } from "./context.ts";
import type { CodesOption } from "./options.ts";
import { InputError } from "./output.ts";

/** The table's file: the one named, else the data folder's, whether it is there or not. */
export function codesFile({ options }: Pick<Context, "options">, { codes }: CodesOption): string {
  return codes ?? join(options.data, "codes.json");
}

/** Classifies by the clinic's table, if it has one. Throws InputError when one was named that is not there. */
export async function codesOf(
  context: Pick<Context, "options">,
  option: CodesOption,
): Promise<Classifier> {
  const file = codesFile(context, option);
  if (option.codes !== undefined && !existsSync(file)) {
    throw new InputError(`${file}: no such file; cohort clinic classify makes one`);
  }
  return classifierOf(await readTable(file));
}
