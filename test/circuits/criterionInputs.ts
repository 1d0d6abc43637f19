// Inputs of the Criterion template: a leaf against an opened pair.

import { type Leaf, packParameters } from "../../circuits/statement/criteria/program.ts";
import { ymdOfDay } from "../../circuits/statement/encoding/day.ts";
import type { Inputs } from "./calculator.ts";
import { TODAY } from "./example.ts";

/** An opened pair and what is claimed of it. */
export type Pair = {
  readonly predecessor: bigint;
  readonly fact: bigint;
  readonly past?: boolean;
  readonly claim?: boolean;
  readonly asOf?: number;
};

/** Bits of a leaf's parameters, and of day and value in a fact. */
export const PARAMETER_BITS = 114;
export const BELOW_CODE_BITS = 55n;

/** A number's bits, lowest first. */
export function bitsOf(word: bigint, count: number): bigint[] {
  return Array.from({ length: count }, (_, i) => (word >> BigInt(i)) & 1n);
}

/** A fact as the circuit takes it: its code, and what is below it. */
export function splitFact(fact: bigint): { code: bigint; dayAndValue: bigint } {
  return {
    code: fact >> BELOW_CODE_BITS,
    dayAndValue: fact & ((1n << BELOW_CODE_BITS) - 1n),
  };
}

/** The inputs of `Criterion()`. */
export function criterionInputs(
  leaf: Leaf,
  { predecessor, fact, past = false, claim = true, asOf = TODAY }: Pair,
) {
  return {
    codeLo: leaf.codeLo,
    codeHi: leaf.codeHi,
    parameters: bitsOf(packParameters(leaf), PARAMETER_BITS),
    ...splitFact(fact),
    predecessor,
    asOfDay: BigInt(asOf),
    asOfYmd: BigInt(ymdOfDay(asOf)),
    claim: claim ? 1n : 0n,
    past: past ? 1n : 0n,
  } satisfies Inputs;
}
