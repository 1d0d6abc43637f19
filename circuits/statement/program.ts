// A compiled criteria program: K leaves, G threshold gates, a policy and a salt, and its hash.
// The circuit reads the very words packed here (templates/criterion.circom and gates.circom).
import { CODE_BITS, type Domain } from "./code.ts";
import { DAY_BITS, ONGOING } from "./day.ts";
import { MAX_VALUE, VALUE_BITS } from "./fact.ts";
import { type Field, packBits, toField } from "./field.ts";
import { hash } from "./hash.ts";
import { domainBits } from "./header.ts";

/** Leaves and gates of the two circuits. */
export const SIZES = {
  8: { circuit: "eligibility-8", leaves: 8, gates: 8 },
  32: { circuit: "eligibility-32", leaves: 32, gates: 16 },
} as const;
export type Size = keyof typeof SIZES;
export type CircuitName = (typeof SIZES)[Size]["circuit"];

export const KINDS = ["any", "latest", "none"] as const;
export type Kind = (typeof KINDS)[number];

/** One criterion. Its meaning is the table in circuits/README.md; all numbers are inclusive. */
export type Leaf = {
  readonly kind: Kind;
  readonly codeLo: bigint;
  readonly codeHi: bigint;
  /** Encoded values; with `relative`, the yyyymmdd distance before `asOf` (50 years: 500000). */
  readonly valueLo: bigint;
  readonly valueHi: bigint;
  readonly relative: boolean;
  /** Window in days before `asOf`: [far, near]. near 0: no upper bound. far ONGOING: no lower bound. */
  readonly near: number;
  readonly far: number;
};

/** True when at least `threshold` of the named leaves and *earlier* gates hold. The last gate is the result. */
export type Gate = {
  readonly threshold: number;
  readonly leaves: readonly number[];
  readonly gates: readonly number[];
};

/** What the record must be for absence from it to mean something; enforced in the circuit. */
export type Policy = {
  /** asOf - issuedDay is at most this, in days. */
  readonly maxRecordAge: number;
  /** asOf - coverageFromDay is at least this, in days. */
  readonly minCoverage: number;
  readonly minDictionaryVersion: number;
  /** Domains that `completeFor` must hold. */
  readonly domains: readonly Domain[];
  /** identitySince is at most this day. */
  readonly latestIdentitySince: number;
};

export type Program = {
  readonly size: Size;
  readonly leaves: readonly Leaf[];
  /** In order; the result is the last one and is written to the circuit's last gate. */
  readonly gates: readonly Gate[];
  readonly policy: Policy;
  /** At least 128 random bits, so that a sealed program cannot be guessed. */
  readonly salt: bigint;
};

/** 250 bits: near, far, valueLo, valueHi, codeLo, codeHi, hasNear, relative, latest, none. */
export function packLeaf(leaf: Leaf): Field {
  const flag = (name: string, on: boolean) => ({ name, value: on ? 1n : 0n, bits: 1 });
  return toField(
    packBits([
      { name: "near", value: BigInt(leaf.near), bits: DAY_BITS },
      { name: "far", value: BigInt(leaf.far), bits: DAY_BITS },
      { name: "valueLo", value: leaf.valueLo, bits: VALUE_BITS },
      { name: "valueHi", value: leaf.valueHi, bits: VALUE_BITS },
      { name: "codeLo", value: leaf.codeLo, bits: CODE_BITS },
      { name: "codeHi", value: leaf.codeHi, bits: CODE_BITS },
      flag("hasNear", leaf.near > 0),
      flag("relative", leaf.relative),
      flag("latest", leaf.kind === "latest"),
      flag("none", leaf.kind === "none"),
    ]),
  );
}

/**
 * Gate number `index`: threshold - 1 (6 bits), a bit per leaf, a bit per earlier gate.
 * The zero word is a gate that nobody passes.
 */
export function packGate(gate: Gate, index: number, leafCount: number): Field {
  let mask = 0n;
  for (const leaf of gate.leaves) mask |= 1n << BigInt(leaf);
  for (const earlier of gate.gates) mask |= 1n << BigInt(leafCount + earlier);
  return toField(
    packBits([
      { name: "threshold", value: BigInt(gate.threshold - 1), bits: 6 },
      { name: "inputs", value: mask, bits: leafCount + index },
    ]),
  );
}

/** 83 bits: maxRecordAge, minCoverage, minDictionaryVersion, domains, latestIdentitySince. */
export function packPolicy(policy: Policy): Field {
  return toField(
    packBits([
      { name: "maxRecordAge", value: BigInt(policy.maxRecordAge), bits: DAY_BITS },
      { name: "minCoverage", value: BigInt(policy.minCoverage), bits: DAY_BITS },
      { name: "minDictionaryVersion", value: BigInt(policy.minDictionaryVersion), bits: 16 },
      { name: "domains", value: domainBits(policy.domains), bits: 16 },
      { name: "latestIdentitySince", value: BigInt(policy.latestIdentitySince), bits: DAY_BITS },
    ]),
  );
}

/** The program as the circuit reads it: padded to its size, the result in the last gate. */
export function packProgram(program: Program): { leaves: Field[]; gates: Field[]; policy: Field } {
  const { leaves: leafCount, gates: gateCount } = SIZES[program.size];
  checkCanonical(program);
  const zero = 0n as Field;
  const leaves = program.leaves.map(packLeaf);
  const gates = Array.from({ length: gateCount }, () => zero);
  program.gates.forEach((gate, i) => {
    const slot = i === program.gates.length - 1 ? gateCount - 1 : i;
    gates[slot] = packGate(gate, slot, leafCount);
  });
  const padding = Array.from({ length: leafCount - leaves.length }, () => zero);
  return { leaves: [...leaves, ...padding], gates, policy: packPolicy(program.policy) };
}

/**
 * criteriaHash = Poseidon(2^8 K + G, policy, salt, digests), where the digests are Poseidon16 over the leaf words
 * followed by the gate words, 16 at a time (one digest in eligibility-8, three in eligibility-32).
 */
export function hashProgram(program: Program): Field {
  const { leaves, gates, policy } = packProgram(program);
  const words = [...leaves, ...gates];
  const digests: Field[] = [];
  for (let i = 0; i < words.length; i += 16) digests.push(hash(words.slice(i, i + 16)));
  const shape = BigInt(leaves.length * 256 + gates.length);
  return hash([shape, policy, program.salt, ...digests]);
}

/**
 * Refuses programs with a second writing of the same meaning, or with none. Compiler, wallet, board and auditor
 * each call it; throws RangeError naming the leaf or gate.
 */
export function checkCanonical({ size, leaves, gates, salt }: Program): void {
  const { leaves: leafCount, gates: gateCount } = SIZES[size];
  const fail = (what: string): never => {
    throw new RangeError(`program is not canonical: ${what}`);
  };
  if (leaves.length === 0 || leaves.length > leafCount) fail(`${leaves.length} leaves`);
  if (gates.length === 0 || gates.length > gateCount) fail(`${gates.length} gates`);
  if (salt >> 128n === 0n) fail("salt below 128 bits");
  leaves.forEach((leaf, i) => {
    const problem = leafProblem(leaf);
    if (problem) fail(`leaf ${i}: ${problem}`);
  });
  const words = leaves.map(packLeaf);
  if (new Set(words).size !== words.length) fail("two leaves are the same");
  gates.forEach((gate, i) => {
    const inputs = [...gate.leaves, ...gate.gates.map((g) => leafCount + g)];
    const inReach =
      gate.leaves.every((l) => l >= 0 && l < leaves.length) &&
      gate.gates.every((g) => g >= 0 && g < i);
    if (!inReach) fail(`gate ${i} reads beyond its reach`);
    if (new Set(inputs).size !== inputs.length) fail(`gate ${i} reads an input twice`);
    if (gate.threshold < 1 || gate.threshold > inputs.length) fail(`gate ${i}: threshold`);
  });
}

function leafProblem(leaf: Leaf): string | undefined {
  const exact = leaf.codeLo === leaf.codeHi;
  const maxCode = (1n << BigInt(CODE_BITS)) - 1n;
  const everything = leaf.valueLo === 0n && leaf.valueHi === MAX_VALUE;
  if (leaf.codeLo <= 0n || leaf.codeHi >= maxCode) return "reserved code";
  if (leaf.codeLo > leaf.codeHi) return "inverted code range";
  if (leaf.valueLo > leaf.valueHi || leaf.valueHi > MAX_VALUE) return "inverted or reserved values";
  if (leaf.near > leaf.far) return "inverted window";
  if (leaf.kind === "latest" && !exact) return "latest over more than one code";
  if (leaf.kind === "none" && leaf.far !== ONGOING && !exact)
    return "none with a window over a range";
  if (leaf.kind === "none" && !(everything && leaf.near === 0 && !leaf.relative)) {
    return "none with a value range or a near edge";
  }
  return undefined;
}
