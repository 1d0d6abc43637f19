import { beforeAll, describe, expect, test } from "vitest";
import type { Policy } from "../../circuits/statement/criteria/program.ts";
import { DOMAINS, type Domain } from "../../circuits/statement/encoding/code.ts";
import { DAY_BITS, ONGOING } from "../../circuits/statement/encoding/day.ts";
import { bitsOf } from "../../circuits/statement/encoding/field.ts";
import {
  CODED_SYSTEMS,
  type CodedSystem,
  type Header,
  packHeader,
} from "../../circuits/statement/encoding/header.ts";
import { POLICY, policyWord, recordOf, TODAY } from "./example.ts";
import { compilePart, type Part } from "./part.ts";

let policy: Part;
let calendar: Part;
beforeAll(async () => {
  policy = await compilePart("RecordPolicy()", "record.circom");
  calendar = await compilePart("Calendar()", "calendar.circom");
});

function meets(header: Partial<Header>, wanted: Partial<Policy> = {}, asOf: number = TODAY) {
  return policy.accepts({
    header: packHeader({ ...recordOf().header, ...header }),
    policy: policyWord({ ...POLICY, ...wanted }),
    asOfDay: BigInt(asOf),
  });
}

describe("a record's header", () => {
  test.each<[string, Partial<Header>, Partial<Header>, Partial<Policy>]>([
    [
      "issued on the day of proof, not after it",
      { issuedDay: TODAY },
      { issuedDay: TODAY + 1 },
      {},
    ],
    [
      "as old as allowed, not older",
      { issuedDay: TODAY - 30 },
      { issuedDay: TODAY - 31 },
      { maxRecordAge: 30 },
    ],
    [
      "covering from its day of issue, not from later",
      { issuedDay: TODAY - 3, coverageFromDay: TODAY - 3 },
      { issuedDay: TODAY - 3, coverageFromDay: TODAY - 2 },
      { minCoverage: 0 },
    ],
    [
      "covering as long as asked, not less",
      { coverageFromDay: TODAY - 1827 },
      { coverageFromDay: TODAY - 1826 },
      { minCoverage: 1827 },
    ],
    [
      "of the dictionary asked for, not an older one",
      { dictionaryVersion: 2 },
      { dictionaryVersion: 1 },
      { minDictionaryVersion: 2 },
    ],
    [
      "of a dictionary asked for by its highest bit",
      { dictionaryVersion: 2 ** 15 },
      { dictionaryVersion: 2 ** 15 - 1 },
      { minDictionaryVersion: 2 ** 15 },
    ],
    [
      "bound to its identity early enough, not a day later",
      { identitySince: TODAY - 100 },
      { identitySince: TODAY - 99 },
      { latestIdentitySince: TODAY - 100 },
    ],
    [
      "bound once, where re-bound identities are not accepted",
      { identitySince: 0 },
      { identitySince: 1 },
      { latestIdentitySince: 0 },
    ],
  ])("passes when %s", (_, inside, outside, wanted) => {
    expect(meets(inside, wanted)).toBe(true);
    expect(meets(outside, wanted)).toBe(false);
  });

  test("must be complete for every domain that is asked for", () => {
    const two: Domain[] = ["conditionLast", "medicationLast"];
    expect(meets({ completeFor: two }, { domains: two })).toBe(true);
    expect(meets({ completeFor: [...two, "allergyLast"] }, { domains: two })).toBe(true);
    for (const one of two) expect(meets({ completeFor: [one] }, { domains: two })).toBe(false);
    expect(meets({ completeFor: [] }, { domains: [] })).toBe(true);
  });

  test("must be coded in every system that is asked for, by each of its eight bits", () => {
    const two: CodedSystem[] = ["icd10", "atc"];
    expect(meets({ codedIn: two }, { codedIn: two })).toBe(true);
    expect(meets({ codedIn: [...two, "icd10gm"] }, { codedIn: two })).toBe(true);
    for (const one of two) expect(meets({ codedIn: [one] }, { codedIn: two })).toBe(false);
    expect(meets({ codedIn: [] }, { codedIn: [] })).toBe(true);
    const words = (header: bigint, wanted: bigint) => ({
      header: packHeader({ ...recordOf().header, codedIn: [] }) + (header << 83n),
      policy: policyWord({ ...POLICY, codedIn: [] }) + (wanted << 83n),
      asOfDay: BigInt(TODAY),
    });
    for (let bit = 0n; bit < 8n; bit++) {
      expect(policy.accepts(words(1n << bit, 1n << bit)), `bit ${bit}`).toBe(true);
      expect(policy.accepts(words(255n - (1n << bit), 1n << bit)), `bit ${bit}`).toBe(false);
    }
  });

  test("does not wrap around at the ends of the calendar", () => {
    expect(meets({ issuedDay: ONGOING, coverageFromDay: 0 }, { maxRecordAge: ONGOING })).toBe(
      false,
    );
    expect(meets({}, { minCoverage: ONGOING })).toBe(false);
    const from0 = { issuedDay: 0, coverageFromDay: 0 };
    expect(meets(from0, { maxRecordAge: ONGOING }, ONGOING)).toBe(true);
  });

  test("has 91 bits, and so has the policy", () => {
    const header = packHeader(recordOf().header);
    const inputs = { header, policy: policyWord(POLICY), asOfDay: BigInt(TODAY) };
    expect(policy.accepts(inputs)).toBe(true);
    expect(policy.accepts({ ...inputs, header: header + (1n << 91n) })).toBe(false);
    expect(policy.accepts({ ...inputs, policy: inputs.policy + (1n << 91n) })).toBe(false);
  });
});

/** The parts of a packed header. */
function unpackHeader(word: bigint): Omit<Header, "issuer"> {
  const named = <Name extends string>(numbers: Readonly<Record<Name, number>>, bits: bigint) =>
    (Object.keys(numbers) as Name[]).filter((name) => (bits >> BigInt(numbers[name])) & 1n);
  return {
    identitySince: Number(bitsOf(word, 0, DAY_BITS)),
    completeFor: named(DOMAINS, bitsOf(word, 17, 16)),
    dictionaryVersion: Number(bitsOf(word, 33, 16)),
    coverageFromDay: Number(bitsOf(word, 49, DAY_BITS)),
    issuedDay: Number(bitsOf(word, 66, DAY_BITS)),
    codedIn: named(CODED_SYSTEMS, bitsOf(word, 83, 8)),
  };
}

test("a header's word gives back its parts, but for the issuer", () => {
  const { issuer: _, ...header } = recordOf().header;
  expect(unpackHeader(packHeader(header))).toEqual({
    ...header,
    // In the order of their bits.
    completeFor: ["conditionLast", "observation"],
    codedIn: ["icd10", "atc"],
  });
});

describe("asOf", () => {
  test("splits into a day and a date, and has 44 bits", () => {
    const asOf = (BigInt(TODAY) << 27n) | 20_261_121n;
    expect(calendar.calculate({ asOf }).slice(1, 3)).toEqual([BigInt(TODAY), 20_261_121n]);
    const all = (1n << 44n) - 1n;
    const ones = [(1n << 17n) - 1n, (1n << 27n) - 1n];
    expect(calendar.calculate({ asOf: all }).slice(1, 3)).toEqual(ones);
    expect(calendar.accepts({ asOf: 1n << 44n })).toBe(false);
    expect(calendar.accepts({ asOf: asOf + (1n << 44n) })).toBe(false);
  });
});
