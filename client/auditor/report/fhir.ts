// The audited history in FHIR R4 (4.0.1): ResearchStudy, ResearchSubject and Consent as they
// stand, AuditEvent as it happened. People appear by pseudonym only: there is no Patient resource
// to point to, and none is made up.
import type { AuditEvent, AuditEventEntity, Consent, ResearchStudy } from "fhir/r4";
import { TRIAL_STATUSES } from "../../../circuits/statement/trial/trial.ts";
import { consentResource, identifier, instant, studyId, subjectId } from "../../files/fhir.ts";
import type { Event, EventName } from "../node/event.ts";
import type { Participant, Trial } from "../replay/state.ts";

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

/** A participant's consent as it stands at a time; every earlier statement is an AuditEvent. */
export function toConsent(
  trial: Trial,
  { pseudonym, who, now }: { pseudonym: bigint; who: Participant; now: number },
): Consent {
  const { permissions, validUntil, consentedAt } = who;
  const form = trial.versions.get(who.version)?.terms.consentFormHash;
  return consentResource(trial, { pseudonym, permissions, validUntil, consentedAt, form, now });
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
  if (event.name === "StatusChanged" || event.name === "OpinionGiven") return event.args.by;
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
