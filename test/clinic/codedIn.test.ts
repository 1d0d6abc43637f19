// In which code systems all conditions, or all drugs, of a chart are coded: in doubt in none.
import { describe, expect, test } from "vitest";
import { inspectRecord, renderInspection } from "../../client/clinic/record/inspect.ts";
import { about, coded, condition, issue, NEUTRAL, status } from "./given.ts";

const codedIn = (...resources: object[]) =>
  [...issue(resources as never, { codes: NEUTRAL }).record.header.codedIn].sort();
const ICD = ["icd10", "icd10cm", "icd10gm"];

/** A drug ordered and in use. */
const drug = (fields: object) =>
  about("MedicationRequest", {
    status: "active",
    intent: "order",
    authoredOn: "2024-01-05",
    ...fields,
  });
const concept = (...codes: string[]) => ({ medicationCodeableConcept: coded(...codes) });

describe("a record says that all conditions are coded in ICD-10", () => {
  test("of an edition when each has a code of it, of some edition when each has one", () => {
    expect(codedIn()).toEqual(["atc", ...ICD]);
    expect(codedIn(condition("icd10cm E11.9"), condition("icd10cm I50.1"))).toEqual([
      "atc",
      "icd10",
      "icd10cm",
    ]);
    expect(codedIn(condition("icd10cm E11.9"), condition("icd10gm I50.19"))).toEqual([
      "atc",
      "icd10",
    ]);
    const both = condition("snomed 44054006", { code: coded("snomed 44054006", "icd10gm E11.9") });
    expect(codedIn(both)).toEqual(["atc", "icd10", "icd10gm"]);
  });

  test("not when one is coded otherwise, be it suspected, over or only mentioned", () => {
    const fine = condition("icd10cm E11.9");
    for (const other of [
      condition("snomed 44054006"),
      condition("snomed 44054006", { verificationStatus: status("provisional") }),
      condition("snomed 44054006", { clinicalStatus: status("resolved") }),
      about("Procedure", {
        status: "completed",
        code: coded("snomed 1"),
        performedDateTime: "2024-01-05",
        reasonCode: [coded("snomed 44054006")],
      }),
      about("DiagnosticReport", {
        status: "final",
        code: coded("loinc 24323-8"),
        effectiveDateTime: "2024-01-05",
        conclusionCode: [coded("snomed 44054006")],
      }),
      {
        ...about("Claim", {
          status: "active",
          created: "2024-01-05",
          diagnosis: [{ diagnosisCodeableConcept: coded("snomed 44054006") }],
        }),
        patient: { reference: "Patient/p1" },
        subject: undefined,
      },
    ]) {
      expect(codedIn(fine, other), JSON.stringify(other)).toEqual(["atc"]);
    }
  });

  test("not when one was left out that may be so, but what says that nothing is so costs nothing", () => {
    const fine = condition("icd10cm E11.9");
    expect(codedIn(fine, condition("icd10cm E11.9", { code: { text: "home-made" } }))).toEqual([
      "atc",
    ]);
    const told = condition("icd10cm E11.9", { asserter: { reference: "Patient/p1" } });
    expect(codedIn(fine, told)).toEqual(["atc"]);
    const refuted = condition("snomed 1", { verificationStatus: status("refuted") });
    expect(codedIn(fine, refuted)).toEqual(["atc", "icd10", "icd10cm"]);
  });
});

describe("a record says that all drugs are coded in ATC", () => {
  test("when each has a whole code, or each of its ingredients has", () => {
    expect(codedIn(drug(concept("atc A10BA02", "rxnorm 860975")))).toEqual(["atc", ...ICD]);
    const contained = (...codes: string[][]) => [
      {
        resourceType: "Medication",
        id: "m",
        code: coded("rxnorm 860975"),
        ingredient: codes.map((some) => ({ itemCodeableConcept: coded(...some) })),
      },
    ];
    const referenced = { medicationReference: { reference: "#m" } };
    const all = { ...referenced, contained: contained(["atc A10BA02"], ["atc A10BB01"]) };
    expect(codedIn(drug(all))).toEqual(["atc", ...ICD]);
    const some = { ...referenced, contained: contained(["atc A10BA02"], ["rxnorm 25789"]) };
    expect(codedIn(drug(some))).toEqual(ICD);
  });

  test("not when one has a group's code only, or none, ordered or given", () => {
    const fine = drug(concept("atc A10BA02"));
    expect(codedIn(fine, drug(concept("atc A10BA")))).toEqual(ICD);
    expect(codedIn(fine, drug(concept("rxnorm 860975")))).toEqual(ICD);
    const given = about("MedicationAdministration", {
      status: "completed",
      effectiveDateTime: "2024-01-05",
      ...concept("rxnorm 860975"),
    });
    expect(codedIn(fine, given)).toEqual(ICD);
    expect(codedIn(fine, drug({ medicationReference: { reference: "Medication/gone" } }))).toEqual(
      ICD,
    );
  });

  test("allergies and vaccines are not asked", () => {
    const allergy = about("AllergyIntolerance", {
      clinicalStatus: status("active"),
      code: coded("snomed 91936005"),
      onsetDateTime: "2020-01-01",
    });
    const vaccine = about("Immunization", {
      status: "completed",
      vaccineCode: coded("cvx 140"),
      occurrenceDateTime: "2023-10-01",
    });
    expect(codedIn(allergy, vaccine)).toEqual(["atc", ...ICD]);
  });
});

test("the inspection says it in words", () => {
  const issued = issue([condition("icd10cm E11.9"), drug(concept("rxnorm 860975"))] as never);
  expect([...inspectRecord(issued).codedIn].sort()).toEqual(["icd10", "icd10cm"]);
  const text = renderInspection(issued);
  expect(text).toContain("Absence of single codes, too: conditions, all coded in ICD-10-CM");
  expect(text).not.toContain("drugs, all coded");
  expect(
    renderInspection(issue([condition("snomed 44054006"), drug(concept("rxnorm 1"))] as never)),
  ).toContain("Absence of single codes, too: in no code system");
});
