import { describe, expect, it } from "vitest";
import { encodeQuantity } from "../../circuits/statement/encoding/fact.ts";
import { about, coded, factsOf, issue, problemsOf, proves, status } from "./given.ts";

const HBA1C = "loinc 4548-4";
const UCUM = "http://unitsofmeasure.org";
const at = (decimal: string) => String(encodeQuantity(decimal));

function observation(fields: Record<string, unknown>) {
  return about("Observation", {
    status: "final",
    code: coded(HBA1C),
    effectiveDateTime: "2024-05-01T08:00:00Z",
    ...fields,
  });
}
function measure(value: number, unit = "%", more = {}) {
  return { valueQuantity: { value, unit, system: UCUM, code: unit, ...more } };
}
function results(...resources: Record<string, unknown>[]) {
  return factsOf(issue(resources), "observation", HBA1C);
}

describe("a quantity", () => {
  it("is stored in the canonical unit with four decimals, rounded once", () => {
    expect(results(observation(measure(7.4987279015619155)))).toEqual([
      `2024-05-01 ${at("7.4987")}`,
    ]);
  });

  it("in another unit is converted", () => {
    expect(results(observation(measure(53, "mmol/mol")))).toEqual([`2024-05-01 ${at("7.0004")}`]);
    const creatinine = observation({ code: coded("loinc 2160-0"), ...measure(88.4, "umol/L") });
    const [stored] = factsOf(issue([creatinine]), "observation", "loinc 2160-0");
    expect(stored).toBe(`2024-05-01 ${at("1")}`);
  });

  it.each([
    ["an unknown unit", measure(7, "furlong")],
    ["a unit of another kind", measure(7, "kg")],
    ["no unit", { valueQuantity: { value: 7 } }],
    ["no number", { valueQuantity: { unit: "%", code: "%", system: UCUM } }],
    ["a comparator", measure(4, "%", { comparator: "<" })],
    ["a value out of range", measure(1e12)],
    ["no result", { dataAbsentReason: status("unknown") }],
    [
      "a reason for its absence beside a value",
      { ...measure(7), dataAbsentReason: status("error") },
    ],
    ["nothing at all", {}],
    ["text", { valueString: "about seven" }],
    ["a type we cannot compare", { valueRange: { low: { value: 6 } } }],
  ])("with %s is a tombstone, which blocks absence and satisfies nothing", (_, fields) => {
    const older = observation({ ...measure(6.5), effectiveDateTime: "2024-01-01" });
    const issued = issue([older, observation(fields)]);
    expect(factsOf(issued, "observation", HBA1C)).toEqual([
      "2024-05-01 ?",
      `2024-01-01 ${at("6.5")}`,
    ]);
    expect(proves(issued, "latest", ["observation", HBA1C])).toBe(false);
    expect(proves(issued, "none", ["observation", HBA1C], { far: 60 })).toBe(false);
    expect(proves(issue([older]), "latest", ["observation", HBA1C])).toBe(true);
  });

  it("of a code the dictionary does not know is one tombstone, not left out", () => {
    const unknown = { code: coded("loinc 99999-9"), ...measure(7) };
    const issued = issue([
      observation(unknown),
      observation({ ...unknown, effectiveDateTime: "2020-01-01" }),
    ]);
    expect(factsOf(issued, "observation", "loinc 99999-9")).toEqual(["2024-05-01 ?"]);
    expect(issued.completeFor).toContain("observation");
  });
});

describe("an observation's status", () => {
  it.each(["final", "amended", "corrected"])("%s counts", (s) => {
    expect(results(observation({ ...measure(7), status: s }))).toEqual([`2024-05-01 ${at("7")}`]);
  });

  it.each(["preliminary", "registered", "unknown"])("%s is a tombstone", (s) => {
    expect(results(observation({ ...measure(7), status: s }))).toEqual(["2024-05-01 ?"]);
  });

  it.each(["cancelled", "entered-in-error"])("%s is left out and listed", (s) => {
    const issued = issue([observation({ ...measure(7), status: s })]);
    expect(factsOf(issued, "observation", HBA1C)).toEqual([]);
    expect(issued.leftOut[0]?.reason).toBe(`status ${s}`);
  });

  it("that FHIR R4 does not know is refused", () => {
    const wrong = observation({ ...measure(7), status: "done", id: "o1" });
    expect(problemsOf(() => issue([wrong]))[0]?.path).toBe(
      "test.json: Bundle.entry[1] (Observation/o1).status",
    );
  });
});

describe("results of one day", () => {
  const early = observation({ ...measure(7), effectiveDateTime: "2024-05-01T08:00:00Z" });
  const late = observation({ ...measure(8), effectiveDateTime: "2024-05-01T15:00:00Z" });
  const other = observation({ ...measure(9), effectiveDateTime: "2024-05-01T15:00:00Z" });
  const untimed = observation({ ...measure(6), effectiveDateTime: "2024-05-01" });

  it("give the last by time, in either order", () => {
    expect(results(early, late)).toEqual([`2024-05-01 ${at("8")}`]);
    expect(results(late, early)).toEqual([`2024-05-01 ${at("8")}`]);
  });

  it("compare instants across offsets", () => {
    // 23:30 in New York is later than 23:00 in Lisbon.
    const newYork = observation({ ...measure(5), effectiveDateTime: "2024-05-01T23:30:00-04:00" });
    const lisbon = observation({ ...measure(6), effectiveDateTime: "2024-05-01T23:45:00+01:00" });
    expect(results(newYork, lisbon)).toEqual([`2024-05-01 ${at("5")}`]);
  });

  it("that differ at the same time are a tombstone, in either order", () => {
    expect(results(late, other)).toEqual(["2024-05-01 ?"]);
    expect(results(other, early, late)).toEqual(["2024-05-01 ?"]);
  });

  it("that agree at the same time count", () => {
    expect(results(late, { ...late })).toEqual([`2024-05-01 ${at("8")}`]);
  });

  it("that differ, one without a time, are a tombstone", () => {
    expect(results(late, untimed)).toEqual(["2024-05-01 ?"]);
    expect(results(untimed, late)).toEqual(["2024-05-01 ?"]);
    expect(results(untimed)).toEqual([`2024-05-01 ${at("6")}`]);
  });

  it("tie in a concept although their codes differ", () => {
    const hplc = observation({ ...measure(9), code: coded("loinc 17856-6") });
    const issued = issue([early, hplc]);
    expect(factsOf(issued, "observation", HBA1C)).toEqual([`2024-05-01 ${at("7")}`]);
    expect(factsOf(issued, "observation", "concept 34")).toEqual(["2024-05-01 ?"]);
  });
});

describe("components", () => {
  const pressure = observation({
    code: coded("loinc 85354-9"),
    component: [
      { code: coded("loinc 8480-6"), ...measure(128, "mm[Hg]") },
      { code: coded("loinc 8462-4"), ...measure(82, "mm[Hg]") },
    ],
  });

  it("such as blood pressure are stored under their own codes, the panel not", () => {
    const issued = issue([pressure]);
    expect(factsOf(issued, "observation", "loinc 8480-6")).toEqual([`2024-05-01 ${at("128")}`]);
    expect(factsOf(issued, "observation", "loinc 8462-4")).toEqual([`2024-05-01 ${at("82")}`]);
    expect(factsOf(issued, "observation", "loinc 85354-9")).toEqual([]);
  });

  it("without a usable code make absence of results unprovable", () => {
    const bare = observation({ code: coded("loinc 85354-9"), component: [measure(1)] });
    expect(issue([bare]).completeFor).not.toContain("observation");
  });

  it("do not turn a panel of members into a result", () => {
    const panel = observation({ hasMember: [{ reference: "Observation/o2" }] });
    expect(results(panel)).toEqual([]);
  });
});

describe("coded answers", () => {
  const smoking = (fields: Record<string, unknown>) =>
    factsOf(
      issue([observation({ code: coded("loinc 72166-2"), ...fields })]),
      "observation",
      "loinc 72166-2",
    );

  it("are the dictionary's numbers", () => {
    const never = smoking({ valueCodeableConcept: coded("snomed 266919005") });
    const former = smoking({ valueCodeableConcept: coded("snomed 8517006") });
    expect(never).toHaveLength(1);
    expect(never[0]).toMatch(/^2024-05-01 \d{1,3}$/);
    expect(former[0]).toMatch(/^2024-05-01 \d{1,3}$/);
    expect(former).not.toEqual(never);
  });

  it("that the dictionary lacks are tombstones", () => {
    expect(smoking({ valueCodeableConcept: coded("snomed 12345") })).toEqual(["2024-05-01 ?"]);
  });

  it("may be yes or no", () => {
    const test = (valueBoolean: boolean) =>
      factsOf(
        issue([observation({ code: coded("loinc 2106-3"), valueBoolean })]),
        "observation",
        "loinc 2106-3",
      )[0];
    expect(test(true)).toMatch(/ \d+$/);
    expect(test(false)).toMatch(/ \d+$/);
    expect(test(true)).not.toBe(test(false));
  });
});

describe("multiples of the report's limits", () => {
  const ALT = "loinc 1742-6";
  const alt = (value: number, day: string, range?: unknown) =>
    observation({
      code: coded(ALT),
      effectiveDateTime: day,
      ...measure(value, "U/L"),
      ...(range === undefined ? {} : { referenceRange: range }),
    });
  const upper = (...resources: Record<string, unknown>[]) =>
    factsOf(issue(resources), "observationUpper", ALT);
  const high = (value: number, more = {}) => [{ high: { value, unit: "U/L", ...more } }];

  it("are stored for both limits, rounded once to four decimals", () => {
    const range = [{ low: { value: 7, unit: "U/L" }, high: { value: 45, unit: "U/L" } }];
    const issued = issue([alt(80, "2024-05-01", range)]);
    expect(factsOf(issued, "observationUpper", ALT)).toEqual([`2024-05-01 ${at("1.7778")}`]);
    expect(factsOf(issued, "observationLower", ALT)).toEqual([`2024-05-01 ${at("11.4286")}`]);
  });

  it("convert a limit given in another unit, and take the value's where it has none", () => {
    expect(upper(alt(90, "2024-05-01", [{ high: { value: 0.045, unit: "U/mL" } }]))).toEqual([
      `2024-05-01 ${at("2")}`,
    ]);
    expect(upper(alt(90, "2024-05-01", [{ high: { value: 45 } }]))).toEqual([
      `2024-05-01 ${at("2")}`,
    ]);
  });

  it("of an older report do not pose as newest when the newest has no limit", () => {
    const older = alt(100, "2024-01-01", high(45));
    expect(upper(older, alt(30, "2024-05-01"))).toEqual([
      "2024-05-01 ?",
      `2024-01-01 ${at("2.2222")}`,
    ]);
  });

  it("of reports without limits are one tombstone, so that absence is not provable", () => {
    const reports = [alt(500, "2024-05-01"), alt(30, "2024-01-01")];
    expect(upper(...reports)).toEqual(["2024-05-01 ?"]);
    expect(proves(issue(reports), "none", ["observationUpper", ALT], { far: 90 })).toBe(false);
    expect(proves(issue([]), "none", ["observationUpper", ALT], { far: 90 })).toBe(true);
  });

  it("are unusable when several limits differ or the limit is zero", () => {
    const good = alt(45, "2023-01-01", high(45));
    for (const range of [[...high(45), ...high(50)], high(0)]) {
      expect(upper(good, alt(100, "2024-05-01", range))[0]).toBe("2024-05-01 ?");
    }
    const therapeutic = { ...high(9)[0], type: status("treatment") };
    expect(upper(good, alt(90, "2024-05-01", [...high(45), therapeutic]))[0]).toBe(
      `2024-05-01 ${at("2")}`,
    );
  });
});

describe("an observation", () => {
  it("about another (focus) is left out and listed", () => {
    const fetal = observation({ ...measure(7), focus: [{ reference: "Patient/baby" }] });
    expect(issue([fetal]).leftOut[0]?.reason).toContain("focus");
    expect(results(fetal)).toEqual([]);
  });

  it("without a date is a tombstone on the day it was issued", () => {
    const undated = observation({ ...measure(7), effectiveDateTime: undefined });
    expect(results({ ...undated, issued: "2024-02-02T10:00:00Z" })).toEqual(["2024-02-02 ?"]);
    expect(results(undated)).toEqual(["2024-06-15 ?"]);
  });

  it("over a period counts at its end", () => {
    const effectivePeriod = { start: "2024-03-01", end: "2024-03-02" };
    const day = observation({ ...measure(7), effectiveDateTime: undefined, effectivePeriod });
    expect(results(day)).toEqual([`2024-03-02 ${at("7")}`]);
  });

  it("reported by the patient is left out, making absence unprovable, unless asked for", () => {
    const own = observation({ ...measure(7), performer: [{ reference: "Patient/p1" }] });
    expect(issue([own]).completeFor).not.toContain("observation");
    expect(results(own)).toEqual([]);
    const asked = issue([own], { includePatientReported: true });
    expect(factsOf(asked, "observation", HBA1C)).toHaveLength(1);
  });

  it("dated after the record is issued is refused", () => {
    const late = observation({ ...measure(7), effectiveDateTime: "2024-06-16T08:00:00Z" });
    expect(problemsOf(() => issue([late]))[0]?.reason).toContain("after the day of issue");
  });
});
