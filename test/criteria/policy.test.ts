// What the compiler demands of records, and which trials may not ask for less.
import { describe, expect, it } from "vitest";
import { type Compiled, compile } from "../../circuits/statement/criteria/compile.ts";
import { exclude, include, options, problemsOf } from "./fixtures.ts";

const cancer = { condition: { concept: "malignancy" } };
const adult = { age: { min: 18 } };

describe("derived policy", () => {
  it("accepts records as old as a quarter of the shortest window", () => {
    const compiled = include({ observation: { concept: "hba1c" }, within: "90 days" });
    expect(compiled.programs[0]!.policy.maxRecordAge).toBe(22);
    const shortest = exclude(
      { ...cancer, within: "5 years" },
      { medication: { concept: "insulin" }, within: "4 weeks" },
    );
    expect(shortest.programs[0]!.policy.maxRecordAge).toBe(7);
  });

  it("accepts no record older than 90 days, whatever the windows", () => {
    expect(include(adult).programs[0]!.policy.maxRecordAge).toBe(90);
    expect(exclude({ ...cancer, within: "5 years" }).programs[0]!.policy.maxRecordAge).toBe(90);
  });

  it("needs coverage for the longest absence, and a year for 'never'", () => {
    expect(include(adult).programs[0]!.policy.minCoverage).toBe(0);
    expect(exclude({ ...cancer, within: "5 years" }, cancer).programs[0]!.policy.minCoverage).toBe(
      1827,
    );
    expect(exclude(cancer).programs[0]!.policy.minCoverage).toBe(366);
    expect(include({ ...cancer, within: "5 years" }).programs[0]!.policy.minCoverage).toBe(0);
  });

  it("needs completeness where absence or the newest result is claimed", () => {
    expect(include({ ...cancer }).programs[0]!.policy.domains).toEqual([]);
    const both = exclude(
      { ...cancer, startedWithin: "1 year" },
      { observation: { loinc: "1742-6" }, timesUpperLimit: { above: 2 } },
    );
    expect(both.programs[0]!.policy.domains).toEqual(["conditionStart", "observationUpper"]);
  });

  it("needs the dictionary version that introduced the concepts used", () => {
    expect(include(cancer).programs[0]!.policy.minDictionaryVersion).toBe(2);
    const insulin = include({ medication: { concept: "insulin" } });
    expect(insulin.programs[0]!.policy.minDictionaryVersion).toBe(3);
  });

  it("needs the newer concept of a contact and its reason", () => {
    const encounter = { concept: "hospital-admission" };
    const {
      programs: [program],
    } = include({ encounter, reason: { concept: "glioma" } });
    expect(program!.policy.minDictionaryVersion).toBe(4);
  });

  it("accepts no records of the first dictionary, which say otherwise how a day is meant", () => {
    expect(include(adult).programs[0]!.policy.minDictionaryVersion).toBe(2);
  });

  it("takes the day of first publication as the latest re-binding", () => {
    expect(include(adult).programs[0]!.policy.latestIdentitySince).toBe(
      options.latestIdentitySince,
    );
  });
});

describe("a trial's own policy", () => {
  const criteria = { inclusion: [adult], exclusion: [{ ...cancer, within: "5 years" }] };

  it("may be stricter", () => {
    const policy = {
      maxRecordAge: "14 days",
      minCoverage: "10 years",
      minDictionaryVersion: 4,
      completeFor: ["medication", "encounter", "familyHistory"],
    };
    const strict = compile({ ...criteria, policy }, options).programs[0]!.policy;
    expect(strict).toMatchObject({ maxRecordAge: 14, minCoverage: 3653, minDictionaryVersion: 4 });
    expect(strict.domains).toEqual([
      ...["conditionLast", "medicationStart", "medicationLast", "encounter", "familyHistory"],
    ]);
  });

  it.each([
    ["maxRecordAge", "1 year"],
    ["minCoverage", "1 year"],
  ])("is refused when its %s is weaker than the criteria need", (key, value) => {
    const problems = problemsOf({ ...criteria, policy: { [key]: value } });
    expect(problems.map(({ path }) => path)).toEqual([`policy.${key}`]);
  });

  it("asks that all of a kind is coded where absence of a raw code is shown, and only there", () => {
    const category = { condition: { icd10gm: "I50" } };
    const coded = (compiled: Compiled) => compiled.programs[0]!.policy.codedIn;
    expect(coded(exclude(category))).toEqual(["icd10"]);
    expect(coded(exclude({ medication: { atc: "C07A" } }, category))).toEqual(["icd10", "atc"]);
    expect(coded(include(category))).toEqual([]);
    expect(coded(exclude(cancer))).toEqual([]);
  });

  it("is refused when it accepts a dictionary without the concepts used", () => {
    const inclusion = [{ medication: { concept: "insulin" } }];
    const [problem] = problemsOf({ inclusion, exclusion: [], policy: { minDictionaryVersion: 2 } });
    expect(problem!.path).toBe("policy.minDictionaryVersion");
  });
});
