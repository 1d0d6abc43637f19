// Our Poseidon has circomlib's hash on other wires: the same numbers, as many constraints, far fewer coefficients.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { FIELD_ORDER } from "../../circuits/statement/encoding/field.ts";
import { hash } from "../../circuits/statement/encoding/hash.ts";
import { ROOT } from "../../circuits/tools/paths.ts";
import { renderPoseidonConstants } from "../../circuits/tools/poseidonConstants.ts";
import { brokenBy } from "./constraints.ts";
import { compilePart } from "./part.ts";
import { randomBits, seeded } from "./random.ts";

/** Those that the circuits use. circomlib's template has 3 constraints an S-box, too. */
const ARITIES = [
  { arity: 2, constraints: 240 },
  { arity: 3, constraints: 261 },
  { arity: 4, constraints: 297 },
  { arity: 5, constraints: 321 },
  { arity: 10, constraints: 459 },
  { arity: 16, constraints: 609 },
] as const;

const partOf = (arity: number) => compilePart(`Poseidon(${arity})`, "poseidon.circom");

describe.each(ARITIES)("Poseidon of $arity", ({ arity, constraints }) => {
  const random = seeded(arity);
  const below = () => randomBits(random, 253);
  const cases = [
    Array(arity).fill(0n),
    Array(arity).fill(FIELD_ORDER - 1n),
    ...Array.from({ length: 20 }, () => Array.from({ length: arity }, below)),
  ];

  test("hashes as the library does", async () => {
    const part = await partOf(arity);
    for (const inputs of cases) expect(part.calculate({ inputs })[1]).toBe(hash(inputs));
  }, 120_000);

  test(`has at most ${constraints} constraints, and few coefficients in A and B`, async () => {
    const { list } = (await partOf(arity)).constraints();
    expect(list.length).toBeLessThanOrEqual(constraints);
    const size = list.reduce((sum, [a, b]) => sum + a.wires.length + b.wires.length, 0);
    // Two sums of one wire a constraint; the first round adds constants, and one of its numbers is a sum.
    expect(size).toBeLessThan(2 * list.length + 8 * (arity + 1));
  }, 120_000);

  test("has no wire that can be changed alone, and so no second hash", async () => {
    const part = await partOf(arity);
    const system = part.constraints();
    const honest = part.calculate({ inputs: cases[2]! });
    expect(brokenBy(system, honest)).toEqual([]);
    const isInput = (wire: number) => wire > 1 && wire < 2 + arity;
    for (const [wire, value] of honest.entries()) {
      if (wire === 0 || isInput(wire)) continue;
      for (const change of [1n, FIELD_ORDER - 1n, below()]) {
        const forged = honest.with(wire, (value + change) % FIELD_ORDER);
        expect(brokenBy(system, forged), `wire ${wire} plus ${change}`).not.toEqual([]);
      }
    }
  }, 120_000);
});

test("its numbers are circomlib's, copied for the widths in use", () => {
  const file = `${ROOT}circuits/templates/generated/poseidon.circom`;
  expect(readFileSync(file, "utf8")).toBe(renderPoseidonConstants());
});
