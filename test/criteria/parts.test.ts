// Criteria that fit no program: the fewest parts, each with its own gates and policy, and the verdict of the whole.
import { describe, expect, it } from "vitest";
import { type Compiled, compile } from "../../circuits/statement/criteria/compile.ts";
import type { Tree } from "../../circuits/statement/criteria/compileGates.ts";
import { exclude, include, options, problemsOf } from "./fixtures.ts";
import { seeded } from "./random.ts";

const ages = (count: number, from = 1) =>
  Array.from({ length: count }, (_, i) => ({ age: { min: from + i } }));
const anyAge = (count: number, from = 1) => ({ any: ages(count, from) });
const leavesIn = ({ programs }: Compiled) => programs.map(({ leaves }) => leaves.length);
const partsIn = ({ criteria }: Compiled) => criteria.map(({ parts }) => parts);

describe("parts", () => {
  it.each([
    [8, ["eligibility-8", [8]]],
    [9, ["eligibility-32", [9]]],
    [32, ["eligibility-32", [32]]],
    [33, ["eligibility-32", [32, 1]]],
    [57, ["eligibility-32", [32, 25]]],
    [128, ["eligibility-32", [32, 32, 32, 32]]],
  ])("%d leaves need as few as hold them, all of one circuit", (count, expected) => {
    const compiled = include(...ages(count));
    expect([compiled.circuit, leavesIn(compiled)]).toEqual(expected);
    expect(new Set(compiled.programs.map(({ size }) => size)).size).toBe(1);
    for (const { salt } of compiled.programs) expect(salt).toBe(options.salt);
  });

  it("are cut for want of gates too", () => {
    const pairs = Array.from({ length: 16 }, (_, i) => anyAge(2, 1 + 2 * i));
    // 16 disjunctions of two leaves each and the conjunction of them all are 17 gates.
    expect(leavesIn(include(...pairs))).toEqual([30, 2]);
  });

  it("refuses more than four, and says which criteria are the largest", () => {
    const [problem, ...more] = problemsOf({
      inclusion: [...ages(97), anyAge(32, 100)],
      exclusion: [],
    });
    expect(more).toEqual([]);
    expect(problem!.message).toContain("needs 129 leaves and 2 gates");
    expect(problem!.message).toContain("4 parts of eligibility-32 have room for 128 and 64");
    expect(problem!.hint).toContain("inclusion[97] (32 leaves), inclusion[0] (1 leaf)");
  });

  it("refuses what fits four only by its leaves, when no way to pack it does", () => {
    const [problem] = problemsOf({
      inclusion: Array.from({ length: 5 }, (_, i) => anyAge(20, 1 + 20 * i)),
      exclusion: [],
    });
    expect(problem!.message).toContain("needs 100 leaves");
  });

  it("refuses a criterion that one record must answer and that fits none, by its path", () => {
    const problems = problemsOf({ inclusion: [{ sex: "male" }, anyAge(33)], exclusion: [] });
    expect(problems.map(({ path }) => path)).toEqual(["inclusion[1]"]);
    expect(problems[0]!.message).toBe(
      "needs 33 leaves and 1 gates that one record must answer together; eligibility-32 has 32 and 16",
    );
  });

  it("take a criterion apart only where it demands all of what it names, and fits none", () => {
    const compiled = include({ all: [...ages(20), anyAge(20, 50)] }, { sex: "male" });
    expect(leavesIn(compiled)).toEqual([20, 21]);
    const [long, sex] = compiled.criteria;
    expect([long!.parts, long!.part, long!.tree]).toEqual([[0, 1], undefined, undefined]);
    expect(long!.trees.map((tree) => leafNumbers(tree).length)).toEqual([20, 20]);
    expect([sex!.parts, sex!.part, sex!.tree]).toEqual([[1], 1, { leaf: 20 }]);
    const whole = include({ all: [...ages(20), anyAge(8, 50)] }, ...ages(10, 100));
    expect(whole.criteria[0]!.parts).toEqual([0]);
  });

  it("keep the order of the text where that costs no part", () => {
    const compiled = include(...[20, 10, 20, 10].map((count, i) => anyAge(count, 1 + 30 * i)));
    expect(partsIn(compiled)).toEqual([[0], [0], [1], [1]]);
    const mixed = include(...[20, 20, 12, 12].map((count, i) => anyAge(count, 1 + 30 * i)));
    expect(partsIn(mixed)).toEqual([[0], [1], [0], [1]]);
  });

  it("count a leaf once that criteria of one part share", () => {
    const shared = Array.from({ length: 16 }, (_, i) => anyAge(20, 1 + i));
    expect(leavesIn(include(...shared.slice(0, 13)))).toEqual([32]);
    expect(leavesIn(include(...shared))).toEqual([32, 22]);
  });

  it("are the fewest that there can be", () => {
    const random = seeded(57);
    for (let i = 0; i < 150; i++) {
      const sizes = Array.from({ length: 4 + Math.floor(random() * 5) }, () =>
        Math.min(2 + Math.floor(random() * 22), 18),
      );
      const fewest = fewestBins(sizes);
      if (fewest > 4 || sizes.reduce((a, b) => a + b) > 140) continue;
      let from = 1;
      const criteria = sizes.map((size) => {
        from += size;
        return anyAge(size, from - size);
      });
      expect(include(...criteria).programs, `${sizes}`).toHaveLength(fewest);
    }
  });

  it("are the same for the same text, whatever the order of its keys", () => {
    const criteria = [{ age: { min: 3, max: 40 } }, ...ages(50)];
    const turned = [{ age: { max: 40, min: 3 } }, ...ages(50)];
    expect(include(...turned).programs).toEqual(include(...criteria).programs);
  });
});

describe("a part's policy", () => {
  const cancer = { condition: { concept: "malignancy" } };
  const clinic = { observation: { concept: "hba1c" }, within: "28 days" };

  it("is derived from its own leaves only", () => {
    const many = { inclusion: [...ages(31), clinic, { sex: "male" }], exclusion: [cancer] };
    const { programs } = compile(many, options);
    expect(programs.map(({ policy }) => [policy.maxRecordAge, policy.minCoverage])).toEqual([
      [7, 0],
      [90, 366],
    ]);
    expect(programs.map(({ policy }) => policy.domains)).toEqual([[], ["conditionLast"]]);
  });

  it("takes a trial's stricter demands into every part, and names a weaker one once", () => {
    const inclusion = [...ages(32), { sex: "male" }];
    const strict = { minCoverage: "2 years", completeFor: ["procedure"] };
    const { programs } = compile({ inclusion, exclusion: [cancer], policy: strict }, options);
    expect(programs.map(({ policy }) => policy.minCoverage)).toEqual([731, 731]);
    for (const { policy } of programs) expect(policy.domains).toContain("procedure");
    const weak = { minCoverage: "1 year", maxRecordAge: "60 days" };
    const [problem, ...more] = problemsOf({
      inclusion,
      exclusion: [{ ...cancer, within: "5 years" }],
      policy: weak,
    });
    expect(more).toEqual([]);
    expect(problem!.path).toBe("policy.minCoverage");
  });
});

describe("a part that asks only for absences", () => {
  const drugs = ["beta-blockers", "insulin"].flatMap((concept) =>
    Array.from({ length: 20 }, (_, i) => ({ medication: { concept }, within: `${30 + i} days` })),
  );

  it("gets a criterion that must be met, where another part has two", () => {
    const result = { observation: { concept: "hba1c" }, value: { min: "6", unit: "%" } };
    const inclusion = [{ condition: { concept: "type-2-diabetes" } }, result];
    const compiled = compile({ inclusion, exclusion: drugs }, options);
    expect(partsIn(compiled).slice(0, 2)).toEqual([[0], [1]]);
    expect(compiled.warnings).toEqual([]);
  });

  it("is noted where there is none: a clinic that hardly knows the patient could answer it", () => {
    const { warnings, programs } = exclude(...drugs);
    expect(programs).toHaveLength(2);
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^part 1 of 2 asks only that things are not on record/),
      expect.stringMatching(/^part 2 of 2 asks only/),
    ]);
    // Everybody has an age: it says nothing about whether a clinic knows them.
    const aged = compile({ inclusion: [{ age: { min: 18 } }], exclusion: drugs }, options);
    expect(aged.warnings).toHaveLength(2);
    expect(exclude(...drugs.slice(0, 20)).warnings).toEqual([]);
  });
});

describe("parts in words", () => {
  it("say what is shown together, what may come from another clinic, and what people are asked", () => {
    const attestation = { id: "a", text: "Willing", by: "patient", when: "consent" };
    const compiled = compile(
      { inclusion: [...ages(32), { attestation }], exclusion: [{ sex: "male" }] },
      options,
    );
    const lines = compiled.english.split("\n");
    expect(lines[0]).toBe(
      "Shown in 2 parts: each from one record of the person; two parts may come from records of two clinics.",
    );
    expect(lines[1]).toBe("Part 1 of 2, from one record:");
    expect(lines.slice(-4)).toEqual([
      "Part 2 of 2, from one record:",
      "  May not take part: sex: male",
      "Asked of people, not of a record:",
      "  Willing (asked of the patient at consent)",
    ]);
    expect(compiled.reviewed).toContain("Shown by: sex: female or other");
  });

  it("name the other parts of a criterion that is in several", () => {
    const { english } = include({ all: ages(40) });
    expect(english).toContain("(the rest of it in part 2)");
    expect(english).toContain("(the rest of it in part 1)");
  });
});

function leafNumbers(tree: Tree): number[] {
  return "leaf" in tree ? [tree.leaf] : tree.of.flatMap(leafNumbers);
}

/** The fewest bins of 32 for these sizes, by trying all. */
function fewestBins(sizes: readonly number[], bins: readonly number[] = []): number {
  const [first, ...rest] = sizes;
  if (first === undefined) return bins.length;
  const tried = bins.flatMap((load, i) =>
    load + first <= 32 ? [fewestBins(rest, bins.with(i, load + first))] : [],
  );
  return Math.min(...tried, fewestBins(rest, [...bins, first]));
}
