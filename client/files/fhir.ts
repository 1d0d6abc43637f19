// Participants in FHIR R4 (4.0.1), and the identifiers that every export shares.
import type { Consent, Identifier, ResearchSubject } from "fhir/r4";
import { showableSeconds } from "../../circuits/statement/encoding/day.ts";
import { PARTICIPANT_STATES, PERMISSIONS } from "../../circuits/statement/trial/trial.ts";

type Study = { readonly trialId: string };

/** Identifier systems of what has no registry: URNs under the project's name. */
const SYSTEMS = {
  protocol: "urn:cohort-zero:protocol-number",
  trial: "urn:cohort-zero:trial-id",
  pseudonym: "urn:cohort-zero:pseudonym",
  account: "urn:cohort-zero:account",
  transaction: "urn:cohort-zero:transaction",
} as const;

/** Identifies something within one of the project's own systems. */
export const identifier = (kind: keyof typeof SYSTEMS, value: string): Identifier => ({
  system: SYSTEMS[kind],
  value,
});

/** Unix seconds as FHIR's instant. */
export const instant = (seconds: number | bigint) =>
  new Date(showableSeconds(seconds) * 1000).toISOString();

/** FHIR ids hold 64 characters: a trial's id without 0x is exactly that. */
export const studyId = ({ trialId }: Study) => trialId.slice(2);
/** Pseudonyms take up to 77 digits, in base 36 at most 50. */
export const subjectId = (trial: Study, pseudonym: bigint) =>
  `${trial.trialId.slice(2, 14)}-${pseudonym.toString(36)}`;

/**
 * A participant, by their state's number and the Unix time of their consent (0: none). `individual` is the pseudonym: nobody but their site knows who that is.
 */
export function toResearchSubject(
  trial: Study,
  pseudonym: bigint,
  who: { readonly state: number; readonly consentedAt: number },
): ResearchSubject {
  const id = subjectId(trial, pseudonym);
  return {
    resourceType: "ResearchSubject",
    id,
    identifier: [identifier("pseudonym", pseudonym.toString())],
    status: PARTICIPANT_STATES[who.state] as ResearchSubject["status"],
    study: { reference: `ResearchStudy/${studyId(trial)}` },
    individual: { type: "Patient", identifier: identifier("pseudonym", pseudonym.toString()) },
    ...(who.consentedAt === 0 ? {} : { period: { start: instant(who.consentedAt) } }),
    ...(who.consentedAt === 0 ? {} : { consent: { reference: `Consent/${id}` } }),
  };
}

const SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope";
const ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

/** A participant's consent as it stands at a time; times in Unix seconds (0: none). */
export function consentResource(
  trial: Study,
  of: {
    readonly pseudonym: bigint;
    readonly permissions: number;
    readonly validUntil: bigint;
    readonly consentedAt: number;
    /** Hash of the form consented to. */
    readonly form: string | undefined;
    readonly now: number;
  },
): Consent {
  const { pseudonym, permissions, validUntil, consentedAt, form, now } = of;
  const isActive = permissions !== 0 && validUntil >= BigInt(now);
  const granted = Object.entries(PERMISSIONS)
    .filter(([, bit]) => (permissions & bit) !== 0)
    .map(([name]) => ({ coding: [{ system: "urn:cohort-zero:permission", code: name }] }));
  return {
    resourceType: "Consent",
    id: subjectId(trial, pseudonym),
    status: isActive ? "active" : "inactive",
    scope: { coding: [{ system: SCOPE, code: "research" }] },
    category: [{ coding: [{ system: ACT_CODE, code: "RESEARCH" }] }],
    patient: { type: "Patient", identifier: identifier("pseudonym", pseudonym.toString()) },
    ...(consentedAt === 0 ? {} : { dateTime: instant(consentedAt) }),
    // ppc-1: a consent names its policy. Here: the form consented to, by its hash.
    policy: [{ uri: `urn:cohort-zero:consent-form:${form ?? "unknown"}` }],
    // Who withdrew permits nothing: an empty list of actions would read as all of them.
    provision: {
      type: granted.length === 0 ? "deny" : "permit",
      ...(validUntil === 0n ? {} : { period: { end: instant(validUntil) } }),
      ...(granted.length === 0 ? {} : { action: granted }),
    },
  };
}
