import { describe, expect, it } from "vitest";
import { about, coded, factsOf, issue, problemsOf, proves, WITHIN } from "./given.ts";

const CODE = "rxnorm 6809";
const START = ["medicationStart", CODE] as const;
const LAST = ["medicationLast", CODE] as const;

function request(fields: Record<string, unknown>) {
  return about("MedicationRequest", {
    intent: "order",
    authoredOn: "2020-01-10",
    medicationCodeableConcept: coded(CODE),
    ...fields,
  });
}
function statement(fields: Record<string, unknown>) {
  return about("MedicationStatement", { medicationCodeableConcept: coded(CODE), ...fields });
}
function startAndLast(resource: Record<string, unknown>) {
  const issued = issue([resource]);
  return [factsOf(issued, ...START), factsOf(issued, ...LAST)];
}

// Values: 1 earliest, 2 exact, 3 latest; 11 to 13 of a start whose episode goes on.
describe("a medication request", () => {
  const last = (fields: Record<string, unknown>) => startAndLast(request(fields))[1];
  const bounds = (...ends: (string | undefined)[]) => ({
    dosageInstruction: ends.map((end) => ({
      timing: { repeat: { ...(end && { boundsPeriod: { end } }) } },
    })),
  });
  const supplied = (end: string, days?: number) => ({
    dispenseRequest: {
      validityPeriod: { start: "2020-01-10", end },
      ...(days && { expectedSupplyDuration: { value: days, unit: "days", code: "d" } }),
    },
  });

  it("is ongoing while active, and began on the day it was authored", () => {
    expect(startAndLast(request({ status: "active" }))).toEqual([
      ["2020-01-10 2", "2020-01-10 12"],
      ["ongoing 2"],
    ]);
    expect(last({ status: "active", ...bounds("2030-01-01") })).toEqual(["ongoing 2"]);
    expect(last({ status: "active", ...supplied("9999-12-31", 30) })).toEqual(["ongoing 2"]);
  });

  it.each([
    ["dosage", bounds("2021-05-05"), "2021-05-05 1"],
    ["dispensing and supply", supplied("2021-05-05", 30), "2020-01-10 1"],
    ["dispensing", supplied("2021-05-05"), "2020-01-10 1"],
    [
      "course",
      { dosageInstruction: [{ timing: { repeat: { boundsDuration: { value: 7, code: "d" } } } }] },
      "2020-01-10 1",
    ],
  ])("that is active though its %s ended is open both ways", (_, fields, sure) => {
    expect(last({ status: "active", ...fields })).toEqual(["ongoing 3", sure]);
  });

  it("is ongoing while one of several dosages has no end", () => {
    expect(last({ status: "active", ...bounds("2021-05-05", undefined) })).toEqual(["ongoing 2"]);
  });

  it.each(["stopped", "completed"])("that is %s, nobody says when, shows neither", (s) => {
    const issued = issue([request({ status: s })]);
    expect(factsOf(issued, ...LAST)).toEqual(["2024-06-15 3", "2020-01-10 1"]);
    expect(proves(issued, "any", [...LAST], { ...WITHIN, far: 90 })).toBe(false);
    expect(proves(issued, "none", [...LAST], { far: 90 })).toBe(false);
  });

  it("that is completed ended with its last dosage, a stopped one by then", () => {
    const ends = bounds("2021-01-10", "2022-02-02");
    expect(last({ status: "completed", ...ends })).toEqual(["2022-02-02 2"]);
    expect(last({ status: "stopped", ...ends })).toEqual(["2022-02-02 3", "2020-01-10 1"]);
  });

  it("ended at the latest with the last supply, when dispensing and supply are given", () => {
    expect(last({ status: "completed", ...supplied("2021-01-10", 30) })).toEqual([
      "2021-02-09 3",
      "2020-01-10 1",
    ]);
    const open = ["2024-06-15 3", "2020-01-10 1"];
    expect(last({ status: "completed", ...supplied("2021-01-10") })).toEqual(open);
    expect(last({ status: "completed", ...supplied("2030-01-01", 30) })).toEqual(open);
  });

  it("began between the day it was authored and the first of its dosage", () => {
    const from = (start: string) => ({
      dosageInstruction: [{ timing: { repeat: { boundsPeriod: { start } } } }],
    });
    const [start] = startAndLast(request({ status: "completed", ...from("2020-03-01") }));
    expect(start).toEqual(["2020-03-01 3", "2020-01-10 1"]);
    const ahead = issue([request({ status: "active", ...from("2025-01-01") })]);
    expect(factsOf(ahead, ...LAST)).toEqual(["ongoing ?"]);
  });

  it("without the day it was authored began at any time", () => {
    const [start] = startAndLast(request({ status: "completed", authoredOn: undefined }));
    expect(start).toEqual(["2024-06-15 3", "1960-02-29 1"]);
  });

  it("on hold proves neither taking nor not taking now", () => {
    const issued = issue([request({ status: "on-hold" })]);
    expect(factsOf(issued, ...LAST)).toEqual(["ongoing 3", "2020-01-10 1"]);
    expect(proves(issued, "none", [...LAST], { far: 30 })).toBe(false);
    expect(proves(issued, "any", [...LAST], { ...WITHIN, far: 30 })).toBe(false);
  });

  it("of unknown status blocks absence and satisfies nothing", () => {
    const issued = issue([request({ status: "unknown" })]);
    expect(factsOf(issued, ...START)).toEqual(["2020-01-10 ?"]);
    expect(factsOf(issued, ...LAST)).toEqual(["ongoing ?"]);
  });

  it.each([
    ["status draft", { status: "draft" }],
    ["status cancelled", { status: "cancelled" }],
    ["status entered-in-error", { status: "entered-in-error" }],
    ["intent proposal", { status: "active", intent: "proposal" }],
    ["intent plan", { status: "active", intent: "plan" }],
    ["an order not to give the drug", { status: "active", doNotPerform: true }],
  ])("is left out and listed when it is: %s", (reason, fields) => {
    const issued = issue([request(fields)]);
    expect(factsOf(issued, ...START)).toEqual([]);
    expect(issued.leftOut).toEqual([
      { path: "test.json: Bundle.entry[1] (MedicationRequest)", reason, clears: [] },
    ]);
  });

  it.each([
    [{ intent: "plan", reportedBoolean: true }, false],
    [{ reportedReference: { reference: "Patient/p1" } }, false],
    [{ requester: { reference: "Patient/p1" } }, false],
    [{ reportedReference: { reference: "Practitioner/1" } }, true],
    [{ reportedBoolean: true, doNotPerform: true }, true],
    [{ reportedBoolean: true, status: "entered-in-error" }, true],
  ])("in the patient's own words clears the drugs: %j leaves them complete: %s", (fields, kept) => {
    const issued = issue([request({ status: "active", ...fields })]);
    expect(issued.completeFor.includes("medicationLast")).toBe(kept);
  });

  it("authored after the record is issued is refused", () => {
    const late = request({ status: "active", authoredOn: "2024-06-16T09:00:00Z" });
    expect(problemsOf(() => issue([late]))[0]?.path).toMatch(/authoredOn$/);
  });

  it("rolls up into the drug's concept", () => {
    const issued = issue([request({ status: "active" })]);
    expect(proves(issued, "any", ["medicationLast", "concept 33"], WITHIN)).toBe(true);
  });
});

describe("a medication statement", () => {
  const of = (fields: Record<string, unknown>) => startAndLast(statement(fields));

  it("takes start and end from its period", () => {
    const effectivePeriod = { start: "2019-05-01", end: "2019-08-31" };
    expect(of({ status: "completed", effectivePeriod })).toEqual([
      ["2019-05-01 2"],
      ["2019-08-31 2"],
    ]);
  });

  it("is ongoing while active; on a single date it had begun by then", () => {
    const period = { status: "active", effectivePeriod: { start: "2019-05-01" } };
    expect(of(period)[1]).toEqual(["ongoing 2"]);
    const [start, last] = of({ status: "active", effectiveDateTime: "2019-05-01" });
    expect(start?.filter((fact) => !/ 1[123]$/.test(fact))).toEqual([
      "2019-05-01 3",
      "1960-02-29 1",
    ]);
    expect(last).toEqual(["ongoing 2"]);
  });

  it("that is active though its period ended is open both ways", () => {
    const effectivePeriod = { start: "2020-01-01", end: "2021-12-31" };
    expect(of({ status: "active", effectivePeriod })[1]).toEqual(["ongoing 3", "2021-12-31 1"]);
    const ahead = { start: "2020-01-01", end: "9999-12-31" };
    expect(of({ status: "active", effectivePeriod: ahead })[1]).toEqual(["ongoing 2"]);
  });

  it("that is over without an end was so by the day it was asserted, else issued", () => {
    const fields = { status: "stopped", effectivePeriod: { start: "2019-05-01" } };
    expect(of(fields)[1]).toEqual(["2024-06-15 3", "2019-05-01 1"]);
    expect(of({ ...fields, dateAsserted: "2021-03-03" })[1]).toEqual([
      "2021-03-03 3",
      "2019-05-01 1",
    ]);
    const once = { status: "completed", effectiveDateTime: "2019-05-01" };
    expect(of(once)[1]).toEqual(["2024-06-15 3", "2019-05-01 1"]);
  });

  it("on hold may be taken again; of unknown status it satisfies nothing", () => {
    const effectivePeriod = { start: "2019-05-01" };
    expect(of({ status: "on-hold", effectivePeriod })[1]).toEqual(["ongoing 3", "2019-05-01 1"]);
    expect(of({ status: "unknown", effectivePeriod })).toEqual([["2019-05-01 ?"], ["ongoing ?"]]);
  });

  it.each(["intended", "not-taken", "entered-in-error"])("with status %s is left out", (s) => {
    const issued = issue([statement({ status: s, effectiveDateTime: "2020" })]);
    expect(factsOf(issued, ...START)).toEqual([]);
    expect(issued.leftOut).toHaveLength(1);
    expect(issued.completeFor).toContain("medicationLast");
  });

  it("by the patient is left out, making absence unprovable, unless asked for", () => {
    const own = statement({
      status: "active",
      effectiveDateTime: "2020",
      informationSource: { reference: "Patient/p1" },
    });
    expect(issue([own]).completeFor).not.toContain("medicationLast");
    expect(factsOf(issue([own], { includePatientReported: true }), ...LAST)).toEqual(["ongoing 2"]);
  });
});
