// What `cohort journey` does: all actors over a folder of bundles, and the funnel.
import type { Command } from "commander";
import { computeAddress } from "ethers";
import { parseTrialFile } from "../../circuits/statement/trial/trialFile.ts";
import { localArtifacts } from "../artifacts/artifacts.node.ts";
import { readSources } from "../clinic/read/read.node.ts";
import type { Custodian } from "../exchange/custodian.ts";
import { type Funnel, type JourneyResult, playJourney, type Signers } from "../journey/journey.ts";
import { wholeIn } from "./argument.ts";
import { codesOf } from "./codes.ts";
import { type Context, contextOf, developmentKeys, namedAccounts } from "./context.ts";
import { type CustodianFlag, reachCustodians } from "./exchange.ts";
import { readJson } from "./file.ts";
import type { CodesOption } from "./options.ts";
import { InputError, print } from "./output.ts";

export type Flags = CodesOption &
  CustodianFlag & { trial: string; withdraw: string; deceased?: boolean };

/** Plays the journey and prints its funnel. */
export async function runJourney(folder: string, flags: Flags, command: Command): Promise<void> {
  const context = contextOf(command);
  const withdrawals = wholeIn(flags.withdraw, "--withdraw", 0);
  const trial = parseTrialFile(readJson(flags.trial));
  const result = await playJourney({
    api: context.api(),
    signers: { ...developmentSigners(context), ...developmentAccounts(context) },
    sources: await readSources(folder),
    trial,
    artifacts: localArtifacts(),
    today: await context.today(),
    codes: await codesOf(context, flags),
    includeDeceased: flags.deceased === true,
    withdrawals,
    // Before the first patient: without custodians the trial cannot be published.
    ...(trial.collections !== undefined && { custodians: await allCustodians(context, flags) }),
    onStep: (_step, detail) => context.progress.step(detail),
  });
  context.progress.end();
  const text = [renderFunnel(result.funnel), ...deceasedLines(result, flags)].join("\n");
  print(context.json, result, text);
}

/**
 * All custodians. Throws InputError where one is away: the trial's first tag needs every one of them, and that would show
 * only when the first patient arrives.
 */
async function allCustodians(context: Context, flags: CustodianFlag): Promise<Custodian[]> {
  const reached = await reachCustodians(context, flags);
  const there = new Set(reached.map(({ address }) => address.toLowerCase()));
  const accounts = Object.entries(namedAccounts(context.options.data));
  const away = accounts.flatMap(([name, at]) => (there.has(at.toLowerCase()) ? [] : [name]));
  if (reached.length > 0 && away.length === 0) return reached;
  const who = away.length > 0 ? away.join(", ") : "any custodian";
  throw new InputError(
    `Not reached: ${who}. The first person's tag needs all of them: start them, or name each with --custodian <url>.`,
  );
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

/** Accounts in the data folder of npm start that need no key here: of its custodians, its relayer and its clinician. */
function developmentAccounts({
  options,
}: Context): Pick<Signers, "custodians" | "operator" | "emergency"> {
  const { relayer, emergency } = developmentKeys(options.data);
  return {
    custodians: Object.values(namedAccounts(options.data)),
    ...(relayer !== undefined && { operator: computeAddress(relayer) }),
    ...(emergency !== undefined && { emergency: computeAddress(emergency) }),
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
