// One patient of a journey: gets a record, looks at the trial, and says yes when it fits. Whatever does not fit is
// known to the patient only.
import { DOMAINS, type Domain } from "../../circuits/statement/encoding/code.ts";
import { languageMark, languagesOf } from "../../circuits/statement/trial/formLanguages.ts";
import type { Permission } from "../../circuits/statement/trial/trial.ts";
import type { Actor } from "../actor/actor.ts";
import type { Api } from "../api/api.ts";
import type { ArtifactSource } from "../artifacts/artifacts.ts";
import type { Classifier } from "../clinic/codes/classify.ts";
import type { Source } from "../clinic/read/source.ts";
import type { AttestedRecord } from "../clinic/record/attest.ts";
import { attestPerson } from "../clinic/record/attestPerson.ts";
import { anchorBatch, withPaths } from "../clinic/registry/anchor.ts";
import type { Roster } from "../clinic/roster/roster.ts";
import { readIdentityCode } from "../handover/identityCode.ts";
import { type Check, checkTrial } from "../patient/check.ts";
import { type Grant, permissionsOf, proveConsent, submitConsent } from "../patient/consent.ts";
import { identityCodeOf } from "../patient/derive.ts";
import { importRecord } from "../patient/import.ts";
import { proveScreening, submitScreening } from "../patient/screen.ts";
import { findScreening, findSelf } from "../patient/self.ts";
import type { Wallet } from "../patient/wallet.ts";
import { chainDay, downloadTrial, type ReviewedTrial, reviewTrial } from "../trial/review.ts";

const CONSENT_YEARS = 2;

export type Patient = {
  readonly name: string;
  readonly source: Source;
  wallet: Wallet;
  /** What the identity document says; the clinic saw it, and the site will. */
  readonly document: string;
};

export type Verdict = {
  readonly name: string;
  readonly eligible: boolean;
  /** Criteria that do not hold, and what is wrong with the record: for the patient's eyes only. */
  readonly unmet: readonly string[];
};

/** A clinic with what it knows of whose identities are whose. */
export type Clinic = Actor & { readonly name: string; roster: Roster };

/** Attests the records of these patients in one batch, and has each import theirs. Returns problems by patient. */
export async function attestAll(
  clinic: Clinic,
  patients: readonly Patient[],
  issue: { readonly issuedDay: number; readonly codes?: Classifier },
): Promise<void> {
  if (patients.length === 0) return;
  const files: AttestedRecord[] = [];
  const commitments: bigint[] = [];
  for (const { source, wallet, document } of patients) {
    const { roster, attested, commitment } = attestPerson({
      roster: clinic.roster,
      source,
      code: readIdentityCode(await identityCodeOf(wallet.seed)),
      clinic,
      day: issue.issuedDay,
      completeFor: Object.keys(DOMAINS) as Domain[],
      codes: issue.codes,
      document,
    });
    clinic.roster = roster;
    files.push(attested);
    commitments.push(commitment);
  }
  const batch = await anchorBatch(clinic, commitments);
  const handed = withPaths(files, batch);
  const registry = await clinic.api.recordsState();
  for (const [i, patient] of patients.entries()) {
    const { wallet } = patient;
    patient.wallet = (await importRecord({ wallet, attested: handed[i], registry })).wallet;
  }
}

type Visit = {
  readonly api: Api;
  readonly artifacts: ArtifactSource;
  readonly protocolNumber: string;
  /** Besides what the trial needs. */
  readonly permit?: readonly Permission[];
  readonly say: (text: string) => void;
};

/** Everything public, downloaded anew, and what this patient's device makes of it. */
async function look(patient: Patient, { api, protocolNumber }: Visit) {
  const downloads = await downloadTrial(api, protocolNumber);
  const reviewed = await reviewTrial({ downloads });
  const { registry, deployment } = downloads;
  const { wallet } = patient;
  const check = checkTrial({ wallet, reviewed, registry, asOfDay: chainDay(deployment) });
  return { downloads, reviewed, check };
}

/** Checks the trial on the patient's device; nothing is sent. */
export async function assess(patient: Patient, visit: Visit): Promise<Verdict> {
  const { check } = await look(patient, visit);
  return { name: patient.name, eligible: check.plan !== undefined, unmet: unmetIn(check) };
}

function unmetIn({ records }: Check): string[] {
  const criteria = records.flatMap((record) => record.criteria);
  const failed = criteria.filter(({ holds }) => holds === false).map(({ listed }) => listed);
  const problems = records.flatMap((record) => record.problems.map(({ message }) => message));
  return [...new Set([...failed, ...problems])];
}

/** Screens and consents an eligible patient, each unless already done. Returns false when the trial is full. */
export async function join(patient: Patient, visit: Visit, siteId: number): Promise<void> {
  const { api, artifacts, say } = visit;
  const { downloads, reviewed, check } = await look(patient, visit);
  const { state } = downloads;
  const { wallet } = patient;
  const known = await findScreening({ wallet, scope: reviewed.scope, state });
  if (known === undefined) {
    const proven = await proveScreening({
      wallet,
      reviewed,
      state,
      check,
      artifacts,
      onPhase: ({ phase, part, of }) =>
        say(`eligibility${of > 1 ? ` ${part + 1} of ${of}` : ""}: ${phase}`),
    });
    say("eligibility: sent");
    await api.settle(await submitScreening(api, proven.input));
    patient.wallet = proven.wallet;
  }
  await consent(patient, visit, siteId);
}

/** At once: one program plays everybody, and has nobody to hide from. A wallet waits (`patient/waiting.ts`). */
async function consent(patient: Patient, visit: Visit, siteId: number): Promise<void> {
  const { api, artifacts, protocolNumber, say } = visit;
  const downloads = await downloadTrial(api, protocolNumber);
  const reviewed = await reviewTrial({ downloads });
  const { state, deployment } = downloads;
  const { wallet } = patient;
  const { participant } = await findSelf({ wallet, place: reviewed, state });
  if (participant !== undefined) return;
  say("consent: proof");
  const { chainTime: now } = deployment;
  const proven = await proveConsent({
    wallet,
    place: reviewed,
    state,
    artifacts,
    now,
    version: reviewed.version,
    grant: grantFor(reviewed, { siteId, permit: visit.permit ?? [] }),
  });
  say("consent: sent");
  await api.settle(await submitConsent(api, proven.input));
  patient.wallet = proven.wallet;
}

/** The permissions that the trial needs, and of the others those that are meant to be given. */
function grantFor(
  { version, document }: ReviewedTrial,
  { siteId, permit }: { siteId: number; permit: readonly Permission[] },
): Grant {
  const { requiredPermissions, offeredPermissions } = version.terms;
  const offered = permissionsOf(offeredPermissions).filter((one) => permit.includes(one));
  const permissions = [...new Set([...permissionsOf(requiredPermissions), ...offered])];
  const { consentForm } = document.trial;
  const readIn = languageMark(consentForm, languagesOf(consentForm)[0]!);
  const grant: Grant = { permissions, siteId, years: CONSENT_YEARS, givenBy: "self" };
  return readIn === 0 ? grant : { ...grant, readIn };
}
