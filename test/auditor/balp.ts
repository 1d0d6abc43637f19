// What IHE's profile for disclosures at their source (Basic Audit Log Patterns 1.1.4, Disclose.fsh) demands beyond R4's
// AuditEvent, as a table: R4's definitions are checked by fhirValidator.ts.
import type { AuditEvent, Coding } from "fhir/r4";

const DCM = "http://dicom.nema.org/resources/ontology/DCM";
const LIFECYCLE = "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle";
const ENTITY = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const ROLE = "http://terminology.hl7.org/CodeSystem/object-role";
const SCT = "http://snomed.info/sct";
const PROFILE =
  "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PrivacyDisclosure.Source";

const is = (coding: Coding | undefined, system: string, code: string) =>
  coding?.system === system && coding.code === code;
const agents = ({ agent }: AuditEvent, system: string, code: string) =>
  agent.filter(({ type }) => type?.coding?.some((one) => is(one, system, code)));
const patients = ({ entity = [] }: AuditEvent) =>
  entity.filter(({ type }) => is(type, ENTITY, "1"));
const isWhole = (of: AuditEvent["agent"][number] | undefined) =>
  of?.who !== undefined && of.network !== undefined && Object.keys(of.network).length > 0;
const only = <T>(list: readonly T[]): T | undefined => (list.length === 1 ? list[0] : undefined);

const CONSTRAINTS: readonly (readonly [name: string, holds: (of: AuditEvent) => boolean])[] = [
  ["it names the profile", ({ meta }) => meta?.profile?.includes(PROFILE) === true],
  ["modifierExtension 0..0", ({ modifierExtension }) => modifierExtension === undefined],
  ["type = DCM#110106", ({ type }) => is(type, DCM, "110106")],
  ["action = R", ({ action }) => action === "R"],
  [
    "subtype has lifecycle#disclose",
    ({ subtype = [] }) => subtype.some((one) => is(one, LIFECYCLE, "disclose")),
  ],
  ["recorded 1..1", ({ recorded }) => recorded !== undefined],
  ["outcome 1..1", ({ outcome }) => outcome !== undefined],
  ["agent 2..*", ({ agent }) => agent.length >= 2],
  ["agent[source] 1..1, who, network", (of) => isWhole(only(agents(of, DCM, "110153")))],
  [
    "val-audit-source: who records it is the source",
    (of) =>
      JSON.stringify(only(agents(of, DCM, "110153"))?.who) === JSON.stringify(of.source.observer),
  ],
  ["agent[recipient] 1..1, who, network", (of) => isWhole(only(agents(of, DCM, "110152")))],
  ["agent[custodian] 0..1", (of) => agents(of, SCT, "159541003").length <= 1],
  [
    "agent[authorizer] 0..1, who",
    (of) => {
      const found = agents(of, SCT, "429577009");
      return found.length <= 1 && found.every(({ who }) => who !== undefined);
    },
  ],
  ["entity 2..*", ({ entity = [] }) => entity.length >= 2],
  [
    "entity[patient] 1..1, role, what: a Patient",
    (of) => {
      const found = only(patients(of));
      return is(found?.role, ROLE, "1") && found?.what?.type === "Patient";
    },
  ],
];

/** Names of the constraints that do not hold. */
export function balpProblems(of: AuditEvent): string[] {
  return CONSTRAINTS.flatMap(([name, holds]) => (holds(of) ? [] : [name]));
}
