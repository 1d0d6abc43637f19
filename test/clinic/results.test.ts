// What makes a result unusable, or not the patient's: days, subjects, units, reference ranges, reports.
import { describe, expect, it } from "vitest";
import { encodeQuantity } from "../../circuits/statement/encoding/fact.ts";
import { about, coded, condition, factsOf, issue } from "./given.ts";

const HBA1C = "loinc 4548-4";
const at = (decimal: string) => String(encodeQuantity(decimal));
type Json = Record<string, unknown>;

function observation(value: number, fields: Json = {}): Json {
  return about("Observation", {
    status: "final",
    code: coded(HBA1C),
    effectiveDateTime: "2024-05-01",
    valueQuantity: { value, unit: "%" },
    ...fields,
  });
}
const older = observation(6, { effectiveDateTime: "2015-01-01" });
const results = (...resources: Json[]) => factsOf(issue(resources), "observation", HBA1C);

describe("the day of a result", () => {
  it.each([
    ["only a year", { effectiveDateTime: "2024" }, "2024-06-15"],
    ["only a month", { effectiveDateTime: "2024-02" }, "2024-02-29"],
    ["a period without an end", { effectivePeriod: { start: "2024-01-05" } }, "2024-06-15"],
    [
      "a period without an end, issued since",
      { effectivePeriod: { start: "2024-01-05" }, issued: "2024-02-05T10:00:00Z" },
      "2024-02-05",
    ],
    ["a period without a start", { effectivePeriod: { end: "2024-01-05" } }, "2024-01-05"],
    [
      "a period that ends before it starts",
      { effectivePeriod: { start: "2024-03-05", end: "2024-01-05" } },
      "2024-03-05",
    ],
    [
      "a period that has not ended",
      { effectivePeriod: { start: "2024-03-05", end: "9999-12-31" } },
      "2024-06-15",
    ],
    ["times in words", { effectiveTiming: { code: { text: "daily" } } }, "2024-06-15"],
  ])("is not certain with %s: unusable on the last one it may be", (_, when, day) => {
    const uncertain = observation(7, { effectiveDateTime: undefined, ...when });
    expect(results(older, uncertain)).toEqual([`${day} ?`, `2015-01-01 ${at("6")}`]);
  });

  it("is the end of a period whose ends are known, with its time", () => {
    const period = (hour: number) => ({
      effectiveDateTime: undefined,
      effectivePeriod: { start: "2024-03-01", end: `2024-03-02T0${hour}:00:00Z` },
    });
    expect(results(observation(7, period(8)), observation(8, period(9)))).toEqual([
      `2024-03-02 ${at("8")}`,
    ]);
  });
});

describe("a result's focus", () => {
  const own = condition("icd10cm E11.9", { id: "c" });
  const on = (reference: string, more: Json = {}) =>
    observation(11.9, { focus: [{ reference }], ...more });

  it("on the patient, or a condition or procedure of theirs, changes nothing", () => {
    expect(results(older, own, on("Condition/c"))[0]).toBe(`2024-05-01 ${at("11.9")}`);
    expect(results(older, on("Patient/p1"))[0]).toBe(`2024-05-01 ${at("11.9")}`);
  });

  it("on somebody or something else leaves it out", () => {
    for (const another of [
      "Patient/baby",
      "RelatedPerson/r",
      "Device/d",
      "Group/g",
      "Specimen/s",
    ]) {
      expect(results(older, on(another))).toEqual([`2015-01-01 ${at("6")}`]);
    }
    const contained = [{ resourceType: "Patient", id: "baby" }];
    expect(results(older, on("#baby", { contained }))).toHaveLength(1);
  });

  it("on what was not given, or what may be either, makes it unusable", () => {
    expect(results(older, on("Condition/other"))[0]).toBe("2024-05-01 ?");
    expect(results(older, on("Observation/o"))[0]).toBe("2024-05-01 ?");
    const both = observation(7, {
      focus: [{ reference: "Condition/c" }, { reference: "Device/d" }],
    });
    expect(results(older, own, both)[0]).toBe("2024-05-01 ?");
  });
});

describe("a patient's own result", () => {
  const byPatient = { performer: [{ reference: "Patient/p1" }] };

  it("clears results where a criterion could ask for it, and nothing where none can", () => {
    const clears = (code: string, more: Json = {}) =>
      !issue([
        observation(2, { ...byPatient, code: { ...coded(code), ...more } }),
      ]).completeFor.includes("observation");
    expect(clears(HBA1C)).toBe(true);
    expect(clears("loinc 99998-4", { text: "How many times in the past year" })).toBe(false);
    // Without a name it may be of any concept with such a unit.
    expect(clears("loinc 99998-4")).toBe(true);
  });

  it("clears nothing when it was entered in error, and counts as the clinic's with another performer", () => {
    const error = observation(7, { ...byPatient, status: "entered-in-error" });
    expect(issue([error]).completeFor).toContain("observation");
    const performer = [{ reference: "Patient/p1" }, { reference: "Practitioner/d" }];
    expect(results(observation(7, { performer }))).toHaveLength(1);
  });
});

describe("a report", () => {
  const inner = (fields: Json = {}) => ({ id: "h", ...observation(11.9, fields) });
  const report = (fields: Json) =>
    about("DiagnosticReport", {
      status: "final",
      code: coded(HBA1C),
      effectiveDateTime: "2024-04-01",
      ...fields,
    });

  it("gives the results that it contains", () => {
    const given = report({ contained: [inner()], result: [{ reference: "#h" }] });
    expect(results(older, given)[0]).toBe(`2024-05-01 ${at("11.9")}`);
    expect(issue([given]).completeFor).toContain("observation");
  });

  it("says when and by whom they were made where they do not", () => {
    const undated = inner({ effectiveDateTime: undefined });
    expect(results(older, report({ contained: [undated] }))[0]).toBe(`2024-04-01 ${at("11.9")}`);
    const own = report({ contained: [inner()], performer: [{ reference: "Patient/p1" }] });
    expect(results(older, own)).toHaveLength(1);
    expect(issue([own]).completeFor).not.toContain("observation");
  });

  it("gives no usable result about another, or with a modifier that nobody knows", () => {
    const others = inner({ subject: { reference: "Patient/donor" } });
    expect(results(older, report({ contained: [others] }))[0]).toBe("2024-05-01 ?");
    const modified = inner({ modifierExtension: [{ url: "urn:x", valueBoolean: true }] });
    expect(results(older, report({ contained: [modified] }))[0]).toBe("2024-05-01 ?");
  });

  it("names a result that was not given: results are then not complete", () => {
    const lacking = report({ result: [{ reference: "Observation/elsewhere" }] });
    expect(issue([lacking]).completeFor).not.toContain("observation");
    const there = report({ result: [{ reference: "Observation/o1" }] });
    expect(issue([there, { ...observation(7), id: "o1" }]).completeFor).toContain("observation");
    const panel = observation(7, { hasMember: [{ reference: "Observation/elsewhere" }] });
    expect(issue([panel]).completeFor).not.toContain("observation");
  });

  it("entered in error says nothing", () => {
    const wrong = report({ status: "entered-in-error", contained: [inner()] });
    expect(results(older, wrong)).toHaveLength(1);
  });

  it("is read from an observation that contains others, too", () => {
    const panel = observation(0, {
      valueQuantity: undefined,
      hasMember: [{ reference: "#h" }],
      contained: [inner()],
    });
    expect(results(older, panel)[0]).toBe(`2024-05-01 ${at("11.9")}`);
  });
});

describe("a quantity's unit", () => {
  const glucose = (valueQuantity: Json) =>
    factsOf(
      issue([observation(0, { code: coded("loinc 2345-7"), valueQuantity })]),
      "observation",
      "loinc 2345-7",
    )[0];

  it("that contradicts its code makes it unusable, one that only prints it does not", () => {
    const ucum = { system: "http://unitsofmeasure.org" };
    expect(glucose({ ...ucum, value: 90, code: "mmol/L", unit: "mg/dL" })).toBe("2024-05-01 ?");
    expect(glucose({ ...ucum, value: 5, code: "mmol/L", unit: "mmol/l" })).toBe(
      `2024-05-01 ${at("90.078")}`,
    );
    expect(glucose({ ...ucum, value: 90, code: "mg/dL", unit: "mg per 100 ml of serum" })).toBe(
      `2024-05-01 ${at("90")}`,
    );
  });
});

describe("concepts of a result", () => {
  const HAEMOGLOBIN = "concept 212";
  const under = (concept: string, code: Json, more: Json = {}) =>
    factsOf(issue([observation(12, { code, ...more })]), "observation", concept)[0];

  it("hold its value where they share the unit of its code", () => {
    const valueQuantity = { value: 12, unit: "g/dL" };
    expect(under(HAEMOGLOBIN, coded("loinc 718-7"), { valueQuantity })).toBe(
      `2024-05-01 ${at("12")}`,
    );
    const twice = coded("loinc 718-7", "loinc 20509-6");
    expect(under(HAEMOGLOBIN, twice, { valueQuantity })).toBe(`2024-05-01 ${at("12")}`);
  });

  it("are blocked by a component without a listed code whose text names them", () => {
    const component = [{ code: { text: "Hämoglobin / Hemoglobin" }, valueQuantity: { value: 7 } }];
    const given = issue([observation(0, { valueQuantity: undefined, component })]);
    expect(given.completeFor).not.toContain("observation");
  });

  it("take the newest by time of several codes of one day", () => {
    const g = (value: number, code: string, time: string) =>
      observation(0, {
        code: coded(code),
        effectiveDateTime: `2024-05-01T${time}:00Z`,
        valueQuantity: { value, unit: "g/dL" },
      });
    const [first, second] = [g(12, "loinc 718-7", "08:00"), g(11, "loinc 20509-6", "09:00")];
    const newest = factsOf(issue([first, second]), "observation", HAEMOGLOBIN);
    expect(newest).toEqual([`2024-05-01 ${at("11")}`]);
    const tie = [first, g(11, "loinc 20509-6", "08:00")];
    expect(factsOf(issue(tie), "observation", HAEMOGLOBIN)).toEqual(["2024-05-01 ?"]);
  });
});

describe("a reference range", () => {
  // The patient is a woman born on 29 February 1960, 64 on the day of the result.
  const UPPER = "observationUpper";
  const range = (high: number, more: Json = {}) => ({
    high: { value: high, unit: "g/dL" },
    ...more,
  });
  const population = (system: string, code: string) => ({
    appliesTo: [{ coding: [{ system, code }] }],
  });
  const SCT = "http://snomed.info/sct";
  const WOMEN = population(SCT, "248152002");
  const MEN = population(SCT, "248153007");
  const multiple = (...referenceRange: Json[]) =>
    factsOf(
      issue([
        observation(0, {
          code: coded("loinc 718-7"),
          valueQuantity: { value: 32, unit: "g/dL" },
          referenceRange,
        }),
      ]),
      UPPER,
      "loinc 718-7",
    )[0];
  const years = (low?: number, high?: number) => ({
    age: {
      ...(low === undefined ? {} : { low: { value: low, unit: "a", code: "a" } }),
      ...(high === undefined ? {} : { high: { value: high, unit: "years" } }),
    },
  });
  const TWICE = `2024-05-01 ${at("2")}`;

  it("of the patient's sex is theirs, that of the other is not", () => {
    expect(multiple(range(16, WOMEN))).toBe(TWICE);
    expect(multiple(range(17, MEN))).toBe("2024-05-01 ?");
    expect(multiple(range(16, WOMEN), range(17, MEN))).toBe(TWICE);
    expect(
      multiple(range(16, population("http://hl7.org/fhir/administrative-gender", "female"))),
    ).toBe(TWICE);
    expect(multiple(range(16, { appliesTo: [{ text: "Female" }] }))).toBe(TWICE);
  });

  it("of the newborn is not an adult's", () => {
    expect(multiple(range(16), range(20, population(SCT, "133931009")))).toBe(TWICE);
  });

  it.each([
    ["a population that nobody knows", population("urn:x", "y")],
    ["the pregnant, for a woman", population(SCT, "77386006")],
    ["one in words", { appliesTo: [{ text: "endurance athletes" }] }],
    ["two populations at once", { appliesTo: [...WOMEN.appliesTo, { text: "athletes" }] }],
    ["a meaning that nobody knows", { type: { coding: [{ code: "house-rule" }] } }],
    ["an age in a unit that nobody knows", { age: { low: { value: 1, unit: "moons" } } }],
    ["an age that ends with the patient's", years(18, 64)],
  ])("of %s is in doubt, and the multiple unusable", (_, more) => {
    expect(multiple(range(16, more))).toBe("2024-05-01 ?");
    expect(multiple(range(16), range(20, more))).toBe("2024-05-01 ?");
  });

  it("of an age is the patient's at that age", () => {
    expect(multiple(range(16, years(18)), range(20, years(undefined, 17)))).toBe(TWICE);
    expect(multiple(range(16, years(64, 90)))).toBe(TWICE);
    expect(multiple(range(16, years(65)))).toBe("2024-05-01 ?");
    const months = { age: { high: { value: 6, unit: "mo" } } };
    expect(multiple(range(16), range(20, months))).toBe(TWICE);
  });

  it("in words only is none, and the same limit twice is one", () => {
    expect(multiple({ text: "up to 16" })).toBe("2024-05-01 ?");
    expect(multiple(range(16), { text: "see note" })).toBe(TWICE);
    expect(multiple(range(16), { high: { value: 160, unit: "g/L" } })).toBe(TWICE);
  });
});
