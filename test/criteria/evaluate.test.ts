// The evaluator at the edges: days, ages, tombstones, and what it tells the patient.
import { describe, expect, it } from "vitest";
import type { Compiled } from "../../circuits/statement/criteria/compile.ts";
import { encodeCode } from "../../circuits/statement/encoding/code.ts";
import { ONGOING, parseDay } from "../../circuits/statement/encoding/day.ts";
import { UNUSABLE } from "../../circuits/statement/encoding/fact.ts";
import { evaluateCriteria } from "../../circuits/witness/evaluate.ts";
import { AS_OF, conceptCode, exclude, facts, header, include, quantity } from "./fixtures.ts";

const cancer = { condition: { concept: "malignancy" }, within: "5 years" };
const cancerLast = conceptCode("malignancy", "conditionLast");
const hba1c = conceptCode("hba1c", "observation");
const birth = (ymd: number) => ({
  code: encodeCode("demographic", "loinc", "21112-8"),
  day: parseDay(`${ymd}`.replace(/(....)(..)(..)/, "$1-$2-$3")),
  value: BigInt(ymd),
});

function check(compiled: Compiled, record: bigint[], asOf: number = AS_OF) {
  return evaluateCriteria({
    compiled,
    record: { facts: record, header: { ...header, issuedDay: asOf } },
    asOf,
  });
}
const holds = (compiled: Compiled, record: bigint[], asOf: number = AS_OF) =>
  check(compiled, record, asOf).eligible;

describe("windows", () => {
  it("shows 'within 5 years' up to 1,826 days ago", () => {
    const at = (age: number) => facts({ code: cancerLast, day: AS_OF - age });
    expect(holds(include(cancer), at(1826))).toBe(true);
    expect(holds(include(cancer), at(1827))).toBe(false);
  });

  it("shows 'none within 5 years' only from 1,828 days ago", () => {
    const at = (age: number) => facts({ code: cancerLast, day: AS_OF - age });
    expect(holds(exclude(cancer), at(1827))).toBe(false);
    expect(holds(exclude(cancer), at(1828))).toBe(true);
    expect(holds(exclude(cancer), [])).toBe(true);
  });

  it("lets an active disease of long ago block 'none within 5 years'", () => {
    const record = facts(
      { code: conceptCode("malignancy", "conditionStart"), day: AS_OF - 13_000 },
      { code: cancerLast, day: ONGOING },
    );
    expect(holds(exclude(cancer), record)).toBe(false);
    expect(holds(include(cancer), record)).toBe(true);
  });

  it("lets a provisional diagnosis block absence and satisfy nothing", () => {
    const record = facts({ code: cancerLast, day: AS_OF - 10, value: UNUSABLE });
    expect(holds(exclude(cancer), record)).toBe(false);
    expect(holds(include(cancer), record)).toBe(false);
  });

  it("shows 'began at least 6 months ago' from 184 days on, and never by what is ongoing", () => {
    const compiled = include({ condition: { concept: "malignancy" }, atLeastAgo: "6 months" });
    const code = conceptCode("malignancy", "conditionStart");
    expect(holds(compiled, facts({ code, day: AS_OF - 183 }))).toBe(false);
    expect(holds(compiled, facts({ code, day: AS_OF - 184 }))).toBe(true);
    expect(holds(compiled, facts({ code, day: ONGOING }))).toBe(false);
  });
});

describe("newest results", () => {
  const compiled = include({ observation: { concept: "hba1c" }, value: { above: 7, unit: "%" } });

  it("lets an unusable newest result stand in the way of an older one", () => {
    const older = { code: hba1c, day: AS_OF - 50, value: quantity("8") };
    expect(holds(compiled, facts(older))).toBe(true);
    const newest = { code: hba1c, day: AS_OF - 5, value: UNUSABLE };
    expect(holds(compiled, facts(older, newest))).toBe(false);
  });

  it("separates 7 from the next representable value above it", () => {
    const of = (value: string) => facts({ code: hba1c, day: AS_OF, value: quantity(value) });
    expect(holds(compiled, of("7"))).toBe(false);
    expect(holds(compiled, of("7.0001"))).toBe(true);
  });

  it("does not mistake a neighbouring code for the one asked for", () => {
    const value = quantity("8");
    const record = facts(
      { code: hba1c - 1n, day: AS_OF, value },
      { code: hba1c + 1n, day: AS_OF, value },
    );
    expect(holds(compiled, record)).toBe(false);
  });
});

describe("ages", () => {
  const adult = include({ age: { min: 18 } });
  const on = (date: string, ymd: number) => holds(adult, facts(birth(ymd)), parseDay(date));

  it("turns 18 on the birthday", () => {
    expect(on("2026-02-28", 20_080_301)).toBe(false);
    expect(on("2026-03-01", 20_080_301)).toBe(true);
  });

  it("turns a year older on 1 March for one born on 29 February, in common years", () => {
    expect(on("2022-02-28", 20_040_229)).toBe(false);
    expect(on("2022-03-01", 20_040_229)).toBe(true);
    const twenty = include({ age: { min: 20 } });
    const leap = (date: string) => holds(twenty, facts(birth(20_040_229)), parseDay(date));
    expect([leap("2024-02-28"), leap("2024-02-29")]).toEqual([false, true]);
  });

  it("keeps an upper age until the day before the next birthday", () => {
    const limited = include({ age: { max: 60 } });
    const at = (date: string) => holds(limited, facts(birth(19_650_301)), parseDay(date));
    expect([at("2026-02-28"), at("2026-03-01")]).toEqual([true, false]);
  });

  it("refuses a 12-year-old for 'age 50 to 60'", () => {
    const record = facts(birth(20_130_601));
    expect(holds(include({ age: { min: 50, max: 60 } }), record)).toBe(false);
  });
});

describe("what a patient is told", () => {
  it("gives the first day on which an exclusion lapses", () => {
    const record = facts({ code: cancerLast, day: parseDay("2023-05-01") });
    const [verdict] = check(exclude(cancer), record).criteria;
    expect(verdict).toMatchObject({ holds: false, earliest: "2028-05-02" });
    const day = parseDay(verdict!.earliest!);
    expect([holds(exclude(cancer), record, day - 1), holds(exclude(cancer), record, day)]).toEqual([
      false,
      true,
    ]);
  });

  it("gives the birthday on which an age is reached, 1 March for 29 February", () => {
    const [verdict] = check(include({ age: { min: 25 } }), facts(birth(20_040_229))).criteria;
    expect(verdict!.earliest).toBe("2029-03-01");
  });

  it("gives the day on which all of several parts hold", () => {
    const record = facts(birth(20_090_601), { code: cancerLast, day: parseDay("2023-05-01") });
    const both = include({ all: [{ age: { min: 18 } }, { not: cancer }] });
    expect(check(both, record).criteria[0]!.earliest).toBe("2028-05-02");
  });

  it("gives no day for what time alone will not change", () => {
    const compiled = include({ observation: { concept: "hba1c" }, value: { min: 7, unit: "%" } });
    expect(check(compiled, []).criteria[0]!.earliest).toBeUndefined();
    const record = facts({ code: cancerLast, day: ONGOING });
    expect(check(exclude(cancer), record).criteria[0]!.earliest).toBeUndefined();
  });

  it.each([
    ["not-on-record", []],
    ["outside-range", [{ code: hba1c, day: AS_OF - 5, value: quantity("6") }]],
    ["unusable", [{ code: hba1c, day: AS_OF - 5, value: UNUSABLE }]],
    ["too-old", [{ code: hba1c, day: AS_OF - 200, value: quantity("8") }]],
    ["shown", [{ code: hba1c, day: AS_OF - 5, value: quantity("8") }]],
  ])("says %s", (why, inputs) => {
    const compiled = include({
      observation: { concept: "hba1c" },
      within: "90 days",
      value: { min: 7, unit: "%" },
    });
    expect(check(compiled, facts(...inputs)).parts[0]!.leaves[0]!.why).toBe(why);
  });

  it("leaves to people what only they can say", () => {
    const attestation = { id: "a", text: "Willing", by: "patient", when: "consent" };
    const compiled = include({ age: { min: 18 } }, { attestation });
    const { criteria, eligible } = check(compiled, facts(birth(19_800_101)));
    expect(criteria.map((c) => c.holds)).toEqual([true, undefined]);
    expect(eligible).toBe(true);
  });
});

describe("the policy on the record's header", () => {
  const compiled = exclude(cancer, { observation: { concept: "hba1c" }, within: "100 days" });
  const { policy } = compiled.programs[0]!;
  const problems = (change: Partial<typeof header>) => {
    const record = { facts: [], header: { ...header, ...change } };
    const result = evaluateCriteria({ compiled, record, asOf: AS_OF }).parts[0]!;
    expect(result.eligible).toBe(result.policy.holds);
    return result.policy.problems.map(({ rule }) => rule);
  };

  it("holds at each bound and fails one beyond", () => {
    expect(problems({})).toEqual([]);
    expect(problems({ issuedDay: AS_OF - policy.maxRecordAge })).toEqual([]);
    expect(problems({ issuedDay: AS_OF - policy.maxRecordAge - 1 })).toEqual(["maxRecordAge"]);
    expect(problems({ coverageFromDay: AS_OF - policy.minCoverage })).toEqual([]);
    expect(problems({ coverageFromDay: AS_OF - policy.minCoverage + 1 })).toEqual(["minCoverage"]);
    expect(problems({ identitySince: policy.latestIdentitySince })).toEqual([]);
    expect(problems({ identitySince: policy.latestIdentitySince + 1 })).toEqual([
      "latestIdentitySince",
    ]);
    expect(problems({ dictionaryVersion: policy.minDictionaryVersion - 1 })).toEqual([
      "minDictionaryVersion",
    ]);
  });

  it("fails for a record from the future, or one that covers nothing", () => {
    expect(problems({ issuedDay: AS_OF + 1 })).toContain("dates");
    expect(problems({ coverageFromDay: AS_OF, issuedDay: AS_OF - 1 })).toContain("dates");
  });

  it("fails when a domain it needs is not complete", () => {
    expect(problems({ completeFor: ["observation"] })).toEqual(["domains"]);
  });
});
