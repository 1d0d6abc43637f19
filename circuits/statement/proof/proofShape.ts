// What a Groth16 proof may look like. snarkjs 0.7.6 accepts x + q, hex, leading zeros and extra fields, and throws
// on junk; nothing gets near a curve here that is not in the one canonical form, so that a proof has one writing.
import { type Field, parseField } from "../encoding/field.ts";
import { BASE_FIELD_ORDER } from "./bn254.ts";

export type PointG1 = readonly [x: string, y: string, z: "1"];
/** Coordinates in Fp2 as [c0, c1], c0 + c1 u, as snarkjs writes them. */
export type PointG2 = readonly [
  x: readonly [string, string],
  y: readonly [string, string],
  z: readonly ["1", "0"],
];

/** A proof as snarkjs writes it: affine points, canonical decimals below q, neither extra nor missing parts. */
export type Groth16Proof = {
  readonly pi_a: PointG1;
  readonly pi_b: PointG2;
  readonly pi_c: PointG1;
  readonly protocol: "groth16";
  readonly curve: "bn128";
};

const CANONICAL = /^(0|[1-9][0-9]{0,76})$/;

/** Parses a proof. Throws RangeError naming the part, never its value; curve and subgroup are checked at verification. */
export function parseProof(value: unknown): Groth16Proof {
  const proof = record(value, "proof", ["curve", "pi_a", "pi_b", "pi_c", "protocol"]);
  if (proof.protocol !== "groth16") refuse("proof.protocol", "groth16");
  if (proof.curve !== "bn128") refuse("proof.curve", "bn128");
  return {
    pi_a: parseG1(proof.pi_a, "proof.pi_a"),
    pi_b: parseG2(proof.pi_b, "proof.pi_b"),
    pi_c: parseG1(proof.pi_c, "proof.pi_c"),
    protocol: "groth16",
    curve: "bn128",
  };
}

/** Parses exactly `count` public signals, canonical decimals below the scalar field order. Throws RangeError. */
export function parseSignals(value: unknown, count: number): Field[] {
  return tuple(value, count, "signals").map((signal, i) => {
    if (typeof signal !== "string") refuse(`signals[${i}]`, "a decimal string");
    try {
      return parseField(signal as string);
    } catch {
      return refuse(`signals[${i}]`, "a canonical decimal below the scalar field order");
    }
  });
}

/** Parses an affine G1 point; infinity has no such writing. Throws RangeError naming `at`. */
export function parseG1(value: unknown, at: string): PointG1 {
  const [x, y, z] = tuple(value, 3, at);
  if (z !== "1") refuse(`${at}[2]`, '"1" (an affine point; infinity is refused)');
  return [coordinate(x, `${at}[0]`), coordinate(y, `${at}[1]`), "1"];
}

/** Parses an affine G2 point; infinity has no such writing. Throws RangeError naming `at`. */
export function parseG2(value: unknown, at: string): PointG2 {
  const [x, y, z] = tuple(value, 3, at);
  const [one, zero] = tuple(z, 2, `${at}[2]`);
  if (one !== "1" || zero !== "0") refuse(`${at}[2]`, '["1", "0"] (infinity is refused)');
  return [pair(x, `${at}[0]`), pair(y, `${at}[1]`), ["1", "0"]];
}

function pair(value: unknown, at: string): [string, string] {
  const [c0, c1] = tuple(value, 2, at);
  return [coordinate(c0, `${at}[0]`), coordinate(c1, `${at}[1]`)];
}

function coordinate(value: unknown, at: string): string {
  const canonical = typeof value === "string" && CANONICAL.test(value);
  if (canonical && BigInt(value) < BASE_FIELD_ORDER) return value;
  return refuse(at, "a canonical decimal string below the base field order");
}

function tuple(value: unknown, length: number, at: string): readonly unknown[] {
  if (Array.isArray(value) && value.length === length) return value;
  return refuse(at, `a list of ${length}`);
}

/** An object with exactly the named keys (sorted), `optional` ones aside. Throws RangeError. */
export function record(
  value: unknown,
  at: string,
  keys: readonly string[],
  optional: readonly string[] = [],
): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) refuse(at, "an object");
  const found = Object.keys(value as object).filter((key) => !optional.includes(key));
  if (found.sort().join() !== keys.join()) refuse(at, `an object of exactly ${keys.join(", ")}`);
  return value as Record<string, unknown>;
}

function refuse(at: string, expected: string): never {
  throw new RangeError(`${at} must be ${expected}`);
}

/** A proof's points in the order of the Solidity verifiers: a0, a1, b01, b00, b11, b10, c0, c1. */
export type Calldata = [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];

/** The proof as Solidity verifiers and Semaphore's `points` take it. */
export function toCalldata({ pi_a: a, pi_b: b, pi_c: c }: Groth16Proof): Calldata {
  const points = [a[0], a[1], b[0][1], b[0][0], b[1][1], b[1][0], c[0], c[1]];
  return points.map(BigInt) as Calldata;
}

/** The inverse of {@link toCalldata}, for numbers read from a chain or decimals from JSON. Throws RangeError. */
export function fromCalldata(points: unknown): Groth16Proof {
  const [a0, a1, b01, b00, b11, b10, c0, c1] = tuple(points, 8, "points").map((point) =>
    typeof point === "bigint" ? point.toString() : point,
  );
  return parseProof({
    pi_a: [a0, a1, "1"],
    pi_b: [
      [b00, b01],
      [b10, b11],
      ["1", "0"],
    ],
    pi_c: [c0, c1, "1"],
    protocol: "groth16",
    curve: "bn128",
  });
}
