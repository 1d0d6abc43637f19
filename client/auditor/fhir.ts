// The audited history in FHIR R4 (4.0.1): ResearchStudy, ResearchSubject and Consent as they
// stand, AuditEvent as it happened. People appear by pseudonym only: there is no Patient resource
// to point to, and none is made up.
import type {
  AuditEvent,
  AuditEventEntity,
  Consent,
  Identifier,
  ResearchStudy,
  ResearchSubject,
} from "fhir/r4";
import { showableSeconds } from "../../circuits/statement/day.ts";
import { PARTICIPANT_STATES, PERMISSIONS, TRIAL_STATUSES } from "../../circuits/statement/trial.ts";
import type { Event, EventName } from "./event.ts";
import type { Participant, Trial } from "./state.ts";

/** Identifier systems of what has no registry: URNs under the project's name. */
const SYSTEMS = {
  protocol: "urn:cohort-zero:protocol-number",
  trial: "urn:cohort-zero:trial-id",
  pseudonym: "urn:cohort-zero:pseudonym",
  account: "urn:cohort-zero:account",
  transaction: "urn:cohort-zero:transaction",
} as const;

const identifier = (kind: keyof typeof SYSTEMS, value: string): Identifier => ({
  system: SYSTEMS[kind],
  value,
});

/** Unix seconds as FHIR's instant. */
const instant = (seconds: number | bigint) =>
  new Date(showableSeconds(seconds) * 1000).toISOString();

/** FHIR ids hold 64 characters: a trial's id without 0x is exactly that. */
const studyId = ({ trialId }: Pick<Trial, "trialId">) => trialId.slice(2);
/** Pseudonyms take up to 77 digits, in base 36 at most 50. */
const subjectId = (trial: Pick<Trial, "trialId">, pseudonym: bigint) =>
  `${trial.trialId.slice(2, 14)}-${pseudonym.toString(36)}`;

/** A trial. */
export function toResearchStudy(trial: Trial): ResearchStudy {
  const { protocolNumber, trialId, sponsor, status, milestones } = trial;
  const start = milestones[0]?.time;
  return {
    resourceType: "ResearchStudy",
    id: studyId(trial),
    identifier: [identifier("protocol", protocolNumber), identifier("trial", trialId)],
    status: TRIAL_STATUSES[status] as ResearchStudy["status"],
    sponsor: { identifier: identifier("account", sponsor) },
    ...(start === undefined ? {} : { period: { start: instant(start) } }),
  };
}

/** A participant. `individual` is the pseudonym: nobody but their site knows who that is. */
export function toResearchSubject(
  trial: Pick<Trial, "trialId">,
  pseudonym: bigint,
  who: Pick<Participant, "state" | "consentedAt">,
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

/** A participant's consent as it stands at a time; every earlier statement is an AuditEvent. */
export function toConsent(
  trial: Trial,
  { pseudonym, who, now }: { pseudonym: bigint; who: Participant; now: number },
): Consent {
  const isActive = who.permissions !== 0 && who.validUntil >= BigInt(now);
  const form = trial.versions.get(who.version)?.terms.consentFormHash;
  const granted = Object.entries(PERMISSIONS)
    .filter(([, bit]) => (who.permissions & bit) !== 0)
    .map(([name]) => ({ coding: [{ system: "urn:cohort-zero:permission", code: name }] }));
  return {
    resourceType: "Consent",
    id: subjectId(trial, pseudonym),
    status: isActive ? "active" : "inactive",
    scope: { coding: [{ system: SCOPE, code: "research" }] },
    category: [{ coding: [{ system: ACT_CODE, code: "RESEARCH" }] }],
    patient: { type: "Patient", identifier: identifier("pseudonym", pseudonym.toString()) },
    ...(who.consentedAt === 0 ? {} : { dateTime: instant(who.consentedAt) }),
    // ppc-1: a consent names its policy. Here: the form consented to, by its hash.
    policy: [{ uri: `urn:cohort-zero:consent-form:${form ?? "unknown"}` }],
    // Who withdrew permits nothing: an empty list of actions would read as all of them.
    provision: {
      type: granted.length === 0 ? "deny" : "permit",
      ...(who.validUntil === 0n ? {} : { period: { end: instant(who.validUntil) } }),
      ...(granted.length === 0 ? {} : { action: granted }),
    },
  };
}

/** What an event did to the records of the exchange (FHIR R4 value set audit-event-type). */
const LIFECYCLE = "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle";
const ORIGINATE = { code: "originate", display: "Originate/Retain Record Lifecycle Event" };
const AMEND = { code: "amend", display: "Amend (Update) Record Lifecycle Event" };
const ATTEST = { code: "attest", display: "Attest Record Lifecycle Event" };
const DEPRECATE = { code: "deprecate", display: "Deprecate Record Lifecycle Event" };
const KINDS: Partial<Record<EventName, readonly [typeof AMEND, AuditEvent["action"]]>> = {
  Accredited: [ORIGINATE, "C"],
  Anchored: [ORIGINATE, "C"],
  CircuitRegistered: [ORIGINATE, "C"],
  TrialRegistered: [ORIGINATE, "C"],
  VersionPublished: [ORIGINATE, "C"],
  Screened: [ORIGINATE, "C"],
  VersionApproved: [ATTEST, "E"],
  SiteSigned: [ATTEST, "E"],
  Deaccredited: [DEPRECATE, "D"],
  Revoked: [DEPRECATE, "D"],
  RevokedEarly: [DEPRECATE, "D"],
  ClinicVoided: [DEPRECATE, "D"],
  ProtocolReleased: [DEPRECATE, "D"],
};

const ENTITY = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const ROLE = "http://terminology.hl7.org/CodeSystem/object-role";
const RESOURCE = "http://hl7.org/fhir/resource-types";

/** Whom an event itself names as who acted: patients have no account, and a relayer says nothing. */
function actorOf(event: Event): string | undefined {
  if (event.name === "TrialRegistered") return event.args.sponsor;
  if (event.name === "StatusChanged") return event.args.by;
  if (event.name === "Anchored" || event.name === "Replaced") return event.args.clinic;
  if (event.name === "RevokedEarly") return event.args.clinic;
  if (event.name === "SiteSigned" || event.name === "Succeeded") return event.args.signer;
  return undefined;
}

/** One event of the contracts. The first agent is the contract that logged it. */
export function toAuditEvent(event: Event, address: string): AuditEvent {
  const { name, contract, place, time } = event;
  const [kind, action] = KINDS[name] ?? [AMEND, "U"];
  const actor = actorOf(event);
  return {
    resourceType: "AuditEvent",
    id: `${place.block}-${place.logIndex}`,
    type: { system: LIFECYCLE, ...kind },
    subtype: [{ system: "urn:cohort-zero:event", code: name }],
    ...(action === undefined ? {} : { action }),
    recorded: instant(time),
    outcome: "0",
    agent: [
      { who: { identifier: identifier("account", address) }, requestor: false, name: contract },
      ...(actor === undefined
        ? []
        : [{ who: { identifier: identifier("account", actor) }, requestor: true }]),
    ],
    source: { observer: { identifier: identifier("account", address), display: contract } },
    entity: entitiesOf(event),
  };
}

function entitiesOf({ place, args }: Event): AuditEventEntity[] {
  const { trialId, pseudonym } = args as { trialId?: string; pseudonym?: bigint };
  const entities: AuditEventEntity[] = [
    {
      what: { identifier: identifier("transaction", place.transaction) },
      type: { system: ENTITY, code: "2", display: "System Object" },
    },
  ];
  if (trialId === undefined) return entities;
  entities.push({
    what: { reference: `ResearchStudy/${studyId({ trialId })}` },
    type: { system: RESOURCE, code: "ResearchStudy", display: "ResearchStudy" },
  });
  if (pseudonym === undefined) return entities;
  entities.push({
    what: {
      reference: `ResearchSubject/${subjectId({ trialId }, pseudonym)}`,
      identifier: identifier("pseudonym", pseudonym.toString()),
    },
    type: { system: ENTITY, code: "1", display: "Person" },
    role: { system: ROLE, code: "1", display: "Patient" },
  });
  return entities;
}
