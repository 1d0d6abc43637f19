import { describe, expect, it } from "vitest";
import {
  about,
  coded,
  EVER,
  factsOf,
  issue,
  NEUTRAL,
  problemsOf,
  proves,
  status,
  WITHIN,
} from "./given.ts";

describe("a procedure", () => {
  const CODE = "snomed 232717009";
  const procedure = (fields: Record<string, unknown>) =>
    about("Procedure", { status: "completed", code: coded(CODE), ...fields });
  const facts = (fields: Record<string, unknown>) =>
    factsOf(issue([procedure(fields)]), "procedure", CODE);

  it("counts on its last day", () => {
    expect(facts({ performedDateTime: "2020-02-03" })).toEqual(["2020-02-03 2"]);
    const performedPeriod = { start: "2020-02-03", end: "2020-02-05T10:00:00Z" };
    expect(facts({ performedPeriod })).toEqual(["2020-02-05 2"]);
    const years = (value: number) => ({ value, code: "a" });
    expect(facts({ performedAge: years(40) })).toEqual(["2001-02-28 3", "2000-02-29 1"]);
    const performedRange = { low: years(40), high: years(41) };
    expect(facts({ performedRange })).toEqual(["2002-02-28 3", "2000-02-29 1"]);
  });

  it("whose end is not given, or lies ahead, ended by the day of issue", () => {
    const open = ["2024-06-15 3", "2020-02-03 1"];
    expect(facts({ performedPeriod: { start: "2020-02-03" } })).toEqual(open);
    expect(facts({ performedPeriod: { start: "2020-02-03", end: "2025" } })).toEqual(open);
  });

  it("in progress is ongoing, unless its end has passed", () => {
    const fields = { status: "in-progress", performedPeriod: { start: "2024-02-03" } };
    expect(facts(fields)).toEqual(["ongoing 2"]);
    const ended = { start: "2024-02-03", end: "2024-02-05" };
    expect(facts({ ...fields, performedPeriod: ended })).toEqual(["ongoing 3", "2024-02-05 1"]);
  });

  it("without a date, or with one in words, was done on any day since birth", () => {
    const anyDay = ["2024-06-15 3", "1960-02-29 1"];
    expect(facts({ performedString: "as a child" })).toEqual(anyDay);
    expect(facts({})).toEqual(anyDay);
    const issued = issue([procedure({ performedString: "as a child" })]);
    expect(proves(issued, "any", ["procedure", CODE], { ...WITHIN, far: 365 })).toBe(false);
    expect(proves(issued, "none", ["procedure", CODE], { far: 365 })).toBe(false);
    expect(proves(issued, "any", ["procedure", CODE], EVER)).toBe(true);
  });

  it("in the patient's own words clears the procedures, planned or done, but not what was not done", () => {
    const own = { asserter: { reference: "Patient/p1" }, performedDateTime: "2020-02-03" };
    const keeps = (fields: object) =>
      issue([procedure({ ...own, ...fields })]).completeFor.includes("procedure");
    expect(keeps({})).toBe(false);
    expect(keeps({ status: "preparation" })).toBe(false);
    expect(keeps({ status: "not-done" })).toBe(true);
    const byThemselves = { performer: [{ actor: { reference: "RelatedPerson/r" } }] };
    expect(keeps({ asserter: undefined, ...byThemselves })).toBe(false);
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
    expect(facts({})).toEqual(["2021-04-05 2"]);
  });

  it("without a day was given by the day it was recorded, else issued", () => {
    const undated = { occurrenceDateTime: undefined, occurrenceString: "in childhood" };
    expect(facts({ ...undated, recorded: "2022-01-01" })).toEqual(["2022-01-01 3", "1960-02-29 1"]);
    expect(facts(undated)).toEqual(["2024-06-15 3", "1960-02-29 1"]);
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

  const last = (fields: Record<string, unknown>) =>
    factsOf(issue([allergy(fields)]), "allergyLast", CODE);

  it("to insulin is not taking insulin", () => {
    const issued = issue([allergy({})]);
    expect(factsOf(issued, "allergyStart", CODE)).toEqual([
      "2015-06-07 3",
      "2015-06-07 13",
      "1960-02-29 1",
      "1960-02-29 11",
    ]);
    expect(factsOf(issued, "allergyLast", CODE)).toEqual(["ongoing 2"]);
    expect(issued.counts.byDomain).not.toHaveProperty("medicationLast");
    expect(proves(issued, "none", ["medicationLast", CODE])).toBe(true);
    expect(proves(issued, "any", ["medicationLast", "concept 32"])).toBe(false);
  });

  it.each(["inactive", "resolved"])("that is %s ended between its last sign and issue", (s) => {
    const fields = { clinicalStatus: status(s), onsetDateTime: "2010-01-01" };
    expect(last(fields)).toEqual(["2024-06-15 3", "2010-01-01 1"]);
    expect(last({ ...fields, lastOccurrence: "2012-03-04" })).toEqual([
      "2024-06-15 3",
      "2012-03-04 1",
    ]);
  });

  it("without a clinical status may last or not", () => {
    expect(last({ clinicalStatus: undefined, onsetDateTime: "2010-01-01" })).toEqual([
      "ongoing 3",
      "2010-01-01 1",
    ]);
  });

  it("is read from the substances of its reactions too, all of which must be classified", () => {
    const reaction = [{ substance: coded("rxnorm 7980") }];
    const issued = issue([allergy({ reaction })]);
    expect(factsOf(issued, "allergyLast", "rxnorm 7980")).toEqual(["ongoing 2"]);
    expect(factsOf(issued, "allergyLast", CODE)).toEqual(["ongoing 2"]);
    const told = issue([allergy({ reaction: [{ substance: { text: "a pill" } }] })]);
    expect(told.completeFor).not.toContain("allergyLast");
    const only = issue([allergy({ code: undefined, reaction })], { codes: NEUTRAL });
    expect(only.completeFor).toContain("allergyLast");
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

  it("without a usable code makes absence of allergies unprovable", () => {
    const issued = issue([allergy({ code: { text: "nuts" } })]);
    expect(issued.completeFor).not.toContain("allergyLast");
    expect(issued.completeFor).not.toContain("allergyStart");
  });
});
