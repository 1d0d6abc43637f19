// Files that commands read and write. Health data and answers are readable by their owner only.
import { readFileSync } from "node:fs";
import { writeAtomically } from "../files/atomic.node.ts";
import { InputError, toJson } from "./output.ts";

/** Reads JSON from a file. Throws InputError naming it. */
export function readJson(file: string): unknown {
  const text = readFileSync(file, "utf8");
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may be a record.
    throw new InputError(`${file}: not JSON`);
  }
}

/** Writes JSON in one step: a crash leaves the old file or the new one. */
export async function writePrivate(file: string, content: unknown): Promise<void> {
  await writeAtomically(file, new TextEncoder().encode(`${toJson(content)}\n`));
}
