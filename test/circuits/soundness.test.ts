// circuits/SOUNDNESS.md on the three codes that are not taken apart into bits: its bounds, and all that a prover could try
// where numbers are small enough to try all.
import { describe, expect, test } from "vitest";
import { FIELD_ORDER } from "../../circuits/statement/encoding/field.ts";

const [CODE, REST, SPACING] = [68n, 55n, 128n];
const power = (bits: bigint) => 1n << bits;

describe("the bounds of the argument", () => {
  const fact = power(CODE + REST) + power(REST);
  const code = power(CODE);

  test("keep both sides of each equation below the field's order together", () => {
    const any = [
      (1n + power(SPACING)) * fact,
      power(REST) * 2n * code + power(REST + SPACING) * code,
    ];
    const exact = [
      power(REST) * code + power(REST + SPACING) * code,
      power(CODE + REST + 1n) + power(SPACING) * fact,
    ];
    const past = [exact[0]!, power(CODE + REST + 1n) + power(SPACING) * (fact + power(REST))];
    for (const [left, right] of [any, exact, past])
      expect(left! + right!).toBeLessThan(FIELD_ORDER);
  });

  test("let what is compared modulo the spacing be told apart", () => {
    expect(fact + power(REST) * 2n * code).toBeLessThan(power(SPACING));
    expect(2n * power(CODE + REST + 1n)).toBeLessThan(power(SPACING));
  });
});

/** The same with codes of 3 bits above 2, in a field of some 14 bits. */
type Small = { readonly code: number; readonly rest: number; readonly spacing: number; p: number };
type Leaf = { readonly lo: number; readonly hi: number };

/** Forgeries: what the comparisons accept of a fact and its predecessor and should not, by kind. */
function forgeries({ code, rest, spacing, p }: Small): string[] {
  const [codes, below] = [2 ** code, 2 ** rest];
  const facts = codes * below;
  const mod = (n: number) => ((n % p) + p) % p;
  const inverse = (n: number) =>
    Array.from({ length: p }, (_, i) => i).find((i) => mod(i * n) === 1)!;
  const [perRest, perSpacing] = [inverse(below), inverse(2 ** spacing)];
  const range = (length: number) => Array.from({ length }, (_, i) => i);
  const found = new Set<string>();

  function tryFact(leaf: Leaf, fact: number, before: number): void {
    const word = leaf.lo + 2 ** spacing * leaf.hi;
    const truth = Math.floor(fact / below);
    const isBelow = before < leaf.lo * below;
    const judge = (kind: string, is: boolean, split: number) => {
      if (!is || split !== fact % below) found.add(kind);
    };
    for (const t of range(below)) {
      const c = mod((fact - t) * perRest);
      if (c < codes) judge("not claimed", true, t);
      // any: a lower end from which the code is not far.
      for (const f of range(codes)) {
        const lo = mod(c - f);
        const hi = mod((word - lo) * perSpacing);
        if (mod(hi - c) < codes) judge("any", truth >= leaf.lo && truth <= leaf.hi, t);
      }
      const under = (hi: number) => mod(below * (word - 2 ** spacing * hi) - 1 - before) < facts;
      if (under(c)) judge("exact", truth === leaf.hi && isBelow, t);
      for (const f of range(codes)) {
        if (under(mod(c - 1 - f))) judge("past", truth > leaf.hi && isBelow, t);
      }
    }
  }

  for (const lo of range(codes)) {
    for (const hi of range(codes).filter((each) => each >= lo)) {
      for (const fact of range(facts)) {
        for (const before of range(facts)) tryFact({ lo, hi }, fact, before);
      }
    }
  }
  return [...found].sort();
}

describe("every split of a fact and every pair of codes under one word", () => {
  // Spacing and field stand to the codes as 2^128 and p do: 5 bits more than a fact, 2 bits more than all.
  const small = { code: 2, rest: 2, spacing: 7, p: 16_411 };

  test("leaves the prover nothing but the truth", () => {
    expect(forgeries(small)).toEqual([]);
  });

  test("would leave a choice if the two codes stood side by side in their word", () => {
    expect(forgeries({ ...small, spacing: 2 })).toContain("any");
  });

  test("would leave a choice in a field that is too small", () => {
    expect(forgeries({ ...small, p: 211 })).not.toEqual([]);
  });
});
