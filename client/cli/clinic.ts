// `cohort clinic`: inspect what a record holds, attest, anchor, replace and revoke.
import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { DOMAINS, type Domain } from "../../circuits/statement/code.ts";
import { formatDay, parseDay } from "../../circuits/statement/day.ts";
import { parseField } from "../../circuits/statement/field.ts";
import { commitRecord } from "../../circuits/witness/record.ts";
import {
  anchorBatch,
  replaceBatch,
  revokeLeaf,
  signAttestation,
  withPaths,
} from "../clinic/anchor.ts";
import {
  type AttestedRecord,
  attestRecord,
  drawIdTagSalt,
  parseAttested,
} from "../clinic/attest.ts";
import type { Batch } from "../clinic/batch.ts";
import { inspectRecord, renderInspection } from "../clinic/inspect.ts";
import { buildRecord } from "../clinic/issue.ts";
import { readSource } from "../clinic/read.ts";
import { type Context, contextOf, readJson } from "./context.ts";
import { InputError, print } from "./output.ts";

const ALL_DOMAINS = Object.keys(DOMAINS) as Domain[];
const ROLE = "clinic-1";
const SELF_ANCHOR_SECONDS = 7 * 86_400;

type AttestOptions = {
  identity: string;
  out: string;
  name: string;
  document?: string;
  coverageFrom?: string;
  incomplete?: boolean;
  identitySince?: string;
  as: string;
  sign?: boolean;
};

/** Adds the clinic's commands. */
export function addClinicCommands(program: Command): void {
  const clinic = program.command("clinic").description("attest records and anchor them");

  clinic
    .command("inspect <bundle>")
    .description("show which facts a record would hold, and what is left out and why")
    .addHelpText("after", "\nExample:\n  cohort clinic inspect patient.json --as-of 2021-04-01")
    .action(async (path: string, _options, command: Command) => {
      const context = contextOf(command);
      const issued = buildRecord({
        source: await readSource(path),
        issuer: `0x${"00".repeat(20)}`,
        issuedDay: await dayOr(context),
        identityCommitment: 1n,
        identitySince: 0,
        completeFor: ALL_DOMAINS,
      });
      print(context.json, inspectRecord(issued), renderInspection(issued));
    });

  clinic
    .command("attest <bundle>")
    .description("make a patient's record for their identity; the file goes to the patient only")
    .requiredOption(
      "--identity <number>",
      "the patient's identity commitment (patient init shows it)",
    )
    .requiredOption("--out <file>", "where to write the patient's file")
    .option("--name <name>", "the clinic's name on the file", "Clinic")
    .option("--document <text>", "text of the identity document that was checked")
    .option("--coverage-from <date>", "first day from which the clinic knows the patient")
    .option("--incomplete", "the clinic does not hold the patient's whole record")
    .option("--identity-since <date>", "when the patient's identity was re-bound here")
    .option("--sign", "also sign, so that the patient can anchor the record themselves")
    .option("--as <role>", "development key to act with", ROLE)
    .addHelpText(
      "after",
      "\nExample:\n  cohort clinic attest patient.json --identity 1234... --document 'P X12345' --out ann.json",
    )
    .action(attest);

  clinic
    .command("anchor <files...>")
    .description(
      "anchor the records of these patients' files as one batch; adds each path to its file",
    )
    .option("--as <role>", "development key to act with", ROLE)
    .addHelpText("after", "\nExample:\n  cohort clinic anchor ann.json ben.json")
    .action(async (files: string[], { as }: { as: string }, command: Command) => {
      const context = contextOf(command);
      const { attested, commitments } = readAttested(files);
      context.progress.step(`Anchoring ${files.length} record(s)...`);
      const batch = await anchorBatch(await context.actor(as), commitments);
      context.progress.end();
      writeBack(files, withPaths(attested, batch));
      printBatch(context, batch, "Anchored");
    });

  clinic
    .command("replace <leaf> <files...>")
    .description("replace a batch (its root) by a rebuilt one, as clinics do on a schedule")
    .option("--as <role>", "development key to act with", ROLE)
    .action(async (leaf: string, files: string[], { as }: { as: string }, command: Command) => {
      const context = contextOf(command);
      const { attested, commitments } = readAttested(files);
      context.progress.step(`Replacing by ${files.length} record(s)...`);
      const oldLeaf = parseField(leaf);
      const batch = await replaceBatch(await context.actor(as), { oldLeaf, commitments });
      context.progress.end();
      writeBack(files, withPaths(attested, batch));
      printBatch(context, batch, "Replaced");
    });

  clinic
    .command("revoke <leaf>")
    .description("revoke a batch (its root) or a single commitment; voids all older roots")
    .option("--as <role>", "development key to act with", ROLE)
    .action(async (leaf: string, { as }: { as: string }, command: Command) => {
      const context = contextOf(command);
      context.progress.step("Revoking...");
      await revokeLeaf(await context.actor(as), parseField(leaf));
      context.progress.end();
      print(context.json, { revoked: leaf }, `Revoked ${leaf}; older roots are void.`);
    });
}

/** --as-of, or the chain's day; today where there is no server to ask (inspecting needs none). */
async function dayOr(context: Context): Promise<number> {
  if (context.options.asOf !== undefined) return parseDay(context.options.asOf);
  try {
    return await context.today();
  } catch {
    return parseDay(new Date().toISOString().slice(0, 10));
  }
}

async function attest(path: string, options: AttestOptions, command: Command): Promise<void> {
  const context = contextOf(command);
  const clinic = await context.actor(options.as);
  const { document } = options;
  const salt = document === undefined ? undefined : drawIdTagSalt();
  const issued = buildRecord({
    source: await readSource(path),
    issuer: clinic.address,
    issuedDay: await context.today(),
    identityCommitment: parseField(options.identity),
    identitySince: options.identitySince === undefined ? 0 : parseDay(options.identitySince),
    completeFor: options.incomplete === true ? [] : ALL_DOMAINS,
    ...(options.coverageFrom && { coverageFromDay: parseDay(options.coverageFrom) }),
    ...(document !== undefined && salt !== undefined && { idTag: { salt, document } }),
  });
  const { attested, commitment } = attestRecord({
    record: issued.record,
    clinicName: options.name,
    ...(salt !== undefined && { idTagSalt: salt }),
  });
  writePrivate(options.out, attested);
  const { chainTime } = clinic.deployment;
  const deadline = chainTime + SELF_ANCHOR_SECONDS;
  const signature = options.sign ? await signAttestation(clinic, { commitment, deadline }) : null;
  const { facts, leftOut } = issued;
  const since = formatDay(issued.record.header.coverageFromDay);
  print(
    context.json,
    { file: options.out, commitment, facts: facts.length, leftOut: leftOut.length, signature },
    `${options.out}: ${facts.length} facts, covering since ${since}; ${leftOut.length} item(s) left out (see clinic inspect).
Commitment ${commitment}. Next: cohort clinic anchor ${options.out}, then hand the file to the patient and keep no copy.`,
  );
}

function readAttested(files: readonly string[]) {
  const attested = files.map((file) => readJson(file) as AttestedRecord);
  const commitments = attested.map((json, i) => {
    try {
      return commitRecord(parseAttested(json).record);
    } catch (error) {
      throw new InputError(`${files[i]}: ${(error as Error).message}`);
    }
  });
  return { attested, commitments };
}

function writeBack(files: readonly string[], attested: readonly AttestedRecord[]): void {
  for (const [i, file] of files.entries()) writePrivate(file, attested[i]!);
}

/** Health data: readable by its owner only. */
function writePrivate(file: string, content: unknown): void {
  writeFileSync(file, `${JSON.stringify(content)}\n`, { mode: 0o600 });
}

function printBatch({ json }: Context, { root, leaves, leavesHash }: Batch, done: string): void {
  const data = { root, size: leaves.length, leavesHash };
  print(
    json,
    data,
    `${done}: ${leaves.length} record(s) under batch root ${root}. Hand each file to its patient.`,
  );
}
