// Random criteria split into parts: the verdict of the whole is that of the parts together.
import { describe, expect, it } from "vitest";
import { type Compiled, compile } from "../../circuits/statement/criteria/compile.ts";
import type { Tree } from "../../circuits/statement/criteria/compileGates.ts";
import type { Criteria, Criterion } from "../../circuits/statement/criteria/criteria.ts";
import { derivePolicy } from "../../circuits/statement/criteria/policy.ts";
import { type Policy, SIZES } from "../../circuits/statement/criteria/program.ts";
import { provablePart } from "../../circuits/statement/criteria/requirement.ts";
import { evaluateCriteria } from "../../circuits/witness/evaluate.ts";
import { AS_OF, header, options, facts as packed, terminology } from "./fixtures.ts";
import { shows } from "./naive.ts";
import { randomCriterion, randomFacts, seeded } from "./random.ts";

describe("the parts of random criteria", () => {
  it("together say on one record what the whole says, and each policy no more than the whole's", () => {
    const random = seeded(4_411);
    const counts = { split: 0, holds: 0, fails: 0 };
    for (let i = 0; i < 40; i++) {
      const first = randomFacts(random);
      const criteria = criteriaFor(random, first);
      const compiled = compile(criteria, options);
      if (compiled.programs.length > 1) counts.split += 1;
      expectPolicies(compiled);
      for (let r = 0; r < 8; r++) {
        const facts = r === 0 ? first : r < 5 ? without(random, first) : randomFacts(random);
        const question = { facts, asOf: AS_OF };
        const expected = [
          ...criteria.inclusion.map((one) => shows(one, false, question)),
          ...criteria.exclusion.map((one) => shows(one, true, question)),
        ];
        const record = { facts: packed(...facts), header };
        const verdicts = evaluateCriteria({ compiled, record, asOf: AS_OF }).parts;
        const eligible = verdicts.every((verdict) => verdict.eligible);
        expect(eligible, JSON.stringify(criteria)).toBe(expected.every(Boolean));
        expect(perCriterion(compiled, verdicts)).toEqual(expected);
        counts[eligible ? "holds" : "fails"] += 1;
      }
    }
    expect(counts.split).toBeGreaterThan(20);
    expect(counts.holds).toBeGreaterThan(40);
    expect(counts.fails).toBeGreaterThan(60);
  });
});

type Verdicts = readonly { readonly leaves: readonly { readonly holds: boolean }[] }[];

/** Each criterion's verdict by its trees: all that it demands of each of its parts. */
function perCriterion({ criteria }: Compiled, verdicts: Verdicts): boolean[] {
  return criteria.map(({ parts, trees }) =>
    trees.every((tree, i) => holdsOn(tree, (leaf) => verdicts[parts[i]!]!.leaves[leaf]!.holds)),
  );
}

function holdsOn(tree: Tree, leafHolds: (leaf: number) => boolean): boolean {
  if ("leaf" in tree) return leafHolds(tree.leaf);
  return tree.of.filter((one) => holdsOn(one, leafHolds)).length >= tree.threshold;
}

/** Many criteria that these facts meet, and now and then one that they may not. */
function criteriaFor(random: () => number, facts: ReturnType<typeof randomFacts>): Criteria {
  const question = { facts, asOf: AS_OF };
  const criteria: Criteria = { inclusion: [], exclusion: [] };
  const size = 18 + Math.floor(random() * 12);
  while (criteria.inclusion.length + criteria.exclusion.length < size) {
    const list = random() < 0.5 ? "inclusion" : "exclusion";
    const one = randomCriterion(random, 2) as Criterion;
    const isWanted = shows(one, list === "exclusion", question) || random() < 0.005;
    const alone = { inclusion: [{ age: { min: 18 } }], exclusion: [], [list]: [one] };
    if (isWanted && compiles(alone)) criteria[list].push(one);
  }
  while (!compiles(criteria))
    criteria[criteria.exclusion.length > 0 ? "exclusion" : "inclusion"].pop();
  return criteria;
}

function compiles(criteria: Criteria): boolean {
  try {
    compile(criteria, options);
    return true;
  } catch {
    return false;
  }
}

function without(random: () => number, facts: ReturnType<typeof randomFacts>) {
  const gone = Math.floor(random() * facts.length);
  return facts.filter((_, i) => i !== gone);
}

/** All parts' demands together are those of the whole. */
function expectPolicies({ programs, criteria }: Compiled): void {
  const context = { terminology, dictionaryVersion: 99, problems: [], warnings: [] };
  const provable = criteria.flatMap(({ requirement }) => provablePart(requirement) ?? []);
  const whole = derivePolicy(provable, options.latestIdentitySince, context);
  const policies = programs.map(({ policy }) => policy);
  const most = (of: (policy: Policy) => number) => Math.max(...policies.map(of));
  expect(Math.min(...policies.map((policy) => policy.maxRecordAge))).toBe(whole.maxRecordAge);
  expect(most((policy) => policy.minCoverage)).toBe(whole.minCoverage);
  expect(most((policy) => policy.minDictionaryVersion)).toBe(whole.minDictionaryVersion);
  expect(new Set(policies.flatMap(({ domains }) => domains))).toEqual(new Set(whole.domains));
  for (const { leaves, gates } of programs) {
    expect(leaves.length).toBeLessThanOrEqual(SIZES[32].leaves);
    expect(gates.length).toBeLessThanOrEqual(SIZES[32].gates);
  }
}
