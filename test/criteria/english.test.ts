// What a reader is told is what is compiled: in people's words, and as what the record must show.
import { describe, expect, it } from "vitest";
import { inSentence } from "../../circuits/statement/criteria/english.ts";
import { reveals } from "../../circuits/statement/criteria/reveals.ts";
import { HIV, include } from "./fixtures.ts";

const cancer = { condition: { concept: "malignancy" } };
const insulin = { medication: { concept: "insulin" } };
const hba1c = { observation: { concept: "hba1c" } };
const value = { min: "7.0", below: "10", unit: "%" };
const egfr = { min: "30", unit: "mL/min/{1.73_m2}" };
const current = { ...cancer, status: "current" };
const drugs = (...concepts: string[]) =>
  concepts.map((concept) => ({ medication: { concept }, status: "current" }));
const newest = (range: object) => ({ ...hba1c, value: { ...range, unit: "%" } });
const multiple = (timesUpperLimit: object) => ({
  observation: { loinc: "1742-6" },
  timesUpperLimit,
});
const admission = { encounter: { concept: "hospital-admission" } };

describe("plain English", () => {
  it.each([
    [{ age: { min: 18, max: 75 } }, "Age 18 to 75 years"],
    [{ sex: "female" }, "Sex: female"],
    [cancer, "Malignancy on record"],
    [{ ...cancer, status: "current" }, "Malignancy at present"],
    [{ ...cancer, within: "5 years" }, "Malignancy within the last 5 years"],
    [{ ...cancer, within: "1 year" }, "Malignancy within the last year"],
    [{ ...cancer, atLeastAgo: "6 months" }, "Malignancy that began at least 6 months ago"],
    [
      { ...cancer, startedWithin: "18 months", atLeastAgo: "3 months" },
      "Malignancy that began at least 3 months and at most 18 months ago",
    ],
    [insulin, "Insulin taken at any time"],
    [{ ...insulin, within: "90 days" }, "On insulin within the last 90 days"],
    [
      { ...insulin, startedWithin: "8 weeks" },
      "A course of insulin that began within the last 8 weeks",
    ],
    [{ allergy: { concept: "penicillin-allergy" } }, "Penicillin allergy on record"],
    [{ allergy: { rxnorm: "7980" } }, "Allergy to rxnorm 7980 on record"],
    [{ condition: { icd10gm: "E11" } }, "ICD-10 E11 and its subcodes on record"],
    [{ condition: { icd10gm: "E11.2" } }, "ICD-10-GM E11.2 and its subcodes on record"],
    [{ condition: { icd10cm: "C00-C97" } }, "ICD-10 C00-C97 on record"],
    [{ ...admission, within: "30 days" }, "Hospital admission within the last 30 days"],
    [
      { ...admission, reason: { concept: "malignancy" }, within: "30 days" },
      "Hospital admission for malignancy within the last 30 days",
    ],
    [
      { familyHistory: { concept: "malignancy" } },
      "Malignancy in a parent, sibling or child on record",
    ],
    [
      { ...hba1c, within: "90 days", value },
      "Newest hba1c within the last 90 days is at least 7.0 and below 10 %",
    ],
    [
      { ...hba1c, latest: false, within: "1 year", value: { above: 9, unit: "%" } },
      "A result of hba1c within the last year is above 9 %",
    ],
    [
      { observation: { loinc: "1742-6" }, timesUpperLimit: { max: 2 } },
      "Newest loinc 1742-6 is at most 2 times the upper limit of normal",
    ],
    [{ observation: { loinc: HIV }, answer: "negative" }, "Newest loinc 5221-7 is negative"],
    [
      { observation: { loinc: HIV }, answer: "positive" },
      "Newest loinc 5221-7 is positive (any strength)",
    ],
    [
      { derived: "egfr-ckd-epi-2021", within: "90 days", value: egfr },
      "Newest egfr ckd epi 2021, calculated from results of one day, within the last 90 days is at least 30 mL/min/1.73 m²",
    ],
    [
      { ...hba1c, value, whenMissing: "pass" },
      "Newest hba1c is at least 7.0 and below 10 % (no obstacle if it was not measured)",
    ],
    [{ not: { ...cancer, status: "current" } }, "No malignancy at present"],
    [{ not: { ...insulin, status: "current" } }, "Not on insulin at present"],
    [{ not: { sex: "male" } }, "Sex: not male"],
    [{ not: { age: { min: 18 } } }, "Age below 18 years"],
    [{ not: { age: { min: 18, max: 75 } } }, "Age below 18 or above 75 years"],
    [{ not: { any: [cancer, { sex: "male" }] } }, "None of: malignancy; sex: male"],
    [{ not: { all: [cancer, { sex: "male" }] } }, "Not all of: malignancy; sex: male"],
    [
      { any: [{ sex: "female" }, { all: [{ sex: "male" }, { age: { min: 50 } }] }] },
      "Any of: sex: female; (all of: sex: male; age at least 50 years)",
    ],
    [
      { atLeast: { n: 2, of: [{ sex: "male" }, cancer, { age: { min: 50 } }] } },
      "At least 2 of: sex: male; malignancy on record; age at least 50 years",
    ],
  ])("says %j", (criterion, words) => {
    expect(include(criterion).criteria[0]!.english).toBe(words);
  });

  it("says a time once when several share it", () => {
    const diabetes = { condition: { concept: "type-2-diabetes" }, within: "5 years" };
    const [one] = include({ any: [{ ...cancer, within: "5 years" }, diabetes] }).criteria;
    expect(one!.english).toBe("Malignancy or type 2 diabetes within the last 5 years");
    const of = [...drugs("insulin", "beta-blockers"), current];
    const [several] = include({ atLeast: { n: 2, of } }).criteria;
    expect(several!.english).toBe(
      "At least 2 of these at present: on insulin; on beta blockers; malignancy",
    );
  });

  it.each([
    [drugs("insulin", "beta-blockers"), "On insulin or beta blockers at present"],
    [[...drugs("insulin"), current], "Malignancy or on insulin at present"],
    [[newest({ below: "5" }), newest({ above: "9" })], "Newest hba1c is below 5 % or above 9 %"],
  ])("says once what alternatives share: %j", (any, words) => {
    expect(include({ any }).criteria[0]!.english).toBe(words);
  });

  it.each([
    [
      { all: [current, { not: { ...insulin, status: "current" } }] },
      "Malignancy at present, without insulin",
    ],
    [
      { all: [current, { not: { ...insulin, within: "1 year" } }] },
      "Malignancy at present, without insulin within the last year",
    ],
    [
      { all: [cancer, { not: { procedure: { concept: "amputation" } } }] },
      "Malignancy on record, without amputation",
    ],
    [
      { all: [{ age: { min: 18 } }, { not: current }] },
      "All of: age at least 18 years; no malignancy at present",
    ],
  ])("joins what is there and what is not: %j", (criterion, words) => {
    expect(include(criterion).criteria[0]!.english).toBe(words);
  });

  it.each([
    [
      { observation: hba1c.observation, value: { above: "1500", unit: "%" } },
      "Newest hba1c is above 1,500 %",
    ],
    [multiple({ above: "1" }), "Newest loinc 1742-6 is above the upper limit of normal"],
    [
      multiple({ min: "0.5", max: "1.0" }),
      "Newest loinc 1742-6 is at least 0.5 times the upper limit of normal and at most the upper limit of normal",
    ],
    [
      { not: multiple({ above: "1" }) },
      "Newest loinc 1742-6 is at most the upper limit of normal (it must have been measured)",
    ],
    [
      { not: { ...hba1c, value: { min: "50", max: "100", unit: "%" } } },
      "Newest hba1c is below 50 or above 100 % (it must have been measured)",
    ],
    [
      { not: { observation: { concept: "hba1c" }, within: "1 year" } },
      "No result of hba1c within the last year",
    ],
  ])("says numbers and their opposites as people do: %j", (criterion, words) => {
    expect(include(criterion).criteria[0]!.english).toBe(words);
  });

  it("says when what is current and what began may be two", () => {
    const times = { status: "current", atLeastAgo: "3 months" };
    const [two] = include({ ...insulin, ...times }).criteria;
    expect(two!.english).toBe(
      "On insulin at present, and a course that began at least 3 months ago, perhaps an earlier one",
    );
    const [one] = include({ ...cancer, ...times, sameEpisode: true }).criteria;
    expect(one!.english).toBe(
      "Malignancy at present, in an episode that began at least 3 months ago",
    );
    expect(one!.demanded).toBe(
      "Malignancy that began at least 3 months ago and still went on when the record was issued",
    );
  });

  it.each([
    ["Type 1 diabetes", "type 1 diabetes"],
    ["HbA1c", "HbA1c"],
    ["COPD", "COPD"],
    ["eGFR", "eGFR"],
    ["Parkinson's disease", "Parkinson's disease"],
    ["Hodgkin lymphoma", "Hodgkin lymphoma"],
    ["Sacubitril/valsartan", "sacubitril/valsartan"],
    ["Beta-blockers", "beta-blockers"],
    ["SNOMED CT 44054006", "SNOMED CT 44054006"],
    ["Second- or third-degree block", "second- or third-degree block"],
    ["Non-HDL cholesterol", "non-HDL cholesterol"],
    ["Anti-CD20 antibodies", "anti-CD20 antibodies"],
    ["Non-Hodgkin lymphoma", "non-Hodgkin lymphoma"],
    ["C-reactive protein", "C-reactive protein"],
    ["Z-drugs", "Z-drugs"],
    ["Mini-Mental State Examination", "Mini-Mental State Examination"],
    ["Hib vaccine", "Hib vaccine"],
    ["Alzheimer's disease", "Alzheimer's disease"],
    ["A result of HbA1c", "a result of HbA1c"],
    ["I can come to the visits", "I can come to the visits"],
  ])("puts the title %j into a sentence", (title, words) => {
    expect(inSentence(title)).toBe(words);
  });
});

describe("what boards and auditors read", () => {
  it("is not said twice where people's words say it all", () => {
    const compiled = include(
      { age: { min: 18 } },
      { any: [{ sex: "female" }, { ...hba1c, value }] },
    );
    expect(compiled.reviewed).toBe(compiled.english);
    expect(compiled.criteria.map(({ isPlain }) => isPlain)).toEqual([true, true]);
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
    const { statements, records } = reveals(compiled);
    expect(statements.map(({ text, certain }) => [text, certain])).toEqual([
      ["Age at least 18 years", true],
      ["Any of: sex: female; malignancy on record", false],
    ]);
    expect(records).toHaveLength(1);
    expect(records[0]).toContain("The record was issued at most 90 days before the proof");
  });
});
