// Coded answers and the words for codes.
import { describe, expect, test } from "vitest";
import {
  conceptByName,
  conceptCode,
  conceptDomains,
  describeAnswer,
  describeAnswerOf,
  describeCode,
  isKnownLoinc,
  suggestConcepts,
  versionOfCode,
} from "../../circuits/statement/dictionary/dictionary.ts";
import {
  answerNames,
  answerRange,
  encodeAnswer,
} from "../../circuits/statement/encoding/answers.ts";
import { encodeCode } from "../../circuits/statement/encoding/code.ts";
import { readDictionary } from "../../client/governance/dictionaryFiles.ts";

const SNOMED = "http://snomed.info/sct";
const { answers } = await readDictionary();

describe("coded answers", () => {
  test.each([
    ["72166-2", { system: SNOMED, code: "266919005" }, "Never smoker"],
    ["72166-2", { system: SNOMED, code: "8517006" }, "Former smoker"],
    ["5195-3", { system: SNOMED, code: "10828004" }, "Positive"],
    ["5195-3", { system: SNOMED, code: "260385009" }, "Negative"],
    ["82810-3", { system: SNOMED, code: "77386006" }, "Pregnant"],
    ["20454-5", { system: SNOMED, code: "167277001" }, "Positive +++"],
    ["63513-6", { system: "http://loinc.org", code: "LA33-6" }, "Yes"],
    ["63513-6", { system: "http://loinc.org", code: "LA32-8" }, "No"],
    ["63513-6", false, "No"],
    ["2106-3", true, "Positive"],
    ["55277-8", "not HIV positive", "Negative"],
    ["55277-8", "HIV positive", "Positive"],
  ])("stores the answer to %s", (loinc, answer, title) => {
    expect(describeAnswer(encodeAnswer(loinc, answer)!)).toBe(title);
  });

  test.each([
    ["an answer of another question", "72166-2", { system: SNOMED, code: "10828004" }],
    ["a code without its system", "72166-2", { code: "266919005" }],
    ["text that only contains a known word", "5195-3", "not positive"],
    ["a question outside the dictionary", "1-8", true],
    ["a boolean where only grades make sense", "72166-2", true],
  ])("does not store %s", (_, loinc, answer) => {
    expect(encodeAnswer(loinc, answer)).toBeUndefined();
  });

  test("takes the first coding that it knows", () => {
    const codings = [
      { system: "urn:local", code: "N" },
      { system: SNOMED, code: "266919005" },
    ];
    expect(encodeAnswer("72166-2", codings)).toBe(20n);
  });

  test("gives graded answers one range that holds no other answer", () => {
    const current = answerRange("72166-2", "current-smoker")!;
    const former = encodeAnswer("72166-2", { system: SNOMED, code: "8517006" })!;
    const daily = encodeAnswer("72166-2", { system: SNOMED, code: "449868002" })!;
    expect(daily >= current.lo && daily <= current.hi).toBe(true);
    expect(former >= current.lo).toBe(false);
    expect(answerRange("72166-2", "any-positive")).toBeUndefined();
    expect(answerRange("72166-2", "no-such-answer")).toBeUndefined();
    expect(answerNames("72166-2")).toEqual(expect.arrayContaining(["never-smoker", "ever-smoker"]));
  });

  test("numbers, names and codings are unique and questions use answers that exist", () => {
    const list = answers.answers;
    expect(new Set(list.map(({ number }) => number)).size).toBe(list.length);
    expect(new Set(list.map(({ name }) => name)).size).toBe(list.length);
    const codings = list.flatMap((answer) => answer.codings);
    expect(new Set(codings).size).toBe(codings.length);
    const names = new Set(list.map(({ name }) => name));
    for (const question of answers.questions) {
      const used = [
        ...question.answers,
        ...Object.values(question.codings ?? {}),
        ...Object.values(question.texts ?? {}),
      ];
      expect(used.filter((name) => !names.has(name) || !question.answers.includes(name))).toEqual(
        [],
      );
    }
  });

  test("a LOINC code is a quantity or a question, never both", async () => {
    const quantities = new Set((await readDictionary()).units.map(({ loinc }) => loinc));
    expect(answers.questions.filter(({ loinc }) => quantities.has(loinc))).toEqual([]);
  });
});

describe("words and names", () => {
  test("describes concepts, known codes and unknown codes", () => {
    const heartFailure = conceptByName("heart-failure")!;
    expect(describeCode(conceptCode(heartFailure, "conditionStart"))).toBe("Heart failure");
    expect(describeCode(encodeCode("observation", "loinc", "4548-4"))).toContain("LOINC 4548-4");
    expect(describeCode(encodeCode("conditionStart", "snomed", "404684003"))).toBe(
      "SNOMED CT 404684003",
    );
    expect(describeAnswerOf(encodeCode("observation", "loinc", "72166-2"), 20n)).toBe(
      "Never smoker",
    );
    expect(describeAnswerOf(encodeCode("observation", "loinc", "4548-4"), 20n)).toBeUndefined();
  });

  test("keeps the domains of a concept apart", () => {
    const allergy = conceptByName("insulin-allergy")!;
    expect(conceptDomains(allergy)).toEqual(["allergyStart", "allergyLast"]);
    expect(() => conceptCode(allergy, "medicationStart")).toThrow("is about allergy");
  });

  test.each([
    ["type2-diabetes", "type-2-diabetes"],
    ["hartfailure", "heart-failure"],
    ["Metformine", "metformin"],
    ["hyperlipidemia", "hyperlipidaemia"],
  ])("suggests a name for %s", (wrong, right) => {
    expect(suggestConcepts(wrong)).toContain(right);
    expect(conceptByName(wrong)).toBeUndefined();
  });

  test("knows which LOINC codes this version can be asked for", () => {
    expect(isKnownLoinc("4548-4")).toBe(true);
    expect(isKnownLoinc("72166-2")).toBe(true);
    expect(isKnownLoinc("5778-6")).toBe(false);
    expect(versionOfCode(encodeCode("observation", "loinc", "4548-4"))).toBe(1);
  });
});
