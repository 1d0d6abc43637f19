// `cohort clinic sample`: charts of people who do not exist, to try everything else with.
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { generateBundle } from "../clinic/sample/sample.ts";
import { wholeIn } from "./argument.ts";
import { contextOf, dayOrToday } from "./context.ts";
import { writePrivate } from "./file.ts";
import { withExamples } from "./options.ts";
import { InputError, print } from "./output.ts";

const DEFAULT_PATIENTS = 4;
const MOST_PATIENTS = 10_000;

/** Adds the command to the clinic's. */
export function addCommands(clinic: Command): void {
  const command = clinic
    .command("sample <folder>")
    .description("write made-up charts, FHIR R4 bundles of nobody, to try the other verbs with")
    .option("--patients <n>", "how many", String(DEFAULT_PATIENTS))
    .option("--seed <text>", "another seed makes other people; the same one makes the same")
    .action(sample);
  withExamples(
    command,
    "clinic sample bundles/",
    "clinic sample bundles/ --patients 32 --seed autumn --as-of 2026-11-01",
  );
}

type Options = { readonly patients: string; readonly seed?: string };

async function sample(
  folder: string,
  { patients, seed }: Options,
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const count = wholeIn(patients, "--patients");
  if (count > MOST_PATIENTS)
    throw new InputError(`--patients ${patients}: at most ${MOST_PATIENTS}`);
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    // Real charts and made-up ones must not be mixed up.
    throw new InputError(`${folder}: is not empty; choose another folder`);
  }
  const today = await dayOrToday(context);
  mkdirSync(folder, { recursive: true });
  const files: string[] = [];
  for (let index = 0; index < count; index++) {
    const file = join(folder, `patient-${String(index + 1).padStart(3, "0")}.json`);
    await writePrivate(file, generateBundle({ index, today, ...(seed !== undefined && { seed }) }));
    files.push(file);
  }
  const text = [
    `${count} made-up ${count === 1 ? "chart" : "charts"} in ${folder}. None of these people exist.`,
    `Next: cohort clinic inspect ${files[0]}`,
  ];
  print(context.json, { files }, text.join("\n"));
}
