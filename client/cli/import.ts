// `cohort sponsor import`: a protocol that somebody else wrote, each criterion beside what became of it.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import type { Command } from "commander";
import { ImportError, type Imported, problemsTogether } from "../sponsor/import/imported.ts";
import {
  draftOf,
  MAX_PROTOCOL_BYTES,
  readProtocol,
  type Shares,
  sharesOf,
  TO_FILL_IN,
} from "../sponsor/import/protocol.ts";
import { contextOf } from "./context.ts";
import { withExamples } from "./options.ts";
import { InputError, print } from "./output.ts";

/** Adds the command to the sponsor's group. */
export function addImportCommand(sponsor: Command): void {
  const command = sponsor
    .command("import <file>")
    .description(
      "read a protocol in another format: what a record can answer, and what people must",
    )
    .option("--out <file>", "write a trial file to continue with; an existing file is left alone")
    .action(runImport);
  withExamples(
    command,
    "sponsor import NCT04000165.json",
    "sponsor import usdm-study.json --out trial.json",
  );
}

async function runImport(file: string, { out }: { out?: string }, command: Command): Promise<void> {
  const { json } = contextOf(command);
  const imported = read(file);
  const problems = problemsTogether(imported);
  if (out !== undefined) write(out, imported);
  const shares = sharesOf(imported);
  const next =
    out === undefined
      ? []
      : [`Wrote ${out}. Next: replace each "${TO_FILL_IN}", then cohort sponsor check ${out}`];
  const value = { ...imported, shares, problems, ...(out !== undefined && { file: out }) };
  const text = [...linesOf(imported), ...problemLines(problems), "", sharesText(shares), ...next];
  print(json, value, text.join("\n"));
}

function read(file: string): Imported {
  if (statSync(file).size > MAX_PROTOCOL_BYTES) {
    const most = MAX_PROTOCOL_BYTES / 1024 / 1024;
    throw new InputError(`${file}: larger than ${most} MB; export one study only`);
  }
  try {
    return readProtocol(readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof ImportError) throw new InputError(`${file}: ${error.message}`);
    throw error;
  }
}

function write(out: string, imported: Imported): void {
  try {
    writeFileSync(out, `${JSON.stringify(draftOf(imported, TO_FILL_IN), null, 2)}\n`, {
      flag: "wx",
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new InputError(`${out}: exists already; choose another name`);
  }
}

const SAID = { mapped: "proven", partly: "partly proven", attested: "attested" } as const;

function linesOf({ format, number, title, lines, notes }: Imported): string[] {
  const of = lines.flatMap(({ list, source, outcome, meaning, notes: own }) => [
    `${list === "inclusion" ? "Inclusion" : "Exclusion"}, ${SAID[outcome]}`,
    `  source   ${source.replace(/\n/g, "\n           ")}`,
    ...(meaning === undefined ? [] : [`  meaning  ${meaning}`]),
    ...own.map((note) => `  note     ${note}`),
  ]);
  const head = `${format}${number ? `, ${number}` : ""}: ${title}`;
  return [head, "", ...of, ...notes.map((note) => `Note: ${note}`)];
}

/** Problems that no single criterion causes. */
function problemLines(problems: readonly string[]): string[] {
  return problems.map((problem) => `Together they do not compile yet: ${problem}`);
}

function sharesText({ criteria, mapped, partly, attested }: Shares): string {
  return `${criteria} criteria: ${mapped} proven, ${partly} partly, ${attested} attested by people. Check each meaning against its source.`;
}
