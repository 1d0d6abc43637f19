// `cohort patient`, what there is to know before and after acting: the trials, a trial's form, where one stands.
import type { Command } from "commander";
import { formatDay } from "../../circuits/statement/day.ts";
import { reviewRecords } from "../patient/import.ts";
import {
  type Downloads,
  downloadTrial,
  placeOf,
  type ReviewedTrial,
  reviewTrial,
} from "../patient/review.ts";
import { type Status, statusIn } from "../patient/status.ts";
import type { Wallet } from "../patient/wallet.ts";
import { type Context, contextOf, withDocumentKey, withExamples } from "./context.ts";
import { print } from "./output.ts";
import { open, type TrialFlags, walletCommand } from "./patient.ts";

/** Adds the commands that only look, and returns the group. */
export function addStandingCommands(patient: Command): Command {
  withExamples(
    patient.command("trials").description("the trials of this exchange").action(trials),
    "patient trials",
  );
  withExamples(
    withDocumentKey(patient.command("form <protocol>"))
      .description("what a trial's consent form says, what it asks of you, and its sites")
      .action(form),
    "patient form CZ-T2D-001",
  );
  withExamples(
    walletCommand(
      patient,
      "status [protocol]",
      "where you stand in a trial, or in all you joined",
    ).action(status),
    "patient status",
    "patient status CZ-T2D-001",
  );
  return patient;
}

async function trials(_flags: object, command: Command): Promise<void> {
  const { api, json } = contextOf(command);
  const all = await api().trials();
  const lines = all.map(({ protocolNumber, status, currentVersion }) => {
    const version = currentVersion === 0 ? "no version in force" : `version ${currentVersion}`;
    return `${protocolNumber}  ${status}, ${version}`;
  });
  print(json, all, lines.join("\n") || "No trials yet.");
}

async function form(protocolNumber: string, flags: TrialFlags, command: Command): Promise<void> {
  const { api, json } = contextOf(command);
  const downloads = await downloadTrial(api(), protocolNumber);
  const reviewed = await reviewTrial({ downloads, documentKey: flags.documentKey });
  const { consentForm, sites } = reviewed.document.trial;
  const statements = statementsOf(reviewed);
  print(json, { ...consentForm, statements, sites }, renderForm(reviewed));
}

/** What the patient states by consenting: criteria that no record can prove. */
function statementsOf({ compiled }: ReviewedTrial) {
  const own = compiled.attestations.filter(
    ({ by, when }) => by === "patient" && when === "consent",
  );
  return own.map(({ id, text, negated }) => ({ id, text, negated }));
}

/** The consent form as text. */
export function renderForm(reviewed: ReviewedTrial): string {
  const { consentForm, sites } = reviewed.document.trial;
  const statements = statementsOf(reviewed);
  const lines = [`${consentForm.title} (version ${consentForm.version})`, "", consentForm.text, ""];
  for (const { id, label, required } of consentForm.permissions) {
    lines.push(`  ${id}${required ? ", required" : ""}: ${label}`);
  }
  if (statements.length > 0) lines.push("", "By consenting you state:");
  for (const { text, negated } of statements) {
    lines.push(`  - ${negated ? "this is not so: " : ""}${text}`);
  }
  lines.push("", "Sites:", ...sites.map(({ id, name }) => `  ${id}  ${name}`));
  return lines.join("\n");
}

async function status(
  protocolNumber: string | undefined,
  flags: TrialFlags,
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const { wallet } = await open(flags);
  const joined = wallet.participations.map((p) => p.protocolNumber);
  const asked = protocolNumber === undefined ? [...new Set(joined)] : [protocolNumber];
  const found = [];
  for (const one of asked) found.push(await statusOf(context, wallet, one));
  const registry = await context.api().recordsState();
  const records = reviewRecords({ wallet, registry }).map(({ record, status: state }) => ({
    clinic: record.record.header.issuer,
    issued: formatDay(record.record.header.issuedDay),
    state,
  }));
  const recordLines = records.map(
    ({ issued, state }, i) => `record ${i + 1}, issued ${issued}: ${RECORD_WORDS[state]}`,
  );
  const lines = [
    ...found.flatMap(({ lines: own }) => own),
    ...(found.length === 0 ? ["You have joined no trial."] : []),
    ...(records.length === 0 ? ["No record yet: import the one your clinic made."] : recordLines),
  ];
  const [only] = found;
  const standing = protocolNumber === undefined ? { trials: found.map((f) => f.data) } : only!.data;
  print(context.json, { ...standing, records }, lines.join("\n"));
}

const RECORD_WORDS = {
  anchored: "in the registry",
  "not-anchored": "not in the registry now; ask the clinic for its newest file and import that",
} as const;

async function statusOf(context: Context, wallet: Wallet, protocolNumber: string) {
  const downloads = await downloadTrial(context.api(), protocolNumber);
  const { state } = downloads;
  const found = await statusIn({ wallet, place: placeOf(downloads), state });
  const { state: standing, onHold, siteId, participation } = found;
  const screenings = participation.screenings.map(({ version, day }) => ({
    version,
    day: formatDay(day),
  }));
  const { consents } = participation;
  const next = nextStep(found, downloads);
  const data = {
    protocolNumber,
    trialStatus: state.status,
    version: state.currentVersion,
    state: standing,
    onHold,
    siteId,
    screenings,
    consents,
    next,
  };
  const site = siteId === undefined ? "" : `, site ${siteId}`;
  const lines = [
    `${protocolNumber}: ${standing}${onHold ? ", on hold" : ""}${site}`,
    ...screenings.map(({ version, day }) => `  screened under version ${version} on ${day}`),
    ...consents.map((consent) => `  ${consentWords(consent)}`),
    ...(next === undefined ? [] : [`  ${next}`]),
  ];
  return { data, lines };
}

function consentWords(consent: Status["participation"]["consents"][number]): string {
  const { decision, formVersion, permissions } = consent;
  if (decision === "withdraw") return "withdrew";
  return `consented to form version ${formVersion}: ${permissions.join(", ")}`;
}

/** What this person can do now, or what is waited for. */
function nextStep({ state, onHold, participation, siteId }: Status, downloads: Downloads) {
  const { trial, state: trialState } = downloads;
  const name = trial.protocolNumber;
  if (trialState.status === "temporarily-closed-to-accrual") {
    return "The board has suspended the trial; you can wait, or withdraw.";
  }
  const { currentVersion, versions } = trialState;
  const terms = versions.find(({ version }) => version === currentVersion)?.terms;
  const isScreened = participation.screenings.some(({ version }) => version === currentVersion);
  const consent = `cohort patient consent ${name} --site <id>`;
  if (onHold) {
    const isProofDue = terms?.requiresRescreening === true && !isScreened;
    const step = isProofDue ? `cohort patient screen ${name}, then ${consent}` : consent;
    return `The trial was amended (version ${currentVersion}). Next: cohort patient check ${name}, then ${step}`;
  }
  if (state === "none") return `Next: cohort patient check ${name}`;
  if (state === "screening") return `Next: cohort patient form ${name}, then ${consent}`;
  if (state === "eligible") return "Next: the sponsor enrolls you; nothing to do.";
  if (state === "pending-on-study")
    return `Next: go to site ${siteId}, which gives you a challenge.`;
  return undefined;
}
