// `cohort sponsor`: publish trials and enroll participants.
import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { checkCriteria, compile } from "../../circuits/statement/compile.ts";
import { CriteriaError } from "../../circuits/statement/criteriaParse.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { hashDocument, trialIdOf } from "../../circuits/statement/trial.ts";
import {
  parseTrialFile,
  type TrialFile,
  underCriteria,
} from "../../circuits/statement/trialFile.ts";
import { closeTrial, completeTrial, enroll, enrollable, reportNoShow } from "../sponsor/enroll.ts";
import {
  type Publication,
  prepareAmendment,
  publishPrepared,
  publishTrial,
} from "../sponsor/publish.ts";
import { droppedWords } from "../sponsor/sites.ts";
import { pickNumber, protocolIn } from "./argument.ts";
import { compiledWords, partsOf } from "./compiled.ts";
import { accountIn, type Context, contextOf, withExamples } from "./context.ts";
import { readJson } from "./file.ts";
import { addImportCommand } from "./import.ts";
import { InputError, print, shorten } from "./output.ts";
import { addParticipantsCommand } from "./participants.ts";
import { readSecret } from "./secret.ts";
import { describeTrial } from "./trialStatus.ts";

type As = { as: string };
type PublishFlags = As & { site: string[]; board: string; seal?: string | true };
const SITE_FORM = "write it as 1=0x... (id=address) or 1=site-1 (id=development key)";

/** Adds the sponsor's commands. */
export function addSponsorCommands(program: Command): void {
  const sponsor = program.command("sponsor").description("publish trials and enroll participants");
  const add = (usage: string, text: string, ...examples: string[]) =>
    withExamples(
      sponsor
        .command(usage)
        .description(text)
        .option("--as <role>", "development key to act with", "sponsor"),
      ...examples,
    );
  const publishing = (command: Command) =>
    command
      .requiredOption("--site <id=account>", "signing key of a site, for each site", collect, [])
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
      "sponsor publish client/sponsor/examples/diabetes.json --board board --site 1=site-1 --site 2=site-2",
    ),
  )
    .requiredOption("--board <account>", "the ethics board that will review it")
    .action(publish);
  publishing(
    add(
      "amend <trial>",
      "publish the next version of a trial",
      "sponsor amend diabetes.json --site 1=site-1 --site 2=site-2",
    ),
  ).action(amend);
  add(
    "enroll <protocol> [pseudonyms...]",
    "enroll the pseudonyms named (their first digits do), or all who have consented",
    "sponsor enroll CZ-T2D-001",
    "sponsor enroll CZ-T2D-001 1203584712",
  ).action(enrollSome);
  withExamples(
    sponsor
      .command("trial <protocol>")
      .description("status, versions and funnel of a trial")
      .action(describeTrial),
    "sponsor trial CZ-T2D-001",
  );
  withExamples(
    sponsor
      .command("text <protocol>")
      .description("save a version's text as published, sealed if it is: for an auditor")
      .option("--of <version>", "which version (default: the newest)")
      .requiredOption("--out <file>", "where to; a file that exists is left alone")
      .action(saveText),
    "sponsor text CZ-T2D-001 --out CZ-T2D-001.json",
  );
  addImportCommand(sponsor);
  addParticipantsCommand(sponsor, "sponsor");
  add("close <protocol>", "take no more participants", "sponsor close CZ-T2D-001").action(
    ending("close", closeTrial),
  );
  add("complete <protocol>", "end a closed trial for good", "sponsor complete CZ-T2D-001").action(
    ending("complete", completeTrial),
  );
  add(
    "no-show <protocol> <pseudonym>",
    "free the place of someone who did not arrive in time",
    "sponsor no-show CZ-T2D-001 1203584712",
  ).action(noShow);
}

function collect(value: string, all: string[]): string[] {
  return [...all, value];
}

async function checkFile(file: string, _flags: object, command: Command): Promise<void> {
  const { json } = contextOf(command);
  const { criteria, protocolNumber } = readTrial(file);
  // As when it is published, but for the salt: the size is the same.
  const compiled = compile(criteria, { salt: 1n << 247n, latestIdentitySince: 0 });
  const { circuit, coverage, warnings, english } = compiled;
  print(
    json,
    { protocolNumber, circuit, parts: partsOf(compiled), coverage, warnings, english },
    compiledWords(compiled, english).join("\n"),
  );
}

/** A trial file whose criteria compile. Throws CriteriaError with every problem, before anything is sent. */
function readTrial(file: string): TrialFile {
  const trial = parseTrialFile(readJson(file));
  const problems = checkCriteria(trial.criteria);
  if (problems.length > 0) {
    throw new CriteriaError(problems.map((p) => ({ ...p, path: underCriteria(p.path) })));
  }
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
  const prepared = await prepareAmendment(actor, options);
  const warnings = prepared.dropped.map(droppedWords);
  printPublication(context, await publishPrepared(actor, prepared), warnings);
}

async function publishOptions(context: Context, file: string, { site, seal }: PublishFlags) {
  const trial = readTrial(file);
  const siteSigners = signersIn(context, trial, site);
  const asked = seal === true ? readSecret("COHORT_DOCUMENT_KEY", "Passphrase of the text") : seal;
  const sealWith = await asked;
  return { trial, siteSigners, ...(sealWith !== undefined && { sealWith }) };
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

async function enrollSome(typed: string, named: string[], { as }: As, command: Command) {
  const context = contextOf(command);
  const protocolNumber = protocolIn(typed);
  context.progress.step("Looking who has consented...");
  const actor = await context.actor(as);
  const pseudonyms =
    named.length > 0
      ? await pickPseudonyms(context, protocolNumber, named)
      : await enrollable(actor, protocolNumber);
  if (pseudonyms.length > 0) context.progress.step(`Enrolling ${pseudonyms.length}...`);
  const { enrolled, skipped } = await enroll(actor, { protocolNumber, pseudonyms });
  context.progress.end();
  const text =
    pseudonyms.length === 0
      ? "Nobody waits to be enrolled."
      : `Enrolled ${enrolled.length} participant(s).`;
  const left = skipped.map(
    ({ pseudonym, reason }) => `Not enrolled: ${shorten(pseudonym)}: ${reason}.`,
  );
  print(context.json, { enrolled, skipped }, [text, ...left].join("\n"));
}

/** The trial's pseudonyms that are typed, whole or by their first digits. Refuses with `UnknownParticipant`. */
export async function pickPseudonyms(
  { api }: Context,
  protocolNumber: string,
  typed: readonly string[],
): Promise<bigint[]> {
  const { participants } = await api().publicState(trialIdOf(protocolNumber));
  const among = participants.map(({ pseudonym }) => pseudonym);
  const none = "UnknownParticipant";
  return typed.map((text) => pickNumber({ text, name: "pseudonym", among, none }));
}

function ending(name: "close" | "complete", act: typeof closeTrial) {
  return async (typed: string, { as }: As, command: Command) => {
    const context = contextOf(command);
    const protocolNumber = protocolIn(typed);
    context.progress.step(name === "close" ? "Closing..." : "Completing...");
    await act(await context.actor(as), protocolNumber);
    context.progress.end();
    print(context.json, { [name]: protocolNumber }, `${protocolNumber}: ${name}d.`);
  };
}

async function noShow(number: string, typed: string, { as }: As, command: Command) {
  const context = contextOf(command);
  const protocolNumber = protocolIn(number);
  context.progress.step("Freeing the place...");
  const actor = await context.actor(as);
  const [pseudonym] = await pickPseudonyms(context, protocolNumber, [typed]);
  await reportNoShow(actor, { protocolNumber, pseudonym: pseudonym! });
  context.progress.end();
  print(context.json, { freed: pseudonym }, "The place is free again.");
}

type TextFlags = { of?: string; out: string };

async function saveText(typed: string, flags: TextFlags, command: Command) {
  const { api, json } = contextOf(command);
  const protocolNumber = protocolIn(typed);
  const { versions } = await api().publicState(trialIdOf(protocolNumber));
  const asked = flags.of ?? String(Math.max(0, ...versions.map(({ version }) => version)));
  const found = versions.find(({ version }) => String(version) === asked);
  if (found === undefined) throw new Refusal("UnknownVersion", { version: asked });
  const { version, terms, documents } = found;
  const text = documents.document?.content;
  if (text === undefined) throw new Refusal("NotFound", { document: terms.documentHash });
  if (hashDocument(text) !== terms.documentHash) throw new Refusal("TrialTampered");
  writeFileSync(flags.out, text, { flag: "wx" });
  const { isSealed } = terms;
  const said = isSealed ? "sealed: it opens with your passphrase" : "open";
  const words = `Version ${version} of ${protocolNumber} is in ${flags.out}, ${said}.`;
  print(json, { protocolNumber, version, isSealed, file: flags.out }, words);
}
