// The smallest form of each fault that generated charts found when they first covered all types of resources.
import { expect, test } from "vitest";
import { compile } from "../../circuits/statement/criteria/compile.ts";
import { ONGOING, parseDay } from "../../circuits/statement/encoding/day.ts";
import { evaluateCriteria } from "../../circuits/witness/evaluate.ts";
import { ISSUED, type Json, textOf } from "./chart.ts";
import { recordOf } from "./laws.ts";

const HL7 = "http://terminology.hl7.org/CodeSystem/";
const SUBJECT = { subject: { reference: "Patient/p1" } };
const WHOSE = { patient: SUBJECT.subject };
const icd = (code: string) => ({
  coding: [{ system: "http://hl7.org/fhir/sid/icd-10-cm", code }],
});
const labelled = (code: string) => ({ meta: { security: [{ code }] } });
const status = (system: string, code: string) => ({ coding: [{ system: HL7 + system, code }] });

const PATIENT = { resourceType: "Patient", id: "p1", birthDate: "2024-03-10", gender: "female" };

/** Whether a patient may join on these criteria, by the record of a chart. */
function joins(criteria: { in?: Json; out?: Json }, ...resources: Json[]): boolean {
  const all = resources.some(({ resourceType }) => resourceType === "Patient")
    ? resources
    : [PATIENT, ...resources];
  const record = recordOf({
    bundle: {
      resourceType: "Bundle",
      type: "collection",
      entry: all.map((resource) => ({ resource })),
    },
  });
  const given = {
    inclusion: criteria.in ? [criteria.in] : [],
    exclusion: criteria.out ? [criteria.out] : [],
  };
  const compiled = compile(given, { salt: 1n << 130n, latestIdentitySince: ONGOING });
  const asOf = parseDay(textOf(ISSUED));
  return evaluateCriteria({ compiled, record: record!, asOf }).eligible;
}

const relative = (fields: Json): Json => ({
  ...{ resourceType: "FamilyMemberHistory", id: "f1", ...WHOSE, status: "completed" },
  relationship: status("v3-RoleCode", "MTH"),
  condition: [{ code: icd("J45.909") }],
  ...fields,
});

test("a relative whose history was cut may have had more than is left of it", () => {
  const diabetes = { out: { familyHistory: { concept: "diabetes" } } };
  expect(joins(diabetes, relative({}))).toBe(true);
  expect(joins(diabetes, relative({ meta: { tag: [{ code: "SUBSETTED" }] } }))).toBe(false);
});

test("a relative whose health is unknown surely has nothing", () => {
  const asthma = { in: { familyHistory: { concept: "asthma" } } };
  expect(joins(asthma, relative({}))).toBe(true);
  expect(joins(asthma, relative({ status: "health-unknown" }))).toBe(false);
});

test("what a patient says of relatives leaves their history open, and so does a denial that cannot be read", () => {
  const cancer = { out: { familyHistory: { concept: "breast-cancer" } } };
  const said = { resourceType: "Condition", id: "c1", ...SUBJECT, code: icd("Z80.3") };
  const verificationStatus = status("condition-ver-status", "refuted");
  const modifierExtension = [{ url: "http://hospital.example/x", valueBoolean: true }];
  expect(joins(cancer)).toBe(true);
  expect(joins(cancer, { ...said, asserter: { reference: "Patient/p1" } })).toBe(false);
  expect(joins(cancer, { ...said, verificationStatus })).toBe(true);
  expect(joins(cancer, { ...said, verificationStatus, modifierExtension })).toBe(false);
});

test("a stay for a condition that is only suspected, or said by the patient, is not surely for it", () => {
  const stay = { in: { encounter: { concept: "hospitalisation" }, reason: { concept: "asthma" } } };
  const encounter = {
    ...{ resourceType: "Encounter", id: "e1", ...SUBJECT, status: "finished" },
    class: { system: `${HL7}v3-ActCode`, code: "IMP" },
    period: { start: "2026-02-01", end: "2026-02-03" },
    reasonReference: [{ reference: "Condition/c1" }],
  };
  const asthma = { resourceType: "Condition", id: "c1", ...SUBJECT, code: icd("J45.909") };
  const verificationStatus = status("condition-ver-status", "provisional");
  expect(joins(stay, encounter, asthma)).toBe(true);
  expect(joins(stay, encounter, { ...asthma, verificationStatus })).toBe(false);
  expect(joins(stay, encounter, { ...asthma, asserter: SUBJECT.subject })).toBe(false);
  expect(joins(stay, encounter, { ...asthma, ...labelled("REDACTED") })).toBe(false);
});

test("birth date and sex of a masked patient show nothing and bound nothing", () => {
  const young = { in: { age: { max: 17 } } };
  const lately = { in: { allergy: { concept: "penicillin-allergy" }, startedWithin: "5 years" } };
  const allergy = {
    ...{ resourceType: "AllergyIntolerance", id: "a1", ...WHOSE },
    clinicalStatus: status("allergyintolerance-clinical", "active"),
    code: { coding: [{ system: "http://snomed.info/sct", code: "91936005" }] },
  };
  for (const [patient, isKnown] of [
    [PATIENT, true],
    [{ ...PATIENT, meta: { tag: [{ code: "SUBSETTED" }] } }, true],
    [{ ...PATIENT, ...labelled("ANONYED") }, false],
  ] as const) {
    expect(joins(young, patient)).toBe(isKnown);
    expect(joins({ in: { sex: "female" } }, patient)).toBe(isKnown);
    expect(joins(lately, patient, allergy)).toBe(isKnown);
  }
});

test("a condition that began to abate, and nobody says until when, may still be there", () => {
  const now = { out: { condition: { concept: "asthma" }, status: "current" } };
  const asthma = { resourceType: "Condition", id: "c1", ...SUBJECT, code: icd("J45.909") };
  const period = { start: "2025-01-01", end: "2025-02-01" };
  expect(joins(now, { ...asthma, onsetDateTime: "2024-05", abatementPeriod: period })).toBe(true);
  const { start } = period;
  expect(joins(now, { ...asthma, onsetDateTime: "2024-05", abatementPeriod: { start } })).toBe(
    false,
  );
});

test("a cut result inside a report may have had more components", () => {
  const pressure = { out: { observation: { concept: "systolic-blood-pressure" } } };
  const report = (more: Json) => ({
    ...{ resourceType: "DiagnosticReport", id: "d1", ...SUBJECT, status: "final" },
    contained: [
      {
        ...{ resourceType: "Observation", id: "o1", status: "final" },
        effectiveDateTime: "2026-02-01",
        code: { coding: [{ system: "http://loinc.org", code: "8462-4" }] },
        valueQuantity: { value: 80, unit: "mm[Hg]", code: "mm[Hg]" },
        ...more,
      },
    ],
    result: [{ reference: "#o1" }],
  });
  expect(joins(pressure, report({}))).toBe(true);
  expect(joins(pressure, report(labelled("REDACTED")))).toBe(false);
});
