// The criterion template against a leaf's meaning in numbers, on random pairs of facts near the leaf's edges.
import { beforeAll, expect, test } from "vitest";
import type { Leaf } from "../../circuits/statement/criteria/program.ts";
import { ONGOING, ymdOfDay } from "../../circuits/statement/encoding/day.ts";
import { packFact, SENTINEL, UNUSABLE } from "../../circuits/statement/encoding/fact.ts";
import { criterionInputs, type Pair } from "./criterionInputs.ts";
import { KINDS, leafOn, TODAY } from "./example.ts";
import { compilePart, type Part } from "./part.ts";
import { between, pick, type Random, seeded } from "./random.ts";

let criterion: Part;
beforeAll(async () => {
  criterion = await compilePart("Criterion()", "criterion.circom");
});

function holds(leaf: Leaf, pair: Pair): boolean {
  return criterion.accepts(criterionInputs(leaf, pair));
}

/** The meaning of a leaf, word by word from circuits/LAYOUT.md, in numbers. */
function meaning(leaf: Leaf, { predecessor, fact: packed, past, asOf = TODAY }: Pair): boolean {
  const code = packed >> 55n;
  const day = ONGOING - Number((packed >> 38n) & 0x1ffffn);
  const value = packed & UNUSABLE;
  const today = BigInt(ymdOfDay(asOf));
  const [lo, hi] = leaf.relative
    ? [today - leaf.valueHi, today - leaf.valueLo]
    : [leaf.valueLo, leaf.valueHi];
  const hit =
    code >= leaf.codeLo &&
    code <= leaf.codeHi &&
    value >= lo &&
    value <= hi &&
    day >= asOf - leaf.far &&
    (leaf.near === 0 || day <= asOf - leaf.near);
  const predecessorBelow = predecessor < leaf.codeLo << 55n;
  if (leaf.kind === "any") return hit && !past;
  if (leaf.kind === "latest") return hit && predecessorBelow && !past;
  const isPast = packed >= (leaf.codeHi + 1n) << 55n;
  const isOlder = code === leaf.codeHi && code >= leaf.codeLo && day < asOf - leaf.far;
  return predecessorBelow && (past ? isPast : isOlder);
}

/** A leaf and a pair that lie near each other's edges. */
function randomCase(random: Random): { leaf: Leaf; pair: Pair } {
  const kind = pick(random, KINDS);
  const relative = kind !== "none" && random() < 0.2;
  const exact = kind === "latest" || random() < 0.5;
  const window = kind === "none" && !exact ? ONGOING : pick(random, [0, 1, 3, ONGOING]);
  const near = kind === "none" ? 0 : Math.min(window, pick(random, [0, 0, 1, 2]));
  const base = relative ? 500_000n : 10n;
  const valueLo = kind === "none" ? 0n : base + BigInt(between(random, 0, 2));
  const leaf = leafOn(100n, {
    kind,
    codeHi: exact ? 100n : 102n,
    valueLo,
    valueHi: kind === "none" ? UNUSABLE - 1n : valueLo + BigInt(between(random, 0, 3)),
    ...{ relative, near, far: window },
  });
  const some = (code: number): bigint => {
    const value = relative
      ? BigInt(ymdOfDay(TODAY)) - 500_000n - BigInt(between(random, -1, 6))
      : pick(random, [BigInt(between(random, 9, 15)), BigInt(between(random, 11, 13)), UNUSABLE]);
    const day = pick(random, [TODAY - between(random, -1, 5), TODAY - 1, ONGOING, 0]);
    return packFact({ code: BigInt(code), day, value });
  };
  // Half of the predecessors lie below the range, and half of the facts carry its first code.
  const before = some(random() < 0.5 ? 99 : between(random, 98, 103));
  const here = some(random() < 0.5 ? 100 : between(random, 98, 104));
  const pair = {
    predecessor: random() < 0.1 ? 0n : lesser(before, here),
    fact: random() < 0.1 ? SENTINEL : greater(before, here),
    past: kind === "none" ? random() < 0.5 : random() < 0.05,
  };
  return { leaf, pair };
}

test("a claim is accepted exactly when the leaf's meaning holds of the pair", () => {
  const random = seeded(20_261_121);
  const count = Number(process.env.CRITERION_CASES ?? 1500);
  const verdicts = { true: 0, false: 0 };
  for (let i = 0; i < count; i++) {
    const { leaf, pair } = randomCase(random);
    const expected = meaning(leaf, pair);
    verdicts[`${expected}`]++;
    const actual = holds(leaf, pair);
    if (actual !== expected)
      expect({ leaf, pair, actual }).toEqual({ leaf, pair, actual: expected });
  }
  // The cases are worth something only if both verdicts are frequent.
  expect(Math.min(verdicts.true, verdicts.false)).toBeGreaterThan(count / 20);
});

function lesser(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}

function greater(a: bigint, b: bigint): bigint {
  if (a < b) return b;
  return a;
}
