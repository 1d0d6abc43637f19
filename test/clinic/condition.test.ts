import { describe, expect, it } from "vitest";
import { parseDay } from "../../circuits/statement/day.ts";
import { about, coded, factsOf, ISSUED, issue, problemsOf, proves, status } from "./given.ts";

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

describe("a condition's interval", () => {
  it.each(["active", "recurrence", "relapse"])("is ongoing while %s", (code) => {
    const fields = { clinicalStatus: status(code), onsetDateTime: "1985-03-02" };
    expect(startAndLast(fields)).toEqual([["1985-03-02 1"], ["ongoing 1"]]);
  });

  it.each(["inactive", "remission", "resolved"])("ends at abatement when %s", (code) => {
    const fields = {
      clinicalStatus: status(code),
      onsetDateTime: "2001-01-01",
      abatementDateTime: "2003-05-06",
    };
    expect(startAndLast(fields)).toEqual([["2001-01-01 1"], ["2003-05-06 1"]]);
  });

  it("ends on the day of issue when it is over but nothing says since when", () => {
    const fields = { clinicalStatus: status("resolved"), onsetDateTime: "2001-01-01" };
    expect(startAndLast(fields)[1]).toEqual(["2024-06-15 1"]);
  });

  it("proves neither presence nor absence now when its status is not given", () => {
    const issued = issue([condition({ onsetDateTime: "2001-01-01" })]);
    expect(factsOf(issued, ...LAST)).toEqual(["ongoing ?", "2001-01-01 1"]);
    expect(proves(issued, "none", [...LAST], { far: 100 })).toBe(false);
    expect(proves(issued, "any", [...LAST], { far: 100 })).toBe(false);
  });

  it("stays ongoing when it is called active and abated at once", () => {
    const fields = { clinicalStatus: status("active"), abatementDateTime: "2003-05-06" };
    expect(startAndLast({ ...fields, onsetDateTime: "2001-01-01" })[1]).toEqual(["ongoing 1"]);
  });

  it("is never over before it began", () => {
    const fields = {
      clinicalStatus: status("resolved"),
      onsetDateTime: "2004",
      abatementDateTime: "2004-05-06",
    };
    expect(startAndLast(fields)).toEqual([["2004-12-31 1"], ["2004-12-31 1"]]);
  });

  it("begins by the day it was recorded when no onset is given, else by the day of issue", () => {
    const active = { clinicalStatus: status("active") };
    expect(startAndLast({ ...active, recordedDate: "2010-02-03" })[0]).toEqual(["2010-02-03 1"]);
    expect(startAndLast(active)[0]).toEqual(["2024-06-15 1"]);
  });

  it("reads ages and periods of onset as the latest day they may mean", () => {
    const active = { clinicalStatus: status("active") };
    const age = { value: 40, unit: "a", system: "http://unitsofmeasure.org", code: "a" };
    // Born on 1960-02-29: 40 until the day before turning 41.
    expect(startAndLast({ ...active, onsetAge: age })[0]).toEqual(["2001-02-28 1"]);
    const onsetPeriod = { start: "2002-01-01", end: "2002-02-02" };
    expect(startAndLast({ ...active, onsetPeriod })[0]).toEqual(["2002-02-02 1"]);
  });

  it("ends on the day of issue when its end is only described", () => {
    const fields = { onsetDateTime: "2001-01-01", abatementString: "some years ago" };
    expect(startAndLast({ ...fields, clinicalStatus: status("inactive") })[1]).toEqual([
      "2024-06-15 1",
    ]);
  });
});

describe("an exclusion of none within five years", () => {
  const within = { far: 1827 };

  it("is not passed by a disease active since 1985", () => {
    const fields = { clinicalStatus: status("active"), onsetDateTime: "1985-03-02" };
    const issued = issue([condition(fields)]);
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
    const fields = {
      clinicalStatus: status("resolved"),
      onsetDateTime: "1985-03-02",
      abatementDateTime: day,
    };
    expect(proves(issue([condition(fields)]), "none", [...LAST], within)).toBe(expected);
  });

  it("reads the roll-up under the dictionary's concept too", () => {
    const fields = { clinicalStatus: status("active"), onsetDateTime: "1985-03-02" };
    const issued = issue([condition(fields)]);
    expect(proves(issued, "none", ["conditionLast", "concept 2"], within)).toBe(false);
    expect(proves(issued, "any", ["conditionLast", "concept 2"], within)).toBe(true);
    expect(proves(issue([]), "none", ["conditionLast", "concept 2"], within)).toBe(true);
  });
});

describe("a condition's certainty", () => {
  it.each(["provisional", "differential", "unconfirmed"])(
    "when %s blocks absence and satisfies nothing",
    (code) => {
      const issued = issue([
        condition({
          clinicalStatus: status("active"),
          verificationStatus: status(code),
          onsetDateTime: "2020-01-01",
        }),
      ]);
      expect(factsOf(issued, ...START)).toEqual(["2020-01-01 ?"]);
      expect(factsOf(issued, ...LAST)).toEqual(["ongoing ?"]);
      expect(proves(issued, "none", [...LAST])).toBe(false);
      expect(proves(issued, "any", [...LAST])).toBe(false);
    },
  );

  it.each(["entered-in-error", "refuted"])("when %s leaves it out and says so", (code) => {
    const issued = issue([condition({ verificationStatus: status(code), onsetDateTime: "2020" })]);
    expect(factsOf(issued, ...START)).toEqual([]);
    expect(issued.leftOut.map(({ reason }) => reason)).toEqual([`verificationStatus ${code}`]);
    expect(issued.completeFor).toContain("conditionLast");
  });

  it("weighs a confirmed diagnosis above a suspected one of the same day", () => {
    const base = { clinicalStatus: status("active"), onsetDateTime: "2020-01-01" };
    const suspected = condition({ ...base, verificationStatus: status("provisional") });
    const confirmed = condition({ ...base, verificationStatus: status("confirmed") });
    for (const order of [
      [suspected, confirmed],
      [confirmed, suspected],
    ]) {
      expect(factsOf(issue(order), ...START)).toEqual(["2020-01-01 1"]);
    }
  });

  it("that FHIR R4 does not know is refused", () => {
    const wrong = condition({
      id: "c1",
      verificationStatus: status("maybe"),
      onsetDateTime: "2020",
    });
    expect(problemsOf(() => issue([wrong]))).toEqual([
      {
        path: "test.json: Bundle.entry[1] (Condition/c1).verificationStatus",
        reason: "is not a code of FHIR R4",
      },
    ]);
  });
});

describe("a condition's codes", () => {
  const active = { clinicalStatus: status("active"), onsetDateTime: "2020-01-01" };

  it("are all kept where we know the system", () => {
    const issued = issue([about("Condition", { ...active, code: coded(CODE, "icd10cm E11.9") })]);
    expect(factsOf(issued, ...START)).toHaveLength(1);
    expect(factsOf(issued, "conditionStart", "icd10cm E11.9")).toHaveLength(1);
  });

  it("in the clinic's own system only make absence of conditions unprovable", () => {
    const code = { coding: [{ system: "urn:our-own", code: "DM2" }] };
    const issued = issue([about("Condition", { id: "c1", ...active, code })]);
    expect(issued.leftOut).toEqual([
      {
        path: "test.json: Bundle.entry[1] (Condition/c1).code",
        reason: "not coded usably: code system urn:our-own",
        clears: ["conditionStart", "conditionLast"],
      },
    ]);
    expect(issued.completeFor).not.toContain("conditionStart");
    expect(issued.completeFor).not.toContain("conditionLast");
    expect(issued.completeFor).toContain("medicationLast");
  });

  it("in text only, or not at all, make absence unprovable as well", () => {
    for (const code of [{ text: "sugar" }, undefined]) {
      const issued = issue([about("Condition", { ...active, ...(code && { code }) })]);
      expect(issued.completeFor).not.toContain("conditionLast");
    }
  });

  it("that are malformed are said, and harmless beside a good one", () => {
    const issued = issue([about("Condition", { ...active, code: coded("snomed x1", CODE) })]);
    expect(issued.leftOut.map(({ reason }) => reason)).toEqual([
      "one coding not used: malformed SNOMED CT code",
    ]);
    expect(issued.completeFor).toContain("conditionLast");
  });

  it("written with an object identifier are read", () => {
    const code = { coding: [{ system: "urn:oid:2.16.840.1.113883.6.96", code: "44054006" }] };
    expect(factsOf(issue([about("Condition", { ...active, code })]), ...START)).toHaveLength(1);
  });
});

describe("a patient's own word", () => {
  const own = condition({
    clinicalStatus: status("active"),
    onsetDateTime: "2020-01-01",
    asserter: { reference: "Patient/p1" },
  });

  it("is left out, making absence unprovable, unless asked for", () => {
    const issued = issue([own]);
    expect(factsOf(issued, ...START)).toEqual([]);
    expect(issued.completeFor).not.toContain("conditionLast");
    const asked = issue([own], { includePatientReported: true });
    expect(factsOf(asked, ...START)).toEqual(["2020-01-01 1"]);
    expect(asked.completeFor).toContain("conditionLast");
  });
});

describe("a condition dated after the record is issued", () => {
  it.each([
    ["onsetDateTime", { onsetDateTime: "2024-06-16" }],
    ["abatementDateTime", { onsetDateTime: "2020", abatementDateTime: "2025" }],
  ])("is refused at %s", (field, fields) => {
    const [problem] = problemsOf(() =>
      issue([condition({ clinicalStatus: status("resolved"), ...fields })]),
    );
    expect(problem?.path).toBe(`test.json: Bundle.entry[1] (Condition).${field}`);
    expect(problem?.reason).toContain("after the day of issue");
  });

  it("on the day of issue itself is accepted", () => {
    const fields = { clinicalStatus: status("active"), onsetDateTime: "2024-06-15" };
    expect(parseDay("2024-06-15")).toBe(ISSUED);
    expect(startAndLast(fields)[0]).toEqual(["2024-06-15 1"]);
  });
});
