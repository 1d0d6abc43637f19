// `cohort clinic`: inspect what a record would hold, and attest one for a person of the clinic's roster.

import { existsSync } from "node:fs";
import type { Command } from "commander";
import { DOMAINS, type Domain } from "../../circuits/statement/encoding/code.ts";
import { formatDay } from "../../circuits/statement/encoding/day.ts";
import type { Field } from "../../circuits/statement/encoding/field.ts";
import { counted } from "../../circuits/statement/encoding/print.ts";
import type { Actor } from "../actor/actor.ts";
import { readSource } from "../clinic/read/read.node.ts";
import { attestPerson } from "../clinic/record/attestPerson.ts";
import { inNoConcept, inspectRecord, renderInspection } from "../clinic/record/inspect.ts";
import { buildRecord, type Issued } from "../clinic/record/issue.ts";
import { PERMIT_SECONDS, signAttestation } from "../clinic/registry/anchor.ts";
import { provable, refuseLost } from "../clinic/revocation/where.ts";
import { readIdentityCode } from "../handover/identityCode.ts";
import { dayIn } from "./argument.ts";
import { codesOf } from "./codes.ts";
import { type Context, contextOf, dayOrToday } from "./context.ts";
import { writePrivate } from "./file.ts";
import { type CodesOption, withCodes, withExamples } from "./options.ts";
import { InputError, print } from "./output.ts";
import { openRoster, type RosterOption, withRosterOption } from "./roster.ts";

const ALL_DOMAINS = Object.keys(DOMAINS) as Domain[];
const REBINDING = `
Re-binding: for good. The new wallet counts from today, so trials that already run refuse it; records
of the old wallet have to be revoked before those of the new one are anchored.`;

type AttestOptions = CodesOption &
  RosterOption & {
    identity: string;
    out: string;
    name: string;
    document?: string;
    withoutDocument?: boolean;
    coverageFrom?: string;
    incomplete?: boolean;
    rebind?: boolean;
    samePerson?: boolean;
    as: string;
    sign?: string;
    deceased?: boolean;
  };

/** Adds the clinic's commands about records. */
export function addCommands(clinic: Command): void {
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
    .requiredOption("--identity <code>", "the patient's identity code (patient init shows it)")
    .requiredOption("--out <file>", "where to write the patient's file")
    .option("--name <name>", "the clinic's name on the file", "Clinic")
    .option("--document <text>", "text of the identity document that was checked")
    .option("--without-document", "attest without one: no study site can then admit the patient")
    .option("--coverage-from <date>", "first day from which the clinic knows the patient")
    .option("--incomplete", "the clinic does not hold the patient's whole record")
    .option("--rebind", "the patient lost their wallet: the code is of a new one (see below)")
    .option(
      "--same-person",
      "the roster knows the patient by another id or number: you have checked",
    )
    .option("--sign <file>", "also write a permit, so that the patient can anchor it themselves")
    .option("--deceased", "attest even though the patient has died")
    .option("--as <role>", "development key to act with", "clinic-1")
    .action(attest);
  withExamples(
    withRosterOption(withCodes(attesting)).addHelpText("after", REBINDING),
    "clinic attest patient.json --identity 'czid1 ...' --document 'P X12345' --out ann.json",
    "clinic attest patient.json --identity 'czid1 ...' --document 'P X12345' --out ann.json --sign ann.permit.json",
  );
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
  const { out, sign } = options;
  for (const file of [out, sign ?? ""]) {
    // A patient's file overwritten before it is handed over leaves a record that nobody can use.
    if (existsSync(file)) throw new InputError(`${file}: exists already; choose another name`);
  }
  const code = readIdentityCode(options.identity);
  requireDocument(options);
  const codes = await codesOf(context, options);
  const source = await readSource(path);
  const clinic = await context.actor(options.as);
  const day = await context.today();
  const made = await openRoster(context, options, async ({ roster, save }) => {
    context.progress.step("Attesting...");
    const person = attestPerson({ roster, source, code, codes, day, ...declared(options, clinic) });
    if (person.issued.person.deceased && options.deceased !== true) {
      throw new InputError(
        `${path}: the patient has died; a record is attested only with --deceased, for whoever acts for them`,
      );
    }
    const toRevoke = await provable(clinic, person.lost);
    // With a permit the patient anchors it themselves, so this is the last time that it can be kept back.
    if (sign !== undefined && toRevoke.length > 0) refuseLost(toRevoke[0]!);
    // First the roster: a file that was handed over must be known to it, whatever happens next.
    await save(person.roster);
    return { ...person, toRevoke };
  });
  await writePrivate(out, made.attested);
  if (sign !== undefined) {
    const deadline = clinic.deployment.chainTime + PERMIT_SECONDS;
    const { commitment } = made;
    await writePrivate(sign, await signAttestation(clinic, { commitment, deadline }));
  }
  context.progress.end();
  printAttested(context, made, options);
}

/** A site compares the document with the record: without one nobody is admitted, so it is never left out unnoticed. */
function requireDocument({ document = "", withoutDocument = false }: AttestOptions): void {
  if ((document === "") === withoutDocument) return;
  throw new InputError(
    withoutDocument
      ? "give --document or --without-document, not both"
      : "name the identity document that you checked with --document; with --without-document no study site can admit the patient",
  );
}

/** What the options say about the person and the record. */
function declared(options: AttestOptions, { address }: Actor) {
  const { document, coverageFrom, incomplete, rebind = false, samePerson = false } = options;
  return {
    clinic: { address, name: options.name },
    completeFor: incomplete === true ? [] : ALL_DOMAINS,
    document,
    isRebinding: rebind,
    isSamePerson: samePerson,
    ...(coverageFrom && { coverageFromDay: dayIn(coverageFrom, "--coverage-from") }),
  };
}

function printAttested(
  { json }: Context,
  made: { issued: Issued; commitment: Field; toRevoke: readonly bigint[] },
  { out, sign }: AttestOptions,
): void {
  const { issued, commitment, toRevoke } = made;
  const { facts, leftOut, record } = issued;
  const { coverageFromDay, identitySince } = record.header;
  const since = formatDay(coverageFromDay);
  const lines = [
    `${out}: record ${commitment}`,
    `${counted(facts.length, "fact")}, covering the time since ${since}; ${counted(leftOut.length, "item")} left out (see clinic inspect).`,
    ...(identitySince > 0
      ? [`Wallet re-bound on ${formatDay(identitySince)}: trials that ran before then refuse it.`]
      : []),
    ...(toRevoke.length > 0
      ? [
          `First revoke what the lost wallet can still use: cohort clinic revoke ${toRevoke.join(" ")}`,
        ]
      : []),
    sign === undefined
      ? `Next: cohort clinic anchor ${out}, then hand the file to the patient and keep no copy.`
      : `Next: hand ${out} and ${sign} to the patient, who anchors with cohort patient anchor ${sign}.`,
  ];
  const data = {
    file: out,
    commitment,
    facts: facts.length,
    leftOut: leftOut.length,
    coverageFrom: since,
    identitySince: identitySince === 0 ? null : formatDay(identitySince),
    toRevoke,
    ...(sign !== undefined && { permit: sign }),
  };
  print(json, data, lines.join("\n"));
}
