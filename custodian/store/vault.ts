// Private keys as they lie in the database: sealed (AES-256-GCM) under a key that follows from the custodian's own
// (HKDF-SHA256), each bound to its trial and pseudonym.
//
// Why: copies of the database are made and moved more often than copies of the key file, and one alone then opens
// nothing; and a row put in another's place does not open. It is no part of erasure, which deletes the row.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { getBytes } from "ethers";
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";

const INFO = "cohort-zero/custodian-store/1";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export type Whose = { readonly trialId: Bytes32; readonly pseudonym: bigint };

export type Vault = {
  readonly seal: (whose: Whose, secret: Uint8Array) => Uint8Array;
  /** Throws an Error when it was sealed by another custodian, or for somebody else. */
  readonly open: (whose: Whose, sealed: Uint8Array) => Uint8Array;
};

/** The vault of the custodian with this private key (0x and 64 digits). */
export function createVault(privateKey: string): Vault {
  const key = new Uint8Array(hkdfSync("sha256", getBytes(privateKey), new Uint8Array(), INFO, 32));
  return {
    seal: (whose, secret) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(aadOf(whose));
      const body = Buffer.concat([cipher.update(secret), cipher.final()]);
      return new Uint8Array(Buffer.concat([nonce, body, cipher.getAuthTag()]));
    },
    open: (whose, sealed) => {
      const bytes = Buffer.from(sealed);
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES));
      decipher.setAAD(aadOf(whose)).setAuthTag(bytes.subarray(-TAG_BYTES));
      const body = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
      return new Uint8Array(Buffer.concat([decipher.update(body), decipher.final()]));
    },
  };
}

function aadOf({ trialId, pseudonym }: Whose): Buffer {
  return Buffer.from(`${trialId} ${pseudonym}`);
}
