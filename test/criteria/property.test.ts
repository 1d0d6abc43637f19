// The compiled program on random records, against the text's meaning by brute force.
import { describe, expect, it } from "vitest";
import { type Compiled, compile } from "../../circuits/statement/criteria/compile.ts";
import type { Criteria } from "../../circuits/statement/criteria/criteria.ts";
import { CriteriaError } from "../../circuits/statement/criteria/problem.ts";
import { evaluateCriteria } from "../../circuits/witness/evaluate.ts";
import { AS_OF, header, options, facts as packed } from "./fixtures.ts";
import { shows } from "./naive.ts";
import { randomCriterion, randomFacts, seeded } from "./random.ts";

const PROGRAMS = 400;
const RECORDS = 12;

function tryCompile(criteria: unknown): Compiled | undefined {
  try {
    return compile(criteria, options);
  } catch (error) {
    if (error instanceof CriteriaError) return undefined;
    throw error;
  }
}

describe("compiled criteria", () => {
  it("agree with a brute-force reading of the text on random records", () => {
    const random = seeded(20_261_121);
    const counts = { compiled: 0, holds: 0, fails: 0 };
    for (let i = 0; i < PROGRAMS; i++) {
      const criteria = {
        inclusion: Array.from({ length: 1 + Math.floor(random() * 2) }, () =>
          randomCriterion(random, 3),
        ),
        exclusion: Array.from({ length: Math.floor(random() * 2) }, () =>
          randomCriterion(random, 2),
        ),
      } as Criteria;
      const compiled = tryCompile(criteria);
      if (!compiled) continue;
      counts.compiled += 1;
      for (let r = 0; r < RECORDS; r++) {
        const facts = randomFacts(random);
        const question = { facts, asOf: AS_OF };
        const expected = [
          ...criteria.inclusion.map((c) => shows(c, false, question)),
          ...criteria.exclusion.map((c) => shows(c, true, question)),
        ];
        const record = { facts: packed(...facts), header };
        const result = evaluateCriteria({ compiled, record, asOf: AS_OF });
        const context = JSON.stringify(criteria);
        expect(
          result.criteria.map((c) => c.holds),
          context,
        ).toEqual(expected);
        expect(result.eligible, context).toBe(expected.every(Boolean));
        counts[result.eligible ? "holds" : "fails"] += 1;
      }
    }
    expect(counts.compiled).toBeGreaterThan(PROGRAMS / 4);
    expect(counts.holds).toBeGreaterThan(300);
    expect(counts.fails).toBeGreaterThan(300);
  });
});
