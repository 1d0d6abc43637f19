// Encounters, relatives, bills and reports: what they may show, and what they only block.
import { describe, expect, it } from "vitest";
import { CONCEPTS, type Concept } from "../../circuits/statement/dictionary/dictionary.ts";
import type { Classifier } from "../../client/clinic/codes/classify.ts";
import { about, coded, condition, factsOf, issue, NEUTRAL, proves, status } from "./given.ts";

type Json = Record<string, unknown>;
const ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
const ROLE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";
const DIABETES = "snomed 44054006";

/** The dictionary's shape, with a concept of our own for being in hospital and none for a visit. */
const HOSPITAL: Concept = {
  ...CONCEPTS[0]!,
  number: 90_001,
  name: "in-hospital",
  title: "In hospital",
  domain: "encounter",
};
const codes: Classifier = {
  ...NEUTRAL,
  classify: (base, system, code) => {
    const isKnown = code !== "9999999";
    const diabetes = CONCEPTS.filter(({ name }) => name === "type-2-diabetes");
    if (base === "encounter" && code === "IMP")
      return { known: true, members: [HOSPITAL], possible: [] };
    const isDiabetes = base === "condition" && system === "snomed" && code === "44054006";
    return { known: isKnown, members: isDiabetes ? diabetes : [], possible: [] };
  },
};
const issued = (...resources: Json[]) => issue(resources, { codes });

describe("an encounter", () => {
  const encounter = (fields: Json) =>
    about("Encounter", {
      status: "finished",
      class: { system: ACT, code: "IMP" },
      period: { start: "2023-02-03", end: "2023-02-05" },
      ...fields,
    });
  const facts = (fields: Json, ...more: Json[]) =>
    factsOf(issued(encounter(fields), ...more), "encounter", "actCode IMP");

  it("counts on its last day, under its class and the class's concepts", () => {
    expect(facts({})).toEqual(["2023-02-05 2"]);
    expect(factsOf(issued(encounter({})), "encounter", "concept 90001")).toEqual(["2023-02-05 2"]);
  });

  it("without an end ended by the day of issue, or goes on", () => {
    const period = { start: "2023-02-03" };
    expect(facts({ period })).toEqual(["2024-06-15 3", "2023-02-03 1"]);
    expect(facts({ period, status: "in-progress" })).toEqual(["ongoing 2"]);
    expect(facts({ status: "in-progress" })).toEqual(["ongoing 3", "2023-02-05 1"]);
    expect(facts({ period: undefined })).toEqual(["2024-06-15 3", "1960-02-29 1"]);
  });

  it.each(["planned", "cancelled", "entered-in-error"])("that is %s is left out", (s) => {
    expect(facts({ status: s })).toEqual([]);
    expect(issued(encounter({ status: s })).completeFor).toContain("encounter");
  });

  it("of unknown status satisfies nothing", () => {
    expect(facts({ status: "unknown" })).toEqual(["2023-02-05 ?"]);
  });

  it.each([
    ["a code", { reasonCode: [coded(DIABETES)] }],
    ["a Condition", { reasonReference: [{ reference: "Condition/c" }] }],
    ["a diagnosis", { diagnosis: [{ condition: { reference: "Condition/c" } }] }],
  ])("is a pair with the concept of its reason, given as %s", (_, fields) => {
    const condition = about("Condition", {
      id: "c",
      code: coded(DIABETES),
      clinicalStatus: status("active"),
    });
    const record = issued(encounter(fields), condition);
    expect(factsOf(record, "encounter", "pair 90001:2")).toEqual(["2023-02-05 2"]);
    expect(record.completeFor).toContain("encounter");
  });

  it("whose kind nobody classified makes absence of contacts unprovable; a reason does not", () => {
    const keeps = (fields: Json) => issued(encounter(fields)).completeFor.includes("encounter");
    expect(keeps({ type: [{ text: "special" }] })).toBe(false);
    // Absence of a contact for a reason cannot be asked for.
    expect(keeps({ reasonCode: [coded("snomed 9999999")] })).toBe(true);
    expect(keeps({ reasonReference: [{ reference: "Condition/gone" }] })).toBe(true);
  });

  it("blocks the absence of a condition that it gives as its reason only", () => {
    const asked = { reasonCode: [coded("snomed 195967001")] };
    const stated = issued(encounter(asked));
    expect(factsOf(stated, "conditionLast", "snomed 195967001")[0]).toMatch(/ \?$/);
    const known = issued(encounter(asked), condition("snomed 195967001"));
    expect(factsOf(known, "conditionLast", "snomed 195967001")[0]).toBe("ongoing 2");
  });

  it("of one kind is kept twelve times, the newest", () => {
    const day = (i: number) => `2022-01-${String(i).padStart(2, "0")}`;
    const many = Array.from({ length: 20 }, (_, i) =>
      encounter({ period: { start: day(i + 1), end: day(i + 1) } }),
    );
    const record = issued(...many);
    const kept = factsOf(record, "encounter", "actCode IMP");
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([12, "2022-01-20 2", "2022-01-09 2"]);
    expect(record.completeFor).toContain("encounter");
  });
});

describe("a family member's history", () => {
  const history = (relationship: string, fields: Json = {}): Json => ({
    resourceType: "FamilyMemberHistory",
    patient: { reference: "Patient/p1" },
    status: "completed",
    relationship: { coding: [{ system: ROLE, code: relationship }] },
    date: "2020-01-02",
    condition: [{ code: coded(DIABETES) }],
    ...fields,
  });
  const facts = (resource: Json) => factsOf(issued(resource), "familyHistory", DIABETES);

  it.each(["MTH", "NFTH", "SIS", "TWIN", "SONC"])("of the first degree (%s) is a fact", (code) => {
    expect(facts(history(code))).toEqual(["2020-01-02 2"]);
    expect(factsOf(issued(history(code)), "familyHistory", "concept 2")).toHaveLength(1);
    expect(factsOf(issued(history(code)), "conditionLast", DIABETES)).toEqual([]);
  });

  it.each(["GRMTH", "AUNT", "HSIS", "STPMTH", "CHLDADOPT"])("of another (%s) is none", (code) => {
    const record = issued(history(code));
    expect(factsOf(record, "familyHistory", DIABETES)).toEqual([]);
    expect(record.completeFor).toContain("familyHistory");
  });

  it("of somebody whose degree nobody knows blocks and satisfies nothing", () => {
    expect(facts(history("FAMMEMB"))).toEqual(["2020-01-02 ?"]);
    expect(facts(history("MTH", { relationship: { text: "Mum" } }))).toEqual(["2020-01-02 ?"]);
  });

  it("without a date is of any day", () => {
    expect(facts(history("MTH", { date: undefined }))).toEqual(["2024-06-15 3", "1960-02-29 1"]);
  });

  it.each([
    ["partial", { status: "partial" }],
    ["unknown", { status: "health-unknown" }],
    ["absent", { dataAbsentReason: { coding: [{ code: "subject-unknown" }] } }],
    ["uncoded", { condition: [{ code: { text: "heart" } }] }],
  ])("that is %s makes absence unprovable", (_, fields) => {
    expect(issued(history("MTH", fields)).completeFor).not.toContain("familyHistory");
  });
});

describe.each(["Claim", "ExplanationOfBenefit"])("a %s", (resourceType) => {
  const bill = (fields: Json): Json => ({
    resourceType,
    status: "active",
    patient: { reference: "Patient/p1" },
    created: "2023-01-02",
    ...fields,
  });

  it("blocks under the diagnosis that it names, and shows nothing", () => {
    const record = issued(bill({ diagnosis: [{ diagnosisCodeableConcept: coded(DIABETES) }] }));
    expect(factsOf(record, "conditionStart", DIABETES)).toEqual(["2023-01-02 ?"]);
    expect(factsOf(record, "conditionLast", DIABETES)).toEqual(["ongoing ?"]);
    expect(proves(record, "none", ["conditionLast", "concept 2"])).toBe(false);
    expect(proves(record, "any", ["conditionLast", "concept 2"])).toBe(false);
    expect(record.completeFor).toContain("conditionLast");
  });

  it("blocks under its procedure, and under drugs and vaccines among its items", () => {
    const record = issued(
      bill({
        procedure: [{ procedureCodeableConcept: coded("snomed 73761001"), date: "2022-12-31" }],
        item: [
          { productOrService: coded("rxnorm 6809") },
          { productOrService: coded("cvx 140") },
          { productOrService: coded("snomed 185349003") },
        ],
      }),
    );
    expect(factsOf(record, "procedure", "snomed 73761001")).toEqual(["2022-12-31 ?"]);
    expect(factsOf(record, "medicationLast", "rxnorm 6809")).toEqual(["ongoing ?"]);
    expect(factsOf(record, "immunization", "cvx 140")).toEqual(["2023-01-02 ?"]);
  });

  it("adds nothing to what it refers to, and clears what was not given", () => {
    const refers = bill({ diagnosis: [{ diagnosisReference: { reference: "Condition/c" } }] });
    const condition = about("Condition", {
      id: "c",
      code: coded(DIABETES),
      clinicalStatus: status("active"),
    });
    const record = issued(refers, condition);
    expect(factsOf(record, "conditionLast", DIABETES)).toEqual(["ongoing 2"]);
    expect(record.leftOut).toEqual([]);
    expect(issued(refers).completeFor).not.toContain("conditionLast");
  });

  it.each(["cancelled", "draft", "entered-in-error"])("that is %s is left out", (s) => {
    const fields = { status: s, diagnosis: [{ diagnosisCodeableConcept: coded(DIABETES) }] };
    expect(issued(bill(fields)).counts.byDomain).not.toHaveProperty("conditionLast");
  });
});

describe("a report", () => {
  const report = (fields: Json) =>
    about("DiagnosticReport", { status: "final", effectiveDateTime: "2023-01-02", ...fields });

  it("blocks under its conclusion, and shows nothing", () => {
    const record = issued(report({ conclusionCode: [coded(DIABETES)] }));
    expect(factsOf(record, "conditionStart", DIABETES)).toEqual(["2023-01-02 ?"]);
    expect(factsOf(record, "conditionLast", DIABETES)).toEqual(["ongoing ?"]);
    const wrong = report({ conclusionCode: [coded(DIABETES)], status: "entered-in-error" });
    expect(factsOf(issued(wrong), "conditionLast", DIABETES)).toEqual([]);
  });
});
