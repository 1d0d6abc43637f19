// `cohort sponsor`: check, publish and amend trials.
import type { Command } from "commander";
import { checkCriteria, compile } from "../../circuits/statement/criteria/compile.ts";
import { CriteriaError } from "../../circuits/statement/criteria/problem.ts";
import { DICTIONARY_VERSION } from "../../circuits/statement/dictionary/dictionary.ts";
import { factProblems } from "../../circuits/statement/exchange/collection.ts";
import { MIN_CUSTODIAN_THRESHOLD } from "../../circuits/statement/trial/trial.ts";
import {
  parseTrialFile,
  type TrialFile,
  underCriteria,
} from "../../circuits/statement/trial/trialFile.ts";
import { amendTrial, type Publication, publishTrial } from "../sponsor/publish.ts";
import { type Custodians, readCustodians } from "../trial/document.ts";
import { droppedWords } from "../trial/sites.ts";
import { wholeIn } from "./argument.ts";
import { collectedWords, compiledWords, partsOf } from "./compiled.ts";
import { accountIn, type Context, contextOf } from "./context.ts";
import { readJson } from "./file.ts";
import { acting, withExamples } from "./options.ts";
import { InputError, print } from "./output.ts";
import { readSecret } from "./secret.ts";

type As = { as: string };
type PublishFlags = As & {
  site: string[];
  board: string;
  seal?: string | true;
  custodian: string[];
  custodianThreshold: number;
};
const SITE_FORM = "write it as 1=0x... (id=address) or 1=site-1 (id=development key)";

/** Adds the commands about a trial's text. */
export function addCommands(sponsor: Command): void {
  const add = acting(sponsor, "sponsor");
  const publishing = (command: Command) =>
    command
      .requiredOption("--site <id=account>", "signing key of a site, for each site", collect, [])
      .option(
        "--custodian <account>",
        "who holds shares of the keys to what the trial collects: accredited; once for each",
        collect,
        [],
      )
      .option(
        "--custodian-threshold <count>",
        "how many custodians open a package",
        (text: string) => wholeIn(text, "--custodian-threshold", MIN_CUSTODIAN_THRESHOLD),
        MIN_CUSTODIAN_THRESHOLD,
      )
      .option("--seal [passphrase]", "publish only hash and ciphertext (or COHORT_DOCUMENT_KEY)");

  withExamples(
    sponsor
      .command("check <trial>")
      .description("compile a trial file: what each criterion asks, what is proven, and its size")
      .action(checkFile),
    "sponsor check client/sponsor/examples/diabetes.json",
  );
  publishing(
    add(
      "publish <trial>",
      "register a trial file's protocol and publish its first version",
      "sponsor publish diabetes.json --board 0xB0... --site 1=0x51... --site 2=0x52...",
      "sponsor publish client/sponsor/examples/diabetes.json --board board --site 1=site-1 --site 2=site-2 --custodian custodian-1 --custodian custodian-2 --custodian custodian-3",
    ),
  )
    .requiredOption("--board <account>", "the ethics board that will review it")
    .action(publish);
  publishing(
    add(
      "amend <trial>",
      "publish the next version of a trial",
      "sponsor amend diabetes.json --site 1=site-1 --site 2=site-2 --custodian custodian-1 --custodian custodian-2 --custodian custodian-3",
    ),
  ).action(amend);
}

function collect(value: string, all: string[]): string[] {
  return [...all, value];
}

async function checkFile(file: string, _flags: object, command: Command): Promise<void> {
  const { json } = contextOf(command);
  const trial = readTrial(file);
  const { criteria, protocolNumber } = trial;
  // As when it is published, but for the salt: the size is the same.
  const compiled = compile(criteria, { salt: 1n << 247n, latestIdentitySince: 0 });
  const { circuit, coverage, warnings, english } = compiled;
  print(
    json,
    { protocolNumber, circuit, parts: partsOf(compiled), coverage, warnings, english },
    [...compiledWords(compiled, english), ...collectedWords({ trial })].join("\n"),
  );
}

/** A trial file whose criteria compile. Throws CriteriaError with every problem, before anything is sent. */
function readTrial(file: string): TrialFile {
  const trial = parseTrialFile(readJson(file));
  const problems = [
    ...checkCriteria(trial.criteria).map((p) => ({ ...p, path: underCriteria(p.path) })),
    ...factProblems(trial.collections, { dictionaryVersion: DICTIONARY_VERSION }),
  ];
  if (problems.length > 0) throw new CriteriaError(problems);
  return trial;
}

async function publish(file: string, flags: PublishFlags, command: Command): Promise<void> {
  const context = contextOf(command);
  const options = await publishOptions(context, file, flags);
  const board = accountIn(context.options, flags.board, "--board");
  context.progress.step("Publishing...");
  const actor = await context.actor(flags.as);
  printPublication(context, await publishTrial(actor, { ...options, board }), []);
}

async function amend(file: string, flags: PublishFlags, command: Command): Promise<void> {
  const context = contextOf(command);
  const options = await publishOptions(context, file, flags);
  context.progress.step("Publishing the amendment...");
  const actor = await context.actor(flags.as);
  const amended = await amendTrial(actor, options);
  printPublication(context, amended, amended.dropped.map(droppedWords));
}

async function publishOptions(context: Context, file: string, flags: PublishFlags) {
  const { site, seal } = flags;
  const trial = readTrial(file);
  const siteSigners = signersIn(context, trial, site);
  const custodians = custodiansIn(context, flags);
  const asked = seal === true ? readSecret("COHORT_DOCUMENT_KEY", "Passphrase of the text") : seal;
  const sealWith = await asked;
  return { trial, siteSigners, custodians, ...(sealWith !== undefined && { sealWith }) };
}

/** Who is named as custodians; undefined when nobody is. Throws InputError for what is no account, or named twice. */
function custodiansIn({ options }: Context, flags: PublishFlags): Custodians | undefined {
  const { custodian, custodianThreshold: threshold } = flags;
  if (custodian.length === 0) return undefined;
  const members = custodian.map((account) => accountIn(options, account, "--custodian"));
  try {
    return readCustodians({ threshold, members });
  } catch (problem) {
    throw new InputError((problem as RangeError).message);
  }
}

/** Address of each of the trial's sites. Throws InputError unless exactly those are named. */
function signersIn({ options }: Context, { sites }: TrialFile, pairs: readonly string[]) {
  const named = pairs.map((pair) => {
    const match = /^(\d{1,9})=(.+)$/.exec(pair);
    if (match === null) throw new InputError(`--site ${pair}: ${SITE_FORM}`);
    return [Number(match[1]), accountIn(options, match[2]!, `--site ${match[1]}`)] as const;
  });
  const signers = new Map(named);
  for (const { id, name } of sites) {
    if (!signers.delete(id)) {
      throw new InputError(`No signing key for site ${id} (${name}): add --site; ${SITE_FORM}`);
    }
  }
  const [unknown] = signers.keys();
  if (unknown !== undefined) throw new InputError(`--site ${unknown}: the trial has no such site`);
  return Object.fromEntries(named);
}

function printPublication(
  { json, progress }: Context,
  { trialId, version, digest, terms, document }: Publication,
  warnings: readonly string[],
): void {
  progress.end();
  const { protocolNumber } = document.trial;
  const { circuit, criteriaHashes } = terms;
  const parts = criteriaHashes.length;
  const size = parts === 1 ? circuit : `${parts} parts of ${circuit}`;
  const lines = [
    `Published version ${version} of ${protocolNumber} (${size}).`,
    ...warnings,
    `Digest for the board: ${digest}`,
    `Next: cohort board review ${protocolNumber}`,
  ];
  const data = { protocolNumber, trialId, version, digest, circuit, parts, warnings };
  print(json, data, lines.join("\n"));
}
