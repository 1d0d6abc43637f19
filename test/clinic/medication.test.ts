import { describe, expect, it } from "vitest";
import { about, coded, factsOf, issue, problemsOf, proves } from "./given.ts";

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

describe("a medication request", () => {
  it("is ongoing while active, whatever its dispensing period", () => {
    const dispenseRequest = { validityPeriod: { end: "2021-01-10" } };
    expect(startAndLast(request({ status: "active", dispenseRequest }))).toEqual([
      ["2020-01-10 1"],
      ["ongoing 1"],
    ]);
  });

  it.each(["stopped", "completed"])("that is %s without an end lasts to the day of issue", (s) => {
    expect(startAndLast(request({ status: s }))[1]).toEqual(["2024-06-15 1"]);
  });

  it("ends with its dispensing and the supply of the last dispense", () => {
    const dispenseRequest = {
      validityPeriod: { start: "2020-01-10", end: "2021-01-10" },
      expectedSupplyDuration: { value: 30, unit: "days", code: "d" },
    };
    expect(startAndLast(request({ status: "completed", dispenseRequest }))[1]).toEqual([
      "2021-02-09 1",
    ]);
  });

  it("ends with the later of dosage and dispensing, never after the day of issue", () => {
    const dosageInstruction = [{ timing: { repeat: { boundsPeriod: { end: "2022-02-02" } } } }];
    const dispenseRequest = { validityPeriod: { end: "2021-01-10" } };
    const fields = { status: "stopped", dosageInstruction, dispenseRequest };
    expect(startAndLast(request(fields))[1]).toEqual(["2022-02-02 1"]);
    const later = { validityPeriod: { end: "2030-01-01" } };
    expect(startAndLast(request({ ...fields, dispenseRequest: later }))[1]).toEqual([
      "2024-06-15 1",
    ]);
  });

  it("on hold proves neither taking nor not taking now", () => {
    const issued = issue([request({ status: "on-hold" })]);
    expect(factsOf(issued, ...LAST)).toEqual(["ongoing ?", "2020-01-10 1"]);
    expect(proves(issued, "none", [...LAST], { far: 30 })).toBe(false);
    expect(proves(issued, "any", [...LAST], { far: 30 })).toBe(false);
  });

  it("of unknown status blocks absence and satisfies nothing", () => {
    const issued = issue([request({ status: "unknown" })]);
    expect(factsOf(issued, ...START)).toEqual(["2020-01-10 ?"]);
    expect(proves(issued, "none", [...LAST])).toBe(false);
    expect(proves(issued, "any", [...LAST])).toBe(false);
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

  it("authored after the record is issued is refused", () => {
    const late = request({ status: "active", authoredOn: "2024-06-16T09:00:00Z" });
    expect(problemsOf(() => issue([late]))[0]?.path).toMatch(/authoredOn$/);
  });

  it("rolls up into the drug's concept", () => {
    const issued = issue([request({ status: "active" })]);
    expect(proves(issued, "any", ["medicationLast", "concept 33"])).toBe(true);
  });
});

describe("a medication statement", () => {
  it("takes start and end from its period", () => {
    const effectivePeriod = { start: "2019-05-01", end: "2019-08-31" };
    expect(startAndLast(statement({ status: "completed", effectivePeriod }))).toEqual([
      ["2019-05-01 1"],
      ["2019-08-31 1"],
    ]);
  });

  it("is ongoing while active", () => {
    const fields = { status: "active", effectiveDateTime: "2019-05-01" };
    expect(startAndLast(statement(fields))).toEqual([["2019-05-01 1"], ["ongoing 1"]]);
  });

  it("that is over without an end was so by the day it was asserted, else issued", () => {
    const fields = { status: "stopped", effectivePeriod: { start: "2019-05-01" } };
    expect(startAndLast(statement(fields))[1]).toEqual(["2024-06-15 1"]);
    const asserted = { ...fields, dateAsserted: "2021-03-03" };
    expect(startAndLast(statement(asserted))[1]).toEqual(["2021-03-03 1"]);
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
    expect(factsOf(issue([own], { includePatientReported: true }), ...LAST)).toEqual(["ongoing 1"]);
  });
});

describe("the drug of a request", () => {
  const base = { status: "active", medicationCodeableConcept: undefined };

  it("is found among contained resources", () => {
    const contained = [{ resourceType: "Medication", id: "m", code: coded(CODE) }];
    const fields = { ...base, contained, medicationReference: { reference: "#m" } };
    expect(startAndLast(request(fields))[1]).toEqual(["ongoing 1"]);
  });

  it.each(["Medication/m9", "https://clinic.example/fhir/Medication/m9/_history/2"])(
    "is found in the bundle as %s",
    (reference) => {
      const drug = { resourceType: "Medication", id: "m9", code: coded(CODE) };
      const issued = issue([request({ ...base, medicationReference: { reference } }), drug]);
      expect(factsOf(issued, ...LAST)).toEqual(["ongoing 1"]);
    },
  );

  it("is every ingredient of a mixture that has no code itself", () => {
    const ingredient = [
      { itemCodeableConcept: coded(CODE) },
      { itemCodeableConcept: coded("rxnorm 29046") },
    ];
    const contained = [{ resourceType: "Medication", id: "m", ingredient }];
    const fields = { ...base, contained, medicationReference: { reference: "#m" } };
    const issued = issue([request(fields)]);
    expect(factsOf(issued, ...LAST)).toEqual(["ongoing 1"]);
    expect(factsOf(issued, "medicationLast", "rxnorm 29046")).toEqual(["ongoing 1"]);
    expect(issued.completeFor).toContain("medicationLast");
  });

  it("is not all known when an ingredient has no code, and absence is then unprovable", () => {
    const ingredient = [
      { itemCodeableConcept: coded(CODE) },
      { itemCodeableConcept: { text: "secret recipe" } },
    ];
    const contained = [{ resourceType: "Medication", id: "m", ingredient }];
    const fields = { ...base, contained, medicationReference: { reference: "#m" } };
    const issued = issue([request(fields)]);
    expect(factsOf(issued, ...LAST)).toEqual(["ongoing 1"]);
    expect(issued.completeFor).not.toContain("medicationLast");
  });

  it("that is not given makes absence of drugs unprovable", () => {
    const issued = issue([
      request({ ...base, medicationReference: { reference: "Medication/x" } }),
    ]);
    expect(issued.leftOut[0]?.clears).toEqual(["medicationStart", "medicationLast"]);
    expect(issued.completeFor).not.toContain("medicationLast");
  });
});

describe("a dispense or an administration", () => {
  it.each(["MedicationAdministration", "MedicationDispense"])(
    "as %s is not read and makes absence of drugs unprovable",
    (type) => {
      const issued = issue([about(type, { status: "completed" })]);
      expect(issued.completeFor).not.toContain("medicationLast");
      expect(issued.completeFor).toContain("conditionLast");
    },
  );
});
