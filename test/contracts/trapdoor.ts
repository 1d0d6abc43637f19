// Groth16 keys whose secrets we kept: with them a proof of *any* signals can be simulated, in
// milliseconds, and the generated verifier accepts it. So state machines are tested behind the real
// verifier contract, without circuits.

import { FIELD_ORDER } from "../../circuits/statement/encoding/field.ts";
import { loadCurve } from "../../circuits/statement/proof/curve.ts";
import type { VerificationKey } from "../../circuits/statement/proof/proofKey.ts";
import type { PointG1, PointG2 } from "../../circuits/statement/proof/proofShape.ts";

const { mcl } = await loadCurve();
const G1 = new mcl.G1();
G1.setStr("1 1 2", 10);
const G2 = new mcl.G2();
G2.setStr(
  "1 10857046999023057135944570762232829481370756359578518086990519993285655852781 " +
    "11559732032986387107991004021392285783925812861821192530917403151452391805634 " +
    "8495653923123431417604973247489272438418190587263600148770280649306958101930 " +
    "4082367875863433681332203403145435568316851327593401208105741076214120093531",
  10,
);

export type Trapdoor = {
  readonly alpha: bigint;
  readonly beta: bigint;
  readonly gamma: bigint;
  readonly delta: bigint;
  /** Discrete logarithms of IC0, IC1, ... */
  readonly ic: readonly bigint[];
};

/** A trapdoor with small, different numbers; `seed` makes keys differ. */
export function trapdoorOf(seed: number, signals = 7): Trapdoor {
  const at = BigInt(seed) * 1_000_003n;
  const ic = Array.from({ length: signals + 1 }, (_, i) => at + 101n + BigInt(i));
  return { alpha: at + 3n, beta: at + 5n, gamma: 1n, delta: at + 11n, ic };
}

/** The verification key of a trapdoor. */
export function keyOf({ alpha, beta, gamma, delta, ic }: Trapdoor): VerificationKey {
  return {
    protocol: "groth16",
    curve: "bn128",
    nPublic: ic.length - 1,
    vk_alpha_1: g1(alpha),
    vk_beta_2: g2(beta),
    vk_gamma_2: g2(gamma),
    vk_delta_2: g2(delta),
    IC: ic.map(g1),
  };
}

/**
 * Simulates a proof of the signals, in Solidity's order. `a` and `b` are its free choices; with an
 * `error` its point C is off by so much, and it is no proof.
 */
export function simulate(
  { alpha, beta, gamma, delta, ic }: Trapdoor,
  signals: readonly bigint[],
  { a = 17n, b = 19n, error = 0n } = {},
): bigint[] {
  const vkX = signals.reduce((sum, signal, i) => sum + signal * ic[i + 1]!, ic[0]!);
  const c = modulo((a * b - alpha * beta - gamma * vkX) * inverse(delta) + error);
  const [pa, pb, pc] = [g1(a), g2(b), g1(c)];
  const words = [pa[0], pa[1], pb[0][1], pb[0][0], pb[1][1], pb[1][0], pc[0], pc[1]];
  return words.map(BigInt);
}

/** A sound proof of the signals in which one point is at infinity: (0, 0). */
export function simulateWithout(point: "A" | "C", of: Trapdoor, signals: readonly bigint[]) {
  if (point === "A") return simulate(of, signals, { a: 0n });
  const { alpha, beta, gamma, ic } = of;
  const vkX = signals.reduce((sum, signal, i) => sum + signal * ic[i + 1]!, ic[0]!);
  const b = 19n;
  return simulate(of, signals, { a: modulo((alpha * beta + gamma * vkX) * inverse(b)), b });
}

/** The signals with their first one changed, so that a sound proof needs neither A nor C: both may be at infinity. */
export function aloneOf({ alpha, beta, gamma, ic }: Trapdoor, signals: readonly bigint[]) {
  const others = signals.reduce(
    (sum, signal, i) => (i === 0 ? sum : sum + signal * ic[i + 1]!),
    ic[0]!,
  );
  const first = (-alpha * beta * inverse(gamma) - others) * inverse(ic[1]!);
  return signals.with(0, modulo(first));
}

/** The same proof in another form: (kA, B/k, C) verifies as well. */
export function malleate(trapdoor: Trapdoor, signals: readonly bigint[], k: bigint): bigint[] {
  return simulate(trapdoor, signals, { a: 17n * k, b: modulo(19n * inverse(k)) });
}

function g1(scalar: bigint): PointG1 {
  // At infinity mcl says no more than "0", and EIP-196 (0, 0).
  const [, x = "0", y = "0"] = mcl
    .normalize(mcl.mul(G1, fr(scalar)))
    .getStr(10)
    .split(" ");
  return [x, y, "1"];
}

function g2(scalar: bigint): PointG2 {
  const [, x0, x1, y0, y1] = mcl
    .normalize(mcl.mul(G2, fr(scalar)))
    .getStr(10)
    .split(" ");
  return [
    [x0!, x1!],
    [y0!, y1!],
    ["1", "0"],
  ];
}

function fr(value: bigint) {
  const scalar = new mcl.Fr();
  scalar.setStr(modulo(value).toString(16), 16);
  return scalar;
}

function modulo(value: bigint): bigint {
  return ((value % FIELD_ORDER) + FIELD_ORDER) % FIELD_ORDER;
}

function inverse(value: bigint): bigint {
  let [result, base, exponent] = [1n, modulo(value), FIELD_ORDER - 2n];
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % FIELD_ORDER;
    base = (base * base) % FIELD_ORDER;
  }
  return result;
}
