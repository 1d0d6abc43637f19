// Ways to weaken the circuits' sources, each with an attack that the weakened template lets through.

import { packFact } from "../../circuits/statement/fact.ts";
import { FIELD_ORDER, SUBGROUP_ORDER } from "../../circuits/statement/field.ts";
import { hash } from "../../circuits/statement/hash.ts";
import { packHeader } from "../../circuits/statement/header.ts";
import { type Leaf, type Policy, packLeaf, packPolicy } from "../../circuits/statement/program.ts";
import type { Inputs } from "./calculator.ts";
import { brokenBy } from "./constraints.ts";
import { HBA1C, leafOn, POLICY, recordOf, TODAY } from "./example.ts";
import type { Part } from "./part.ts";

/** True when the attack gets through. */
export type Attack = (part: Part) => boolean;
export type Mutant = {
  readonly file: string;
  /** The template to compile. */
  readonly main: string;
  /** Source text that stands there once, and what replaces it. */
  readonly find: string;
  readonly replace: string;
  /**
   * Hints that a dishonest prover computes otherwise, in the source as it is and in the weakened one: the
   * first part stands there once.
   */
  readonly dishonest?: readonly [honest: string, dishonest: string];
  readonly attack: Attack;
};

const given =
  (inputs: Inputs): Attack =>
  (part) =>
    part.accepts(inputs);

/** 4 spelled as 2 * 2^1: needs digits that are not bits. Bit i is found as the wire that changes with it. */
function digitTwo(width: number): Attack {
  return (part) => {
    const wires = (value: bigint) => part.calculate({ in: value });
    const [zero, two, four] = [wires(0n), wires(2n), wires(4n)];
    const changed = (a: readonly bigint[]) => a.flatMap((wire, i) => (wire !== zero[i] ? [i] : []));
    const inputs = changed(two).filter((i) => four[i] !== two[i] && four[i] !== 0n);
    const bit1 = changed(two).find((i) => !inputs.includes(i))!;
    const forged = four.map((wire, i) =>
      changed(four).includes(i) && !inputs.includes(i) ? 0n : i === bit1 ? 2n : wire,
    );
    return width > 2 && brokenBy(part.constraints(), forged).length === 0;
  };
}

const fact = (code: bigint, daysAgo: number, value = 10n) =>
  packFact({ code, day: TODAY - daysAgo, value });
const BELOW = fact(HBA1C - 1n, 1);
const LEAF = leafOn(HBA1C, { valueLo: 10n, valueHi: 12n, near: 5, far: 9 });
const NONE = leafOn(HBA1C, { kind: "none", far: 9 });
const RANGE = leafOn(HBA1C, { kind: "none", codeHi: HBA1C + 9n });

type Claim = { leaf: Leaf; fact: bigint; predecessor?: bigint; past?: bigint; claim?: bigint };
const claimed = ({ leaf, fact: opened, predecessor = BELOW, past = 0n, claim = 1n }: Claim) =>
  given({
    leaf: packLeaf(leaf),
    ...{ fact: opened, predecessor, past, claim },
    asOfDay: BigInt(TODAY),
    asOfYmd: 20_261_121n,
  });
const BORN = leafOn(HBA1C, { valueLo: 500_000n, valueHi: 600_000n, relative: true });

const criterion = (find: string, replace: string, attack: Attack): Mutant => ({
  ...{ file: "criterion.circom", main: "Criterion()" },
  ...{ find, replace, attack },
});

const CRITERION: readonly Mutant[] = [
  criterion("latest * none === 0;", "", (part) => {
    const leaf = packLeaf({ ...LEAF, kind: "latest" }) | (1n << 249n);
    const claim = { claim: 0n, past: 0n, asOfDay: 1n, asOfYmd: 1n };
    return part.accepts({ leaf, fact: BELOW, predecessor: 0n, ...claim });
  }),
  criterion(
    "claim * (claim - 1) === 0;",
    "",
    claimed({ leaf: LEAF, fact: fact(HBA1C, 6), claim: 2n }),
  ),
  criterion(
    "past * (past - 1) === 0;",
    "",
    // Twice past: the code need not be beyond the range by one, but the sign of the window turns.
    claimed({ leaf: NONE, fact: fact(HBA1C + 3n, 1), past: 2n }),
  ),
  criterion(
    "past * (1 - absent) === 0;",
    "",
    claimed({ leaf: leafOn(HBA1C), fact: fact(HBA1C + 1n, 1), past: 1n }),
  ),
  criterion(
    "aboveLo + aboveHi - past",
    "aboveLo + aboveHi",
    claimed({ leaf: NONE, fact: fact(HBA1C, 1), past: 1n }),
  ),
  criterion(
    "hit * (code - codeLo)",
    "hit * (code - codeLo + 1)",
    claimed({ leaf: leafOn(HBA1C), fact: BELOW }),
  ),
  criterion(
    "absent * (code - codeHi)",
    "absent * (code - codeLo)",
    claimed({ leaf: RANGE, fact: fact(HBA1C + 5n, 1), past: 1n }),
  ),
  criterion(
    "(claim - past) * (codeHi - code)",
    "(claim - past) * (codeHi + 1 - code)",
    claimed({ leaf: leafOn(HBA1C), fact: fact(HBA1C + 1n, 1) }),
  ),
  criterion(
    "hit * (value - valueLo - shift)",
    "hit * (value + 1 - valueLo - shift)",
    claimed({ leaf: LEAF, fact: fact(HBA1C, 6, 9n) }),
  ),
  criterion(
    "hit * (valueHi + shift - value)",
    "hit * (valueHi + 1 + shift - value)",
    claimed({ leaf: LEAF, fact: fact(HBA1C, 6, 13n) }),
  ),
  criterion(
    "relative * (asOfYmd - valueHi - valueLo)",
    "relative * (asOfYmd - valueHi - valueLo + 1)",
    claimed({ leaf: BORN, fact: fact(HBA1C, 6, 19_761_122n) }),
  ),
  criterion(
    "(hit - older) * (day - asOfDay + far)",
    "(hit - older) * (day - asOfDay + far + 1)",
    claimed({ leaf: LEAF, fact: fact(HBA1C, 10) }),
  ),
  criterion(
    "farEdge.in <== sinceFar - older",
    "farEdge.in <== sinceFar",
    claimed({ leaf: NONE, fact: fact(HBA1C, 9) }),
  ),
  criterion(
    "edged * (asOfDay - near - day)",
    "edged * (asOfDay - near - day + 1)",
    claimed({ leaf: LEAF, fact: fact(HBA1C, 4) }),
  ),
  criterion("hit * hasNear", "0", claimed({ leaf: LEAF, fact: fact(HBA1C, 1) })),
  criterion(
    "claim * (latest + none)",
    "claim * none",
    claimed({
      leaf: { ...LEAF, kind: "latest" },
      fact: fact(HBA1C, 6),
      predecessor: fact(HBA1C, 1),
    }),
  ),
  criterion(
    "claim * (latest + none)",
    "claim * latest",
    claimed({ leaf: NONE, fact: fact(HBA1C, 20), predecessor: fact(HBA1C, 1) }),
  ),
  criterion(
    "codeLo * 2 ** 55 - 1 - predecessor",
    "codeHi * 2 ** 55 - 1 - predecessor",
    claimed({
      leaf: RANGE,
      fact: fact(HBA1C + 10n, 1),
      predecessor: fact(HBA1C + 1n, 1),
      past: 1n,
    }),
  ),
];

const header = (change: object) => packHeader({ ...recordOf().header, ...change });
const policy = (
  find: string,
  replace: string,
  change: object,
  wanted: Partial<Policy> = {},
): Mutant => ({
  ...{ file: "record.circom", main: "RecordPolicy()" },
  ...{ find, replace },
  attack: given({
    header: header(change),
    policy: packPolicy({ ...POLICY, ...wanted }),
    asOfDay: BigInt(TODAY),
  }),
});

const POLICIES: readonly Mutant[] = [
  policy("asOfDay - issuedDay;", "asOfDay - issuedDay + 1;", { issuedDay: TODAY + 1 }),
  policy("maxRecordAge - asOfDay + issuedDay;", "maxRecordAge + 1 - asOfDay + issuedDay;", {
    issuedDay: TODAY - 31,
  }),
  policy("issuedDay - coverageFromDay;", "0;", { coverageFromDay: TODAY - 2 }, { minCoverage: 0 }),
  policy("asOfDay - coverageFromDay - minCoverage;", "0;", { coverageFromDay: TODAY - 1826 }),
  policy("dictionaryVersion - minDictionaryVersion;", "0;", { dictionaryVersion: 1 }),
  policy("latestIdentitySince - identitySince;", "0;", { identitySince: 1 }),
  policy("p.out[50 + i] * (1 - h.out[17 + i]) === 0;", "", { completeFor: [] }),
];

const PAGE = Array.from({ length: 16 }, (_, i) => BigInt(i));
const HASHES = Array.from({ length: 64 }, (_, i) => (i === 7 ? hash(PAGE) : BigInt(i)));
const oneHot = (length: number, at: number): bigint[] =>
  Array.from({ length }, (_, i) => (i === at ? 1n : 0n));
const OPENING = {
  ...{ pageHashes: HASHES, page: PAGE, pagePick: oneHot(64, 7), slotPick: oneHot(15, 4) },
  ...{ predecessor: 4n, fact: 5n },
};
const opening = (find: string, replace: string, change: Partial<typeof OPENING>): Mutant => ({
  ...{ file: "record.circom", main: "Opening()" },
  ...{ find, replace },
  attack: given({ ...OPENING, ...change }),
});

const OPENINGS: readonly Mutant[] = [
  opening("pagePick[i] * (pageHashes[i] - pageHash.out) === 0;", "", { pagePick: oneHot(64, 8) }),
  opening("pageSum === 1;", "", { pagePick: oneHot(64, 99), page: PAGE.with(0, 9n) }),
  opening("slotPick[i] * (page[i] - predecessor) === 0;", "", { predecessor: 3n }),
  opening("slotPick[i] * (page[i + 1] - fact) === 0;", "", { fact: 6n }),
  opening("slotSum === 1;", "", { slotPick: oneHot(15, 99), fact: 99n }),
];

const LEVELS = Array.from({ length: 32 }, () => 0n);
const PATH = { leaf: 5n, siblings: LEVELS, sides: LEVELS, active: LEVELS };
const WORDS = {
  gates: [64n, 0n, 0n, 0n, 0n, 0n, 0n, 64n],
  leafClaims: [1n, 0n, 0n, 0n, 0n, 0n, 0n, 0n],
};
const gate = (find: string, replace: string, attack: Inputs): Mutant => ({
  ...{ file: "gates.circom", main: "Gates(8, 8)" },
  ...{ find, replace, attack: given({ ...WORDS, ...attack }) },
});
const identity = (find: string, replace: string, secret: bigint): Mutant => ({
  ...{ file: "identity.circom", main: "Identity()" },
  ...{ find, replace, attack: given({ secret, scope: 1n }) },
});
const path = (find: string, change: Partial<typeof PATH>): Mutant => ({
  ...{ file: "membership.circom", main: "Membership(32)" },
  ...{ find, replace: "", attack: given({ ...PATH, ...change }) },
});
const LAST = oneHot(8, 7);

const OTHERS: readonly Mutant[] = [
  path("sides[i] * (sides[i] - 1) === 0;", { sides: LEVELS.with(0, 2n) }),
  path("active[i] * (active[i] - 1) === 0;", { active: LEVELS.with(0, 2n) }),
  identity("l - 1 - secret;", "0;", SUBGROUP_ORDER + 1n),
  identity("l - 1 - secret;", "l - secret;", SUBGROUP_ORDER),
  gate("gateClaims[i] * (gateClaims[i] - 1) === 0;", "", { gateClaims: LAST.with(0, 2n) }),
  gate("gateClaims[G - 1] === 1;", "", { gateClaims: oneHot(8, 9) }),
  gate("(count - threshold)", "(count + 1 - threshold)", {
    gateClaims: LAST,
    leafClaims: oneHot(8, 9),
  }),
  gate("Bits(6 + K + i)", "Bits(7 + K + i)", {
    gates: WORDS.gates.with(0, 64n + (1n << 14n)),
    gateClaims: LAST,
  }),
  gate("var threshold = 1;", "var threshold = 0;", {
    gates: WORDS.gates.with(7, 0n),
    gateClaims: LAST,
  }),
  {
    ...{ file: "calendar.circom", main: "Calendar()", find: "Bits(44)", replace: "Bits(45)" },
    attack: given({ asOf: 1n << 44n }),
  },
  {
    ...{ file: "comparison.circom", main: "NotNegative(8)", replace: "" },
    find: "bits[i] * (bits[i] - 1) === 0;",
    attack: digitTwo(8),
  },
  {
    ...{ file: "comparison.circom", main: "Bits(8)", replace: "" },
    find: "out[i] * (out[i] - 1) === 0;",
    attack: digitTwo(8),
  },
  {
    ...{
      file: "comparison.circom",
      main: "NotNegative(8)",
      replace: "sum += bits[i] * unit; unit *= 2; }",
    },
    find: "sum += bits[i] * unit;\n        unit *= 2;\n    }\n    in === sum;",
    attack: given({ in: FIELD_ORDER - 1n }),
  },
];

export const MUTANTS: readonly Mutant[] = [...CRITERION, ...POLICIES, ...OPENINGS, ...OTHERS];
