// What the compiler refuses: each with the path in the file, what is wrong and what to do instead.
import { describe, expect, it } from "vitest";
import { checkCriteria, compile } from "../../circuits/statement/criteria/compile.ts";
import { CriteriaError } from "../../circuits/statement/criteria/problem.ts";
import { exclusionRefusal, HIV, include, options, problemsOf, refusalOf } from "./fixtures.ts";

const hba1c = { concept: "hba1c" };
const alt = { loinc: "1742-6" };

describe("misspelt criteria", () => {
  it("refuses an unknown concept and suggests the nearest", () => {
    const problem = refusalOf({ condition: { concept: "malignant" } });
    expect(problem.path).toBe("inclusion[0].condition.concept");
    expect(problem.hint).toContain('"malignancy"');
  });

  it("refuses a concept of another domain and names the form it belongs to", () => {
    const problem = refusalOf({ condition: { concept: "insulin" } });
    expect(problem.hint).toBe('Write it under "medication".');
  });

  it("refuses an unknown form and suggests one", () => {
    const problem = refusalOf({ conditions: { concept: "malignancy" } });
    expect(problem).toMatchObject({ path: "inclusion[0]", hint: 'Did you mean "condition"?' });
  });

  it("refuses an unknown key with its path", () => {
    const problem = exclusionRefusal({
      any: [{ condition: { concept: "malignancy" }, withn: "1 year" }],
    });
    expect(problem.path).toBe("exclusion[0].any[0].withn");
    expect(problem.hint).toBe('Did you mean "within"?');
  });

  it("refuses a malformed duration with its path", () => {
    const problem = exclusionRefusal({
      any: [{ age: { max: 3 } }, { condition: { concept: "malignancy" }, within: "five years" }],
    });
    expect(problem.path).toBe("exclusion[0].any[1].within");
  });

  it("refuses a duration beyond the calendar", () => {
    const problem = exclusionRefusal({
      condition: { concept: "malignancy" },
      within: "9999 years",
    });
    expect(problem).toMatchObject({
      path: "exclusion[0].within",
      message: "must be at most 300 years",
    });
  });

  it("says what a value must be, with an example that would do", () => {
    const age = refusalOf({ age: { min: 0.5 } });
    expect(age).toMatchObject({ path: "inclusion[0].age.min", message: "must be a whole number" });
    expect(age.hint).toContain("completed years");
    const statin = { medication: { concept: "statin" } };
    expect(refusalOf({ ...statin, status: "curent" })).toMatchObject({
      message: 'must be one of "ever", "current"',
      hint: 'Did you mean "current"?',
    });
    expect(refusalOf({ ...statin, sameEpisode: "yes" }).message).toBe("must be true or false");
    expect(refusalOf({ observation: hba1c, value: { min: 7 } }).message).toBe("is missing");
    // In the wrong place it is no misspelling.
    const inside = refusalOf({ medication: { concept: "statin", status: "current" } });
    expect(inside.hint).toBe('It belongs beside "medication", not inside of it.');
  });

  it("refuses two criteria in one object", () => {
    expect(refusalOf({ age: { min: 18 }, sex: "female" }).message).toContain("age and sex");
  });

  it("refuses a code reference without a code, or with two", () => {
    expect(refusalOf({ condition: {} }).message).toBe("names no concept or code");
    const two = { concept: "malignancy", icd10cm: "C50" };
    expect(refusalOf({ condition: two }).message).toBe("names concept and icd10cm");
  });

  it("refuses a code of a system that the form is not recorded in", () => {
    expect(refusalOf({ medication: { icd10cm: "E11" } }).path).toBe(
      "inclusion[0].medication.icd10cm",
    );
  });

  it("refuses a malformed code and a span that runs backwards", () => {
    expect(refusalOf({ condition: { icd10cm: "E!1" } }).message).toContain("not a ICD-10-CM code");
    expect(refusalOf({ condition: { icd10cm: "C97-C00" } }).message).toContain("backwards");
  });

  it("refuses a LOINC code that no record holds", () => {
    expect(refusalOf({ observation: { loinc: "1-8" } }).message).toContain("no unit or answers");
  });

  it("refuses a unit that does not fit", () => {
    const problem = refusalOf({ observation: alt, value: { max: 40, unit: "kg" } });
    expect(problem.path).toBe("inclusion[0].value.max");
    expect(problem.message).toContain('"kg"');
  });

  it("refuses an answer that the question does not have, and lists those it has", () => {
    const problem = refusalOf({ observation: { loinc: HIV }, answer: "maybe" });
    expect(problem.hint).toContain("negative, positive, indeterminate");
    expect(refusalOf({ observation: alt, answer: "negative" }).hint).toContain("measured");
    const value = { max: 1, unit: "1" };
    expect(refusalOf({ observation: { loinc: HIV }, value }).hint).toContain("negative");
  });

  it("refuses an identity document in a trial", () => {
    expect(refusalOf({ condition: { idTag: "1" } }).message).toContain("idTag");
  });

  it("names every problem of a file at once", () => {
    const problems = problemsOf({
      inclusion: [{ age: { min: 80, max: 20 } }, { condition: { concept: "unheard-of" } }],
      exclusion: [{ observation: hba1c, value: { min: "9", max: "7", unit: "%" } }],
    });
    expect(problems.map(({ path }) => path)).toEqual([
      "inclusion[0].age",
      "inclusion[1].condition.concept",
      "exclusion[0].value",
    ]);
  });

  it.each([
    ["no object", null, ""],
    ["a list", [], ""],
    ["no lists", {}, "inclusion"],
    ["an unknown key", { inclusion: [], exclusion: [], exclusions: [] }, "exclusions"],
    ["an empty all", { inclusion: [{ all: [] }], exclusion: [] }, "inclusion[0].all"],
    ["a criterion that is text", { inclusion: ["adult"], exclusion: [] }, "inclusion[0]"],
  ])("refuses %s", (_, json, path) => {
    expect(problemsOf(json).map((problem) => problem.path)).toContain(path);
  });

  it("refuses criteria nested beyond reason instead of overflowing", () => {
    let criterion: unknown = { age: { min: 18 } };
    for (let i = 0; i < 10_000; i++) criterion = { not: criterion };
    expect(refusalOf(criterion).message).toContain("nested deeper");
  });
});

describe("ranges", () => {
  it("refuses an inverted age range", () => {
    expect(refusalOf({ age: { min: 60, max: 50 } }).message).toContain("inverted");
  });

  it("refuses an inverted value range, also one that only open bounds invert", () => {
    const range = (value: object) =>
      refusalOf({ observation: hba1c, value: { ...value, unit: "%" } });
    expect(range({ min: "10", max: "7" }).message).toContain("inverted");
    expect(range({ above: "7", below: "7.0001" }).message).toContain("inverted");
  });

  it("refuses a range without bounds, or with two lower ones", () => {
    const range = (value: object) =>
      refusalOf({ observation: hba1c, value: { ...value, unit: "%" } });
    expect(range({}).message).toBe("sets no bound");
    expect(range({ min: 1, above: 1 }).message).toBe("has both min and above");
    expect(refusalOf({ age: {} }).message).toBe("sets no bound");
  });

  it("refuses a threshold finer than records hold", () => {
    const problem = refusalOf({ observation: hba1c, value: { min: "7.00001", unit: "%" } });
    expect(problem).toMatchObject({ path: "inclusion[0].value.min" });
    expect(problem.message).toContain("finer");
  });

  it("refuses a threshold out of range", () => {
    const problem = refusalOf({ observation: hba1c, value: { min: "99999999", unit: "%" } });
    expect(problem.message).toContain("out of range");
  });

  it("refuses an inverted window", () => {
    const problem = refusalOf({
      procedure: { concept: "amputation" },
      within: "1 year",
      atLeastAgo: "2 years",
    });
    expect(problem.message).toContain("window is inverted");
  });
});

describe("unsound kinds", () => {
  it("refuses the newest result over a raw code that a concept contains", () => {
    const problem = refusalOf({ observation: { loinc: "4548-4" }, value: { min: 7, unit: "%" } });
    expect(problem.hint).toContain('"hba1c"');
  });

  it("leaves an older trial as it was when a later dictionary adds such a concept", () => {
    const criterion = { observation: { loinc: "4548-4" }, value: { min: 7, unit: "%" } };
    const json = { inclusion: [criterion], exclusion: [] };
    expect(() => compile(json, options)).toThrow(CriteriaError);
    const older = compile(json, { ...options, dictionaryVersion: 0 });
    expect(older.programs[0]!.leaves).toHaveLength(1);
  });

  it("refuses absence within a window over a range of codes", () => {
    const problem = exclusionRefusal({ condition: { icd10cm: "C00-C97" }, within: "5 years" });
    expect(problem.path).toBe("exclusion[0]");
    expect(problem.message).toContain("several codes at once");
  });

  it.each([
    ["a relative's category", { familyHistory: { icd10gm: "I50" } }, "dictionary concept"],
    ["an allergy's code", { allergy: { rxnorm: "7980" } }, "dictionary concept"],
    ["a single code", { condition: { snomed: "44054006" } }, '"type-2-diabetes"'],
    ["a code of no concept", { procedure: { snomed: "44054006" } }, "dictionary concept"],
    ["a drug", { medication: { rxnorm: "5856" } }, '"insulin"'],
    ["a class of contacts", { encounter: { actCode: "IMP" } }, '"hospital-admission"'],
    ["a relative's disease", { familyHistory: { icd10: "C50" } }, '"malignancy"'],
  ])("refuses absence of %s: a clinic may code otherwise", (_, criterion, hint) => {
    const problem = exclusionRefusal(criterion);
    expect(problem.message).toContain("a clinic that codes otherwise");
    expect(problem.hint).toContain(hint);
  });

  it("refuses absence below a category: who writes the category only may mean it", () => {
    const problem = exclusionRefusal({ condition: { icd10cm: "E11.2" } });
    expect(problem.message).toContain("a clinic that writes its category only");
    expect(problem.hint).toContain('"type-2-diabetes"');
  });

  it("warns of presence by a code when a concept overlaps it", () => {
    const { warnings } = include({ condition: { icd10cm: "C50" } });
    expect(warnings).toMatchObject([{ path: "inclusion[0].condition" }]);
    expect(warnings[0]!.hint).toContain('"malignancy"');
    expect(include({ condition: { icd10cm: "I50" } }).warnings).toEqual([]);
  });

  it("refuses absence within a window over a raw code that a concept contains", () => {
    const problem = exclusionRefusal({ condition: { snomed: "363346000" }, within: "5 years" });
    expect(problem.hint).toContain('"malignancy"');
  });

  it("refuses absence of what began at least some time ago", () => {
    const problem = exclusionRefusal({
      condition: { concept: "malignancy" },
      atLeastAgo: "6 months",
    });
    expect(problem.path).toBe("exclusion[0].atLeastAgo");
    expect(problem.hint).toContain("site attestation");
  });

  it("refuses absence of any result in a range", () => {
    const criterion = { observation: hba1c, latest: false, value: { above: 9, unit: "%" } };
    expect(exclusionRefusal(criterion).hint).toContain('"latest": true');
  });

  it("refuses the newest result with a near edge", () => {
    const criterion = { observation: hba1c, atLeastAgo: "1 month", value: { min: 7, unit: "%" } };
    expect(refusalOf(criterion).hint).toContain('"latest": false');
  });

  it("refuses windows so short that no record on a weekly schedule can serve them", () => {
    const problem = exclusionRefusal({ medication: { concept: "insulin" }, within: "2 weeks" });
    expect(problem.message).toContain("absence within 14 days");
    expect(problem.hint).toContain("site attestation");
  });

  it("refuses no window for what is on the record", () => {
    for (const within of ["1 day", "2 weeks"]) {
      const { policy } = include({ medication: { concept: "insulin" }, within }).programs[0]!;
      expect(policy.maxRecordAge).toBe(7);
      const result = { observation: hba1c, value: { min: 7, unit: "%" }, within };
      expect(include(result).programs[0]!.policy.maxRecordAge).toBe(7);
    }
  });

  it("refuses the same criterion twice under at least k", () => {
    const twice = [{ age: { min: 18 } }, { age: { min: 18 } }, { sex: "female" }];
    expect(refusalOf({ atLeast: { n: 2, of: twice } }).message).toContain("twice");
  });

  it("refuses to ask for more than there are", () => {
    const problem = refusalOf({ atLeast: { n: 2, of: [{ sex: "female" }] } });
    expect(problem.path).toBe("inclusion[0].atLeast.n");
  });

  it("refuses criteria that only people can answer", () => {
    const attestation = { id: "a", text: "Willing", by: "patient", when: "consent" };
    const problem = refusalOf({ attestation });
    expect(problem.message).toContain("no criterion can be proven");
  });

  it("refuses an attestation id that is used twice", () => {
    const attestation = { id: "a", text: "Willing", by: "patient", when: "consent" };
    const [problem] = problemsOf({
      inclusion: [{ age: { min: 18 } }, { attestation }],
      exclusion: [{ attestation }],
    });
    expect(problem!.path).toBe("exclusion[0].attestation.id");
  });
});

it("a list of more criteria than there may be is refused by its path", () => {
  const inclusion = Array.from({ length: 201 }, () => ({ age: { min: 18 } }));
  const [problem] = checkCriteria({ inclusion, exclusion: [] });
  expect(problem).toMatchObject({ path: "inclusion", message: expect.stringContaining("201") });
});
