// Many proofs of one circuit at once, by a random linear combination: with fresh coefficients r_i of 128 bits,
//   prod e(r_i A_i, B_i) = e(sum r_i alpha, beta) e(sum r_i vk_i, gamma) e(sum r_i C_i, delta)
// fails except with probability 2^-128 if any proof is bad, provided every B_i lies in the subgroup (checked per
// point). Coefficients are drawn after the proofs are fixed and never reused, so bad proofs cannot be made to cancel.

import type { Field } from "../encoding/field.ts";
import { type Curve, type Fr, type G1, type G2, type GT, loadCurve } from "./curve.ts";
import { parseVerificationKey, type VerificationKey } from "./proofKey.ts";
import { parseProof, parseSignals } from "./proofShape.ts";

/** A proof and its public signals as they came in: nothing about either is trusted. */
export type Claim = { readonly proof: unknown; readonly signals: unknown };

type PreparedKey = Awaited<ReturnType<typeof prepare>>;
/** By the key's text: parsed anew or not, a key is prepared once. Keys come from configuration, so few. */
const prepared = new Map<string, ReturnType<typeof prepare>>();

/** A parsed claim with its coefficient: what the sums need. */
type Term = { at: number; rA: G1; b: G2; c: G1; r: Fr; rSignals: Fr[] };
/** Verdicts so far, and how many of them say no. */
type Found = { readonly verdicts: boolean[]; bad: number };
/** The two sides over a range of terms. */
type Sums = { miller: GT; r: Fr; rSignals: Fr[]; rC: G1 };

/** A batch with so many bad ones is likely full of them: the rest are judged one by one, at half a bisection's cost. */
const MANY_BAD = 4;
/** Claims read between two pauses, so that a server or page stays responsive (some 50 ms each). */
const SLICE = 32;

/** Parses, checks and precomputes a key once; throws when the *key* is malformed, off its curve or forgeable. */
function prepareKey(key: VerificationKey): Promise<PreparedKey> {
  const text = JSON.stringify(key);
  const ready = prepared.get(text) ?? prepare(key);
  prepared.set(text, ready);
  return ready;
}

async function prepare(raw: VerificationKey) {
  const key = parseVerificationKey(raw);
  const curve = await loadCurve();
  const { mcl, g1, g2 } = curve;
  const precomputed = (part: "vk_beta_2" | "vk_gamma_2" | "vk_delta_2") =>
    new mcl.PrecomputedG2(g2(key[part], part));
  const alpha = g1(key.vk_alpha_1, "vk_alpha_1");
  return {
    signalCount: key.nPublic,
    curve,
    alphaBeta: mcl.pairing(alpha, g2(key.vk_beta_2, "vk_beta_2")),
    gamma: precomputed("vk_gamma_2"),
    delta: precomputed("vk_delta_2"),
    ic: key.IC.map((point, i) => g1(point, `IC[${i}]`)),
  };
}

/** One verdict per claim, in order. Throws only for a bad key. */
export async function verifyBatch(
  key: VerificationKey,
  claims: readonly Claim[],
): Promise<boolean[]> {
  const ready = await prepareKey(key);
  const verdicts = claims.map(() => false);
  const terms: Term[] = [];
  for (let at = 0; at < claims.length; at++) {
    if (at > 0 && at % SLICE === 0) await pause();
    const term = readTerm(ready, claims[at]!, at, claims.length === 1);
    if (term) terms.push(term);
  }
  const found: Found = { verdicts, bad: 0 };
  if (terms.length > 0) await settle(ready, { terms, sums: await sum(ready, terms) }, found);
  return verdicts;
}

/** Parses a claim and scales it; undefined when it cannot be a proof. */
function readTerm(key: PreparedKey, claim: Claim, at: number, alone: boolean): Term | undefined {
  const { curve } = key;
  try {
    const proof = parseProof(claim.proof);
    const signals = parseSignals(claim.signals, key.signalCount);
    const [a, c] = [curve.g1(proof.pi_a), curve.g1(proof.pi_c)];
    const b = curve.g2(proof.pi_b);
    const r = alone ? curve.fr(1n) : curve.coefficient();
    const rA = alone ? a : curve.mcl.mul(a, r);
    const rSignals = signals.map((signal: Field) => curve.mcl.mul(r, curve.fr(signal)));
    return { at, rA, b, c, r, rSignals };
  } catch (problem) {
    // Only what parsing and the curve refuse is a bad proof; anything else is our bug.
    if (problem instanceof RangeError) return undefined;
    throw problem;
  }
}

async function sum({ curve }: PreparedKey, terms: readonly Term[]): Promise<Sums> {
  const { mcl } = curve;
  const total = (scalars: readonly Fr[]) => scalars.reduce((a, b) => mcl.add(a, b));
  let miller = curve.millerProduct([]);
  for (let at = 0; at < terms.length; at += SLICE) {
    if (at > 0) await pause();
    const pairs = terms.slice(at, at + SLICE).map(({ rA, b }) => ({ p: rA, q: b }));
    miller = mcl.mul(miller, curve.millerProduct(pairs));
  }
  return {
    miller,
    r: total(terms.map((term) => term.r)),
    rSignals: terms[0]!.rSignals.map((_, i) => total(terms.map((term) => term.rSignals[i]!))),
    rC: curve.sumOf(
      terms.map((term) => term.c),
      terms.map((term) => term.r),
    ),
  };
}

/** Sums are linear, so the right half is the whole less the left: a bisection reads half the terms a level. */
function subtract({ mcl }: Curve, whole: Sums, left: Sums): Sums {
  return {
    miller: mcl.div(whole.miller, left.miller),
    r: mcl.sub(whole.r, left.r),
    rSignals: whole.rSignals.map((scalar, i) => mcl.sub(scalar, left.rSignals[i]!)),
    rC: mcl.sub(whole.rC, left.rC),
  };
}

/** Does the equation hold for these sums? */
function holds({ curve, alphaBeta, gamma, delta, ic }: PreparedKey, sums: Sums): boolean {
  const { mcl } = curve;
  const vkX = curve.sumOf(ic, [sums.r, ...sums.rSignals]);
  const right = mcl.precomputedMillerLoop2(mcl.neg(vkX), gamma, mcl.neg(sums.rC), delta);
  const expected = sums.r.isOne() ? alphaBeta : mcl.pow(alphaBeta, sums.r);
  return mcl.finalExp(mcl.mul(sums.miller, right)).isEqual(expected);
}

/**
 * Writes the verdicts of terms whose sums are given: all good, or halved until the bad ones stand alone.
 * Returns whether all are good. `known`: the equation is known to fail.
 */
async function settle(
  key: PreparedKey,
  { terms, sums, known = false }: { terms: readonly Term[]; sums: Sums; known?: boolean },
  found: Found,
): Promise<boolean> {
  if (!known && holds(key, sums)) {
    for (const term of terms) found.verdicts[term.at] = true;
    return true;
  }
  if (terms.length === 1) {
    found.bad++;
    return false;
  }
  await pause();
  if (found.bad >= MANY_BAD) {
    for (const term of terms) {
      await settle(key, { terms: [term], sums: await sum(key, [term]) }, found);
    }
    return false;
  }
  const half = terms.length >> 1;
  const left = { terms: terms.slice(0, half), sums: await sum(key, terms.slice(0, half)) };
  const right = { terms: terms.slice(half), sums: subtract(key.curve, sums, left.sums) };
  // The whole fails and is the product of its halves: when the left one holds, the right one cannot.
  const leftHolds = await settle(key, left, found);
  await settle(key, { ...right, known: leftHolds }, found);
  return false;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
