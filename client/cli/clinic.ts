// `cohort clinic`: inspect what a record would hold, and attest one.
import { existsSync } from "node:fs";
import type { Command } from "commander";
import { DOMAINS, type Domain } from "../../circuits/statement/code.ts";
import { formatDay } from "../../circuits/statement/day.ts";
import { PERMIT_SECONDS, signAttestation } from "../clinic/anchor.ts";
import { attestRecord, drawIdTagSalt } from "../clinic/attest.ts";
import { inNoConcept, inspectRecord, renderInspection } from "../clinic/inspect.ts";
import { buildRecord, type Issued } from "../clinic/issue.ts";
import { readSource } from "../clinic/read.node.ts";
import { dayIn, numberIn } from "./argument.ts";
import { addClassifyCommand } from "./classify.ts";
import { type CodesOption, codesOf, withCodes } from "./codes.ts";
import { type Context, contextOf, dayOrToday, withExamples } from "./context.ts";
import { writePrivate } from "./file.ts";
import { InputError, print } from "./output.ts";

const ALL_DOMAINS = Object.keys(DOMAINS) as Domain[];

type AttestOptions = CodesOption & {
  identity: string;
  out: string;
  name: string;
  document?: string;
  coverageFrom?: string;
  incomplete?: boolean;
  identitySince?: string;
  as: string;
  sign?: string;
  deceased?: boolean;
};

/** Adds the clinic's commands about records, and returns the group. */
export function addClinicCommands(program: Command): Command {
  const clinic = program.command("clinic").description("attest records and anchor them");

  const inspecting = clinic
    .command("inspect <bundle>")
    .description("show which facts a record would hold, and what is left out and why")
    .action(inspect);
  withExamples(
    withCodes(inspecting),
    "clinic inspect patient.json",
    "clinic inspect bulk-export/ --as-of 2021-04-01 --json",
  );

  const attesting = clinic
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
    .option("--sign <file>", "also write a permit, with which the patient anchors it themselves")
    .option("--deceased", "attest even though the patient has died")
    .option("--as <role>", "development key to act with", "clinic-1")
    .action(attest);
  withExamples(
    withCodes(attesting),
    "clinic attest patient.json --identity 1234... --document 'P X12345' --out ann.json",
    "clinic attest patient.json --identity 1234... --out ann.json --sign ann.permit.json",
  );
  addClassifyCommand(clinic);
  return clinic;
}

async function inspect(path: string, options: CodesOption, command: Command): Promise<void> {
  const context = contextOf(command);
  const codes = await codesOf(context, options);
  const issuedDay = await dayOrToday(context);
  const issued = buildRecord({
    source: await readSource(path),
    issuer: `0x${"00".repeat(20)}`,
    issuedDay,
    identityCommitment: 1n,
    identitySince: 0,
    completeFor: ALL_DOMAINS,
    codes,
  });
  const alone = inNoConcept(issued);
  const lines = alone.map(({ label, system, code }) => `  ${label} (${system} ${code})`);
  const text = [
    renderInspection(issued).trimEnd(),
    ...(lines.length > 0
      ? ["In no concept: criteria reach these by their code only", ...lines]
      : []),
  ].join("\n");
  print(context.json, { ...inspectRecord(issued), inNoConcept: alone }, text);
}

async function attest(path: string, options: AttestOptions, command: Command): Promise<void> {
  const context = contextOf(command);
  const { document, out } = options;
  for (const file of [out, options.sign ?? ""]) {
    // A patient's file that is overwritten before it was handed over is a record nobody can use.
    if (existsSync(file)) throw new InputError(`${file}: exists already; choose another name`);
  }
  const identityCommitment = numberIn(options.identity, "--identity");
  const since = options.identitySince;
  const salt = document === undefined ? undefined : drawIdTagSalt();
  const codes = await codesOf(context, options);
  const source = await readSource(path);
  context.progress.step("Attesting...");
  const clinic = await context.actor(options.as);
  const issued = buildRecord({
    source,
    issuer: clinic.address,
    issuedDay: await context.today(),
    identityCommitment,
    identitySince: since === undefined ? 0 : dayIn(since, "--identity-since"),
    completeFor: options.incomplete === true ? [] : ALL_DOMAINS,
    codes,
    ...(options.coverageFrom && {
      coverageFromDay: dayIn(options.coverageFrom, "--coverage-from"),
    }),
    ...(document !== undefined && salt !== undefined && { idTag: { salt, document } }),
  });
  if (issued.person.deceased && options.deceased !== true) {
    throw new InputError(
      `${path}: the patient has died; a record is attested only with --deceased, for whoever acts for them`,
    );
  }
  const { attested, commitment } = attestRecord({
    record: issued.record,
    clinicName: options.name,
    ...(salt !== undefined && { idTagSalt: salt }),
  });
  await writePrivate(out, attested);
  if (options.sign !== undefined) {
    const deadline = clinic.deployment.chainTime + PERMIT_SECONDS;
    await writePrivate(options.sign, await signAttestation(clinic, { commitment, deadline }));
  }
  context.progress.end();
  printAttested(context, issued, commitment, options);
}

function printAttested(
  { json }: Context,
  { facts, leftOut, record }: Issued,
  commitment: bigint,
  { out, sign }: AttestOptions,
): void {
  const since = formatDay(record.header.coverageFromDay);
  const next =
    sign === undefined
      ? `cohort clinic anchor ${out}, then hand the file to the patient and keep no copy.`
      : `hand ${out} and ${sign} to the patient, who anchors with cohort patient anchor ${sign}.`;
  print(
    json,
    {
      file: out,
      commitment,
      facts: facts.length,
      leftOut: leftOut.length,
      coverageFrom: since,
      ...(sign !== undefined && { permit: sign }),
    },
    `${out}: ${facts.length} facts, covering the time since ${since}; ${leftOut.length} item(s) left out (see clinic inspect).\nNext: ${next}`,
  );
}
