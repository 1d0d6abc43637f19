// What is shown by days that are not certain, by birth dates given in part, and of one episode.
import { describe, expect, it } from "vitest";
import type { Compiled } from "../../circuits/statement/criteria/compile.ts";
import { encodeCode } from "../../circuits/statement/encoding/code.ts";
import { ONGOING, parseDay } from "../../circuits/statement/encoding/day.ts";
import {
  EARLIEST,
  EXACT,
  LATEST,
  STILL_ON,
  UNUSABLE,
} from "../../circuits/statement/encoding/fact.ts";
import { evaluateCriteria } from "../../circuits/witness/evaluate.ts";
import { AS_OF, conceptCode, exclude, facts, header, include } from "./fixtures.ts";

const cancerLast = conceptCode("malignancy", "conditionLast");

function check(compiled: Compiled, record: bigint[], asOf: number = AS_OF) {
  return evaluateCriteria({
    compiled,
    record: { facts: record, header: { ...header, issuedDay: asOf } },
    asOf,
  });
}
const holds = (compiled: Compiled, record: bigint[], asOf: number = AS_OF) =>
  check(compiled, record, asOf).eligible;

describe("birth dates given in part", () => {
  /** Any day of the year: the last as the value, two days before the first as the day. */
  const bornIn = (year: number) => ({
    code: encodeCode("demographic", "loinc", "21112-9"),
    day: parseDay(`${year}-01-01`) - 2,
    value: BigInt(year * 10_000 + 1231),
  });
  const at = (criterion: object, date: string) =>
    holds(include(criterion), facts(bornIn(1960)), parseDay(date));

  it("show a least age once the last day of birth has reached it", () => {
    const adult = { age: { min: 18 } };
    expect([at(adult, "1978-12-30"), at(adult, "1978-12-31")]).toEqual([false, true]);
  });

  it("show a greatest age only while the first day of birth is within it", () => {
    const limited = { age: { max: 60 } };
    expect([at(limited, "2020-12-28"), at(limited, "2021-01-01")]).toEqual([true, false]);
  });

  it("show a range that holds whichever day it was, and no other", () => {
    const range = { age: { min: 60, max: 61 } };
    expect([at(range, "2020-06-01"), at(range, "2021-06-01")]).toEqual([false, true]);
    const year = { age: { min: 60, max: 60 } };
    expect(at(year, "2021-06-01")).toBe(false);
  });
});

describe("days that are not certain", () => {
  const cancerStart = conceptCode("malignancy", "conditionStart");
  const windows = (value: bigint) => {
    const record = facts({ code: cancerStart, day: AS_OF - 100, value });
    const condition = { condition: { concept: "malignancy" } };
    return [
      { startedWithin: "1 year" },
      { atLeastAgo: "1 month" },
      { startedWithin: "1 year", atLeastAgo: "1 month" },
    ].map((times) => holds(include({ ...condition, ...times }), record));
  };

  it("show what is true of every day that is meant", () => {
    expect(windows(EARLIEST)).toEqual([true, false, false]);
    expect(windows(EXACT)).toEqual([true, true, true]);
    expect(windows(LATEST)).toEqual([false, true, false]);
    expect(windows(UNUSABLE)).toEqual([false, false, false]);
  });

  it("all block absence", () => {
    const excluded = exclude({ condition: { concept: "malignancy" }, startedWithin: "1 year" });
    for (const value of [EARLIEST, EXACT, LATEST, UNUSABLE]) {
      expect(holds(excluded, facts({ code: cancerStart, day: AS_OF - 100, value }))).toBe(false);
    }
  });

  it("are not current when they may be over", () => {
    const current = include({ condition: { concept: "malignancy" }, status: "current" });
    const at = (value: bigint) => holds(current, facts({ code: cancerLast, day: ONGOING, value }));
    expect([at(EXACT), at(LATEST)]).toEqual([true, false]);
  });

  it("are told as what they are", () => {
    const started = include({ condition: { concept: "malignancy" }, startedWithin: "1 year" });
    const [late] = check(
      started,
      facts({ code: cancerStart, day: parseDay("2025-11-01"), value: LATEST }),
    ).parts[0]!.leaves;
    expect(late).toMatchObject({ why: "uncertain-day" });
    expect(late!.reason).toBe("on or before 2025-11-01, not known when exactly");
    const [early] = check(
      started,
      facts({ code: cancerStart, day: parseDay("2025-11-01"), value: EARLIEST }),
    ).parts[0]!.leaves;
    expect(early!.reason).toBe("on or after 2025-11-01");
  });
});

describe("one episode", () => {
  const code = conceptCode("type-2-diabetes", "conditionStart");
  const last = conceptCode("type-2-diabetes", "conditionLast");
  const same = include({
    condition: { concept: "type-2-diabetes" },
    status: "current",
    atLeastAgo: "3 months",
    sameEpisode: true,
  });
  const either = include({
    condition: { concept: "type-2-diabetes" },
    status: "current",
    atLeastAgo: "3 months",
  });

  it("is not made of an old one that is over and a new one that goes on", () => {
    const record = facts(
      { code, day: AS_OF - 2000 },
      { code, day: AS_OF - 10 },
      { code, day: AS_OF - 10, value: EXACT + STILL_ON },
      { code: last, day: ONGOING },
    );
    expect([holds(same, record), holds(either, record)]).toEqual([false, true]);
  });

  it("holds when what goes on began that long ago", () => {
    const at = (value: bigint) => holds(same, facts({ code, day: AS_OF - 100, value }));
    expect([EXACT, EXACT + STILL_ON, LATEST + STILL_ON, EARLIEST + STILL_ON].map(at)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});
