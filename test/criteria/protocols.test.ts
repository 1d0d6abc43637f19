// Example trials after published protocols: what they prove of what a record could answer, and that they recruit.
import { describe, expect, it } from "vitest";
import { compile } from "../../circuits/statement/criteria/compile.ts";
import { parseDay } from "../../circuits/statement/encoding/day.ts";
import { evaluateCriteria } from "../../circuits/witness/evaluate.ts";
import { ALL, ISSUED, issue } from "../clinic/given.ts";
import {
  BOOK_OF,
  LEAST_SHARE,
  OPTIONS,
  proofsOf,
  readExample,
  shareOf,
  sumOf,
} from "./coverage.ts";
import { PATIENT_OF } from "./protocolPatients.ts";

const NAMES = Object.keys(BOOK_OF);
const CHART_BEGAN = parseDay("2012-01-01");
/** Longer than the largest circuit: shown in parts. */
const LONG = "alzheimers-disease.json";

/** The ids of the criteria that a record of these resources does not show. */
function failing(name: string, resources: Parameters<typeof issue>[0]): (string | undefined)[] {
  const { record, completeFor } = issue(resources, { coverageFromDay: CHART_BEGAN });
  expect(completeFor, "the record is complete").toEqual(ALL);
  const compiled = compile(readExample(name).criteria, OPTIONS);
  const verdict = evaluateCriteria({ compiled, record, asOf: ISSUED });
  const failed = verdict.criteria.filter(({ holds }) => holds === false).map(({ id }) => id);
  expect(verdict.parts.flatMap(({ policy }) => policy.problems)).toEqual([]);
  expect(verdict.eligible).toBe(failed.length === 0);
  return failed;
}

describe("trials after published protocols", () => {
  it("are five, and name their sources", () => {
    expect(NAMES).toHaveLength(5);
    for (const name of NAMES) expect(readExample(name).sources, name).toHaveLength(1);
  });

  it.each(NAMES.filter((name) => name !== LONG))("%s fits a circuit, without warnings", (name) => {
    const { circuit, warnings } = compile(readExample(name).criteria, OPTIONS);
    expect(circuit).toBe("eligibility-32");
    expect(warnings).toEqual([]);
  });

  it("the long one has more than 40 criteria and 57 leaves, and is shown in three parts", () => {
    const { criteria } = readExample(LONG);
    expect(criteria.inclusion.length + criteria.exclusion.length).toBeGreaterThan(40);
    const { circuit, programs, warnings } = compile(criteria, OPTIONS);
    expect([circuit, programs.length]).toEqual(["eligibility-32", 3]);
    const leaves = programs.reduce((sum, program) => sum + program.leaves.length, 0);
    expect(leaves).toBeGreaterThan(57);
    expect(warnings).toEqual([]);
  });

  it.each(NAMES)(
    "every criterion of %s is in the book once, as a record's or a person's",
    (name) => {
      const { record, person, adapted } = BOOK_OF[name]!;
      const proofs = proofsOf(readExample(name).criteria);
      const ids = proofs.map(({ id }) => id);
      expect([...record, ...person].sort()).toEqual([...ids].sort());
      expect(new Set(ids).size).toBe(ids.length);
      expect(record).toEqual(expect.arrayContaining(Object.keys(adapted)));
      // What is proven was for a record to answer, or the share would be of the wrong whole.
      for (const { id, proof } of proofs) if (proof !== "attested") expect(record).toContain(id);
    },
  );

  it("prove whole at least 65 % of what a record could answer", () => {
    const shares = NAMES.map((name) => shareOf(readExample(name).criteria, BOOK_OF[name]!));
    const all = sumOf(shares);
    expect(all.criteria).toBeGreaterThan(200);
    expect(all.whole / all.answerable).toBeGreaterThanOrEqual(LEAST_SHARE);
    for (const { whole, answerable } of shares) expect(whole / answerable).toBeGreaterThan(0.6);
  });
});

describe.each(NAMES)("%s", (name) => {
  const { takes, but } = PATIENT_OF[name]!;

  it("takes a patient who is as it asks", () => {
    expect(failing(name, [...takes])).toEqual([]);
  });

  it.each(Object.keys(but))("does not take the same patient with what %s is about", (id) => {
    expect(failing(name, [...takes, but[id]!])).toEqual([id]);
  });
});
