// What a reader is told is what is compiled.
import { describe, expect, it } from "vitest";
import { reveals } from "../../circuits/statement/reveals.ts";
import { exclude, HIV, include } from "./fixtures.ts";

const cancer = { condition: { concept: "malignancy" } };
const hba1c = { observation: { concept: "hba1c" } };
const value = { min: "7.0", below: "10", unit: "%" };

describe("plain English", () => {
  it.each([
    [{ age: { min: 18, max: 75 } }, "Age 18 to 75 years"],
    [{ sex: "female" }, "Sex: female"],
    [cancer, "Malignancy, on record since coverage began"],
    [{ ...cancer, status: "current" }, "Malignancy, current when the record was issued"],
    [
      { ...cancer, within: "5 years" },
      "Malignancy within the last 5 years, begun then or still going on",
    ],
    [{ ...cancer, atLeastAgo: "6 months" }, "Malignancy that began at least 6 months ago"],
    [
      { ...hba1c, within: "90 days", value },
      "hba1c: newest result within the last 90 days, at least 7.0 % and below 10 %",
    ],
    [
      { observation: { loinc: "1742-6" }, timesUpperLimit: { max: 2 } },
      "loinc 1742-6: newest result, at most 2 times the upper limit of normal",
    ],
    [
      { observation: { loinc: HIV }, answer: "negative" },
      "loinc 5221-7: newest result, answer negative",
    ],
    [
      { any: [{ sex: "female" }, { all: [{ sex: "male" }, { age: { min: 50 } }] }] },
      "Any of: Sex: female; (All of: Sex: male; Age at least 50 years)",
    ],
    [
      { atLeast: { n: 2, of: [{ sex: "male" }, cancer, { age: { min: 50 } }] } },
      "At least 2 of: Sex: male; Malignancy, on record since coverage began; Age at least 50 years",
    ],
  ])("says %j", (criterion, words) => {
    expect(include(criterion).criteria[0]!.english).toBe(words);
  });

  it.each([
    [
      { ...cancer, within: "5 years" },
      "No malignancy within the last 5 years (of the record's coverage)",
    ],
    [cancer, "No malignancy on record since coverage began"],
    [
      { medication: { concept: "insulin" }, status: "current" },
      "No use of insulin that was current when the record was issued",
    ],
    [
      { ...hba1c, value },
      "Any of: hba1c: newest result, below 7.0 %; hba1c: newest result, at least 10 %",
    ],
  ])("says an exclusion of %j as what must not be", (criterion, words) => {
    expect(exclude(criterion).criteria[0]!.english).toBe(words);
  });

  it("says who attests what only a person can say", () => {
    const attestation = { id: "a", text: "Unsuitable", by: "site", when: "site" };
    const { criteria } = exclude(cancer, { attestation });
    expect(criteria[1]!.english).toBe("Attested by the site, that this is not so: Unsuitable");
  });
});

describe("what a yes reveals", () => {
  it("is the provable part of each criterion, and what it leaves open", () => {
    const attestation = { id: "a", text: "Willing", by: "patient", when: "consent" };
    const compiled = include(
      { age: { min: 18 } },
      { any: [{ sex: "female" }, cancer] },
      { attestation },
    );
    const { statements, record } = reveals(compiled);
    expect(statements.map(({ text, certain }) => [text, certain])).toEqual([
      ["Age at least 18 years", true],
      ["Any of: Sex: female; Malignancy, on record since coverage began", false],
    ]);
    expect(record).toContain("The record was issued at most 90 days before the proof");
  });
});
