// Semaphore v4 identities, derived from the wallet's one seed. Whoever holds a seed holds all of them.
import { Identity } from "@semaphore-protocol/core";
import { type Field, SUBGROUP_ORDER, toField } from "../statement/field.ts";
import { hash } from "../statement/hash.ts";

export { Identity };

const RECORD_LABEL = "cohort-zero/identity/1";
const PARTICIPANT_LABEL = "cohort-zero/participant/1";
const SEED_BYTES = 32;

/** 32 random bytes, from which a wallet derives every identity. */
export function createSeed(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(SEED_BYTES));
}

/** The identity a clinic writes into the record: one per wallet. */
export function deriveRecordIdentity(seed: Uint8Array): Promise<Identity> {
  return derive(seed, utf8(RECORD_LABEL));
}

/**
 * The identity of one participation. It shares nothing with the record's identity nor with another trial's:
 * HKDF separates them, so that no public hash of one secret is ever the other secret.
 * @param trialId 0x and 32 bytes: keccak256 of the protocol number.
 * @param retry 0, or one more for each pseudonym of this trial that was lost and retired.
 */
export async function deriveParticipantIdentity({
  seed,
  trialId,
  retry,
}: {
  seed: Uint8Array;
  trialId: string;
  retry: number;
}): Promise<Identity> {
  if (!/^0x[0-9a-f]{64}$/i.test(trialId)) throw new RangeError("trial id is not 32 bytes of hex");
  if (!Number.isInteger(retry) || retry < 0 || retry > 0xffff_ffff) {
    throw new RangeError("retry index is not a 32-bit number");
  }
  const trial = Uint8Array.from(trialId.slice(2).match(/../g)!, (byte) =>
    Number.parseInt(byte, 16),
  );
  const count = new Uint8Array(4);
  new DataView(count.buffer).setUint32(0, retry);
  return derive(seed, concat(utf8(PARTICIPANT_LABEL), trial, count));
}

/** HKDF-SHA256 (RFC 5869) without salt; the label and what follows it are the `info`. */
async function derive(seed: Uint8Array, info: Uint8Array<ArrayBuffer>): Promise<Identity> {
  if (seed.length !== SEED_BYTES) throw new RangeError(`a seed has ${SEED_BYTES} bytes`);
  const key = await crypto.subtle.importKey("raw", new Uint8Array(seed), "HKDF", false, [
    "deriveBits",
  ]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
  return new Identity(new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 256)));
}

/** Nullifier = Poseidon2(scope, secret), as Semaphore v4 and the eligibility circuits compute it. */
export function nullifierOf(scope: bigint, secret: bigint): Field {
  return hash([scope, checkSecret(secret)]);
}

/** Refuses secrets at or above the subgroup's order: they would have second nullifiers. */
export function checkSecret(secret: bigint): Field {
  if (secret < 0n || secret >= SUBGROUP_ORDER) {
    throw new RangeError("identity secret outside the subgroup's order");
  }
  return toField(secret);
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text));
}

function concat(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
