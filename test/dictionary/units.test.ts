// Conversion into canonical units.
import { describe, expect, test } from "vitest";
import { formatDecimal, parseDecimal } from "../../circuits/statement/encoding/decimal.ts";
import { encodeQuantity } from "../../circuits/statement/encoding/fact.ts";
import {
  contradict,
  searchUnits,
  toCanonical,
  unitOf,
} from "../../circuits/statement/encoding/units.ts";
import { drawFrom } from "../clinic/draw.ts";

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

describe("units as they are printed", () => {
  test.each([
    ["8480-6", ["mm Hg", "mmHg", "MMHG", "mm(Hg)"], "1"],
    ["718-7", ["gm/dL", "g/dl", "G/DL", "gm %", "g/100 mL", "g/dL (calc)"], "1"],
    ["29463-7", ["KG", "Kg", "kgs", "kilograms"], "1"],
    ["2345-7", ["mg/dl", "MG/DL", "mg / dL", "mg per dL", "mg%"], "1"],
    ["1742-6", ["IU/l", "iu/l", "u/l", "units/L", "U/L"], "1"],
    ["777-3", ["K/mcL", "x10E3/uL", "X10E3/UL", "10^3/uL", "x10(3)/mcL", "10 3/uL"], "1"],
    ["777-3", ["10³/µL", "×10⁹/L", "10e9/L", "G/L", "Gpt/l", "K/cumm", "Thousand/uL"], "1"],
    ["777-3", ["/uL", "cells/uL", "{PLT}/uL", "cells/mm3"], "0.001"],
    ["789-8", ["T/L", "M/mcL", "x10E6/uL", "million/uL"], "1"],
    ["2823-3", ["mEq/L", "MEQ/L", "mmol/l", "MMOL/L"], "1"],
    ["2160-0", ["µmol/L", "μmol/l", "mcmol/L", "UMOL/L"], "0.011312"],
    ["33914-3", ["ml/min/1.73 m2", "mL/min/1.73m²", "mL/min/1.73 sq m", "mL/min/{1.73m2}"], "1"],
    ["5902-2", ["sec", "SEC", "seconds"], "1"],
    ["4548-4", ["%{Hb}", "% Hb", "% of total Hgb", "%{HbA1c}", "percent"], "1"],
    ["4548-4", ["mmol/mol Hb", "mmol/mol{Hb}"], "2.24348"],
    ["20447-9", ["copies/mL", "{Copies}/mL", "{cp}/mL", "cp/ml", "/mL"], "1"],
    ["20447-9", ["10*3{copies}/mL"], "1000"],
    ["24467-3", ["cells/uL", "#/uL", "cells/mm3", "10*6/L"], "1"],
    ["6301-6", ["INR", "{inr}", "1"], "1"],
    ["72106-8", ["score", "points", "{Points}"], "1"],
    ["8867-4", ["beats/minute", "BPM", "{beats}/min", "per minute"], "1"],
    ["9279-1", ["breaths per minute", "{resp}/min"], "1"],
    ["8302-2", ["ft", "feet"], "30.48"],
    ["3016-3", ["uIU/mL", "UIU/ML", "µIU/ml", "mIU/L"], "1"],
    ["39156-5", ["kg/m²", "kg/m^2", "KG/M2"], "1"],
    ["20149-1", ["%{predicted}"], "1"],
  ])("of %s are read: %j", (loinc, units, expected) => {
    for (const unit of units)
      expect(`${unit} ${convert(loinc, "1", unit)}`).toBe(`${unit} ${expected}`);
  });

  test.each([
    ["20447-9", ["{Log_copies}/mL", "{Log_IU}/mL", "log copies/mL", "Log10 cp/mL", "{cells}/mL"]],
    ["42595-9", ["{Log_IU}/mL", "log IU/mL", "[iU]{log}/mL", "{copies}/mL"]],
    ["6301-6", ["{ratio}", "ratio", "%", "s"]],
    ["38265-5", ["{Z-score}", "{percentile}", "{score}"]],
    ["72106-8", ["{percentile}", "{T-score}", "anything"]],
    ["4548-4", ["%{IFCC}", "% IFCC", "%{log}", "%{ratio}", "{percentile}", "1:{titer}"]],
    ["59261-8", ["%{IFCC}"]],
    ["19926-5", ["%{predicted}", "%{normal}"]],
    ["777-3", ["{Tsd}/uL", "{thou}/uL", "10*3{log10}/uL", "10*3/{uL}", "{milli}/uL"]],
    ["2164-2", ["mL/min/{1.73_m2}", "mL/min/1.73 m2"]],
    ["33914-3", ["mL/min/{BSA}", "mL/min/1.73"]],
    ["2345-7", ["{ratio}", "mg/dL{x10}", "mg/dL{100}", "{kilo}mg/dL", "mg{/dL"]],
  ])("of another scale are refused for %s: %j", (loinc, units) => {
    for (const unit of units) {
      const result = toCanonical({ loinc, value: "1", unit });
      expect(`${unit} ${result.ok}`).toBe(`${unit} false`);
    }
  });

  test("keep their scale whatever is annotated: a value is that of the plain unit, or refused", () => {
    const draw = drawFrom(11);
    const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789 .-/^*%#";
    const known = [
      "log",
      "Log_",
      "log10",
      "ratio",
      "Hb",
      "creat",
      "10*3",
      "titer",
      "copies",
      "RBC",
    ];
    const annotation = () => {
      const word = Array.from({ length: draw(6) }, () => letters[draw(letters.length)]).join("");
      return draw(2) ? word : `${word}${known[draw(known.length)]}`;
    };
    for (const { loinc, unit } of searchUnits("")) {
      for (let i = 0; i < 60; i++) {
        const word = annotation();
        const places = [...unit.matchAll(/(?<=[A-Za-z%\]\d])(?=\/|$)/g)].map(({ index }) => index);
        const whole = unit.replace(/\{[^{}]*\}/, `{${word}}`);
        const place = places[draw(places.length)];
        const attached =
          place === undefined ? whole : `${unit.slice(0, place)}{${word}}${unit.slice(place)}`;
        for (const text of [attached, whole]) {
          const result = toCanonical({ loinc, value: "1.25", unit: text });
          if (result.ok) expect(`${text} ${result.value}`).toBe(`${text} 1.25`);
          const isLog = /log/i.test(word) && text !== unit;
          if (isLog) expect(`${loinc} ${text} ${result.ok}`).toBe(`${loinc} ${text} false`);
        }
      }
    }
  });

  test("where the canonical unit is annotated, only that annotation and its synonyms are read", () => {
    const annotated = searchUnits("").filter(({ unit }) => /^\{/.test(unit));
    expect(annotated.length).toBeGreaterThan(5);
    for (const { loinc, unit } of annotated) {
      for (const word of ["mol", "xyz", "Hb", "ratio", "index", "Log_copies", "percentile"]) {
        const other = unit.replace(/\{[^{}]*\}/, `{${word}}`);
        expect(toCanonical({ loinc, value: "1", unit: other }).ok).toBe(false);
      }
    }
  });
});

describe("two units for one value", () => {
  test.each([
    ["2345-7", "mmol/L", "mg/dL"],
    ["2345-7", "mg/dL", "mmol/l"],
    ["2823-3", "mmol/L", "mg/dL"],
    ["20447-9", "{copies}/mL", "log copies/mL"],
    ["777-3", "10*3/uL", "cells/uL"],
  ])("contradict each other for %s: %s and %s", (loinc, code, unit) => {
    expect(contradict(loinc, code, unit)).toBe(true);
  });

  test.each([
    ["8480-6", "mm[Hg]", "mmHg"],
    ["777-3", "10*3/uL", "K/uL"],
    ["777-3", "10*3/uL", "10^9/L"],
    ["8867-4", "/min", "beats/minute"],
    ["4548-4", "%", "percent"],
    ["2345-7", "mg/dL", "milligrams per decilitre"],
    ["72106-8", "{score}", "points"],
    ["33914-3", "mL/min/{1.73_m2}", "mL/min"],
    ["2345-7", "mg/dL", "constructor"],
  ])("agree, or one of them says nothing, for %s: %s and %s", (loinc, code, unit) => {
    expect(contradict(loinc, code, unit)).toBe(false);
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
