import { beforeAll, describe, expect, test } from "vitest";
import type { Leaf } from "../../circuits/statement/criteria/program.ts";
import { ONGOING, parseDay } from "../../circuits/statement/encoding/day.ts";
import { type Fact, packFact, SENTINEL, UNUSABLE } from "../../circuits/statement/encoding/fact.ts";
import { FIELD_ORDER } from "../../circuits/statement/encoding/field.ts";
import { criterionInputs, type Pair, splitFact } from "./criterionInputs.ts";
import { BIRTH, HBA1C, KINDS, leafOn, quantity, TODAY } from "./example.ts";
import { compilePart, type Part } from "./part.ts";

let criterion: Part;
beforeAll(async () => {
  criterion = await compilePart("Criterion()", "criterion.circom");
});

function holds(leaf: Leaf, pair: Pair): boolean {
  return criterion.accepts(criterionInputs(leaf, pair));
}

const fact = (parts: Partial<Fact>) =>
  packFact({ code: HBA1C, day: TODAY - 10, value: quantity(75_000), ...parts });
const below = fact({ code: HBA1C - 1n });

describe("any", () => {
  test("holds for a fact in range, whatever precedes it", () => {
    expect(holds(leafOn(HBA1C), { predecessor: 0n, fact: fact({}) })).toBe(true);
    expect(holds(leafOn(HBA1C), { predecessor: fact({ day: TODAY - 1 }), fact: fact({}) })).toBe(
      true,
    );
  });

  test.each([
    ["code below the range", { code: HBA1C - 1n }],
    ["code above the range", { code: HBA1C + 1n }],
    ["value below the range", { value: quantity(69_999) }],
    ["value above the range", { value: quantity(80_001) }],
    ["day before the far edge", { day: TODAY - 91 }],
    ["day after the near edge", { day: TODAY - 4 }],
    ["ongoing fact under a near edge", { day: ONGOING }],
    ["tombstone", { value: UNUSABLE }],
  ])("refuses a %s", (_, parts) => {
    const leaf = leafOn(HBA1C, {
      valueLo: quantity(70_000),
      valueHi: quantity(80_000),
      near: 5,
      far: 90,
    });
    expect(holds(leaf, { predecessor: below, fact: fact({}) })).toBe(true);
    expect(holds(leaf, { predecessor: below, fact: fact(parts) })).toBe(false);
  });

  test.each([
    ["lowest value", { value: quantity(70_000) }],
    ["highest value", { value: quantity(80_000) }],
    ["far edge", { day: TODAY - 90 }],
    ["near edge", { day: TODAY - 5 }],
  ])("accepts the %s itself", (_, parts) => {
    const leaf = leafOn(HBA1C, {
      valueLo: quantity(70_000),
      valueHi: quantity(80_000),
      near: 5,
      far: 90,
    });
    expect(holds(leaf, { predecessor: below, fact: fact(parts) })).toBe(true);
  });

  test("refuses a tombstone in the widest range, and accepts the highest usable value", () => {
    expect(holds(leafOn(HBA1C), { predecessor: 0n, fact: fact({ value: UNUSABLE }) })).toBe(false);
    expect(holds(leafOn(HBA1C), { predecessor: 0n, fact: fact({ value: UNUSABLE - 1n }) })).toBe(
      true,
    );
  });

  test("refuses the sentinel and the zero before the first fact", () => {
    const widest = leafOn(1n, { codeHi: (1n << 68n) - 2n });
    expect(holds(widest, { predecessor: 0n, fact: SENTINEL })).toBe(false);
    expect(holds(widest, { predecessor: 0n, fact: 0n })).toBe(false);
  });

  test("accepts the highest code that is not reserved", () => {
    const highest = (1n << 68n) - 2n;
    expect(holds(leafOn(highest), { predecessor: 0n, fact: fact({ code: highest }) })).toBe(true);
  });
});

describe("latest", () => {
  const leaf = leafOn(HBA1C, { kind: "latest", valueHi: quantity(70_000) });
  const newer = fact({ day: TODAY - 5, value: quantity(95_000) });
  const older = fact({ day: TODAY - 50, value: quantity(65_000) });

  test("refuses an older fact that poses as the newest", () => {
    expect(holds(leaf, { predecessor: newer, fact: older })).toBe(false);
    expect(holds(leaf, { predecessor: below, fact: older })).toBe(true);
  });

  test("refuses a tombstone as predecessor", () => {
    const tombstone = fact({ day: TODAY - 5, value: UNUSABLE });
    expect(holds(leaf, { predecessor: tombstone, fact: older })).toBe(false);
  });
});

describe("none", () => {
  const leaf = leafOn(HBA1C, { kind: "none", far: 100 });
  const above = fact({ code: HBA1C + 1n });

  test("holds when the code is missing altogether", () => {
    expect(holds(leaf, { predecessor: below, fact: above, past: true })).toBe(true);
    expect(holds(leaf, { predecessor: 0n, fact: SENTINEL, past: true })).toBe(true);
  });

  test("holds when the newest fact is older than the window, and not on its edge", () => {
    const on = fact({ day: TODAY - 100 });
    const before = fact({ day: TODAY - 101 });
    expect(holds(leaf, { predecessor: below, fact: before })).toBe(true);
    expect(holds(leaf, { predecessor: below, fact: on })).toBe(false);
  });

  test("refuses a pair that lies wholly below the range", () => {
    const pair = { predecessor: fact({ code: HBA1C - 2n }), fact: below };
    expect(holds(leaf, { ...pair, past: false })).toBe(false);
    expect(holds(leaf, { ...pair, past: true })).toBe(false);
    const old = fact({ code: HBA1C - 1n, day: TODAY - 5000 });
    expect(holds(leaf, { ...pair, fact: old, past: false })).toBe(false);
  });

  test("refuses a pair that lies wholly above the range", () => {
    const pair = { predecessor: above, fact: fact({ code: HBA1C + 2n }) };
    expect(holds(leaf, { ...pair, past: true })).toBe(false);
  });

  test("refuses past for a fact inside the range", () => {
    expect(holds(leaf, { predecessor: below, fact: fact({}), past: true })).toBe(false);
  });

  test("refuses an older fact behind a newer one", () => {
    const older = fact({ day: TODAY - 500 });
    expect(holds(leaf, { predecessor: fact({}), fact: older })).toBe(false);
  });

  test("refuses when the fact is ongoing or dated in the future", () => {
    expect(holds(leaf, { predecessor: below, fact: fact({ day: ONGOING }) })).toBe(false);
    expect(holds(leaf, { predecessor: below, fact: fact({ day: TODAY + 7 }) })).toBe(false);
  });

  test("refuses when a tombstone lies in the window", () => {
    const tombstone = fact({ value: UNUSABLE });
    expect(holds(leaf, { predecessor: below, fact: tombstone })).toBe(false);
  });

  test("has no older facts when it reaches back for ever", () => {
    const forever = leafOn(HBA1C, { kind: "none" });
    expect(holds(forever, { predecessor: below, fact: fact({ day: 0 }) })).toBe(false);
    expect(holds(forever, { predecessor: below, fact: above, past: true })).toBe(true);
  });

  test("covers a whole range of codes", () => {
    const range = leafOn(HBA1C, { kind: "none", codeHi: HBA1C + 1000n });
    const inside = fact({ code: HBA1C + 500n });
    const beyond = fact({ code: HBA1C + 1001n });
    expect(holds(range, { predecessor: below, fact: beyond, past: true })).toBe(true);
    expect(holds(range, { predecessor: below, fact: inside, past: true })).toBe(false);
    expect(holds(range, { predecessor: inside, fact: beyond, past: true })).toBe(false);
  });
});

describe("ages", () => {
  const leaf = leafOn(BIRTH, {
    kind: "latest",
    valueLo: 500_000n,
    valueHi: 609_999n,
    relative: true,
  });
  const born = (text: string) =>
    packFact({ code: BIRTH, day: parseDay(text), value: BigInt(text.replaceAll("-", "")) });
  const aged = (birth: string, on: string) =>
    holds(leaf, { predecessor: 0n, fact: born(birth), asOf: parseDay(on) });

  test("begin on the birthday", () => {
    expect(aged("1976-11-21", "2026-11-20")).toBe(false);
    expect(aged("1976-11-21", "2026-11-21")).toBe(true);
  });

  test("end on the day before the next birthday", () => {
    expect(aged("1965-11-22", "2026-11-21")).toBe(true);
    expect(aged("1965-11-21", "2026-11-21")).toBe(false);
  });

  test("of somebody born on 29 February begin on 1 March of a common year", () => {
    expect(aged("1976-02-29", "2026-02-28")).toBe(false);
    expect(aged("1976-02-29", "2026-03-01")).toBe(true);
  });

  test("refuse a twelve-year-old", () => {
    expect(aged("2014-05-05", "2026-11-21")).toBe(false);
  });

  test("without an upper end accept everybody old enough, and nobody's age wraps around", () => {
    const adult = { ...leaf, valueLo: 180_000n, valueHi: UNUSABLE - 1n };
    const judge = (birth: string) => holds(adult, { predecessor: 0n, fact: born(birth) });
    expect(judge("1900-01-01")).toBe(true);
    expect(judge("2008-11-21")).toBe(true);
    expect(judge("2008-11-22")).toBe(false);
  });
});

describe("claims", () => {
  const pair = { predecessor: below, fact: fact({}) };

  test("of nothing need no proof", () => {
    for (const kind of KINDS) {
      const leaf = leafOn(HBA1C + 5n, { kind });
      expect(holds(leaf, { ...pair, claim: false })).toBe(true);
    }
  });

  test("of past are refused without a claim, and for any and latest", () => {
    const above = { predecessor: below, fact: fact({ code: HBA1C + 1n }), past: true };
    const none = leafOn(HBA1C, { kind: "none" });
    expect(holds(none, above)).toBe(true);
    expect(holds(none, { ...above, claim: false })).toBe(false);
    expect(holds(leafOn(HBA1C), above)).toBe(false);
    expect(holds(leafOn(HBA1C, { kind: "latest" }), above)).toBe(false);
  });

  test("are bits", () => {
    const inputs = criterionInputs(leafOn(HBA1C), pair);
    expect(criterion.accepts(inputs)).toBe(true);
    expect(criterion.accepts({ ...inputs, claim: 2n })).toBe(false);
    expect(criterion.accepts({ ...inputs, past: FIELD_ORDER - 1n })).toBe(false);
  });

  test("refuse a leaf that is both latest and none", () => {
    const inputs = criterionInputs(leafOn(HBA1C, { kind: "latest" }), { ...pair, claim: false });
    expect(criterion.accepts(inputs)).toBe(true);
    expect(criterion.accepts({ ...inputs, parameters: inputs.parameters.with(113, 1n) })).toBe(
      false,
    );
  });

  test("of nothing still need a fact of 123 bits", () => {
    const inputs = criterionInputs(leafOn(HBA1C), { ...pair, claim: false });
    const opened = (wide: bigint) => ({ ...inputs, ...splitFact(wide) });
    expect(criterion.accepts(opened(SENTINEL))).toBe(true);
    expect(criterion.accepts(opened(SENTINEL + 1n))).toBe(false);
    expect(criterion.accepts({ ...inputs, dayAndValue: 1n << 55n })).toBe(false);
    expect(criterion.accepts({ ...inputs, code: FIELD_ORDER - 1n })).toBe(false);
  });
});

describe("a latest leaf over several codes", () => {
  test("takes the last of them only, for it has no newest fact otherwise", () => {
    // No such leaf is canonical: checkCanonical refuses it.
    const range = leafOn(HBA1C, { kind: "latest", codeHi: HBA1C + 2n });
    const at = (code: bigint) => ({ predecessor: below, fact: fact({ code }) });
    expect(holds(range, at(HBA1C + 2n))).toBe(true);
    expect(holds(range, at(HBA1C + 1n))).toBe(false);
    expect(holds(range, at(HBA1C))).toBe(false);
  });
});

describe("what is handed on", () => {
  test("is the fact and the two codes as they are hashed", () => {
    const leaf = leafOn(HBA1C, { codeHi: HBA1C + 9n });
    const opened = fact({});
    const inputs = criterionInputs(leaf, { predecessor: 0n, fact: opened });
    const wires = criterion.calculate(inputs);
    expect(wires.slice(1, 3)).toEqual([leaf.codeLo + (leaf.codeHi << 128n), opened]);
  });
});
