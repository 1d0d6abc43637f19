// Ways to weaken the circuits' sources, each with an attack that the weakened template lets through.

import type { Policy } from "../../circuits/statement/criteria/program.ts";
import { FIELD_ORDER, toField } from "../../circuits/statement/encoding/field.ts";
import { hash } from "../../circuits/statement/encoding/hash.ts";
import { packHeader } from "../../circuits/statement/encoding/header.ts";
import {
  childrenOf,
  MAX_BATCH_LEVELS,
  MAX_REGISTRY_LEVELS,
  registryLeafOf,
} from "../../circuits/statement/encoding/tree.ts";
import type { Inputs } from "./calculator.ts";
import { brokenBy } from "./constraints.ts";
import { CRITERION } from "./criterionMutants.ts";
import { CLINIC, POLICY, policyWord, recordOf, TODAY } from "./example.ts";
import { type Attack, given, type Mutant } from "./mutant.ts";

const digitTwo = (width: number): Attack => digitTwoOf("in", {}, width);

/** 4 spelled as 2 * 2^1: needs digits that are not bits. Bit i is found as the wire that changes with it. */
function digitTwoOf(name: string, others: Inputs, width = 8): Attack {
  return (part) => {
    const wires = (value: bigint) => part.calculate({ ...others, [name]: value });
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
    policy: policyWord({ ...POLICY, ...wanted }),
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
  policy("p.out[83 + i] * (1 - h.out[83 + i]) === 0;", "", { codedIn: [] }),
];

const PAGE = Array.from({ length: 16 }, (_, i) => BigInt(i));
const HASHES = Array.from({ length: 64 }, (_, i) => (i === 7 ? hash(PAGE) : BigInt(i)));
const oneHot = (length: number, at: number): bigint[] =>
  Array.from({ length }, (_, i) => (i === at ? 1n : 0n));
const OPENING = {
  ...{ pageHashes: HASHES, page: PAGE, slotMiss: oneHot(15, 4).map((hit) => 1n - hit) },
  ...{ predecessor: 4n, fact: 5n },
};
const opening = (find: string, replace: string, change: Partial<typeof OPENING>): Mutant => ({
  ...{ file: "record.circom", main: "Opening()" },
  ...{ find, replace },
  attack: given({ ...OPENING, ...change }),
});

const OPENINGS: readonly Mutant[] = [
  opening("ofRecord.value <== pageHash.out;", "ofRecord.value <== pageHashes[0];", {
    page: PAGE.with(0, 9n),
  }),
  opening("(1 - slotMiss[i]) * (page[i] - predecessor) === 0;", "", { predecessor: 3n }),
  opening("(1 - slotMiss[i]) * (page[i + 1] - fact) === 0;", "", { fact: 6n }),
  opening("slotSum === 1;", "", { slotMiss: OPENING.slotMiss.map(() => 1n), fact: 99n }),
  {
    ...{ file: "choice.circom", main: "OneOf(4)" },
    ...{ find: "(products[n - 2] - 1) * (options[n - 1] - value) === 0;", replace: "" },
    attack: given({ options: [1n, 2n, 3n, 4n], value: 5n }),
  },
  {
    ...{ file: "choice.circom", main: "OneOf(4)" },
    ...{ find: "(products[i - 1] - 1) * (options[i] - value) + 1", replace: "1" },
    attack: given({ options: [1n, 2n, 3n, 4n], value: 5n }),
  },
];

const ENDS = { index: 0, siblings: [7n] };
const CHILDREN = childrenOf(hash([5n]), ENDS, MAX_BATCH_LEVELS);
const PATH = { leaf: hash([5n]), root: hash([hash([5n]), 7n]), ...CHILDREN };
const inTree = (find: string, replace: string, change: Inputs): Mutant => ({
  ...{ file: "membership.circom", main: `Membership(${MAX_BATCH_LEVELS})` },
  ...{ find, replace, attack: given({ ...PATH, ...change }) },
});

/** A batch of the one record in a registry of the one batch, of another clinic than the record's. */
const FOREIGN = "0x2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c";
function anchoredBy(clinic: string, batchRoot = 5n): Inputs {
  const leaf = registryLeafOf(batchRoot, clinic);
  const alone = { index: 0, siblings: [] };
  const batch = childrenOf(toField(5n), alone, MAX_BATCH_LEVELS);
  const registry = childrenOf(leaf, alone, MAX_REGISTRY_LEVELS);
  return {
    ...{ commitment: 5n, issuer: BigInt(CLINIC), batchRoot, recordsRoot: leaf },
    batchLefts: batch.lefts,
    batchRights: batch.rights,
    registryLefts: registry.lefts,
    registryRights: registry.rights,
  };
}
const junction = (find: string, replace: string, inputs: Inputs): Mutant => ({
  ...{ file: "membership.circom" },
  main: `RecordMembership(${MAX_BATCH_LEVELS}, ${MAX_REGISTRY_LEVELS})`,
  ...{ find, replace, attack: given(inputs) },
});

const WORDS = {
  // The first and the last gate, of 14 and 21 bits, want the first leaf; no other gate is in use.
  words: [64n + (64n << 119n)],
  leafClaims: [1n, 0n, 0n, 0n, 0n, 0n, 0n, 0n],
};
const gate = (find: string, replace: string, attack: Inputs): Mutant => ({
  ...{ file: "gates.circom", main: "Gates(8, 8, 8)" },
  ...{ find, replace, attack: given({ ...WORDS, ...attack }) },
});
/** True when the template gives an output for these inputs that is not this one. */
const givesOther =
  (inputs: Inputs, at: number, expected: bigint): Attack =>
  (part) =>
    part.calculate(inputs)[at] !== expected;
const SECRETS = { secret: 3n, scope: 5n, issuer: 7n };
const LAST = oneHot(8, 7);

const OTHERS: readonly Mutant[] = [
  inTree("(lefts[i] - nodes[i]) * (rights[i] - nodes[i]) === 0;", "", { leaf: 4n }),
  inTree("end.value <== root;", "end.value <== leaf;", { root: 4n }),
  junction(
    "junction.inputs[1] <== issuer;",
    `junction.inputs[1] <== ${BigInt(FOREIGN)};`,
    anchoredBy(FOREIGN),
  ),
  junction("batch.root <== batchRoot;", "batch.root <== commitment;", anchoredBy(CLINIC, 6n)),
  junction(
    "registry.leaf <== junction.out;",
    "registry.leaf <== recordsRoot;",
    anchoredBy(FOREIGN),
  ),
  {
    ...{ file: "identity.circom", main: "Identity()" },
    ...{ find: "tag.inputs[2] <== issuer;", replace: "tag.inputs[2] <== 8;" },
    attack: givesOther(SECRETS, 3, hash([5n, 3n, 7n])),
  },
  {
    ...{ file: "identity.circom", main: "Identity()" },
    ...{ find: "answer.inputs[1] <== secret;", replace: "answer.inputs[1] <== issuer;" },
    attack: givesOther(SECRETS, 2, hash([5n, 3n])),
  },
  gate("gateClaims[i] * (gateClaims[i] - 1) === 0;", "", { gateClaims: LAST.with(0, 2n) }),
  gate("gateClaims[G - 1] === 1;", "", { gateClaims: oneHot(8, 9) }),
  gate("count - threshold;", "count + 1 - threshold;", {
    gateClaims: LAST,
    leafClaims: oneHot(8, 9),
  }),
  gate("width += 6 + K + i;", "width += 7 + K + i;", {
    words: [WORDS.words[0]! + (1n << 140n)],
    gateClaims: LAST,
  }),
  gate("at += 6 + K + i;", "at += 6 + K;", {
    // The last gate wants no leaf and is read where an earlier one stands.
    words: [64n << BigInt(7 * 14)],
    gateClaims: LAST,
  }),
  gate("var threshold = 1;", "var threshold = 0;", {
    words: [64n],
    gateClaims: LAST,
  }),
  {
    ...{ file: "calendar.circom", main: "Calendar()", find: "Bits(44)", replace: "Bits(45)" },
    attack: given({ asOf: 1n << 44n }),
  },
  {
    ...{ file: "comparison.circom", main: "NotNegative(8)" },
    find: "bits[i] <-- (in >> i) & 1;\n        bits[i] * (bits[i] - 1) === 0;",
    replace: "bits[i] <-- (in >> i) & 1;",
    attack: digitTwo(8),
  },
  {
    ...{ file: "comparison.circom", main: "NotNegativeIf(8)" },
    find: "+ offset) >> i) & 1;\n        bits[i] * (bits[i] - 1) === 0;",
    replace: "+ offset) >> i) & 1;",
    attack: digitTwoOf("difference", { factor: 1n, offset: 0n }),
  },
  {
    ...{ file: "comparison.circom", main: "Bits(8)", replace: "" },
    find: "out[i] * (out[i] - 1) === 0;",
    attack: digitTwo(8),
  },
  {
    ...{ file: "comparison.circom", main: "Bits(8)", replace: "" },
    find: "out[n - 1] * out[n - 1] * unit === in - below;",
    attack: given({ in: FIELD_ORDER - 1n }),
  },
  {
    ...{ file: "comparison.circom", main: "NotNegative(8)", replace: "" },
    find: "\n    in === sum;",
    attack: given({ in: FIELD_ORDER - 1n }),
  },
  {
    ...{ file: "comparison.circom", main: "NotNegativeIf(8)", replace: "" },
    find: "difference * factor === sum - offset;",
    attack: given({ difference: FIELD_ORDER - 1n, factor: 1n, offset: 0n }),
  },
];

export const MUTANTS: readonly Mutant[] = [...CRITERION, ...POLICIES, ...OPENINGS, ...OTHERS];
