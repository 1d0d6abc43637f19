// `cohort patient fetch`: the record that the clinic left under a code.
import { existsSync } from "node:fs";
import type { Command } from "commander";
import { fetchByCode } from "../handover/byCode.ts";
import { contextOf } from "./context.ts";
import { writePrivate } from "./file.ts";
import { withExamples } from "./options.ts";
import { InputError, print } from "./output.ts";

/** Adds the command. */
export function addCommands(patient: Command): void {
  withExamples(
    patient
      .command("fetch <code>")
      .description("fetch the record that your clinic left under this code; it works once")
      .requiredOption("--out <file>", "where to write it, for patient import")
      .action(fetchRecord),
    "patient fetch R-7KX2-... --out record.json",
  );
}

async function fetchRecord(
  code: string,
  { out }: { out: string },
  command: Command,
): Promise<void> {
  const { api, json } = contextOf(command);
  // Before anything is fetched: the server has it no longer afterwards.
  if (existsSync(out)) throw new InputError(`${out}: exists already; choose another name`);
  await writePrivate(out, await fetchByCode({ api: api(), code }));
  print(json, { file: out }, `${out}: your record. Next: cohort patient import ${out}`);
}
