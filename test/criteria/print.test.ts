import { describe, expect, it } from "vitest";
import { printUnit, unitAfterNumber } from "../../circuits/statement/encoding/print.ts";

describe("UCUM units in print", () => {
  it.each([
    ["%", "%"],
    ["mm[Hg]", "mm Hg"],
    ["mL/min/{1.73_m2}", "mL/min/1.73 m²"],
    ["kg/m2", "kg/m²"],
    ["umol/L", "µmol/L"],
    ["ug/dL", "µg/dL"],
    ["10*9/L", "10⁹/L"],
    ["10*12/L", "10¹²/L"],
    ["10*3/uL", "10³/µL"],
    ["{cells}/uL", "cells/µL"],
    ["{copies}/mL", "copies/mL"],
    ["m[iU]/L", "mIU/L"],
    ["u[iU]/mL", "µIU/mL"],
    ["mg/g{creat}", "mg/g creatinine"],
    ["Cel", "°C"],
    ["[lb_av]", "lb"],
    ["meq/L", "mEq/L"],
    ["U/L", "U/L"],
    ["mm/h", "mm/h"],
    ["mg/d", "mg/day"],
    ["{steps}/d", "steps/day"],
    ["d", "days"],
  ])("%s is %s", (ucum, printed) => {
    expect(printUnit(ucum)).toBe(printed);
  });

  it.each(["{score}", "{INR}", "{T-score}", "[pH]", "1"])("%s is not printed", (ucum) => {
    expect(printUnit(ucum)).toBe("");
  });

  it("follow a number with a space, powers of ten multiplied, a rate without", () => {
    const after = (ucum: string) => `60${unitAfterNumber(ucum)}`;
    expect(["mm[Hg]", "10*9/L", "/min", "{score}"].map(after)).toEqual([
      "60 mm Hg",
      "60 × 10⁹/L",
      "60/min",
      "60",
    ]);
  });
});
