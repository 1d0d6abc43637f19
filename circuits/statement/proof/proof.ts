// Verifying Groth16 proofs, one or many, in Node and browsers. Strict about form, curve and subgroup, cheaper than
// snarkjs (numbers: `npm run bench verify`). A proof is malleable, (A,B,C) and (kA,B/k,C) both verify: what must not
// happen twice is keyed by the nullifier, never by the proof.
import { type Claim, verifyBatch } from "./proofBatch.ts";
import type { VerificationKey } from "./proofKey.ts";

export type { Claim } from "./proofBatch.ts";
export {
  ForgeableKeyError,
  parseVerificationKey,
  refuseForgeableKey,
  type VerificationKey,
} from "./proofKey.ts";
export {
  type Calldata,
  fromCalldata,
  type Groth16Proof,
  parseProof,
  toCalldata,
} from "./proofShape.ts";

/**
 * Does the proof hold for these signals (decimal strings, in the circuit's order)?
 * False for anything malformed; throws only when the key is malformed or forgeable.
 */
export async function verifyOne(
  claim: { readonly key: VerificationKey } & Claim,
): Promise<boolean> {
  const [verdict] = await verifyBatch(claim.key, [claim]);
  return verdict!;
}

/**
 * One verdict per item, in order; a bad one does not spoil the others. Some ten times cheaper than one by one
 * from a hundred up. Throws only when the key is malformed or forgeable.
 */
export function verifyMany({
  key,
  items,
}: {
  readonly key: VerificationKey;
  readonly items: readonly Claim[];
}): Promise<boolean[]> {
  return verifyBatch(key, items);
}
