// An access as a FHIR R4 AuditEvent in IHE's profile for disclosures (Basic Audit Log Patterns 1.1.4,
// IHE.BasicAudit.PrivacyDisclosure.Source): what a patient may ask of whoever released data about them.
import type { AuditEvent, AuditEventAgent, AuditEventEntity } from "fhir/r4";
import type { TrialId } from "../../circuits/statement/trial/trial.ts";
import { identifier, instant, studyId, subjectId } from "../files/fhir.ts";
import type { Access } from "./access.ts";
import { entryReference } from "./entryFhir.ts";

const DISCLOSURE_PROFILE =
  "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PrivacyDisclosure.Source";
const DICOM = "http://dicom.nema.org/resources/ontology/DCM";
const LIFECYCLE = "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle";
const REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
const ENTITY = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const ROLE = "http://terminology.hl7.org/CodeSystem/object-role";
const PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
const SNOMED = "http://snomed.info/sct";
/** FHIR's network-type for what is named by a URI. */
const URI = "5";

/** FHIR's outcomes: success, and "serious failure" for what custodians refused. */
const SUCCESS = "0";
const REFUSED = "8";

type Told = {
  readonly trialId: TrialId;
  readonly pseudonym: bigint;
  /** Where it was asked for: the exchange's public address, or a URN. */
  readonly server: string;
  readonly purposeText?: string | undefined;
};

/** One access, served or refused. */
export function toDisclosureEvent(access: Access, of: Told): AuditEvent {
  const { kind, requestId, at, opened } = access;
  const isOpened = opened.length > 0;
  return {
    resourceType: "AuditEvent",
    id: `${kind}-${requestId}-${subjectId(of, of.pseudonym)}`.slice(0, 64),
    meta: { profile: [DISCLOSURE_PROFILE] },
    type: { system: DICOM, code: "110106", display: "Export" },
    subtype: [{ system: LIFECYCLE, code: "disclose", display: "Disclose Record Lifecycle Event" }],
    action: "R",
    recorded: instant(at),
    outcome: isOpened ? SUCCESS : REFUSED,
    ...(of.purposeText !== undefined && { outcomeDesc: of.purposeText }),
    purposeOfEvent: [
      {
        coding: [
          kind === "emergency"
            ? { system: REASON, code: "ETREAT", display: "Emergency Treatment" }
            : { system: REASON, code: "HRESCH", display: "healthcare research" },
        ],
      },
    ],
    agent: agentsOf(access, of),
    source: { observer: { display: of.server } },
    entity: entitiesOf(access, of),
  };
}

/** Whose consent allowed it: the participant's own. */
function authorizer(pseudonym: bigint): AuditEventAgent {
  const type = { coding: [{ system: SNOMED, code: "429577009", display: "Patient Advocate" }] };
  return { type, who: patient(pseudonym), requestor: false };
}

/** Nobody's Patient resource is here: a pseudonym stands for it. */
function patient(pseudonym: bigint) {
  return { type: "Patient", identifier: identifier("pseudonym", pseudonym.toString()) };
}

/** From whom, to whom, and the custodians that released. */
function agentsOf({ kind, by, answers }: Access, of: Told): AuditEventAgent[] {
  const released = new Set(
    answers.flatMap((one) => (one.outcome === "Released" ? [one.custodian] : [])),
  );
  return [
    {
      ...agent("110153", "Source Role ID", { display: of.server }),
      network: { address: of.server, type: URI },
    },
    {
      ...agent("110152", "Destination Role ID", { identifier: identifier("account", by) }),
      // Nothing on the chain tells where it read: it is named by its account.
      network: { address: `urn:cohort-zero:account:${by}`, type: URI },
    },
    ...[...released].map(
      (custodian): AuditEventAgent => ({
        type: { coding: [{ system: PARTICIPATION, code: "CST", display: "custodian" }] },
        who: { identifier: identifier("account", custodian) },
        requestor: false,
      }),
    ),
    // An emergency does not wait for the participant's word.
    ...(kind === "emergency" ? [] : [authorizer(of.pseudonym)]),
  ];
}

/** The person, the trial, and the entries that were opened or asked for. */
function entitiesOf({ opened, answers }: Access, of: Told): AuditEventEntity[] {
  const entries = [...new Set(opened.length > 0 ? opened : answers.map(({ entry }) => entry))];
  return [
    {
      what: patient(of.pseudonym),
      type: { system: ENTITY, code: "1", display: "Person" },
      role: { system: ROLE, code: "1", display: "Patient" },
    },
    {
      what: { reference: `ResearchStudy/${studyId(of)}` },
      type: { system: ENTITY, code: "2", display: "System Object" },
      role: { system: ROLE, code: "20", display: "Job" },
    },
    ...entries.map((entry) => ({
      what: entryReference(entry),
      type: { system: ENTITY, code: "2", display: "System Object" },
      role: { system: ROLE, code: "4", display: "Domain Resource" },
    })),
  ];
}

function agent(
  code: string,
  display: string,
  who: NonNullable<AuditEventAgent["who"]>,
): AuditEventAgent {
  return {
    type: { coding: [{ system: DICOM, code, display }] },
    who,
    requestor: code === "110152",
  };
}
