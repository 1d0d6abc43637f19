import { describe, expect, test } from "vitest";
import {
  checkCanonical,
  type Gate,
  hashProgram,
  type Leaf,
  type Program,
  packCodes,
  packProgram,
  SIZES,
} from "../../circuits/statement/criteria/program.ts";
import { MAX_VALUE } from "../../circuits/statement/encoding/fact.ts";
import { FIELD_ORDER } from "../../circuits/statement/encoding/field.ts";
import { HBA1C, leafOn, programOf } from "./example.ts";
import { fullProgram } from "./statements.ts";

const leafWith = (parts: Partial<Leaf>) => programOf([leafOn(HBA1C, parts)]);
const gatesOf = (...gates: Gate[]) => programOf([leafOn(HBA1C), leafOn(HBA1C + 1n)], { gates });

describe("a program that is not canonical is refused:", () => {
  test.each<[string, Program, string]>([
    // The circuit bounds no code: so everybody who reads a program must.
    ["a code of 69 bits", leafWith({ codeHi: 1n << 68n }), "reserved code"],
    ["a code of 128 bits", leafWith({ codeLo: 1n << 127n, codeHi: 1n << 127n }), "reserved code"],
    ["the highest code", leafWith({ codeHi: (1n << 68n) - 1n }), "reserved code"],
    ["the code 0", leafWith({ codeLo: 0n }), "reserved code"],
    ["a negative code", leafWith({ codeLo: -1n }), "reserved code"],
    ["codes backwards", leafWith({ codeHi: HBA1C - 1n }), "inverted code range"],
    ["values backwards", leafWith({ valueLo: 5n, valueHi: 4n }), "inverted or reserved values"],
    ["unusable values", leafWith({ valueHi: MAX_VALUE + 1n }), "inverted or reserved values"],
    ["a window backwards", leafWith({ near: 5, far: 4 }), "inverted window"],
    ["latest of a range", leafWith({ kind: "latest", codeHi: HBA1C + 1n }), "more than one code"],
    [
      "none of a range within a time",
      leafWith({ kind: "none", codeHi: HBA1C + 1n, far: 9 }),
      "window over a range",
    ],
    ["none of a value", leafWith({ kind: "none", valueLo: 1n }), "value range or a near edge"],
    ["none until a time", leafWith({ kind: "none", near: 1 }), "value range or a near edge"],
    ["none of an age", leafWith({ kind: "none", relative: true }), "value range or a near edge"],
    ["the same leaf twice", programOf([leafOn(HBA1C), leafOn(HBA1C)]), "two leaves are the same"],
    ["no leaf", programOf([]), "0 leaves"],
    ["a leaf too many", programOf([...fullProgram(32).leaves.slice(0, 9)]), "9 leaves"],
    ["no gate", gatesOf(), "0 gates"],
    ["a gate of itself", gatesOf({ threshold: 1, leaves: [], gates: [0] }), "beyond its reach"],
    ["a gate of no leaf", gatesOf({ threshold: 1, leaves: [2], gates: [] }), "beyond its reach"],
    ["an input twice", gatesOf({ threshold: 1, leaves: [0, 0], gates: [] }), "input twice"],
    ["a threshold of 0", gatesOf({ threshold: 0, leaves: [0], gates: [] }), "threshold"],
    ["a threshold of all and one", gatesOf({ threshold: 2, leaves: [0], gates: [] }), "threshold"],
    ["a short salt", programOf(undefined, { salt: (1n << 128n) - 1n }), "salt"],
  ])("%s", (_, program, message) => {
    expect(() => checkCanonical(program)).toThrow(message);
    expect(() => hashProgram(program)).toThrow(message);
  });
});

describe("a program's words", () => {
  test.each([8, 32] as const)(
    "of size %i are as many as the circuit has, all below the field's order",
    (size) => {
      const { codes, parameters, gates, policy } = packProgram(fullProgram(size));
      const { leaves, gates: gateCount, gatesAWord } = SIZES[size];
      expect([codes.length, parameters.length, gates.length]).toEqual([
        leaves,
        leaves / 2,
        gateCount / gatesAWord,
      ]);
      for (const word of [...codes, ...parameters, ...gates, policy]) {
        expect(word < FIELD_ORDER).toBe(true);
      }
      for (const word of parameters) expect(word >> 228n).toBe(0n);
    },
  );

  test("hold both codes, far apart, and 0 for a leaf that is not used", () => {
    const { codes, parameters } = packProgram(leafWith({ codeHi: HBA1C + 7n }));
    expect(codes[0]).toBe(HBA1C + ((HBA1C + 7n) << 128n));
    expect(codes.slice(1)).toEqual(Array(7).fill(0n));
    expect(parameters.slice(1)).toEqual(Array(3).fill(0n));
  });

  test("differ for codes that differ", () => {
    const pairs = [
      [5n, 9n],
      [5n, 10n],
      [6n, 9n],
      [9n, 9n],
    ] as const;
    const words = pairs.map(([codeLo, codeHi]) => packCodes(leafOn(codeLo, { codeHi })));
    expect(new Set(words).size).toBe(pairs.length);
    expect(() => packCodes(leafOn(1n << 68n))).toThrow("code does not fit 68 bits");
  });

  test("change the hash with every leaf, gate, salt and policy", () => {
    const sample = fullProgram(8);
    const changed: Program[] = [
      { ...sample, salt: sample.salt + 1n },
      { ...sample, policy: { ...sample.policy, codedIn: ["atc"] } },
      { ...sample, policy: { ...sample.policy, minCoverage: 1 } },
      ...sample.leaves.map((leaf, i) => ({
        ...sample,
        leaves: sample.leaves.with(i, { ...leaf, valueLo: 1n }),
      })),
      ...sample.gates.map((gate, i) => ({
        ...sample,
        gates: sample.gates.with(i, { ...gate, threshold: 1 }),
      })),
    ];
    expect(new Set([sample, ...changed].map(hashProgram)).size).toBe(changed.length + 1);
  });
});
