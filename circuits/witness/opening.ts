// Which pair of neighbouring facts proves a leaf, and which gates then hold.

import type { Gate, Leaf, Program } from "../statement/criteria/program.ts";
import { SIZES } from "../statement/criteria/program.ts";
import { CODE_BITS } from "../statement/encoding/code.ts";
import { FACT_BITS, SENTINEL, unpackFact } from "../statement/encoding/fact.ts";
import { PAGE_FACTS, type Record } from "./record.ts";

const BELOW_CODE_BITS = BigInt(FACT_BITS - CODE_BITS);

/** A fact's place in the pages: its predecessor is in the slot before, on the same page. */
export type Opening = {
  readonly page: number;
  /** 1 to 15. */
  readonly slot: number;
  /** For `none`: the fact is past the code range (true) or in it and older than the window (false). */
  readonly past: boolean;
};

/** What a record can prove of a program on a day. */
export type Claims = {
  /** The opening that proves each leaf, undefined where it cannot be proven. */
  readonly leaves: readonly (Opening | undefined)[];
  /** Whether each gate of the program holds; the last is the result. */
  readonly gates: readonly boolean[];
};

/** The day of a statement in both of its forms: see day.ts. */
export type AsOf = { readonly day: number; readonly ymd: number };

/** Where the i-th fact lies; i may be one past the last, for the sentinel. */
function placeOf(i: number): { page: number; slot: number } {
  return { page: Math.floor(i / PAGE_FACTS), slot: 1 + (i % PAGE_FACTS) };
}

/** Opens every leaf of a program that holds, and computes the gates. */
export function findClaims(program: Program, record: Record, asOf: AsOf): Claims {
  const leaves = program.leaves.map((leaf) => openLeaf(record.facts, leaf, asOf));
  const gates: boolean[] = [];
  for (const gate of program.gates) gates.push(reaches(gate, leaves, gates));
  return { leaves, gates };
}

function reaches(gate: Gate, leaves: readonly unknown[], gates: readonly boolean[]): boolean {
  const held = gate.leaves.filter((l) => leaves[l] !== undefined).length;
  return held + gate.gates.filter((g) => gates[g]).length >= gate.threshold;
}

/** Finds the pair that proves a leaf, or undefined when there is none. */
export function openLeaf(facts: readonly bigint[], leaf: Leaf, asOf: AsOf): Opening | undefined {
  const first = firstAtLeast(facts, leaf.codeLo << BELOW_CODE_BITS);
  const end = (leaf.codeHi + 1n) << BELOW_CODE_BITS;
  const at = (i: number) => facts[i] ?? SENTINEL;
  if (leaf.kind === "none") {
    if (at(first) >= end) return { ...placeOf(first), past: true };
    const { code, day } = unpackFact(at(first));
    const older = code === leaf.codeHi && day < asOf.day - leaf.far;
    return older ? { ...placeOf(first), past: false } : undefined;
  }
  const last = leaf.kind === "latest" ? Math.min(first + 1, facts.length) : facts.length;
  for (let i = first; i < last && at(i) < end; i++) {
    if (isHit(leaf, at(i), asOf)) return { ...placeOf(i), past: false };
  }
  return undefined;
}

/** Position of the first fact not below a bound. */
function firstAtLeast(facts: readonly bigint[], bound: bigint): number {
  let low = 0;
  let high = facts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (facts[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A hit lies in the leaf's ranges of code and value and in its window. */
function isHit(leaf: Leaf, packed: bigint, asOf: AsOf): boolean {
  const { code, day, value } = unpackFact(packed);
  const today = BigInt(asOf.ymd);
  const lo = leaf.relative ? today - leaf.valueHi : leaf.valueLo;
  const hi = leaf.relative ? today - leaf.valueLo : leaf.valueHi;
  return (
    code >= leaf.codeLo &&
    code <= leaf.codeHi &&
    value >= lo &&
    value <= hi &&
    day >= asOf.day - leaf.far &&
    (leaf.near === 0 || day <= asOf.day - leaf.near)
  );
}

/** The gates' values in the circuit's slots: the result is in the last one, unused ones are 0. */
export function gateSlots(program: Program, gates: readonly boolean[]): boolean[] {
  const slots = Array.from({ length: SIZES[program.size].gates }, () => false);
  gates.forEach((holds, i) => {
    slots[i === gates.length - 1 ? slots.length - 1 : i] = holds;
  });
  return slots;
}
