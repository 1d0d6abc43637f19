// Formulas of derived results, against published examples.
import { describe, expect, it } from "vitest";
import { type Decimal, parseDecimal } from "../../circuits/statement/encoding/decimal.ts";
import { encodeQuantity } from "../../circuits/statement/encoding/fact.ts";
import { FORMULAS, meanOf } from "../../client/clinic/record/derivedFormulas.ts";

/** How the result of one concept is computed. */
const formula = (name: string) => FORMULAS.find(({ concept }) => concept === name)!.compute;
const egfr = formula("egfr-ckd-epi-2021");
const fib4 = formula("fib-4");
const meld3 = formula("meld-3");
const correctedCalcium = formula("corrected-calcium");
const anionGap = formula("anion-gap");
const bodyMassIndex = formula("calculated-bmi");

const decimals = (...texts: string[]): Decimal[] => texts.map((text) => parseDecimal(text)!);

describe("eGFR by CKD-EPI 2021", () => {
  it("is 71 for a man of 55 with a creatinine of 1.2 mg/dL (kidney.org calculator)", () => {
    const result = egfr(decimals("1.2"), { age: 55, sex: "male" });
    expect(Math.round(Number(result))).toBe(71);
  });

  it.each([
    ["female", 50, "1.0", "68.6335"],
    ["female", 30, "0.5", "129.3170"],
    ["male", 50, "1.0", "91.6915"],
    ["male", 25, "0.8", "125.9538"],
  ] as const)(
    "follows the equation on both sides of its knot: %s, %i years, %s mg/dL",
    (sex, age, creatinine, expected) => {
      // 142 x min(Scr/k, 1)^a x max(Scr/k, 1)^-1.2 x 0.9938^age x 1.012 in women, in decimals of 40 digits.
      expect(Number(egfr(decimals(creatinine), { age, sex }))).toBe(Number(expected));
    },
  );

  it("needs an adult whose sex is female or male, and a creatinine above zero", () => {
    expect(egfr(decimals("1"), { age: 17, sex: "male" })).toBeUndefined();
    expect(egfr(decimals("1"), { sex: "male" })).toBeUndefined();
    expect(egfr(decimals("1"), { age: 40, sex: "other" })).toBeUndefined();
    expect(egfr(decimals("0"), { age: 40, sex: "male" })).toBeUndefined();
  });
});

describe("FIB-4", () => {
  it("is 1.67 at 50 years, AST 40, ALT 36 and platelets 200 (droracle.ai, worked from Sterling 2006)", () => {
    expect(fib4(decimals("40", "36", "200"), { age: 50, sex: "female" })).toBe("1.6667");
  });

  it("does not divide by zero", () => {
    expect(fib4(decimals("40", "0", "200"), { age: 50, sex: "male" })).toBeUndefined();
    expect(fib4(decimals("40", "36", "0"), { age: 50, sex: "male" })).toBeUndefined();
  });
});

describe("MELD 3.0", () => {
  const score = (sex: "female" | "male", ...values: string[]) =>
    meld3(decimals(...values), { age: 60, sex });

  it("is 6 for a man with normal values and 7 for a woman, the lowest scores (OPTN Policy 9.1.D)", () => {
    expect(score("male", "0.8", "140", "0.9", "0.7", "4.2")).toBe("6");
    expect(score("female", "0.8", "140", "0.9", "0.7", "4.2")).toBe("7");
  });

  it("weighs each value as the equation does", () => {
    // 1.33 + 4.56 ln 3 + 0.82 x 7 - 0.24 x 7 x ln 3 + 9.09 ln 1.8 + 11.14 ln 1.5 + 1.85 - 1.83 ln 1.5 + 6 = 27.2
    expect(score("female", "3", "130", "1.8", "1.5", "2.5")).toBe("27");
    expect(score("male", "3", "130", "1.8", "1.5", "2.5")).toBe("26");
  });

  it("bounds creatinine, sodium, albumin and the score itself", () => {
    expect(score("male", "3", "120", "1.8", "9", "1")).toBe(
      score("male", "3", "125", "1.8", "3", "1.5"),
    );
    expect(score("male", "60", "125", "9", "3", "1.5")).toBe("40");
  });
});

describe("what is linear", () => {
  it("is exact: calcium 8.5 mg/dL with albumin 3.0 g/dL is 9.3 (theprimecalculator.com)", () => {
    expect(correctedCalcium(decimals("8.5", "3.0"), { sex: "female" })).toBe("9.3");
    expect(correctedCalcium(decimals("9.01755", "4.5"), { sex: "female" })).toBe("8.61755");
  });

  it("is exact: sodium 140, chloride 104 and bicarbonate 24 leave a gap of 12", () => {
    expect(anionGap(decimals("140", "104", "24"), { sex: "male" })).toBe("12");
    expect(anionGap(decimals("140.1", "104.2", "24.3"), { sex: "male" })).toBe("11.6");
  });

  it("is rounded once: 70 kg and 175 cm are 22.8571 kg/m2, 80 kg and 180 cm 24.6914 (WHO)", () => {
    expect(bodyMassIndex(decimals("70", "175"), { sex: "male" })).toBe("22.8571");
    expect(bodyMassIndex(decimals("80", "180"), { sex: "male" })).toBe("24.6914");
    expect(bodyMassIndex(decimals("80", "0"), { sex: "male" })).toBeUndefined();
  });

  it("is a mean of exact decimals", () => {
    expect(meanOf(decimals("120", "131"))).toBe("125.5");
    expect(encodeQuantity(meanOf(decimals("120", "121", "121")))).toBe(encodeQuantity("120.6667"));
  });
});
