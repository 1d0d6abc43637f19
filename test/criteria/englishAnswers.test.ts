// Answers in words, and the other answers: only those that their question can have.
import { describe, expect, it } from "vitest";
import { compile } from "../../circuits/statement/criteria/compile.ts";
import { factWords } from "../../circuits/statement/criteria/factWords.ts";
import { CriteriaError } from "../../circuits/statement/criteria/problem.ts";
import { conceptByName, conceptCode } from "../../circuits/statement/dictionary/dictionary.ts";
import { publishedTerminology } from "../../circuits/statement/dictionary/terminology.ts";
import { packFact } from "../../circuits/statement/encoding/fact.ts";
import { exclude, HIV, include } from "./fixtures.ts";

const options = { salt: 1n << 130n, latestIdentitySince: 46_000 };

function answered(concept: string, answer: string, list: "inclusion" | "exclusion") {
  const criterion = { observation: { concept }, answer };
  const compiled = compile({ inclusion: [], exclusion: [], [list]: [criterion] }, options);
  return { ...compiled.criteria[0]!, leaves: compiled.programs[0]!.leaves };
}

describe("an answer", () => {
  it.each([
    ["nyha-class", "nyha-class-ii-or-more", "Newest NYHA class is II, III or IV"],
    ["cancer-stage-group", "cancer-stage-iv-any", "Newest cancer stage group is IV, any subgroup"],
    [
      "microsatellite-instability",
      "microsatellite-stable",
      "Newest microsatellite instability is microsatellite stable",
    ],
    ["smoking-status", "never-smoker", "Newest smoking status is never smoker"],
  ])("of %s, %s, repeats no words of its question", (concept, answer, words) => {
    expect(answered(concept, answer, "inclusion").english).toBe(words);
  });

  it("reads the same among the facts of a record", () => {
    const code = conceptCode(conceptByName("nyha-class")!, "observation");
    const words = factWords(packFact({ code, day: 20_000, value: 51n }));
    expect(words).toMatch(/^NYHA class II, on /);
  });
});

describe("an answer that must not be", () => {
  it.each([
    ["nyha-class", "nyha-class-ii-or-more", "Newest NYHA class is I", [[50n, 50n]]],
    ["hiv-test", "positive", "Newest HIV test is negative or indeterminate", [[10n, 11n]]],
    ["hiv-test", "negative", "Newest HIV test is indeterminate or positive", [[11n, 17n]]],
    [
      "hiv-test",
      "indeterminate",
      "Newest HIV test is negative or positive",
      [
        [10n, 10n],
        [17n, 17n],
      ],
    ],
    [
      "cancer-stage-group",
      "cancer-stage-iv-any",
      "Newest cancer stage group is other than IV, any subgroup",
      [[70n, 83n]],
    ],
    [
      "cancer-stage-group",
      "cancer-stage-ii-any",
      "Newest cancer stage group is other than II, any subgroup",
      [
        [70n, 74n],
        [79n, 87n],
      ],
    ],
  ])("of %s, %s, leaves the others of its question", (concept, answer, words, ranges) => {
    const { demanded, leaves } = answered(concept, answer, "exclusion");
    expect(demanded).toBe(words);
    expect(leaves.map(({ valueLo, valueHi }) => [valueLo, valueHi])).toEqual(ranges);
  });

  it("has the values of its question only, for every answer of the dictionary", () => {
    const { answerNames, answerRange, conceptByName: find } = publishedTerminology;
    for (const name of ["hiv-test", "nyha-class", "smoking-status", "tnm-t-category"]) {
      const loinc = find(name)?.measuredAs ?? find(name)!.members[0]!.code;
      const ranges = answerNames(loinc).map((answer) => answerRange(loinc, answer)!);
      const values = ranges.filter(({ lo, hi }) => lo === hi).map(({ lo }) => lo);
      for (const answer of answerNames(loinc)) {
        const { lo, hi } = answerRange(loinc, answer)!;
        const { leaves } = answered(name, answer, "exclusion");
        const taken = values.filter((value) =>
          leaves.some(({ valueLo, valueHi }) => value >= valueLo && value <= valueHi),
        );
        expect(taken.sort(), answer).toEqual(values.filter((v) => v < lo || v > hi).sort());
        for (const leaf of leaves) expect(values).toContain(leaf.valueLo);
      }
    }
  });

  it("reads as the answers left, in an inclusion too", () => {
    const compiled = include({ not: { observation: { loinc: HIV }, answer: "negative" } });
    expect(compiled.criteria[0]!.english).toBe(
      "Newest loinc 5221-7 is positive (any strength) or indeterminate (it must have been measured)",
    );
    const brain = exclude({ condition: { concept: "malignancy" }, status: "current" });
    expect(brain.criteria[0]!.demanded).toBe("No malignancy current when the record was issued");
  });

  it("is refused when the question has no other", () => {
    const only = { ...publishedTerminology, answerNames: () => ["positive"] };
    const criterion = { observation: { concept: "hiv-test" }, answer: "positive" };
    const run = () =>
      compile({ inclusion: [], exclusion: [criterion] }, { ...options, terminology: only });
    expect(run).toThrow(CriteriaError);
    expect(run).toThrow("leaves no value outside");
  });
});
