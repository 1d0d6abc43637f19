// Semaphore v4 proofs (consent, arrival) through the same verifier as ours: strict, with the subgroup check.
import { FIELD_ORDER } from "../encoding/field.ts";
import { hashEncoded } from "../encoding/keccak.ts";
import { type Claim, verifyBatch } from "./proofBatch.ts";
import { fromCalldata, type Groth16Proof, record } from "./proofShape.ts";
import { MAX_SEMAPHORE_DEPTH, semaphoreKey } from "./semaphoreKeys.ts";

/** A proof as @semaphore-protocol/core writes it; numbers are canonical decimals. */
export type SemaphoreProof = {
  readonly merkleTreeDepth: number;
  readonly merkleTreeRoot: string;
  readonly nullifier: string;
  /** Any uint256: hashed into the field by {@link semaphoreSignals}. */
  readonly message: string;
  readonly scope: string;
  readonly points: readonly string[];
};

const KEYS = ["merkleTreeDepth", "merkleTreeRoot", "message", "nullifier", "points", "scope"];

/** Parses a proof from outside. Throws RangeError naming the part, never its value. */
export function parseSemaphoreProof(value: unknown): SemaphoreProof {
  const proof = record(value, "Semaphore proof", KEYS);
  const depth = proof.merkleTreeDepth;
  if (!Number.isInteger(depth) || Number(depth) < 1 || Number(depth) > MAX_SEMAPHORE_DEPTH) {
    throw new RangeError(`merkleTreeDepth must be 1 to ${MAX_SEMAPHORE_DEPTH}`);
  }
  const points = fromCalldata(proof.points);
  return {
    merkleTreeDepth: Number(depth),
    merkleTreeRoot: decimal(proof.merkleTreeRoot, "merkleTreeRoot", FIELD_ORDER),
    nullifier: decimal(proof.nullifier, "nullifier", FIELD_ORDER),
    message: decimal(proof.message, "message", 1n << 256n),
    scope: decimal(proof.scope, "scope", 1n << 256n),
    points: pointsOf(points),
  };
}

/** Public signals of Semaphore's circuit: merkleTreeRoot, nullifier, hash(message), hash(scope). */
export function semaphoreSignals(proof: SemaphoreProof): string[] {
  const hashed = (number: string) => hashEncoded(["uint256"], [BigInt(number)]).toString();
  return [proof.merkleTreeRoot, proof.nullifier, hashed(proof.message), hashed(proof.scope)];
}

/** The proof and its signals as a claim for the key of its depth; what is malformed becomes a claim that fails. */
export function semaphoreClaim(raw: unknown): Claim {
  const parsed = attempt(raw);
  if (!parsed) return { proof: undefined, signals: undefined };
  return { proof: fromCalldata(parsed.points), signals: semaphoreSignals(parsed) };
}

/** Does the proof hold? False for anything malformed. Scope, message and root are the caller's to compare. */
export async function verifySemaphore({ proof }: { readonly proof: unknown }): Promise<boolean> {
  const depth = attempt(proof)?.merkleTreeDepth;
  if (depth === undefined) return false;
  const [verdict] = await verifyBatch(await semaphoreKey(depth), [semaphoreClaim(proof)]);
  return verdict!;
}

function attempt(raw: unknown): SemaphoreProof | undefined {
  try {
    return parseSemaphoreProof(raw);
  } catch (problem) {
    if (problem instanceof RangeError) return undefined;
    throw problem;
  }
}

function pointsOf({ pi_a: a, pi_b: b, pi_c: c }: Groth16Proof): string[] {
  return [a[0], a[1], b[0][1], b[0][0], b[1][1], b[1][0], c[0], c[1]];
}

function decimal(value: unknown, at: string, below: bigint): string {
  const canonical = typeof value === "string" && /^(0|[1-9][0-9]{0,77})$/.test(value);
  if (canonical && BigInt(value) < below) return value;
  throw new RangeError(`${at} must be a canonical decimal string in range`);
}
