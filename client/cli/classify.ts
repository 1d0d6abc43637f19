// `cohort clinic classify`: the codes of a clinic's patients that nobody has classified, and the decisions about them.

import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import { SYSTEMS } from "../../circuits/statement/encoding/code.ts";
import { formatDay } from "../../circuits/statement/encoding/day.ts";
import { counted } from "../../circuits/statement/encoding/print.ts";
import { ServerUnavailable } from "../api/unavailable.ts";
import { systemOf } from "../clinic/codes/codeSystem.ts";
import { readTable, writeTable } from "../clinic/codes/codeTable.node.ts";
import {
  type CodeDecision,
  type CodeTable,
  classifierOf,
  withDecisions,
} from "../clinic/codes/codeTable.ts";
import { decisionOf, readDecision, readNames, type Signed } from "../clinic/codes/decide.ts";
import { canBeAsked, openTermServer, TermServerError } from "../clinic/codes/termServer.ts";
import { readSources } from "../clinic/read/read.node.ts";
import { outdatedIn, type WorkItem, type WorkList, workListOf } from "../clinic/record/workList.ts";
import { codesFile } from "./codes.ts";
import { type Context, contextOf, dayOrToday } from "./context.ts";
import { type CodesOption, withCodes, withExamples } from "./options.ts";
import { InputError, print } from "./output.ts";

type Options = CodesOption & {
  decide: string[];
  by?: string;
  terminology?: string;
};
const SHOWN = 40;

/** Adds the command to the clinic's. */
export function addCommands(clinic: Command): void {
  const command = clinic
    .command("classify <input>")
    .description(
      "list the codes that nobody has classified, and decide which concepts they belong to",
    )
    .option(
      "--decide <decision>",
      "<system>|<code>=<concept>,<concept> or =none; may be repeated",
      (one: string, before: string[]) => [...before, one],
      [],
    )
    .option("--by <name>", "who decides")
    .option(
      "--terminology <url>",
      "FHIR base URL of a terminology server to ask; it is sent codes only",
    )
    .action(classify);
  withExamples(
    withCodes(command),
    "clinic classify bulk-export/",
    "clinic classify bulk-export/ --by 'Dr Li' --decide 'snomed|314194001=diabetes'",
    "clinic classify bulk-export/ --by 'Dr Li' --terminology https://terms.example/fhir",
  );
}

async function classify(input: string, options: Options, command: Command): Promise<void> {
  const context = contextOf(command);
  const { decide, terminology } = options;
  const file = codesFile(context, options);
  const issuedDay = await dayOrToday(context);
  const sources = await readSources(input);
  const listed = (table: CodeTable) =>
    workListOf(sources, { issuedDay, codes: classifierOf(table) });
  let table = await readTable(file);
  const keep = async (decisions: readonly CodeDecision[]) => {
    table = withDecisions(table, decisions);
    await writeTable(file, table);
  };
  const { items } = listed(table);
  const signed = () => signedBy(options, formatDay(issuedDay));
  if (decide.length > 0) {
    await keep(decide.flatMap((written) => readDecision(written, items, signed())));
  }
  const undecided: string[] = [];
  if (terminology !== undefined) {
    const asked = listed(table).items.filter(canBeAsked);
    undecided.push(
      ...(await askServer({ url: terminology, asked, signed: signed(), keep, context })),
    );
  }
  const isAsking = decide.length === 0 && terminology === undefined && !context.json;
  if (isAsking && process.stdin.isTTY === true && process.stdout.isTTY === true) {
    await askClinic(items, options, formatDay(issuedDay), keep);
  }
  printWork(context, { work: listed(table), table, file, undecided });
}

function signedBy({ by }: Options, at: string): Signed {
  if (by === undefined || by.trim() === "") {
    throw new InputError("Say who decides: --by <name>. It is kept with each decision.");
  }
  return { by, at };
}

type Asking = {
  readonly url: string;
  readonly asked: readonly WorkItem[];
  readonly signed: Signed;
  readonly keep: (decisions: readonly CodeDecision[]) => Promise<void>;
  readonly context: Context;
};

/** Asks a terminology server about each code, and keeps each answer at once. Returns what it could not answer. */
async function askServer({ url, asked, signed, keep, context }: Asking): Promise<string[]> {
  const undecided: string[] = [];
  try {
    const server = await openTermServer(url);
    for (const [i, { base, system, code, display }] of asked.entries()) {
      context.progress.step(`Asking about code ${i + 1} of ${asked.length}...`);
      const item = { base, system, code, ...(display && { display }) };
      const answer = await server.decide(item, signed.by, signed.at);
      if ("decision" in answer) await keep([answer.decision]);
      else undecided.push(`${systemWords(system)} ${code}: ${answer.problem}`);
    }
  } catch (error) {
    if (error instanceof TermServerError) throw new ServerUnavailable("terminology", error.message);
    throw error;
  } finally {
    context.progress.end();
  }
  return undecided;
}

/** Goes through the list with whoever sits at the terminal. */
async function askClinic(
  items: readonly WorkItem[],
  options: Options,
  at: string,
  keep: Asking["keep"],
): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const by = options.by ?? (items.length > 0 ? await terminal.question("Who decides? ") : "");
    for (const item of items) {
      const said = await terminal.question(
        `${itemWords(item)}\n  Concepts (by comma), none, Enter to leave it open, q to stop: `,
      );
      if (said.trim() === "q") return;
      if (said.trim() === "") continue;
      try {
        await keep([decisionOf(item, readNames(said), signedBy({ ...options, by }, at))]);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        console.error(error.message);
      }
    }
  } finally {
    terminal.close();
  }
}

type Result = {
  readonly work: WorkList;
  readonly table: CodeTable;
  readonly file: string;
  readonly undecided: readonly string[];
};

function printWork({ json }: Context, { work, table, file, undecided }: Result): void {
  const { items, patients, problems } = work;
  const outdated = outdatedIn(table);
  const lines = [
    items.length === 0
      ? `Every code is classified: ${counted(patients, "patient")}.`
      : `Not classified: ${counted(items.length, "code")} of ${counted(patients, "patient")}. Patients held up by each:`,
    ...items.slice(0, SHOWN).map(itemWords),
    ...(items.length > SHOWN ? [`  and ${items.length - SHOWN} more (--json shows all)`] : []),
    ...undecided.map((line) => `Not decided: ${line}`),
    ...outdated.map(
      ({ decision: { system, code, dictionaryVersion }, since }) =>
        `${systemWords(system)} ${code} was decided by dictionary version ${dictionaryVersion}; open for ${counted(since.length, "concept")} added since: decide it again`,
    ),
    ...problems.map(({ path, reason }) => `Not read: ${path}: ${reason}`),
    `${file}: ${counted(table.entries.length, "decision")}`,
  ];
  print(
    json,
    { ...work, outdated, undecided, file, decisions: table.entries.length },
    lines.join("\n"),
  );
}

function itemWords({ base, system, code, display, patients, suggestions }: WorkItem): string {
  const words = display === undefined ? "" : ` ${display}`;
  const near = suggestions.length > 0 ? `\n           perhaps ${suggestions.join(", ")}` : "";
  return `${String(patients).padStart(6)}  ${base}: ${systemWords(system)} ${code}${words}${near}`;
}

function systemWords(uri: string): string {
  const system = systemOf(uri);
  return system === undefined ? uri : SYSTEMS[system].name;
}
