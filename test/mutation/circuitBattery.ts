// What a mutant of the circuits is tried on: honest statements, and inputs that a circuit must refuse. For one
// template alone, the inputs that it has in those.
import { FIELD_ORDER } from "../../circuits/statement/encoding/field.ts";
import { hash } from "../../circuits/statement/encoding/hash.ts";
import { listSignals } from "../../circuits/statement/proof/signals.ts";
import { type CircuitInputs, splitAsOf } from "../../circuits/witness/inputs.ts";
import { signalsOf } from "../../circuits/witness/prove.ts";
import type { Inputs } from "../circuits/calculator.ts";
import { bitsOf, PARAMETER_BITS } from "../circuits/criterionInputs.ts";
import { forgeries, HONEST, type Trial } from "./circuitForgeries.ts";

/** Trials of eligibility-8: honest ones with the signals that TypeScript computes, then forged ones. */
export function trialsOfWhole(): Trial[] {
  return [
    ...HONEST.map(({ what, statement, inputs }) => ({
      ...{ what, inputs },
      outputs: listSignals(signalsOf(statement)),
    })),
    ...forgeries(),
  ];
}

/** Trials of a template; of each the original has still to say whether it accepts it. */
export function inputsOfPart(main: string): { what: string; inputs: Inputs }[] {
  const own = OWN[main];
  if (own) return own.map((inputs, i) => ({ what: `inputs ${i + 1} of ${main}`, inputs }));
  const project = PARTS[main];
  if (!project) throw new Error(`no inputs of ${main} are known`);
  const seen = new Set<string>();
  return [...HONEST, ...forgeries()].flatMap(({ what, inputs }) =>
    project(inputs as CircuitInputs).flatMap((part) => {
      const key = JSON.stringify(part, (_, value) =>
        typeof value === "bigint" ? value.toString() : value,
      );
      if (seen.has(key)) return [];
      seen.add(key);
      return [{ what, inputs: part }];
    }),
  );
}

/** What a template is given within eligibility-8. */
const PARTS: Record<string, (inputs: CircuitInputs) => Inputs[]> = {
  "Calendar()": ({ asOf }) => [asOf, 1n, (1n << 44n) - 1n].map((each) => ({ asOf: each })),
  "Criterion()": (inputs) => {
    const { day, ymd } = splitAsOf(inputs.asOf);
    const criteria = inputs.claims.map((claim, k) => ({
      ...{ codeLo: inputs.codesLo[k]!, codeHi: inputs.codesHi[k]! },
      parameters: bitsOf(
        inputs.parameters[k >> 1]! >> BigInt(PARAMETER_BITS * (k % 2)),
        PARAMETER_BITS,
      ),
      ...{ code: inputs.factCodes[k]!, dayAndValue: inputs.factRests[k]! },
      ...{ predecessor: inputs.predecessors[k]!, claim, past: inputs.past[k]! },
      ...{ asOfDay: BigInt(day), asOfYmd: BigInt(ymd) },
    }));
    // A predecessor that is the first fact of the leaf's codes, the very next and the one before.
    const edges = [-1n, 0n, 1n];
    return criteria.flatMap((each) => [
      each,
      ...edges.map((by) => ({ ...each, predecessor: (each.codeLo << 55n) + by })),
    ]);
  },
  "Gates(8, 8, 8)": ({ gates, claims, gateClaims }) => [
    { words: gates, leafClaims: claims, gateClaims },
  ],
  "CriteriaHash(8, 8, 8)": ({ codesLo, codesHi, parameters, gates, policy, salt }) => [
    { codes: codesLo.map((lo, k) => lo + (codesHi[k]! << 128n)), parameters, gates, policy, salt },
  ],
  "Identity()": ({ secret, scope, issuer }) =>
    [secret, 0n, 1n, FIELD_ORDER - 1n].map((each) => ({ secret: each, scope, issuer })),
  "Membership(12)": (inputs) => [
    ...recordsIn(inputs).map((leaf) => ({
      ...{ leaf, lefts: inputs.batchLefts, rights: inputs.batchRights, root: inputs.batchRoot },
    })),
    ...siblingsOneLess(inputs.batchLefts.length),
  ],
  "RecordMembership(12, 16)": (inputs) =>
    recordsIn(inputs).map((commitment) => {
      const { batchLefts, batchRights, batchRoot, registryLefts, registryRights } = inputs;
      const { issuer, recordsRoot } = inputs;
      const path = { batchLefts, batchRights, batchRoot, registryLefts, registryRights };
      return { commitment, issuer, recordsRoot, ...path };
    }),
  "Opening()": (inputs) =>
    inputs.pages
      .map((page, k) => ({
        ...{ pageHashes: inputs.pageHashes, page, slotMiss: inputs.slotMisses[k]! },
        predecessor: inputs.predecessors[k]!,
        fact: (inputs.factCodes[k]! << 55n) + inputs.factRests[k]!,
      }))
      .flatMap((opening) => [opening, onLastPage(opening)]),
  "RecordCommitment()": ({ pageHashes, header, issuer, blinding, secret }) => [
    { pageHashes, header, issuer, blinding, identityCommitment: secret },
  ],
  // The highest bit of the header, of the dictionary asked for, of the domains and of the systems.
  "RecordPolicy()": ({ header, policy, asOf }) =>
    [
      { header, policy },
      { header: header | (1n << 90n), policy },
      { header, policy: policy | (1n << 49n) },
      { header, policy: policy | (1n << 65n) },
      { header, policy: policy | (1n << 90n) },
    ].map((each) => ({ ...each, asOfDay: BigInt(splitAsOf(asOf).day) })),
};

/** A tree of two leaves whose other leaf is one less than it is: on the left, on the right. A prover who adds one mends it. */
function siblingsOneLess(levels: number): Inputs[] {
  const [leaf, sibling] = [11n, 13n];
  return [true, false].map((isLeft) => {
    const hashed = (other: bigint, node: bigint) => hash(isLeft ? [other, node] : [node, other]);
    const root = hashed(sibling, leaf);
    const [nodes, others] = [[leaf], [sibling - 1n]];
    for (let level = 1; level < levels; level++) {
      nodes.push(hashed(others.at(-1)! + 1n, nodes.at(-1)!));
      others.push(0n);
    }
    const [lefts, rights] = isLeft ? [others, nodes] : [nodes, others];
    return { leaf, lefts, rights, root };
  });
}

/** The record's commitment is one of the first two; one less than them is in no tree. */
function recordsIn({ batchLefts, batchRights }: CircuitInputs): bigint[] {
  const [left, right] = [batchLefts[0]!, batchRights[0]!];
  return [left, right, left - 1n, right - 1n];
}

/** The same page as the last of the 64, and at no other place. */
function onLastPage<T extends { pageHashes: readonly bigint[]; page: readonly bigint[] }>(
  opening: T,
): T {
  const { pageHashes, page } = opening;
  const picked = hash(page.map((slot) => (slot < 0n ? slot + FIELD_ORDER : slot)));
  const others = pageHashes.map((each, i) => (each === picked ? BigInt(i) : each));
  return { ...opening, pageHashes: others.with(63, picked) };
}

const NUMBERS = [0n, 1n, 2n, 85n, 170n, 254n, 255n, 256n, 257n, 511n, -1n, -2n, -256n, 1n << 200n];
/** Every leaf and every earlier gate, of which each gate of eligibility-32 needs so many. */
const gatesOf32 = (threshold: number, held: bigint): Inputs => ({
  words: Array.from({ length: 4 }, (_, word) => {
    let [packed, at] = [0n, 0n];
    for (let i = 4 * word; i < 4 * word + 4; i++) {
      const mask = (1n << BigInt(32 + i)) - 1n;
      packed |= ((mask << 6n) | BigInt(threshold - 1)) << at;
      at += BigInt(38 + i);
    }
    return packed;
  }),
  leafClaims: Array.from({ length: 32 }, () => held),
  gateClaims: Array.from({ length: 16 }, () => 1n),
});

/** Inputs of templates that occur in many widths. */
const OWN: Record<string, readonly Inputs[]> = {
  "Gates(32, 16, 4)": [gatesOf32(1, 1n), gatesOf32(32, 1n), gatesOf32(33, 1n), gatesOf32(1, 0n)],
  "Bits(8)": NUMBERS.map((number) => ({ in: number })),
  "NotNegative(8)": NUMBERS.map((number) => ({ in: number })),
  "NotNegativeIf(8)": NUMBERS.flatMap((difference) =>
    [0n, 1n, -1n].flatMap((factor) =>
      [0n, 1n, -1n, 255n].map((offset) => ({ difference, factor, offset })),
    ),
  ),
  "OneOf(4)": [3n, 4n, 5n, 6n, 7n, 0n].map((value) => ({ options: [3n, 4n, 5n, 6n], value })),
  "Poseidon(2)": [{ inputs: [3n, 5n] }, { inputs: [0n, 0n] }, { inputs: [1n << 250n, 7n] }],
};
