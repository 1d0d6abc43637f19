// What a wallet can rebuild from its seed: the identities of witness/identity.ts, their public
// numbers in a trial, and the withdrawal code of each participation.
import { getBytes, toBeHex } from "ethers";
import type { Field } from "../../circuits/statement/field.ts";
import { hashEncoded } from "../../circuits/statement/hash.ts";
import { type Identity, nullifierOf } from "../../circuits/witness/identity.ts";

export {
  createSeed,
  deriveParticipantIdentity,
  deriveRecordIdentity,
  type Identity,
} from "../../circuits/witness/identity.ts";

const WITHDRAWAL_LABEL = "cohort-zero/withdrawal-code/1";
const CODE_BITS = 128;

/**
 * What one attempt to join one trial is derived from. `retry` counts pseudonyms lost and retired.
 */
export type Attempt = {
  readonly seed: Uint8Array;
  /** bytes32 hex: keccak256 of the protocol number. */
  readonly trialId: string;
  readonly retry: number;
};

/**
 * 16 bytes that can withdraw one participation and nothing else: HKDF-SHA256 (RFC 5869) of the
 * seed.
 */
export async function withdrawalSecret({ seed, trialId, retry }: Attempt): Promise<Uint8Array> {
  const label = new TextEncoder().encode(WITHDRAWAL_LABEL);
  const info = Uint8Array.from([...label, ...getBytes(trialId), ...getBytes(toBeHex(retry, 4))]);
  const key = await crypto.subtle.importKey("raw", new Uint8Array(seed), "HKDF", false, [
    "deriveBits",
  ]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, CODE_BITS));
}

/**
 * Semaphore v4 hashes scopes and messages into the field before use: keccak256(abi.encode(uint256))
 * >> 8.
 */
export function semaphoreField(value: bigint): Field {
  return hashEncoded(["uint256"], [value]);
}

/** The pseudonym: nullifier of every Semaphore proof of this identity in the trial. */
export function pseudonymOf(options: { identity: Identity; scope: bigint }): Field {
  return nullifierOf(semaphoreField(options.scope), options.identity.secretScalar);
}

/** The screening nullifier: the eligibility circuit uses the scope as it is. */
export function screeningNullifier(options: { identity: Identity; scope: bigint }): Field {
  return nullifierOf(options.scope, options.identity.secretScalar);
}
