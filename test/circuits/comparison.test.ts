import { beforeAll, describe, expect, test } from "vitest";
import { FIELD_ORDER } from "../../circuits/statement/encoding/field.ts";
import { brokenBy } from "./constraints.ts";
import { compilePart, type Part } from "./part.ts";
import { randomBits, seeded } from "./random.ts";

const WIDTH = 17;
const LIMIT = 1n << BigInt(WIDTH);
let notNegative: Part;
let conditional: Part;
let bits: Part;

beforeAll(async () => {
  notNegative = await compilePart(`NotNegative(${WIDTH})`, "comparison.circom");
  conditional = await compilePart(`NotNegativeIf(${WIDTH})`, "comparison.circom");
  bits = await compilePart("Bits(253)", "comparison.circom");
});

describe("a range check", () => {
  test.each([0n, 1n, LIMIT / 2n, LIMIT - 1n])("accepts %i", (value) => {
    expect(notNegative.accepts({ in: value })).toBe(true);
  });

  test.each([
    ["2^n", LIMIT],
    ["2^n + 1", LIMIT + 1n],
    ["2^n + x", LIMIT + 4711n],
    ["2^(n+1)", LIMIT * 2n],
    ["p - 1, that is -1", FIELD_ORDER - 1n],
    ["p - x, that is -x", FIELD_ORDER - 4711n],
    ["p - 2^n", FIELD_ORDER - LIMIT],
    ["half the field", FIELD_ORDER / 2n],
  ])("refuses %s", (_, value) => {
    expect(notNegative.accepts({ in: value })).toBe(false);
  });

  test("agrees with big integers on random differences", () => {
    const random = seeded(1);
    for (let i = 0; i < 500; i++) {
      const [a, b] = [randomBits(random, WIDTH), randomBits(random, WIDTH)];
      const difference = (a - b + FIELD_ORDER) % FIELD_ORDER;
      expect(notNegative.accepts({ in: difference })).toBe(a >= b);
    }
  });
});

describe("a range check under a condition", () => {
  const judge = (difference: bigint, factor: bigint, offset: bigint) =>
    conditional.accepts({ difference, factor, offset });

  test("takes the difference times the factor, plus the offset", () => {
    expect(judge(5n, 1n, 0n)).toBe(true);
    expect(judge(FIELD_ORDER - 5n, 1n, 0n)).toBe(false);
    expect(judge(FIELD_ORDER - 5n, 1n, 5n)).toBe(true);
    expect(judge(FIELD_ORDER - 5n, FIELD_ORDER - 1n, 0n)).toBe(true);
    expect(judge(LIMIT - 1n, 1n, 1n)).toBe(false);
    expect(judge(0n, 1n, FIELD_ORDER - 1n)).toBe(false);
  });

  test("asks nothing of the difference where the factor is 0", () => {
    expect(judge(FIELD_ORDER - 5n, 0n, 0n)).toBe(true);
    expect(judge(LIMIT, 0n, LIMIT - 1n)).toBe(true);
    expect(judge(LIMIT, 0n, LIMIT)).toBe(false);
  });

  test("agrees with big integers on random differences", () => {
    const random = seeded(2);
    for (let i = 0; i < 500; i++) {
      const [a, b] = [randomBits(random, WIDTH), randomBits(random, WIDTH)];
      const factor = BigInt(i % 3) - 1n;
      const held = judge(
        (a - b + FIELD_ORDER) % FIELD_ORDER,
        (factor + FIELD_ORDER) % FIELD_ORDER,
        0n,
      );
      expect(held).toBe((a - b) * factor >= 0n);
    }
  });
});

describe("a decomposition", () => {
  test.each([
    [0n, true],
    [(1n << 253n) - 1n, true],
    [1n << 253n, false],
    [FIELD_ORDER - 1n, false],
  ])("of 253 bits of %i is there: %s", (value, is) => {
    expect(bits.accepts({ in: value })).toBe(is);
    if (is) {
      const wires = bits.calculate({ in: value }).slice(1, 254);
      expect(wires.reduceRight((sum, bit) => 2n * sum + bit, 0n)).toBe(value);
    }
  });

  test("cannot have 254 bits, in which a number would have two spellings", async () => {
    await expect(compilePart("Bits(254)", "comparison.circom")).rejects.toThrow("circom2 refused");
    await expect(compilePart("NotNegative(254)", "comparison.circom")).rejects.toThrow();
    await expect(compilePart("NotNegativeIf(254)", "comparison.circom")).rejects.toThrow();
  });

  test("refuses a digit 2 in the place of two bits", () => {
    const constraints = bits.constraints();
    const honest = bits.calculate({ in: 4n });
    expect(brokenBy(constraints, honest)).toEqual([]);
    // 4 = 2 * 2^1 as well as 1 * 2^2.
    const forged = honest.map((wire, i) => (i === 2 ? 2n : i === 3 ? 0n : wire));
    expect(brokenBy(constraints, forged)).not.toEqual([]);
  });
});
