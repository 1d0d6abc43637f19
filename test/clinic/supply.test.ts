// Supplies handed over and doses given, and the codes of the drugs.
import { describe, expect, it } from "vitest";
import { about, coded, factsOf, issue, proves, WITHIN } from "./given.ts";

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
function startAndLast(resource: Record<string, unknown>) {
  const issued = issue([resource]);
  return [factsOf(issued, ...START), factsOf(issued, ...LAST)];
}

describe("a dispense", () => {
  const dispense = (fields: Record<string, unknown>) =>
    about("MedicationDispense", {
      status: "completed",
      medicationCodeableConcept: coded(CODE),
      whenHandedOver: "2024-01-10",
      ...fields,
    });
  const last = (fields: Record<string, unknown>, ...more: Record<string, unknown>[]) =>
    factsOf(issue([dispense(fields), ...more]), ...LAST);

  it("was had on its day, and at the latest until the supply ends", () => {
    expect(startAndLast(dispense({ daysSupply: { value: 30 } }))).toEqual([
      ["2024-01-10 2"],
      ["2024-02-09 3", "2024-01-10 1"],
    ]);
    expect(last({ whenHandedOver: undefined, whenPrepared: "2024-01-09" })[1]).toBe("2024-01-09 1");
  });

  it("may be in use yet when the supply reaches the day of issue, or is not given", () => {
    const open = ["ongoing 3", "2024-01-10 1"];
    expect(last({ daysSupply: { value: 365 } })).toEqual(open);
    expect(last({})).toEqual(open);
  });

  it("of an order that is over is over", () => {
    const order = request({ id: "r", status: "completed", authoredOn: "2024-01-09" });
    const authorizingPrescription = [{ reference: "MedicationRequest/r" }];
    expect(last({ authorizingPrescription }, order)).toEqual([
      "2024-06-15 3",
      "2024-01-10 1",
      "2024-01-09 1",
    ]);
  });

  it.each(["preparation", "in-progress", "on-hold", "stopped", "unknown"])(
    "that is %s blocks absence and satisfies nothing",
    (s) => {
      expect(startAndLast(dispense({ status: s }))).toEqual([["2024-01-10 ?"], ["ongoing ?"]]);
    },
  );

  it.each(["cancelled", "declined", "entered-in-error"])("that is %s is left out", (s) => {
    expect(last({ status: s })).toEqual([]);
    expect(issue([dispense({ status: s })]).completeFor).toContain("medicationLast");
  });
});

describe("an administration", () => {
  const given = (fields: Record<string, unknown>) =>
    startAndLast(
      about("MedicationAdministration", {
        status: "completed",
        medicationCodeableConcept: coded(CODE),
        ...fields,
      }),
    );
  const effectivePeriod = { start: "2024-01-10", end: "2024-01-12" };

  it("was taken on its days", () => {
    expect(given({ effectivePeriod })).toEqual([["2024-01-10 2"], ["2024-01-12 2"]]);
    expect(given({ effectiveDateTime: "2024-01-10" })).toEqual([
      ["2024-01-10 2"],
      ["2024-01-10 2"],
    ]);
    expect(given({ effectivePeriod: { start: "2024-01-10" } })[1]).toEqual([
      "2024-06-15 3",
      "2024-01-10 1",
    ]);
  });

  it("in progress is ongoing, unless its period has ended", () => {
    const begun = { start: "2024-01-10" };
    expect(given({ status: "in-progress", effectivePeriod: begun })[1]).toEqual(["ongoing 2"]);
    expect(given({ status: "in-progress", effectivePeriod })[1]).toEqual([
      "ongoing 3",
      "2024-01-12 1",
    ]);
  });

  it("that was stopped or whose status is unknown satisfies nothing; not done it is left out", () => {
    expect(given({ status: "stopped", effectivePeriod })[1]).toEqual(["2024-01-12 ?"]);
    expect(given({ status: "unknown", effectivePeriod })[1]).toEqual(["ongoing ?"]);
    expect(given({ status: "not-done", effectivePeriod })).toEqual([[], []]);
  });

  it("by the patient alone is the patient's own word", () => {
    const performer = [{ actor: { reference: "Patient/p1" } }];
    expect(given({ effectivePeriod, performer })).toEqual([[], []]);
  });
});

describe("the drug of a request", () => {
  const base = { status: "active", medicationCodeableConcept: undefined };

  it("is found among contained resources", () => {
    const contained = [{ resourceType: "Medication", id: "m", code: coded(CODE) }];
    const fields = { ...base, contained, medicationReference: { reference: "#m" } };
    expect(startAndLast(request(fields))[1]).toEqual(["ongoing 2"]);
  });

  it.each(["Medication/m9", "https://clinic.example/fhir/Medication/m9/_history/2"])(
    "is found in the bundle as %s",
    (reference) => {
      const drug = { resourceType: "Medication", id: "m9", code: coded(CODE) };
      const issued = issue([request({ ...base, medicationReference: { reference } }), drug]);
      expect(factsOf(issued, ...LAST)).toEqual(["ongoing 2"]);
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
    expect(factsOf(issued, ...LAST)).toEqual(["ongoing 2"]);
    expect(factsOf(issued, "medicationLast", "rxnorm 29046")).toEqual(["ongoing 2"]);
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
    expect(factsOf(issued, ...LAST)).toEqual(["ongoing 2"]);
    expect(issued.completeFor).not.toContain("medicationLast");
  });

  it("that is not given makes absence of drugs unprovable", () => {
    const issued = issue([
      request({ ...base, medicationReference: { reference: "Medication/x" } }),
    ]);
    expect(issued.leftOut[0]?.clears).toEqual(["medicationStart", "medicationLast"]);
    expect(issued.completeFor).not.toContain("medicationLast");
  });

  it("is known by its ingredients too, beside a code of its own", () => {
    const drug = {
      resourceType: "Medication",
      id: "m",
      code: coded("rxnorm 99999999"),
      ingredient: [{ itemCodeableConcept: coded(CODE) }],
    };
    const issued = issue([
      request({ ...base, medicationReference: { reference: "Medication/m" } }),
      drug,
    ]);
    expect(factsOf(issued, ...LAST)).toEqual(["ongoing 2"]);
    expect(proves(issued, "any", ["medicationLast", "concept 33"], WITHIN)).toBe(true);
    expect(issued.completeFor).toContain("medicationLast");
  });

  it("whose Medication was entered in error is not known", () => {
    const drug = {
      resourceType: "Medication",
      id: "m",
      status: "entered-in-error",
      code: coded(CODE),
    };
    const issued = issue([
      request({ ...base, medicationReference: { reference: "Medication/m" } }),
      drug,
    ]);
    expect(factsOf(issued, ...LAST)).toEqual([]);
    expect(issued.completeFor).not.toContain("medicationLast");
  });
});
