// Conversion into canonical units.
import { describe, expect, test } from "vitest";
import { formatDecimal, parseDecimal } from "../../circuits/statement/decimal.ts";
import { encodeQuantity } from "../../circuits/statement/fact.ts";
import { searchUnits, toCanonical, unitOf } from "../../circuits/statement/units.ts";

const convert = (loinc: string, value: string, unit: string) => {
  const result = toCanonical({ loinc, value, unit });
  return result.ok ? result.value : result.reason;
};

describe("conversion to the canonical unit", () => {
  test.each([
    ["glucose by molecular weight", "2345-7", "5", "mmol/L", 90.078],
    ["creatinine", "2160-0", "80", "umol/L", 0.905],
    ["creatinine with a micro sign", "2160-0", "80", "µmol/L", 0.905],
    ["bilirubin", "1975-2", "17.1", "umol/L", 1],
    ["LDL cholesterol", "18262-6", "2.6", "mmol/L", 100.53],
    ["triglycerides", "2571-8", "1.7", "mmol/L", 150.57],
    ["calcium in milliequivalents", "49765-1", "5", "meq/L", 10.02],
    ["potassium in milliequivalents", "2823-3", "4.2", "mEq/L", 4.2],
    ["albumin to creatinine per millimole", "14959-1", "3", "mg/mmol", 26.52],
    ["HbA1c from IFCC by the master equation", "4548-4", "53", "mmol/mol", 7.0],
    ["HbA1c from IFCC, high", "59261-8", "86", "mmol/mol", 10.02],
    ["platelets per litre", "777-3", "250", "10*9/L", 250],
    ["platelets per microlitre", "777-3", "250000", "/uL", 250],
    ["platelets in thousands", "777-3", "250", "K/uL", 250],
    ["leukocytes written x10E3/uL", "6690-2", "7", "x10E3/uL", 7],
    ["an enzyme in katal", "1742-6", "1", "ukat/L", 60],
    ["an enzyme in international units", "1742-6", "40", "IU/L", 40],
    ["TSH per millilitre", "3016-3", "2.5", "u[iU]/mL", 2.5],
    ["TSH written uIU/mL", "3016-3", "2.5", "uIU/mL", 2.5],
    ["eGFR without the body surface", "33914-3", "59", "mL/min", 59],
    ["eGFR written 1.73m2", "98979-8", "59", "mL/min/1.73m2", 59],
    ["weight in pounds", "29463-7", "180", "[lb_av]", 81.6466],
    ["height in inches", "8302-2", "70", "[in_i]", 177.8],
    ["height in metres", "8302-2", "1.78", "m", 178],
    ["blood pressure in kilopascal", "8480-6", "16", "kPa", 120.01],
    ["a negative temperature", "8310-5", "-10", "[degF]", -23.3333],
    ["a temperature in Fahrenheit", "8310-5", "98.6", "[degF]", 37],
    ["an ejection fraction as a fraction", "10230-1", "0.4", "1", 40],
    ["haemoglobin in moles", "718-7", "8.1", "mmol/L", 13.05],
    ["viral load in international units", "42595-9", "2000", "IU/mL", 2000],
    ["a score without a unit", "72106-8", "28", "", 28],
    ["a score in round brackets, as Synthea has it", "72106-8", "28", "(score)", 28],
  ])("converts %s", (_, loinc, value, unit, expected) => {
    expect(Number(convert(loinc, value, unit))).toBeCloseTo(expected, 2);
  });

  test("returns a value that is already canonical digit for digit", () => {
    expect(convert("4548-4", "7.4987279015619155", "%")).toBe("7.4987279015619155");
    expect(convert("8310-5", "-0.0500", "Cel")).toBe("-0.0500");
  });

  test("multiplies decimals exactly, so that a tie is rounded once and away from zero", () => {
    expect(convert("718-7", "123.4505", "g/L")).toBe("12.34505");
    expect(convert("751-8", "1.00005", "10*9/L")).toBe("1.00005");
    expect(encodeQuantity(convert("718-7", "123.4505", "g/L"))).toBe(encodeQuantity("12.3451"));
  });

  test("accepts a value with an exponent", () => {
    expect(convert("777-3", "2.5e5", "/uL")).toBe("250");
  });

  test.each([
    ["an unknown unit", "2345-7", "5", "furlong/L", 'unit "furlong/L" cannot be converted'],
    ["a unit of another dimension", "2345-7", "5", "kg", 'unit "kg" cannot be converted'],
    ["a missing unit", "2345-7", "5", "", "no unit; expected mg/dL"],
    ["HbA1c in a fraction of its own", "4548-4", "0.07", "1", "HbA1c must be in % or mmol/mol"],
    ["a score in percent", "72106-8", "28", "%", "is not {score}"],
    ["a value that is no number", "2345-7", "high", "mg/dL", "not a decimal number"],
    ["a code outside the dictionary", "1-8", "5", "mg/dL", "not in the dictionary"],
    ["mass for international units", "3016-3", "5", "mg/L", "cannot be converted"],
  ])("refuses %s", (_, loinc, value, unit, reason) => {
    const result = toCanonical({ loinc, value, unit });
    expect(result).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
  });

  test("does not confuse HbA1c in mmol/mol with a tenth of a percent", () => {
    expect(Number(convert("4548-4", "53", "mmol/mol"))).not.toBeCloseTo(5.3, 1);
  });
});

describe("the table of units", () => {
  test("finds quantities by words of their name or by code", () => {
    expect(searchUnits("ldl").map(({ loinc }) => loinc)).toContain("18262-6");
    expect(searchUnits("4548-4")).toHaveLength(1);
    expect(searchUnits("serum alanine").length).toBeGreaterThan(0);
    expect(searchUnits("no such laboratory")).toEqual([]);
  });

  test.each(searchUnits("").map(({ loinc, unit }) => [loinc, unit]))(
    "%s takes its own unit %s",
    (loinc, unit) => {
      expect(convert(loinc!, "1.25", unit!)).toBe("1.25");
      expect(unitOf(loinc!)?.unit).toBe(unit);
    },
  );
});

describe("units that name a property of every object", () => {
  const names = ["constructor", "toString", "__proto__", "valueOf", "hasOwnProperty"];

  test.each(names)("%s is refused like any unknown unit", (unit) => {
    for (const { loinc } of searchUnits("")) {
      expect(toCanonical({ loinc, value: "7", unit })).toMatchObject({ ok: false });
    }
  });
});

describe("decimals", () => {
  test.each([
    ["7.40", "7.4"],
    ["-0.05", "-0.05"],
    ["1.2e-3", "0.0012"],
    ["12e2", "1200"],
    ["0", "0"],
  ])("reads %s as %s", (text, plain) => {
    expect(formatDecimal(parseDecimal(text)!)).toBe(plain);
  });

  test.each(["", "abc", "1,5", "0x10", "1e999", "NaN", "1e61", "9".repeat(61)])(
    "refuses %s",
    (text) => {
      expect(parseDecimal(text)).toBeUndefined();
    },
  );
});
