// `cohort journey`: all actors over a folder of bundles, to see a trial recruit from real records.
import type { Command } from "commander";
import { parseTrialFile } from "../../circuits/statement/trialFile.ts";
import { readSources } from "../clinic/read.node.ts";
import { type Funnel, type JourneyResult, playJourney, type Signers } from "../journey.ts";
import { localArtifacts } from "../patient/artifacts.node.ts";
import { wholeIn } from "./argument.ts";
import { type CodesOption, codesOf, withCodes } from "./codes.ts";
import { type Context, contextOf } from "./context.ts";
import { readJson } from "./file.ts";
import { print } from "./output.ts";

type Flags = CodesOption & { trial: string; withdraw: string; deceased?: boolean };

/** Adds the journey command. */
export function addJourneyCommand(program: Command): void {
  const journey = program
    .command("journey <folder>")
    .description("play all actors over a folder of FHIR bundles and print the funnel")
    .requiredOption("--trial <file>", "trial file, e.g. client/sponsor/examples/diabetes.json")
    .option("--withdraw <n>", "how many withdraw at the end", "0")
    .option("--deceased", "attest the records of patients who have died too")
    .addHelpText(
      "after",
      "\nExample, on the development keys of npm start. For records that end in 2021, start the chain then:\n  npm start -- --empty --chain-time 2021-04-01 --data data-2021\n  cohort --data data-2021 journey bundles/ --trial client/sponsor/examples/diabetes.json",
    )
    .action(async (folder: string, flags: Flags, command: Command) => {
      const context = contextOf(command);
      const withdrawals = wholeIn(flags.withdraw, "--withdraw", 0);
      const trial = parseTrialFile(readJson(flags.trial));
      const result = await playJourney({
        api: context.api(),
        signers: developmentSigners(context),
        sources: await readSources(folder),
        trial,
        artifacts: localArtifacts(),
        today: await context.today(),
        codes: await codesOf(context, flags),
        includeDeceased: flags.deceased === true,
        withdrawals,
        onStep: (_step, detail) => context.progress.step(detail),
      });
      context.progress.end();
      const text = [renderFunnel(result.funnel), ...deceasedLines(result, flags)].join("\n");
      print(context.json, result, text);
    });
  withCodes(journey);
}

/** The organisations' development keys; throws InputError where there are none. */
export function developmentSigners({ signer }: Pick<Context, "signer">): Signers {
  return {
    governance: signer("governance"),
    sponsor: signer("sponsor"),
    board: signer("board"),
    clinics: [
      { name: "North Clinic", signer: signer("clinic-1") },
      { name: "South Clinic", signer: signer("clinic-2") },
    ],
    sites: [signer("site-1"), signer("site-2")],
  };
}

/** The patients who have died, by name: a reader would miss them in the counts. */
function deceasedLines({ deceased }: JourneyResult, flags: Flags): string[] {
  if (deceased.length === 0) return [];
  const what = flags.deceased === true ? "attested as asked" : "no record attested (--deceased)";
  return ["", `  ${deceased.length} died, ${what}:`, ...deceased.map((name) => `    ${name}`)];
}

/** The funnel as a small bar chart. */
export function renderFunnel(funnel: Funnel): string {
  const rows: [string, number][] = [
    ["assessed (on the patients' devices)", funnel.assessed],
    ["eligible (known to them alone)", funnel.eligible],
    ["screened", funnel.screened],
    ["consented", funnel.consented],
    ["enrolled", funnel.enrolled],
    ["arrived and on study", funnel.onStudy],
    ["withdrawn", funnel.withdrawn],
  ];
  const widest = Math.max(1, funnel.assessed);
  return rows
    .map(([label, n]) => {
      const bar = "#".repeat(Math.ceil((n / widest) * 40));
      return `  ${label.padEnd(36)} ${String(n).padStart(5)}  ${bar}`;
    })
    .join("\n");
}
