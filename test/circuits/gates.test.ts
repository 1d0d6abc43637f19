import { beforeAll, describe, expect, test } from "vitest";
import {
  type Gate,
  hashProgram,
  type Program,
  packProgram,
  type Size,
  successorProgram,
} from "../../circuits/statement/criteria/program.ts";
import { ONGOING } from "../../circuits/statement/encoding/day.ts";
import { gateSlots } from "../../circuits/witness/opening.ts";
import { HBA1C, leafOn, programOf } from "./example.ts";
import { compilePart, type Part } from "./part.ts";
import { between, seeded } from "./random.ts";
import { fullProgram } from "./statements.ts";

let gates: Part;
beforeAll(async () => {
  gates = await compilePart("Gates(8, 8, 8)", "gates.circom");
});

const partOf = (size: Size) =>
  compilePart(`CriteriaHash(${size === 8 ? "8, 8, 8" : "32, 16, 4"})`, "gates.circom");

const leaves = Array.from({ length: 8 }, (_, i) => leafOn(HBA1C + BigInt(i)));
const program = (list: readonly Gate[]): Program => programOf(leaves, { gates: list });

/** Do these leaves and gates pass? Gates are claimed as given, else as they are. */
function passes(list: readonly Gate[], held: readonly number[], claims?: readonly bigint[]) {
  const truth: boolean[] = [];
  for (const gate of list) {
    const count = gate.leaves.filter((l) => held.includes(l)).length;
    truth.push(count + gate.gates.filter((g) => truth[g]).length >= gate.threshold);
  }
  return gates.accepts({
    words: packProgram(program(list)).gates,
    leafClaims: leaves.map((_, i) => (held.includes(i) ? 1n : 0n)),
    gateClaims: claims ?? gateSlots(program(list), truth).map((holds) => (holds ? 1n : 0n)),
  });
}

describe("a gate", () => {
  test("of threshold n is AND, of threshold 1 is OR, and between them at least k", () => {
    const gate = (threshold: number) => [{ threshold, leaves: [0, 2, 5], gates: [] }];
    expect(passes(gate(3), [0, 2, 5])).toBe(true);
    expect(passes(gate(3), [0, 2, 4])).toBe(false);
    expect(passes(gate(1), [5])).toBe(true);
    expect(passes(gate(1), [1, 3, 4, 6, 7])).toBe(false);
    expect(passes(gate(2), [0, 5])).toBe(true);
    expect(passes(gate(2), [0, 1])).toBe(false);
  });

  test("reads earlier gates", () => {
    const nested = [
      { threshold: 2, leaves: [0, 1], gates: [] },
      { threshold: 1, leaves: [2, 3], gates: [] },
      { threshold: 2, leaves: [], gates: [0, 1] },
    ];
    expect(passes(nested, [0, 1, 3])).toBe(true);
    expect(passes(nested, [0, 3])).toBe(false);
    expect(passes(nested, [0, 1])).toBe(false);
  });

  test("cannot be claimed when it is not reached", () => {
    const nested = [
      { threshold: 2, leaves: [0, 1], gates: [] },
      { threshold: 1, leaves: [], gates: [0] },
    ];
    expect(passes(nested, [0, 1], [1n, 0n, 0n, 0n, 0n, 0n, 0n, 1n])).toBe(true);
    expect(passes(nested, [0], [1n, 0n, 0n, 0n, 0n, 0n, 0n, 1n])).toBe(false);
    expect(passes(nested, [0], [0n, 0n, 0n, 0n, 0n, 0n, 0n, 1n])).toBe(false);
    expect(passes(nested, [0, 1], [1n, 0n, 0n, 0n, 0n, 0n, 0n, 0n])).toBe(false);
    // Gates 1 to 6 are not used: the zero word is a gate that nobody passes.
    expect(passes(nested, [0, 1], [1n, 1n, 0n, 0n, 0n, 0n, 0n, 1n])).toBe(false);
    expect(passes(nested, [0, 1], [2n, 0n, 0n, 0n, 0n, 0n, 0n, 1n])).toBe(false);
  });
});

describe("a gate's word", () => {
  const claims = [1n, 0n, 0n, 0n, 0n, 0n, 0n, 1n];
  // The first gate has 14 bits and stands lowest, the last one begins at bit 119.
  const inputs = (word: bigint, last = 1n << 6n) => ({
    words: [word + (last << 119n)],
    leafClaims: [1n, 0n, 0n, 0n, 0n, 0n, 0n, 0n],
    gateClaims: claims,
  });

  test("has no bits beyond its reach", () => {
    expect(gates.accepts(inputs(1n << 6n))).toBe(true);
    // Bit 14 of the first gate would be itself: it is the second gate's lowest, and the first reads nothing more.
    const second = { ...inputs((1n << 6n) | (1n << 14n)), leafClaims: Array(8).fill(0n) };
    expect(gates.accepts(second)).toBe(false);
    expect(gates.accepts(inputs(1n << 6n, 1n << 14n))).toBe(true);
    expect(gates.accepts(inputs(1n << 6n, (1n << 6n) | (1n << 21n)))).toBe(false);
  });

  test("that is zero is passed by nobody", () => {
    expect(gates.accepts(inputs(0n))).toBe(false);
    expect(gates.accepts(inputs(1n << 6n, 0n))).toBe(false);
  });

  test("with any one bit of the threshold more is not passed by one leaf", () => {
    for (let bit = 0n; bit < 6n; bit++) {
      expect(gates.accepts(inputs((1n << 6n) | (1n << bit))), `bit ${bit}`).toBe(false);
    }
  });

  test("with the highest threshold is passed by nobody", () => {
    expect(gates.accepts(inputs((1n << 14n) - 1n))).toBe(false);
  });
});

test("a gate of eligibility-32 may exceed its threshold by 46", async () => {
  const larger = await compilePart("Gates(32, 16, 4)", "gates.circom");
  const inputs = (threshold: bigint) => ({
    words: Array.from({ length: 4 }, (_, word) => {
      let [packed, at] = [0n, 0n];
      for (let i = 4 * word; i < 4 * word + 4; i++) {
        const every = (1n << BigInt(32 + i)) - 1n;
        packed |= ((every << 6n) | (threshold - 1n)) << at;
        at += BigInt(38 + i);
      }
      return packed;
    }),
    leafClaims: Array.from({ length: 32 }, () => 1n),
    gateClaims: Array.from({ length: 16 }, () => 1n),
  });
  expect(larger.accepts(inputs(1n))).toBe(true);
  expect(larger.accepts(inputs(32n))).toBe(true);
  expect(larger.accepts(inputs(33n))).toBe(false);
});

describe("the criteria hash", () => {
  test.each([8, 32] as const)(
    "of size %i is the one of statement/criteria/program.ts, and binds every word",
    async (size) => {
      const part = await partOf(size);
      const sample = fullProgram(size);
      const words = packProgram(sample);
      const { codes, parameters, gates: gateWords, policy } = words;
      const inputs = { codes, parameters, gates: gateWords, policy, salt: sample.salt };
      const hashed = (parts: object) => part.calculate({ ...inputs, ...parts })[1];
      expect(hashed({})).toBe(hashProgram(sample));
      const changed = [
        { salt: sample.salt + 1n },
        { policy: policy + 1n },
        ...codes.map((_, i) => ({ codes: bump(codes, i) })),
        ...parameters.map((_, i) => ({ parameters: bump(parameters, i) })),
        ...gateWords.map((_, i) => ({ gates: bump(gateWords, i) })),
      ];
      for (const parts of changed) expect(hashed(parts)).not.toBe(hashProgram(sample));
    },
  );

  test("of the two circuits is never the same", () => {
    expect(hashProgram(programOf(leaves, { size: 8 }))).not.toBe(
      hashProgram(programOf(leaves, { size: 32 })),
    );
  });

  test("of a successor's program differs in the policy alone", () => {
    const sample = programOf();
    const successor = successorProgram(sample);
    expect(hashProgram(successor)).not.toBe(hashProgram(sample));
    expect(successor).toEqual({
      ...sample,
      policy: { ...sample.policy, latestIdentitySince: ONGOING },
    });
    expect(successorProgram(successor)).toEqual(successor);
  });
});

function bump(words: readonly bigint[], at: number): bigint[] {
  return words.map((word, i) => (i === at ? word + 1n : word));
}

test("random programs pass exactly when their gates hold", () => {
  const random = seeded(7);
  for (let i = 0; i < 200; i++) {
    const list = Array.from({ length: between(random, 1, 8) }, (_, index): Gate => {
      const inputs = leaves.map((_, l) => l).filter(() => random() < 0.5);
      const earlier = Array.from({ length: index }, (_, g) => g).filter(() => random() < 0.5);
      if (inputs.length + earlier.length === 0) inputs.push(0);
      const threshold = between(random, 1, inputs.length + earlier.length);
      return { threshold, leaves: inputs, gates: earlier };
    });
    const held = leaves.map((_, l) => l).filter(() => random() < 0.6);
    const truth: boolean[] = [];
    for (const { threshold, leaves: inputs, gates: earlier } of list) {
      const count = inputs.filter((l) => held.includes(l)).length;
      truth.push(count + earlier.filter((g) => truth[g]).length >= threshold);
    }
    expect(passes(list, held)).toBe(truth.at(-1));
  }
});
