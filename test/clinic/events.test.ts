import { describe, expect, it } from "vitest";
import { about, coded, factsOf, issue, problemsOf, proves, status } from "./given.ts";

describe("a procedure", () => {
  const CODE = "snomed 232717009";
  const procedure = (fields: Record<string, unknown>) =>
    about("Procedure", { status: "completed", code: coded(CODE), ...fields });
  const facts = (fields: Record<string, unknown>) =>
    factsOf(issue([procedure(fields)]), "procedure", CODE);

  it("counts on its last day", () => {
    expect(facts({ performedDateTime: "2020-02-03" })).toEqual(["2020-02-03 1"]);
    const performedPeriod = { start: "2020-02-03", end: "2020-02-05T10:00:00Z" };
    expect(facts({ performedPeriod })).toEqual(["2020-02-05 1"]);
    expect(facts({ performedAge: { value: 40 } })).toEqual(["2001-02-28 1"]);
  });

  it("in progress is ongoing", () => {
    const fields = { status: "in-progress", performedPeriod: { start: "2024-02-03" } };
    expect(facts(fields)).toEqual(["ongoing 1"]);
  });

  it("without a date counts on the day of issue, the latest it may mean", () => {
    expect(facts({ performedString: "as a child" })).toEqual(["2024-06-15 1"]);
  });

  it.each(["stopped", "on-hold", "unknown"])("that is %s blocks absence only", (s) => {
    const issued = issue([procedure({ status: s, performedDateTime: "2020-02-03" })]);
    expect(factsOf(issued, "procedure", CODE)).toEqual(["2020-02-03 ?"]);
    expect(proves(issued, "any", ["procedure", CODE])).toBe(false);
    expect(proves(issued, "none", ["procedure", CODE])).toBe(false);
  });

  it.each(["not-done", "preparation", "entered-in-error"])("that is %s is left out", (s) => {
    const issued = issue([procedure({ status: s, performedDateTime: "2020-02-03" })]);
    expect(factsOf(issued, "procedure", CODE)).toEqual([]);
    expect(issued.leftOut.map(({ reason }) => reason)).toEqual([`status ${s}`]);
    expect(issued.completeFor).toContain("procedure");
  });
});

describe("an immunization", () => {
  const CODE = "cvx 08";
  const immunization = (fields: Record<string, unknown>) =>
    about("Immunization", {
      status: "completed",
      vaccineCode: coded(CODE),
      occurrenceDateTime: "2021-04-05",
      ...fields,
    });
  const facts = (fields: Record<string, unknown>) =>
    factsOf(issue([immunization(fields)]), "immunization", CODE);

  it("counts on the day it was given", () => {
    expect(facts({})).toEqual(["2021-04-05 1"]);
  });

  it("without a day counts by the day it was recorded, else issued", () => {
    const undated = { occurrenceDateTime: undefined, occurrenceString: "in childhood" };
    expect(facts({ ...undated, recorded: "2022-01-01" })).toEqual(["2022-01-01 1"]);
    expect(facts(undated)).toEqual(["2024-06-15 1"]);
  });

  it("with a subpotent dose blocks absence only", () => {
    expect(facts({ isSubpotent: true })).toEqual(["2021-04-05 ?"]);
  });

  it.each(["not-done", "entered-in-error"])("that is %s is left out and listed", (s) => {
    expect(facts({ status: s })).toEqual([]);
    expect(issue([immunization({ status: s })]).leftOut).toHaveLength(1);
  });

  it("recalled by the patient is left out, making absence unprovable, unless asked for", () => {
    const recalled = immunization({ primarySource: false, reportOrigin: status("recall") });
    expect(issue([recalled]).completeFor).not.toContain("immunization");
    const asked = issue([recalled], { includePatientReported: true });
    expect(factsOf(asked, "immunization", CODE)).toHaveLength(1);
  });

  it("given after the record is issued is refused", () => {
    const late = immunization({ occurrenceDateTime: "2024-06-16" });
    expect(problemsOf(() => issue([late]))[0]?.path).toMatch(/occurrenceDateTime$/);
  });
});

describe("an allergy", () => {
  const CODE = "rxnorm 5856";
  const allergy = (fields: Record<string, unknown>) =>
    about("AllergyIntolerance", {
      clinicalStatus: status("active"),
      verificationStatus: status("confirmed"),
      code: coded(CODE),
      recordedDate: "2015-06-07",
      ...fields,
    });

  it("to insulin is not taking insulin", () => {
    const issued = issue([allergy({})]);
    expect(factsOf(issued, "allergyStart", CODE)).toEqual(["2015-06-07 1"]);
    expect(factsOf(issued, "allergyLast", CODE)).toEqual(["ongoing 1"]);
    expect(issued.counts.byDomain).not.toHaveProperty("medicationLast");
    expect(proves(issued, "none", ["medicationLast", CODE])).toBe(true);
    expect(proves(issued, "any", ["medicationLast", "concept 32"])).toBe(false);
  });

  it.each(["inactive", "resolved"])("that is %s lasted to the day of issue at most", (s) => {
    const issued = issue([allergy({ clinicalStatus: status(s) })]);
    expect(factsOf(issued, "allergyLast", CODE)).toEqual(["2024-06-15 1"]);
  });

  it("that is unconfirmed blocks absence only", () => {
    const issued = issue([allergy({ verificationStatus: status("unconfirmed") })]);
    expect(factsOf(issued, "allergyLast", CODE)).toEqual(["ongoing ?"]);
  });

  it.each(["refuted", "entered-in-error"])("that is %s is left out", (s) => {
    const issued = issue([allergy({ verificationStatus: status(s) })]);
    expect(factsOf(issued, "allergyLast", CODE)).toEqual([]);
    expect(issued.leftOut).toHaveLength(1);
  });

  it("that says there is none is no allergy", () => {
    const none = allergy({ code: coded("snomed 716186003") });
    const issued = issue([none]);
    expect(factsOf(issued, "allergyLast", "snomed 716186003")).toEqual([]);
    expect(issued.completeFor).toContain("allergyLast");
  });

  it("without a usable code makes absence of allergies unprovable", () => {
    const issued = issue([allergy({ code: { text: "nuts" } })]);
    expect(issued.completeFor).not.toContain("allergyLast");
    expect(issued.completeFor).not.toContain("allergyStart");
  });
});
