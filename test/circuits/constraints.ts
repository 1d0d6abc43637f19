// Reads an .r1cs file (iden3's format, version 1) and checks wires against it, one wire's constraints at a time.
import { readFileSync } from "node:fs";

const PRIME = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** A linear combination: wires and their factors. */
type Combination = { readonly wires: Uint32Array; readonly factors: readonly bigint[] };
/** a * b = c. */
type Constraint = readonly [a: Combination, b: Combination, c: Combination];

export type Constraints = {
  readonly wireCount: number;
  /** Wires are: 1, outputs, public inputs, private inputs, all others. */
  readonly outputCount: number;
  readonly inputCount: number;
  readonly list: readonly Constraint[];
};

/** Parses an .r1cs file. */
export function readConstraints(file: string): Constraints {
  const bytes = readFileSync(file);
  const sections = new Map<number, number>();
  let at = 12;
  for (let i = 0; i < bytes.readUInt32LE(8); i++) {
    sections.set(bytes.readUInt32LE(at), at + 12);
    at += 12 + Number(bytes.readBigUInt64LE(at + 4));
  }
  // Header: field size (4), prime (32), wires, outputs, public inputs, private inputs (4 each), labels (8), count.
  const header = sections.get(1)! + 36;
  const word = (i: number) => bytes.readUInt32LE(header + 4 * i);
  const list = readList(bytes, sections.get(2)!, word(6));
  return { wireCount: word(0), outputCount: word(1), inputCount: word(2) + word(3), list };
}

function readList(bytes: Buffer, start: number, count: number): Constraint[] {
  let at = start;
  const combination = (): Combination => {
    const length = bytes.readUInt32LE(at);
    at += 4;
    const wires = new Uint32Array(length);
    const factors: bigint[] = [];
    for (let i = 0; i < length; i++) {
      wires[i] = bytes.readUInt32LE(at);
      const limb = (n: number) => bytes.readBigUInt64LE(at + 4 + 8 * n);
      factors.push(limb(0) | (limb(1) << 64n) | (limb(2) << 128n) | (limb(3) << 192n));
      at += 36;
    }
    return { wires, factors };
  };
  return Array.from({ length: count }, () => [combination(), combination(), combination()]);
}

function evaluate({ wires, factors }: Combination, witness: readonly bigint[]): bigint {
  return factors.reduce((sum, factor, i) => sum + factor * witness[wires[i]!]!, 0n) % PRIME;
}

/** The positions of the constraints that a witness breaks. */
export function brokenBy(constraints: Constraints, witness: readonly bigint[]): number[] {
  return constraints.list.flatMap((constraint, i) => {
    const [a, b, c] = constraint.map((side) => evaluate(side, witness));
    return (a! * b! - c!) % PRIME === 0n ? [] : [i];
  });
}

/** Where a wire occurs: constraint, side, factor. */
type Occurrence = { readonly constraint: number; readonly side: number; readonly factor: bigint };

/** Tells whether an honest witness still holds after one wire is changed, looking at that wire's constraints only. */
export function createMutator(
  constraints: Constraints,
  witness: readonly bigint[],
): (wire: number, delta: bigint) => boolean {
  const values = constraints.list.map((sides) => sides.map((side) => evaluate(side, witness)));
  const occurrences: Occurrence[][] = Array.from({ length: constraints.wireCount }, () => []);
  constraints.list.forEach((sides, constraint) => {
    sides.forEach(({ wires, factors }, side) => {
      wires.forEach((wire, i) => {
        occurrences[wire]!.push({ constraint, side, factor: factors[i]! });
      });
    });
  });
  return (wire, delta) => {
    const changed = new Map<number, bigint[]>();
    for (const { constraint, side, factor } of occurrences[wire]!) {
      const sides = changed.get(constraint) ?? [...values[constraint]!];
      sides[side]! += factor * delta;
      changed.set(constraint, sides);
    }
    return [...changed.values()].every(([a, b, c]) => (a! * b! - c!) % PRIME === 0n);
  };
}
