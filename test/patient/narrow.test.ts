import { describe, expect, it } from "vitest";
import type { Gate, Leaf, Program } from "../../circuits/statement/criteria/program.ts";
import { encodeCode } from "../../circuits/statement/encoding/code.ts";
import { ONGOING } from "../../circuits/statement/encoding/day.ts";
import { encodeQuantity, MAX_VALUE } from "../../circuits/statement/encoding/fact.ts";
import { idTagOf } from "../../client/desk/idTag.ts";
import { flagNarrow } from "../../client/trial/narrow.ts";
import { requiredLeaves } from "../../client/trial/requiredLeaves.ts";
import { TODAY } from "./support.ts";

const BIRTH = encodeCode("demographic", "loinc", "21112-8");
const BIRTH_PART = encodeCode("demographic", "loinc", "21112-9");
const HBA1C = encodeCode("observation", "loinc", "4548-4");

function leaf(part: Partial<Leaf>): Leaf {
  const code = part.codeLo ?? HBA1C;
  const all = { valueLo: 0n, valueHi: MAX_VALUE, relative: false, near: 0, far: ONGOING };
  return { kind: "latest", codeLo: code, codeHi: code, ...all, ...part };
}

function program(leaves: Leaf[], gates?: Gate[]): Program {
  const and = { threshold: leaves.length, leaves: leaves.map((_, i) => i), gates: [] };
  const policy = {
    maxRecordAge: 30,
    minCoverage: 0,
    minDictionaryVersion: 0,
    domains: [],
    codedIn: [],
    latestIdentitySince: ONGOING,
  };
  return { size: 8, leaves, gates: gates ?? [and], policy, salt: 1n << 200n };
}

const age = (lo: number, hi: number) =>
  leaf({
    kind: "any",
    ...{ codeLo: BIRTH, codeHi: BIRTH_PART },
    relative: true,
    ...{ valueLo: BigInt(lo), valueHi: BigInt(hi) },
  });
const quantity = (lo: string, hi: string) =>
  leaf({ valueLo: encodeQuantity(lo)!, valueHi: encodeQuantity(hi)! });
const flags = (...leaves: Leaf[]) =>
  flagNarrow([program(leaves)], TODAY).map((f) => [f.severity, f.leaves.map(({ leaf }) => leaf)]);

describe("ranges that would give a value away", () => {
  it("are refused when they narrow a birth date to less than a year", () => {
    // Age 50 and no more: a whole year of birth dates.
    expect(flags(age(500_000, 509_999))).toEqual([]);
    // 50 years and 0 to 5 months.
    expect(flags(age(500_000, 500_599))).toEqual([["refuse", [0]]]);
    expect(
      flags(leaf({ kind: "any", codeLo: BIRTH, valueLo: 19_700_101n, valueHi: 19_701_230n })),
    ).toEqual([["refuse", [0]]]);
    expect(
      flags(leaf({ kind: "any", codeLo: BIRTH, valueLo: 19_700_101n, valueHi: 19_701_231n })),
    ).toEqual([]);
  });

  it("are refused when two criteria do it together, and not when they are alternatives", () => {
    const [from, to] = [age(500_000, 1_500_000), age(0, 500_599)];
    expect(flags(from, to)).toEqual([["refuse", [0, 1]]]);
    const either = program([from, to], [{ threshold: 1, leaves: [0, 1], gates: [] }]);
    expect(flagNarrow([either], TODAY)).toEqual([]);
  });

  it("are refused when two parts of a trial do it together", () => {
    const parts = [program([age(500_000, 1_500_000)]), program([age(0, 500_599)])];
    const leaves = [
      { part: 0, leaf: 0 },
      { part: 1, leaf: 0 },
    ];
    expect(flagNarrow(parts, TODAY)).toMatchObject([{ severity: "refuse", leaves }]);
  });

  it("are refused when they ask for an identity document", () => {
    const tag = idTagOf({ salt: `0x${"01".repeat(32)}`, document: "P1" });
    const asks = leaf({ kind: "any", codeLo: tag.code, codeHi: tag.code });
    expect(flags(asks)).toEqual([["refuse", [0]]]);
  });

  it("are flagged when a measured value lies within a tenth of its size", () => {
    expect(flags(quantity("7.0", "10.0"))).toEqual([]);
    expect(flags(quantity("8.0", "8.1"))).toEqual([["warn", [0]]]);
    expect(flags(quantity("-5.1", "-5.0"))).toEqual([["warn", [0]]]);
    // At least 7.0: open above.
    expect(flags(leaf({ valueLo: encodeQuantity("7.0")!, valueHi: MAX_VALUE }))).toEqual([]);
    // A coded answer and a diagnosis say what they say.
    expect(flags(leaf({ valueLo: 2n, valueHi: 2n }))).toEqual([]);
  });

  it("are flagged when a date lies within two weeks", () => {
    const dated = (near: number, far: number) => leaf({ kind: "any", near, far });
    expect(flags(dated(100, 112))).toEqual([["warn", [0]]]);
    expect(flags(dated(100, 113))).toEqual([]);
    expect(flags(dated(0, 12))).toEqual([["warn", [0]]]);
    expect(flags(dated(0, 13))).toEqual([]);
  });

  it("are not flagged when what lasts may have begun long before", () => {
    const codeLo = encodeCode("conditionLast", "concept", "1");
    expect(flags(leaf({ kind: "any", codeLo, far: 5 }))).toEqual([]);
    // Current: still so on the day.
    expect(flags(leaf({ kind: "any", codeLo, far: 0 }))).toEqual([]);
  });
});

describe("the leaves that a yes asserts", () => {
  const three = [quantity("1", "2"), quantity("3", "4"), quantity("5", "6")];

  it("are those without which nothing satisfies the program", () => {
    const orThenAnd: Gate[] = [
      { threshold: 1, leaves: [0, 1], gates: [] },
      { threshold: 2, leaves: [2], gates: [0] },
    ];
    expect(requiredLeaves(program(three, orThenAnd))).toEqual([2]);
    expect(requiredLeaves(program(three))).toEqual([0, 1, 2]);
    const twoOfThree: Gate[] = [{ threshold: 2, leaves: [0, 1, 2], gates: [] }];
    expect(requiredLeaves(program(three, twoOfThree))).toEqual([]);
    const bothOfTwo: Gate[] = [{ threshold: 2, leaves: [1, 2], gates: [] }];
    expect(requiredLeaves(program(three, bothOfTwo))).toEqual([1, 2]);
  });
});
