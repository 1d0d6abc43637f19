// What a wallet can rebuild from its seed: the secrets of witness/identity.ts, their public numbers
// in a trial, the key of its mailbox, and the withdrawal code of each participation.
import { bech32 } from "@scure/base";
import { identityToRecipient } from "age-encryption";
import { getBytes, toBeHex } from "ethers";
import type { Field } from "../../circuits/statement/encoding/field.ts";
import { identityCommitmentOf, nullifierOf } from "../../circuits/statement/encoding/identity.ts";
import { hashEncoded } from "../../circuits/statement/encoding/keccak.ts";
import { deriveRecordSecret, type Identity } from "../../circuits/witness/identity.ts";
import { writeIdentityCode } from "../handover/identityCode.ts";

export {
  createSeed,
  deriveParticipantIdentity,
  deriveRecordSecret,
  type Identity,
} from "../../circuits/witness/identity.ts";

const WITHDRAWAL_LABEL = "cohort-zero/withdrawal-code/1";
const MAILBOX_LABEL = "cohort-zero/mailbox/1";
const REPRESENTATIVE_LABEL = "cohort-zero/representative/1";
const CODE_BITS = 128;
const KEY_BITS = 256;

/**
 * What one attempt to join one trial is derived from. `retry` counts the attempts that somebody
 * else stood in the way of.
 */
type Attempt = {
  readonly seed: Uint8Array;
  /** bytes32 hex: keccak256 of the protocol number. */
  readonly trialId: string;
  readonly retry: number;
};

/** 16 bytes that can withdraw one participation and nothing else. */
export async function withdrawalSecret({ seed, trialId, retry }: Attempt): Promise<Uint8Array> {
  const label = new TextEncoder().encode(WITHDRAWAL_LABEL);
  const info = Uint8Array.from([...label, ...getBytes(trialId), ...getBytes(toBeHex(retry, 4))]);
  return await deriveBits({ seed, info, bits: CODE_BITS });
}

/**
 * The key (secp256k1) with which this wallet's person signs for one other person in one trial: no two such keys can be
 * matched.
 */
export async function representativeKey(of: {
  readonly seed: Uint8Array;
  readonly trialId: string;
  /** Of the person represented. */
  readonly pseudonym: bigint;
}): Promise<Uint8Array> {
  const label = new TextEncoder().encode(REPRESENTATIVE_LABEL);
  const person = getBytes(toBeHex(of.pseudonym, 32));
  const info = Uint8Array.from([...label, ...getBytes(of.trialId), ...person]);
  return await deriveBits({ seed: of.seed, info, bits: KEY_BITS });
}

/** The age identity (X25519) that newer issues of the wallet's records are sealed for. */
export async function deriveMailboxIdentity(seed: Uint8Array): Promise<string> {
  const info = new Uint8Array(new TextEncoder().encode(MAILBOX_LABEL));
  const key = await deriveBits({ seed, info, bits: KEY_BITS });
  return bech32.encodeFromBytes("AGE-SECRET-KEY-", key).toUpperCase();
}

/** The wallet's code for clinics: its identity, and the key of its mailbox. */
export async function identityCodeOf(seed: Uint8Array): Promise<string> {
  const identityCommitment = identityCommitmentOf(await deriveRecordSecret(seed));
  const recipient = await identityToRecipient(await deriveMailboxIdentity(seed));
  return writeIdentityCode({ identityCommitment, recipient });
}

/** HKDF-SHA256 (RFC 5869) of the seed without salt; the label and what follows it are the `info`. */
async function deriveBits(of: {
  seed: Uint8Array;
  info: Uint8Array<ArrayBuffer>;
  bits: number;
}): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey("raw", new Uint8Array(of.seed), "HKDF", false, [
    "deriveBits",
  ]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: of.info };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, of.bits));
}

/**
 * Semaphore v4 hashes scopes and messages into the field before use: keccak256(abi.encode(uint256))
 * >> 8.
 */
function semaphoreField(value: bigint): Field {
  return hashEncoded(["uint256"], [value]);
}

/** The pseudonym: nullifier of every Semaphore proof of this identity in the trial. */
export function pseudonymOf(options: { identity: Identity; scope: bigint }): Field {
  return nullifierOf(semaphoreField(options.scope), options.identity.secretScalar);
}

/** The screening nullifier: the eligibility circuit uses the scope as it is. */
export async function screeningNullifier(options: {
  seed: Uint8Array;
  scope: bigint;
}): Promise<Field> {
  return nullifierOf(options.scope, await deriveRecordSecret(options.seed));
}
