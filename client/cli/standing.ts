// `cohort patient`, what there is to know before and after acting: the trials, a trial's form, where one stands.
import type { Command } from "commander";
import { formatDay } from "../../circuits/statement/encoding/day.ts";
import { formIn, languagesOf } from "../../circuits/statement/trial/formLanguages.ts";
import { informationFacts, reachWords } from "../../circuits/statement/trial/information.ts";
import { representationFacts } from "../../circuits/statement/trial/representation.ts";
import { mandateIn } from "../patient/consent.ts";
import { reviewRecords } from "../patient/import.ts";
import { type Status, statusIn } from "../patient/status.ts";
import { waitingIn } from "../patient/waiting.ts";
import type { WaitingConsent, Wallet } from "../patient/wallet.ts";
import {
  type Downloads,
  downloadTrial,
  placeOf,
  type ReviewedTrial,
  stopsOf,
} from "../trial/review.ts";
import { protocolIn } from "./argument.ts";
import { collectedWords } from "./compiled.ts";
import { type Context, contextOf } from "./context.ts";
import { withExamples } from "./options.ts";
import { askedWords, InputError, print } from "./output.ts";
import { type ReviewFlags, review, withReview } from "./reviewing.ts";
import { bringUpToDate, open, type TrialFlags, timeWords, walletCommand } from "./wallet.ts";

/** Adds the commands that only look. */
export function addCommands(patient: Command): void {
  withExamples(
    patient.command("trials").description("the trials of this exchange").action(trials),
    "patient trials",
  );
  withExamples(
    withReview(patient.command("form"))
      .argument("<protocol>", "the trial's protocol number", protocolIn)
      .description("what a trial's consent form says, what it asks of you, and its sites")
      .option("--language <tag>", "the form in this language, where it has several")
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
}

async function trials(_flags: object, command: Command): Promise<void> {
  const { api, json } = contextOf(command);
  const all = await api().trials();
  const lines = all.map(({ protocolNumber, status, held, currentVersion }) => {
    const version = currentVersion === 0 ? "no version in force" : `version ${currentVersion}`;
    const hold = held ? ", held by governance" : "";
    return `${protocolNumber}  ${status}${hold}, ${version}`;
  });
  print(json, all, lines.join("\n") || "No trials yet.");
}

async function form(
  protocolNumber: string,
  flags: ReviewFlags & { language?: string },
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const { api, json } = context;
  const downloads = await downloadTrial(api(), protocolNumber);
  const reviewed = await review(context, flags, downloads);
  const { consentForm, sites, information = {} } = reviewed.document.trial;
  const statements = statementsOf(reviewed);
  const language = formLanguage(reviewed, flags.language);
  print(json, { ...consentForm, statements, sites, information }, renderForm(reviewed, language));
}

/** What the patient states by consenting: criteria that no record can prove. */
function statementsOf({ compiled }: ReviewedTrial) {
  const own = compiled.attestations.filter(
    ({ by, when }) => by === "patient" && when === "consent",
  );
  return own.map(({ id, text, negated }) => ({ id, text, negated }));
}

/** The language of the form that was asked for, or its own. Throws InputError for one that it lacks. */
export function formLanguage(reviewed: ReviewedTrial, asked: string | undefined): string {
  const languages = languagesOf(reviewed.document.trial.consentForm);
  if (asked === undefined) return languages[0]!;
  if (languages.includes(asked)) return asked;
  throw new InputError(`The form has no text in "${asked}". It has: ${languages.join(", ")}`);
}

/** The consent form as text, in one of its languages. */
export function renderForm(reviewed: ReviewedTrial, language: string): string {
  const { consentForm: all, sites, information } = reviewed.document.trial;
  const consentForm = formIn(all, language);
  const statements = statementsOf(reviewed);
  const languages = languagesOf(all);
  const of = languages.length === 1 ? "" : `, in "${language}" of ${languages.join(", ")}`;
  const lines = [`${consentForm.title} (version ${consentForm.version}${of})`, ""];
  lines.push(consentForm.text, "");
  const { questions: _, ...asks } = information ?? {};
  const asked = informationFacts(asks).map(([name, words]) => `${name}: ${words}`);
  if (asked.length > 0) lines.push(...asked, "");
  for (const [name, words] of representationFacts(all.representation)) {
    lines.push(`${name}: ${words}`, "");
  }
  for (const { id, label, required } of consentForm.permissions) {
    lines.push(`  ${id}${required ? ", required" : ""}: ${label}`);
  }
  if (statements.length > 0) lines.push("", "By consenting you state:");
  lines.push(...statements.map((one) => `  - ${askedWords(one)}`));
  lines.push(...collectedWords(reviewed.document));
  lines.push(
    "",
    "Sites:",
    ...sites.map(
      (site) => `  ${site.id}  ${[site.name, reachWords(site)].filter(Boolean).join(": ")}`,
    ),
  );
  return lines.join("\n");
}

async function status(
  typed: string | undefined,
  flags: TrialFlags,
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const protocolNumber = typed === undefined ? undefined : protocolIn(typed);
  const from = await open(flags);
  const registry = await context.api().recordsState();
  const { opened, notes } = await bringUpToDate(context, from, registry);
  const { wallet } = opened;
  const joined = wallet.participations.map((p) => p.protocolNumber);
  const asked = protocolNumber === undefined ? [...new Set(joined)] : [protocolNumber];
  const found = [];
  for (const one of asked) found.push(await statusOf(context, wallet, one));
  const records = reviewRecords({ wallet, registry }).map(({ record, status: state }) => ({
    clinic: record.record.header.issuer,
    name: record.clinicName,
    issued: formatDay(record.record.header.issuedDay),
    state,
  }));
  const recordLines = records.map(
    ({ name, issued, state }) => `record of ${name}, issued ${issued}: ${RECORD_WORDS[state]}`,
  );
  const lines = [
    ...notes,
    ...found.flatMap(({ lines: own }) => own),
    ...(found.length === 0 ? ["You have joined no trial."] : []),
    ...(records.length === 0 ? ["No record yet: import the one your clinic made."] : recordLines),
  ];
  const [only] = found;
  const standing = protocolNumber === undefined ? { trials: found.map((f) => f.data) } : only!.data;
  print(context.json, { ...standing, records, notes }, lines.join("\n"));
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
  // What a representative signed is for the site alone.
  const consents = participation.consents.map(({ mandate: _, ...own }) => own);
  const stops = stopsOf(downloads).map(({ words }) => words);
  const waiting = waitingIn(wallet, participation);
  const next = nextStep(found, { downloads, stops, waiting });
  const data = {
    protocolNumber,
    trialStatus: state.status,
    stops,
    version: state.currentVersion,
    state: standing,
    onHold,
    siteId,
    screenings,
    consents,
    waiting,
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

type DiaryConsent = Omit<Status["participation"]["consents"][number], "mandate">;

function consentWords(consent: DiaryConsent): string {
  const { decision, formVersion, permissions } = consent;
  if (decision === "withdraw") return "withdrew";
  return `consented to form version ${formVersion}: ${permissions.join(", ")}`;
}

/** What this person can do now, or what is waited for. */
function nextStep(
  { state, onHold, participation, siteId }: Status,
  of: { downloads: Downloads; stops: readonly string[]; waiting: WaitingConsent | undefined },
) {
  const { trial, state: trialState } = of.downloads;
  const name = trial.protocolNumber;
  if (of.stops.length > 0) return `${of.stops.join(". ")}; you can wait, or withdraw.`;
  if (of.waiting !== undefined) {
    const { notBefore, latest } = of.waiting;
    return `Your consent waits on this device: it goes out after ${timeWords(notBefore)} if enough others are there, at the latest after ${timeWords(latest)}. Next: cohort patient send ${name} (--now to send it at once)`;
  }
  const { currentVersion, versions } = trialState;
  const terms = versions.find(({ version }) => version === currentVersion)?.terms;
  const isScreened = participation.screenings.some(({ version }) => version === currentVersion);
  const consent = `cohort patient consent ${name} --site <id>`;
  if (onHold) {
    const { ofAgeAt = Number.POSITIVE_INFINITY } = mandateIn(participation).mandate ?? {};
    if (ofAgeAt <= of.downloads.deployment.chainTime) {
      return `You are of age now: on hold until your own consent. Next: cohort patient form ${name}, then ${consent}`;
    }
    const isProofDue = terms?.requiresRescreening === true && !isScreened;
    const step = isProofDue ? `cohort patient screen ${name}, then ${consent}` : consent;
    return `The trial was amended (version ${currentVersion}). Next: cohort patient check ${name}, then ${step}`;
  }
  if (state === "none") return `Next: cohort patient check ${name}`;
  if (state === "screening") return `Next: cohort patient form ${name}, then ${consent}`;
  if (state === "eligible") return "Next: the sponsor enrolls you; there is nothing for you to do.";
  if (state === "pending-on-study")
    return `Next: go to site ${siteId}, which gives you a challenge.`;
  return undefined;
}
