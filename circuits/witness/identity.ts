// The secrets of a wallet, derived from its one seed. Whoever holds a seed holds all of them.
import { Identity } from "@semaphore-protocol/core";
import type { Field } from "../statement/encoding/field.ts";
import { checkSecret } from "../statement/encoding/identity.ts";

export { Identity };

const RECORD_LABEL = "cohort-zero/identity/2";
const PARTICIPANT_LABEL = "cohort-zero/participant/1";
const SEED_BYTES = 32;
/** 248 bits: below the field's order whatever they are, so that no bit of the derivation is lost or favoured. */
const SECRET_BITS = 248;

/** 32 random bytes, from which a wallet derives every identity. */
export function createSeed(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(SEED_BYTES));
}

/** The secret behind the identity that a clinic writes into the record: one per wallet. */
export async function deriveRecordSecret(seed: Uint8Array): Promise<Field> {
  const bytes = await derive(seed, utf8(RECORD_LABEL), SECRET_BITS);
  return checkSecret(bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n));
}

/**
 * The Semaphore identity of one participation. It shares nothing with the record's identity nor with another trial's:
 * HKDF separates them, so that no public hash of one secret is ever the other secret.
 * @param trialId 0x and 32 bytes: keccak256 of the protocol number.
 * @param retry 0, or one more for each pseudonym of this trial that was lost and retired, or commitment that was taken.
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
  return new Identity(await derive(seed, concat(utf8(PARTICIPANT_LABEL), trial, count), 256));
}

/** HKDF-SHA256 (RFC 5869) without salt; the label and what follows it are the `info`. */
async function derive(
  seed: Uint8Array,
  info: Uint8Array<ArrayBuffer>,
  bits: number,
): Promise<Uint8Array> {
  if (seed.length !== SEED_BYTES) throw new RangeError(`a seed has ${SEED_BYTES} bytes`);
  const key = await crypto.subtle.importKey("raw", new Uint8Array(seed), "HKDF", false, [
    "deriveBits",
  ]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, bits));
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text));
}

function concat(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
