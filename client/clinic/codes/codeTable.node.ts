// The clinic's table of codes on a disk.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { writeAtomically } from "../../files/atomic.node.ts";
import { refuse } from "../problem.ts";
import { type CodeTable, EMPTY_TABLE, parseTable } from "./codeTable.ts";

/** Reads a table; an empty one where there is no file yet. Throws ClinicError naming what is wrong in it. */
export async function readTable(file: string): Promise<CodeTable> {
  if (!existsSync(file)) return EMPTY_TABLE;
  const text = await readFile(file, "utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse(file, "not JSON; restore it from a copy");
  }
  return parseTable(value, file);
}

/** Writes a table in one step, an entry a line: a crash leaves the old file or the new one. */
export async function writeTable(file: string, { format, entries }: CodeTable): Promise<void> {
  const lines = entries.map((entry) => `    ${JSON.stringify(entry)}`).join(",\n");
  const list = entries.length > 0 ? `[\n${lines}\n  ]` : "[]";
  const content = `{\n  "format": ${JSON.stringify(format)},\n  "entries": ${list}\n}\n`;
  await writeAtomically(file, new TextEncoder().encode(content));
}
