import { describe, expect, it } from "vitest";
import { parseDay } from "../../circuits/statement/encoding/day.ts";
import { toCanonical } from "../../circuits/statement/encoding/units.ts";
import { converterTo } from "../../client/exchange/device/conversion.ts";
import { readMoment } from "../../client/exchange/device/moment.ts";
import { Gathering } from "../../client/exchange/device/reading.ts";
import { between, pick, seeded } from "../circuits/random.ts";
import { refusalOf } from "./deviceGiven.ts";

const MAX_DAY_READINGS = 200_000;

const convert = (loinc: string, unit: string, given: string) => {
  const [value, from = ""] = given.split(" ");
  const read = converterTo({ loinc, unit })({ value: value!, unit: from });
  return read.ok ? read.value : `refused: ${read.reason}`;
};

describe("a value in the unit that is wanted", () => {
  it.each([
    ["55423-8", "{steps}", "250 1", "250"],
    ["55423-8", "{steps}", "250 {steps}", "250"],
    ["55423-8", "1", "250 1", "250"],
    ["55430-3", "km", "1500 m", "1.5"],
    ["41981-2", "kJ", "10 kcal", "41.84"],
    ["93832-4", "h", "27000 s", "7.5"],
    ["93832-4", "min", "1.5 h", "90"],
    // Of the dictionary's codes, in another unit than the dictionary's.
    ["29463-7", "g", "70.5 kg", "70500"],
    ["8310-5", "[degF]", "37 Cel", "98.6"],
    ["2339-0", "mmol/L", "90.078 mg/dL", "5"],
  ])("%s in %s, given as %s, is %s", (loinc, unit, given, expected) => {
    expect(convert(loinc, unit, given)).toBe(expected);
  });

  it.each([
    ["55423-8", "{steps}", "250 km"],
    ["55423-8", "{steps}", "250 {floors}"],
    ["55430-3", "m", "1500 "],
    ["55430-3", "m", "1500 kg"],
    ["55430-3", "m", "1500 constructor"],
    ["55430-3", "m", "1500 __proto__"],
    ["41981-2", "kcal", "NaN kcal"],
    ["41981-2", "kcal", "Infinity kcal"],
    ["41981-2", "kcal", "1e400 kcal"],
    ["4548-4", "mmol/mol", "6.5 %"],
  ])("%s in %s, given as %s, is refused", (loinc, unit, given) => {
    expect(convert(loinc, unit, given)).toContain("refused: ");
  });

  it("is what the house's own conversion gives, for every value", () => {
    const random = seeded(5);
    const cases = [
      ["29463-7", "[lb_av]"],
      ["29463-7", "kg"],
      ["8302-2", "[in_i]"],
      ["8310-5", "[degF]"],
      ["2339-0", "mmol/L"],
      ["8867-4", "bpm"],
    ] as const;
    const canonical: Record<string, string> = {
      "29463-7": "kg",
      "8302-2": "cm",
      "8310-5": "Cel",
      "2339-0": "mg/dL",
      "8867-4": "/min",
    };
    for (let i = 0; i < 300; i++) {
      const [loinc, unit] = pick(random, cases);
      const value = String(between(random, -50_000, 500_000) / 1000);
      const own = converterTo({ loinc, unit: canonical[loinc]! })({ value, unit });
      expect(own).toEqual(toCanonical({ loinc, value, unit }));
    }
  });

  it("brings no endless list of units", () => {
    const own = converterTo({ loinc: "55430-3", unit: "m" });
    for (let i = 0; i < 1_000; i++) own({ value: "1", unit: `{x${i}}` });
    const more = own({ value: "1", unit: "{one more}" });
    expect(more).toEqual({ ok: false, reason: "the file has too many different units" });
    expect(own({ value: "1", unit: "m".repeat(100) }).ok).toBe(false);
  });
});

describe("a day", () => {
  it(`has ${MAX_DAY_READINGS} readings at most`, async () => {
    const day = parseDay("2024-03-01");
    const wanted = [{ loinc: "8867-4", unit: "/min" }];
    const gathering = new Gathering({ wanted, from: day, to: day });
    const start = readMoment("2024-03-01T12:00:00Z");
    if ("reason" in start) throw new Error(start.reason);
    const reading = { code: "8867-4", value: "60", unit: "/min", start, where: "" };
    for (let i = 0; i < MAX_DAY_READINGS; i++) gathering.add(reading);
    const { code, details } = await refusalOf(() => gathering.add(reading));
    expect(code).toBe("TooManyReadings");
    expect(details).toEqual({ day: "2024-03-01", limit: MAX_DAY_READINGS });
  });

  it("counts what is left out without growing by what a file says", () => {
    const day = parseDay("2024-03-01");
    const gathering = new Gathering({ wanted: [], from: day, to: day });
    for (let i = 0; i < 2_000; i++) {
      gathering.add({ reason: `${i} ${"x".repeat(1_000)}`, where: "y".repeat(1_000) });
    }
    const { leftOut, problems } = gathering.finish().report;
    expect(leftOut.length).toBeLessThanOrEqual(201);
    expect(leftOut.at(-1)).toMatchObject({ reason: "other reasons", count: 1_800 });
    expect(problems).toHaveLength(200);
    expect(JSON.stringify([leftOut, problems]).length).toBeLessThan(200_000);
  });
});
