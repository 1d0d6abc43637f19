import { describe, expect, it } from "vitest";
import { parseDay } from "../../circuits/statement/encoding/day.ts";
import {
  AGO,
  about,
  coded,
  EVER,
  factsOf,
  ISSUED,
  issue,
  problemsOf,
  proves,
  status,
  WITHIN,
} from "./given.ts";

const CODE = "snomed 44054006";
const START = ["conditionStart", CODE] as const;
const LAST = ["conditionLast", CODE] as const;

function condition(fields: Record<string, unknown>) {
  return about("Condition", { code: coded(CODE), ...fields });
}
function startAndLast(fields: Record<string, unknown>) {
  const issued = issue([condition(fields)]);
  return [factsOf(issued, ...START), factsOf(issued, ...LAST)];
}
const over = { clinicalStatus: status("resolved") };
const active = { clinicalStatus: status("active") };

// Values: 1 earliest, 2 exact, 3 latest; 11 to 13 of a start whose episode goes on.
describe("a condition's interval", () => {
  it.each(["active", "recurrence", "relapse"])("is ongoing while %s", (code) => {
    const fields = { clinicalStatus: status(code), onsetDateTime: "1985-03-02" };
    expect(startAndLast(fields)).toEqual([["1985-03-02 2", "1985-03-02 12"], ["ongoing 2"]]);
  });

  it.each(["inactive", "remission", "resolved"])("ends at abatement when %s", (code) => {
    const fields = {
      clinicalStatus: status(code),
      onsetDateTime: "2001-01-01",
      abatementDateTime: "2003-05-06",
    };
    expect(startAndLast(fields)).toEqual([["2001-01-01 2"], ["2003-05-06 2"]]);
  });

  it("that is over, nobody says since when, ended between its start and the day of issue", () => {
    const issued = issue([condition({ ...over, onsetDateTime: "2001-01-01" })]);
    expect(factsOf(issued, ...LAST)).toEqual(["2024-06-15 3", "2001-01-01 1"]);
    expect(proves(issued, "any", [...LAST], { ...WITHIN, far: 365 })).toBe(false);
    expect(proves(issued, "none", [...LAST], { far: 365 })).toBe(false);
    expect(proves(issued, "any", [...LAST], EVER)).toBe(true);
  });

  it("proves neither presence nor absence now when its status is not given", () => {
    const issued = issue([condition({ onsetDateTime: "2001-01-01" })]);
    expect(factsOf(issued, ...LAST)).toEqual(["ongoing 3", "2001-01-01 1"]);
    expect(proves(issued, "none", [...LAST], { far: 100 })).toBe(false);
    expect(proves(issued, "any", [...LAST], { ...WITHIN, far: 100 })).toBe(false);
    expect(factsOf(issued, ...START)).toEqual(["2001-01-01 2"]);
  });

  it("is open both ways when it is called active and abated at once", () => {
    const fields = { ...active, onsetDateTime: "2001-01-01", abatementDateTime: "2003-05-06" };
    expect(startAndLast(fields)).toEqual([["2001-01-01 2"], ["ongoing 3", "2003-05-06 1"]]);
    const later = { ...active, onsetDateTime: "2001-01-01", abatementDateTime: "2024" };
    expect(startAndLast(later)[1]).toEqual(["ongoing 3", "2024-01-01 1"]);
  });

  it("that will end has not ended yet", () => {
    const fields = { onsetDateTime: "2001-01-01", abatementDateTime: "2025" };
    expect(startAndLast({ ...active, ...fields })[1]).toEqual(["ongoing 2"]);
    // Over, and ending later: one of the two is wrong.
    expect(startAndLast({ ...over, ...fields })[1]).toEqual(["ongoing 3", "2001-01-01 1"]);
  });

  it("ends on any day of a partial date, not before it began", () => {
    const fields = { ...over, onsetDateTime: "2004-03-01", abatementDateTime: "2004" };
    expect(startAndLast(fields)).toEqual([["2004-03-01 2"], ["2004-12-31 3", "2004-03-01 1"]]);
  });

  it("that ends before it began is open over both dates", () => {
    const fields = { ...over, onsetDateTime: "2010-01-01", abatementDateTime: "2005-01-01" };
    const both = ["2010-01-01 3", "2005-01-01 1"];
    expect(startAndLast(fields)).toEqual([both, both]);
  });

  it("began at any time until it was recorded, abated or issued when no onset is given", () => {
    const recorded = { ...active, recordedDate: "2010-02-03" };
    expect(startAndLast(recorded)[0]).toEqual([
      "2010-02-03 3",
      "2010-02-03 13",
      "1960-02-29 1",
      "1960-02-29 11",
    ]);
    expect(startAndLast({ ...active, onsetString: "childhood" })[0]?.[0]).toBe("2024-06-15 3");
    const abated = { ...over, abatementDateTime: "2005-01-01", recordedDate: "2010-02-03" };
    expect(startAndLast(abated)).toEqual([["2005-01-01 3", "1960-02-29 1"], ["2005-01-01 2"]]);
  });

  it("shows 'within' by its earliest and 'at least ago' by its latest day only", () => {
    const issued = issue([condition({ ...active, onsetDateTime: "2023" })]);
    const at = (far: number, near: number, values: object) =>
      proves(issued, "any", [...START], { far, near, ...values });
    const [first, last] = [ISSUED - parseDay("2023-01-01"), ISSUED - parseDay("2023-12-31")];
    expect(at(first, 0, WITHIN)).toBe(true);
    expect(at(first - 1, 0, WITHIN)).toBe(false);
    expect(at(99_999, last, AGO)).toBe(true);
    expect(at(99_999, last + 1, AGO)).toBe(false);
  });

  it("reads ages, ranges of ages and periods of onset as all the days they may mean", () => {
    const starts = (fields: object) =>
      startAndLast({ ...active, ...fields })[0]?.filter((fact) => !/ 1[123]$/.test(fact));
    const years = (value: number) => ({ value, code: "a" });
    expect(starts({ onsetAge: years(40) })).toEqual(["2001-02-28 3", "2000-02-29 1"]);
    const onsetRange = { low: years(40), high: years(45) };
    expect(starts({ onsetRange })).toEqual(["2006-02-28 3", "2000-02-29 1"]);
    const onsetPeriod = { start: "2002-01-01", end: "2002-02-02" };
    expect(starts({ onsetPeriod })).toEqual(["2002-02-02 3", "2002-01-01 1"]);
  });

  it.each([
    ["abatementString", "some years ago"],
    ["abatementRange", { low: { value: 40, code: "kg" } }],
    ["abatementPeriod", { start: "2001-01-01" }],
  ])("whose end is only described (%s) ended by the day of issue", (field, value) => {
    const fields = { ...over, onsetDateTime: "2001-01-01", [field]: value };
    expect(startAndLast(fields)[1]).toEqual(["2024-06-15 3", "2001-01-01 1"]);
  });
});

describe("an exclusion of none within five years", () => {
  const within = { far: 1827 };

  it("is not passed by a disease active since 1985", () => {
    const issued = issue([condition({ ...active, onsetDateTime: "1985-03-02" })]);
    expect(proves(issued, "none", [...LAST], within)).toBe(false);
    // The onset alone would have let it pass.
    expect(proves(issued, "none", [...START], within)).toBe(true);
  });

  it.each([
    [1826, false],
    [1827, false],
    [1828, true],
  ])("for a disease resolved %i days ago is %s", (ago, expected) => {
    const day = new Date((ISSUED - 25_567 - ago) * 86_400_000).toISOString().slice(0, 10);
    const fields = { ...over, onsetDateTime: "1985-03-02", abatementDateTime: day };
    expect(proves(issue([condition(fields)]), "none", [...LAST], within)).toBe(expected);
  });

  it("reads the roll-up under the dictionary's concept too", () => {
    const issued = issue([condition({ ...active, onsetDateTime: "1985-03-02" })]);
    expect(proves(issued, "none", ["conditionLast", "concept 2"], within)).toBe(false);
    expect(proves(issued, "any", ["conditionLast", "concept 2"], within)).toBe(true);
    expect(proves(issue([]), "none", ["conditionLast", "concept 2"], within)).toBe(true);
  });
});

describe("a condition's codes", () => {
  const since = { ...active, onsetDateTime: "2020-01-01" };

  it("are all kept where we know the system", () => {
    const issued = issue([about("Condition", { ...since, code: coded(CODE, "icd10cm E11.9") })]);
    expect(factsOf(issued, ...LAST)).toHaveLength(1);
    expect(factsOf(issued, "conditionLast", "icd10cm E11.9")).toHaveLength(1);
  });

  it("in the clinic's own system only make absence of conditions unprovable", () => {
    const code = { coding: [{ system: "urn:our-own", code: "DM2" }] };
    const issued = issue([about("Condition", { id: "c1", ...since, code })]);
    expect(issued.leftOut).toMatchObject([
      {
        path: "test.json: Bundle.entry[1] (Condition/c1).code",
        reason: "not coded usably: code system urn:our-own",
        clears: ["conditionStart", "conditionLast"],
      },
    ]);
    expect(issued.completeFor).not.toContain("conditionLast");
    expect(issued.completeFor).toContain("medicationLast");
  });

  it("in text only, or not at all, make absence unprovable as well", () => {
    for (const code of [{ text: "sugar" }, undefined]) {
      const issued = issue([about("Condition", { ...since, ...(code && { code }) })]);
      expect(issued.completeFor).not.toContain("conditionLast");
    }
  });

  it("that are malformed are said, and harmless beside a good one", () => {
    const issued = issue([about("Condition", { ...since, code: coded("snomed x1", CODE) })]);
    expect(issued.leftOut.map(({ reason }) => reason)).toEqual([
      "one coding not used: malformed SNOMED CT code",
    ]);
    expect(issued.completeFor).toContain("conditionLast");
  });

  it("written with an object identifier are read", () => {
    const code = { coding: [{ system: "urn:oid:2.16.840.1.113883.6.96", code: "44054006" }] };
    expect(factsOf(issue([about("Condition", { ...since, code })]), ...LAST)).toHaveLength(1);
  });

  it.each([
    { coding: [{ system: "http://hl7.org/fhir/sid/icd-10-cm", code: "Z80.3" }] },
    { ...coded(CODE), text: "Family history of diabetes" },
  ])("of relatives' diseases make the family history incomplete", (code) => {
    expect(issue([about("Condition", { ...since, code })]).completeFor).not.toContain(
      "familyHistory",
    );
  });
});

describe("a patient's own word", () => {
  const own = (fields: object) => condition({ ...active, onsetDateTime: "2020-01-01", ...fields });

  it.each([
    { asserter: { reference: "Patient/p1" } },
    { asserter: { reference: "https://clinic.example/fhir/Patient/p1" } },
    { asserter: { reference: "RelatedPerson/mother" } },
    { asserter: { type: "Patient", display: "herself" } },
    { asserter: { reference: "#me" }, contained: [{ resourceType: "RelatedPerson", id: "me" }] },
    { recorder: { reference: "Patient/p1" } },
  ])("is left out, making absence unprovable, unless asked for: %j", (fields) => {
    const issued = issue([own(fields)]);
    expect(factsOf(issued, ...START)).toEqual([]);
    expect(issued.completeFor).not.toContain("conditionLast");
    const asked = issue([own(fields)], { includePatientReported: true });
    expect(factsOf(asked, ...LAST)).toEqual(["ongoing 2"]);
    expect(asked.completeFor).toContain("conditionLast");
  });

  it("is not what a clinician asserts that the patient recorded, nor that nothing is so", () => {
    const fields = {
      asserter: { reference: "Practitioner/1" },
      recorder: { reference: "Patient/p1" },
    };
    expect(factsOf(issue([own(fields)]), ...LAST)).toEqual(["ongoing 2"]);
    const refuted = own({
      verificationStatus: status("refuted"),
      asserter: { reference: "Patient/p1" },
    });
    expect(issue([refuted]).completeFor).toContain("conditionLast");
  });
});

describe("a condition dated after the record is issued", () => {
  it("is refused at its onset", () => {
    const [problem] = problemsOf(() =>
      issue([condition({ ...over, onsetDateTime: "2024-06-16" })]),
    );
    expect(problem?.path).toBe("test.json: Bundle.entry[1] (Condition).onsetDateTime");
    expect(problem?.reason).toContain("after the day of issue");
  });

  it("on the day of issue itself is accepted", () => {
    const fields = { ...active, onsetDateTime: "2024-06-15" };
    expect(parseDay("2024-06-15")).toBe(ISSUED);
    expect(startAndLast(fields)[0]?.[0]).toBe("2024-06-15 2");
  });
});
