// A compiled criteria program: K leaves, G threshold gates, a policy and a salt, and its hash.
// The circuit reads the very words packed here (templates/criterion.circom and gates.circom).
import { CODE_BITS, type Domain } from "../encoding/code.ts";
import { DAY_BITS, ONGOING } from "../encoding/day.ts";
import { MAX_VALUE, VALUE_BITS } from "../encoding/fact.ts";
import { type Field, packBits, toField } from "../encoding/field.ts";
import { hash } from "../encoding/hash.ts";
import { type CodedSystem, codedBits, domainBits } from "../encoding/header.ts";

/** Leaves and gates of the two circuits, and how many gates share a word of the hash. */
export const SIZES = {
  8: { circuit: "eligibility-8", leaves: 8, gates: 8, gatesAWord: 8 },
  32: { circuit: "eligibility-32", leaves: 32, gates: 16, gatesAWord: 4 },
} as const;
export type Size = keyof typeof SIZES;
export type CircuitName = (typeof SIZES)[Size]["circuit"];

export type Kind = "any" | "latest" | "none";

/** One criterion. Its meaning is the table in circuits/LAYOUT.md; all numbers are inclusive. */
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
  /** Code systems that the header's `codedIn` must hold. */
  readonly codedIn: readonly CodedSystem[];
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

/** Two codes in one word, codeHi above 2^128: so far apart that the circuit's comparisons alone tell them apart. */
const CODE_HI_AT = 128n;
const PARAMETER_BITS = 114;
/** Leaves whose parameters share a word. */
const LEAVES_A_WORD = 2;

/** codeLo + 2^128 codeHi. The circuit does not bound the codes: {@link checkCanonical} does. */
export function packCodes({ codeLo, codeHi }: Leaf): Field {
  for (const code of [codeLo, codeHi]) packBits([{ name: "code", value: code, bits: CODE_BITS }]);
  return toField(codeLo + (codeHi << CODE_HI_AT));
}

/** 114 bits: near, far, valueLo, valueHi, hasNear, relative, latest, none. */
export function packParameters(leaf: Leaf): bigint {
  const flag = (name: string, on: boolean) => ({ name, value: on ? 1n : 0n, bits: 1 });
  return packBits([
    { name: "near", value: BigInt(leaf.near), bits: DAY_BITS },
    { name: "far", value: BigInt(leaf.far), bits: DAY_BITS },
    { name: "valueLo", value: leaf.valueLo, bits: VALUE_BITS },
    { name: "valueHi", value: leaf.valueHi, bits: VALUE_BITS },
    flag("hasNear", leaf.near > 0),
    flag("relative", leaf.relative),
    flag("latest", leaf.kind === "latest"),
    flag("none", leaf.kind === "none"),
  ]);
}

/**
 * Gate number `index`: threshold - 1 (6 bits), a bit per leaf, a bit per earlier gate.
 * The zero word is a gate that nobody passes.
 */
function packGate(gate: Gate, index: number, leafCount: number): Field {
  let mask = 0n;
  for (const leaf of gate.leaves) mask |= 1n << BigInt(leaf);
  for (const earlier of gate.gates) mask |= 1n << BigInt(leafCount + earlier);
  return toField(
    packBits([
      { name: "threshold", value: BigInt(gate.threshold - 1), bits: THRESHOLD_BITS },
      { name: "inputs", value: mask, bits: leafCount + index },
    ]),
  );
}

const THRESHOLD_BITS = 6;

/** Width of gate number `index`. */
function gateBits(index: number, leafCount: number): number {
  return THRESHOLD_BITS + leafCount + index;
}

/** 91 bits: maxRecordAge, minCoverage, minDictionaryVersion, domains, latestIdentitySince, codedIn. */
function packPolicy(policy: Policy): Field {
  return toField(
    packBits([
      { name: "maxRecordAge", value: BigInt(policy.maxRecordAge), bits: DAY_BITS },
      { name: "minCoverage", value: BigInt(policy.minCoverage), bits: DAY_BITS },
      { name: "minDictionaryVersion", value: BigInt(policy.minDictionaryVersion), bits: 16 },
      { name: "domains", value: domainBits(policy.domains), bits: 16 },
      { name: "latestIdentitySince", value: BigInt(policy.latestIdentitySince), bits: DAY_BITS },
      { name: "codedIn", value: codedBits(policy.codedIn), bits: 8 },
    ]),
  );
}

/** A program in the words that the circuit reads and hashes. */
type ProgramWords = {
  /** One for each leaf; 0 for those not used. */
  readonly codes: readonly Field[];
  /** One for two leaves, the first in the lower 114 bits. */
  readonly parameters: readonly Field[];
  /** One for all gates of eligibility-8, one for four of eligibility-32, the first gate lowest. */
  readonly gates: readonly Field[];
  readonly policy: Field;
};

/** The program as the circuit reads it: padded to its size, the result in the last gate. */
export function packProgram(program: Program): ProgramWords {
  const { leaves: leafCount, gates: gateCount } = SIZES[program.size];
  checkCanonical(program);
  const zeros = (count: number) => Array.from({ length: count }, () => 0n);
  const padding = zeros(leafCount - program.leaves.length);
  const gates = zeros(gateCount);
  program.gates.forEach((gate, i) => {
    const slot = i === program.gates.length - 1 ? gateCount - 1 : i;
    gates[slot] = packGate(gate, slot, leafCount);
  });
  return {
    codes: [...program.leaves.map(packCodes), ...padding].map(toField),
    parameters: joinWords([...program.leaves.map(packParameters), ...padding], {
      widthOf: () => PARAMETER_BITS,
      perWord: LEAVES_A_WORD,
    }),
    gates: joinWords(gates, {
      widthOf: (i) => gateBits(i, leafCount),
      perWord: SIZES[program.size].gatesAWord,
    }),
    policy: packPolicy(program.policy),
  };
}

/** So many parts a word, the first lowest, each as wide as it may be. */
function joinWords(
  parts: readonly bigint[],
  { widthOf, perWord }: { widthOf: (index: number) => number; perWord: number },
): Field[] {
  const words = Array.from({ length: parts.length / perWord }, (_, word) =>
    packBits(
      parts
        .slice(word * perWord, (word + 1) * perWord)
        .map((value, i) => ({ name: "part", value, bits: widthOf(word * perWord + i) })),
    ),
  );
  return words.map(toField);
}

const DIGEST_WORDS = 16;

/**
 * criteriaHash = Poseidon(2^8 K + G, policy, salt, gate words, ...), followed in eligibility-8 by the 8 words of codes and 4
 * of parameters, in eligibility-32 by 3 digests: Poseidon16 of the 32 words of codes and 16 of parameters, 16 at a time.
 */
export function hashProgram(program: Program): Field {
  const { leaves, gates: gateCount } = SIZES[program.size];
  const { codes, parameters, gates, policy } = packProgram(program);
  const shape = BigInt(leaves * 256 + gateCount);
  const words = [...codes, ...parameters];
  const top = words.length < DIGEST_WORDS ? words : digestsOf(words);
  return hash([shape, policy, program.salt, ...gates, ...top]);
}

function digestsOf(words: readonly Field[]): Field[] {
  return Array.from({ length: words.length / DIGEST_WORDS }, (_, i) =>
    hash(words.slice(i * DIGEST_WORDS, (i + 1) * DIGEST_WORDS)),
  );
}

/**
 * The program that a successor answers to, who comes back under a new identity after losing a wallet: the same, whenever
 * the identity was bound. Its hash stands beside the first in a trial's terms, and only successions use it.
 */
export function successorProgram(program: Program): Program {
  return { ...program, policy: { ...program.policy, latestIdentitySince: ONGOING } };
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
  const words = leaves.map((leaf) => `${packCodes(leaf)} ${packParameters(leaf)}`);
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
