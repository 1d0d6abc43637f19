// All actors over a folder of patients: attest, publish, approve, check, screen, consent, enroll, arrive, withdraw.
// Each patient acts on a wallet of their own; what does not fit a patient never leaves it.
import { counted } from "../../circuits/statement/encoding/print.ts";
import type { Permission } from "../../circuits/statement/trial/trial.ts";
import type { TrialFile } from "../../circuits/statement/trial/trialFile.ts";
import type { Api } from "../api/api.ts";
import type { ArtifactSource } from "../artifacts/artifacts.ts";
import type { Classifier } from "../clinic/codes/classify.ts";
import type { Source } from "../clinic/read/source.ts";
import type { Custodian } from "../exchange/custodian.ts";
import { createWallet, type Wallet } from "../patient/wallet.ts";
import { enroll, enrollable } from "../sponsor/enroll.ts";
import { assess, attestAll, join, type Patient, type Verdict } from "./patient.ts";
import { type Cast, gatherCast, openTrial, type Signers } from "./setting.ts";
import { type Memories, visitSite, withdraw } from "./visit.ts";

export type { Verdict } from "./patient.ts";
export type { Signers } from "./setting.ts";

/** Where wallets are kept between runs; without one they end with the journey. */
export type WalletStore = {
  readonly load: (name: string) => Promise<Wallet | undefined>;
  readonly save: (name: string, wallet: Wallet) => Promise<void>;
};

type JourneyOptions = {
  readonly api: Api;
  readonly signers: Signers;
  readonly sources: readonly Source[];
  readonly trial: TrialFile;
  readonly artifacts: ArtifactSource;
  /** Day of issue of the records, since 1900-01-01. */
  readonly today: number;
  /** Which concepts a code belongs to; by default what the dictionary says. */
  readonly codes?: Classifier;
  /** Attests the records of patients who have died too; else they are named and left out. */
  readonly includeDeceased?: boolean;
  /**
   * The custodians that were reached, who evaluate persons' tags at the desk. Without them nobody is tagged: a step says
   * so, and every audit names the arrivals.
   */
  readonly custodians?: readonly Custodian[];
  /** What patients permit besides what the trial needs, where it asks for it. */
  readonly permit?: readonly Permission[];
  /** How many of those on study withdraw at the end. */
  readonly withdrawals?: number;
  readonly store?: WalletStore;
  readonly onStep?: (step: string, detail: string) => void;
};

/** Counts of a recruitment. `assessed` and `eligible` are known here only because one program plays everybody. */
export type Funnel = {
  readonly assessed: number;
  readonly eligible: number;
  readonly screened: number;
  readonly consented: number;
  readonly enrolled: number;
  readonly onStudy: number;
  readonly withdrawn: number;
};

export type JourneyResult = {
  readonly funnel: Funnel;
  readonly verdicts: readonly Verdict[];
  /** Patients who have died, by name and file. */
  readonly deceased: readonly string[];
};

/**
 * Plays a whole recruitment. Every step looks first whether it has been done, so that a journey that was cut short
 * goes on where it stopped, given the same store.
 */
export async function playJourney(options: JourneyOptions): Promise<JourneyResult> {
  const { api, trial } = options;
  const say = options.onStep ?? (() => {});
  say("accredit", "governance accredits sponsor, board and clinics");
  const cast = await gatherCast(api, options.signers);
  const patients = await attestPatients(cast, options, say);
  say(
    "publish",
    `the sponsor publishes ${trial.protocolNumber}, the board reviews and approves it`,
  );
  await openTrial(cast, trial);
  const verdicts = await recruit(patients, cast, options, say);
  await arriveAll(patients, cast, options, say);
  await withdrawSome(patients, cast, options, say);
  const deceased = patients.filter(isDeceased).map(fullName);
  return { funnel: await countFunnel(options, verdicts), verdicts, deceased };
}

type Say = (step: string, detail: string) => void;

/** Gives every patient a wallet and every wallet a record, a batch for each clinic. */
async function attestPatients(cast: Cast, options: JourneyOptions, say: Say): Promise<Patient[]> {
  const { sources, store, today, codes } = options;
  const patients: Patient[] = [];
  for (const [i, source] of sources.entries()) {
    const name = `patient-${String(i + 1).padStart(3, "0")}`;
    const wallet = (await store?.load(name)) ?? createWallet();
    patients.push({ name, source, wallet, document: documentOf(source) });
  }
  for (const [c, clinic] of cast.clinics.entries()) {
    const own = patients.filter((_, i) => i % cast.clinics.length === c);
    const attested = own.filter((patient) => !isLeftOut(patient, options));
    const without = attested.filter(({ wallet }) => wallet.records.length === 0);
    for (const patient of own.filter((one) => isLeftOut(one, options))) {
      say("attest", `${fullName(patient)} has died: no record is attested`);
    }
    say("attest", `${clinic.name} attests ${without.length} records and anchors them as one batch`);
    await attestAll(clinic, without, { issuedDay: today, ...(codes && { codes }) });
    for (const patient of without) await store?.save(patient.name, patient.wallet);
  }
  return patients;
}

function isDeceased({ source }: Patient): boolean {
  const { deceasedBoolean, deceasedDateTime } = source.patient.resource as {
    deceasedBoolean?: boolean;
    deceasedDateTime?: string;
  };
  return deceasedBoolean === true || deceasedDateTime !== undefined;
}

/** Clinics attest no record of somebody who has died, unless they are asked to. */
function isLeftOut(patient: Patient, { includeDeceased = false }: JourneyOptions): boolean {
  return !includeDeceased && isDeceased(patient);
}

function fullName({ name, source }: Patient): string {
  return `${name} (${source.name})`;
}

function deceasedVerdict({ name }: Patient): Verdict {
  return { name, eligible: false, unmet: ["has died; no record was attested"] };
}

/** The text of an identity document: an identifier of the Patient resource. */
function documentOf({ patient }: Source): string {
  const { identifier, id } = patient.resource as { identifier?: { value?: string }[]; id?: string };
  return identifier?.find(({ value }) => value !== undefined)?.value ?? id ?? "unknown";
}

/** Everybody looks; who fits is screened, consents and is enrolled. */
async function recruit(
  patients: readonly Patient[],
  cast: Cast,
  options: JourneyOptions,
  say: Say,
): Promise<Verdict[]> {
  const { api, artifacts, trial, store } = options;
  const { protocolNumber } = trial;
  const verdicts: Verdict[] = [];
  for (const [i, patient] of patients.entries()) {
    const progress = `${i + 1} of ${patients.length}`;
    const tell = (text: string) => say("screen", `${progress}: ${patient.name} ${text}`);
    const visit = { api, artifacts, protocolNumber, permit: options.permit ?? [], say: tell };
    tell("checks the criteria on their device");
    const verdict = isLeftOut(patient, options)
      ? deceasedVerdict(patient)
      : await assess(patient, visit);
    verdicts.push(verdict);
    if (!verdict.eligible) continue;
    await join(patient, visit, trial.sites[i % trial.sites.length]!.id);
    await store?.save(patient.name, patient.wallet);
    const pseudonyms = await enrollable(cast.sponsor, protocolNumber);
    say("enroll", `the sponsor enrolls ${counted(pseudonyms.length, "pseudonym")}`);
    await enroll(cast.sponsor, { protocolNumber, pseudonyms });
  }
  return verdicts;
}

async function arriveAll(
  patients: readonly Patient[],
  cast: Cast,
  options: JourneyOptions,
  say: Say,
): Promise<void> {
  const { api, artifacts, trial, custodians } = options;
  const enrolled = patients.filter(({ wallet }) => wallet.participations.length > 0);
  const memories: Memories = new Map();
  if (custodians === undefined && (trial.collections ?? []).length > 0) {
    say("arrive", "no custodian was reached: nobody gets a person's tag, and every audit says so");
  }
  for (const patient of enrolled) {
    say("arrive", `${patient.name} goes to the site; staff check the proofs and the document`);
    const at = { api, artifacts, trial, cast, memories };
    await visitSite(patient, { ...at, ...(custodians && { custodians }) });
  }
}

async function withdrawSome(
  patients: readonly Patient[],
  cast: Cast,
  options: JourneyOptions,
  say: Say,
): Promise<void> {
  const { api, artifacts, trial, withdrawals = 0, store } = options;
  const enrolled = patients.filter(({ wallet }) => wallet.participations.length > 0);
  for (const patient of enrolled.slice(0, withdrawals)) {
    say("withdraw", `${patient.name} withdraws`);
    await withdraw(patient, { api, artifacts, trial, cast });
    await store?.save(patient.name, patient.wallet);
  }
}

/** What the chain says, and beside it what only the patients know. */
async function countFunnel(
  { api, trial }: JourneyOptions,
  verdicts: readonly Verdict[],
): Promise<Funnel> {
  const { trialId } = await api.trial(trial.protocolNumber);
  const { screenings, participants } = await api.publicState(trialId);
  const among = (...states: string[]) =>
    participants.filter(({ state }) => states.includes(state)).length;
  return {
    assessed: verdicts.length,
    eligible: verdicts.filter(({ eligible }) => eligible).length,
    screened: new Set(screenings.map(({ nullifier }) => nullifier)).size,
    consented: participants.length,
    enrolled: among("pending-on-study", "on-study", "off-study"),
    onStudy: among("on-study"),
    withdrawn: among("withdrawn"),
  };
}
