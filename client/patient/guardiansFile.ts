// A guardian's share as a file: an age file for that guardian alone, by a passphrase of theirs or their age key. It
// names nobody, and all of a set are of one size.
import { Decrypter, Encrypter } from "age-encryption";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { RECOVERY_WORK_FACTOR, seal, unseal } from "../files/seal.ts";
import { type GuardianShare, readShare, writeShare } from "./guardians.ts";

const SECRET_KEY = /^age-secret-key-/i;

/** `age1…`, which is public, or what nobody else knows. */
export type Guardian = { readonly recipient: string } | { readonly passphrase: string };

/**
 * What was typed for a guardian. Whatever begins as an age key is one, or refused (`MalformedInput`): a mistyped key is
 * no passphrase, since keys are public, and a secret key is nothing to tell anybody.
 */
export function guardianOf(typed: string): Guardian {
  const text = typed.trim();
  if (SECRET_KEY.test(text)) {
    throw new Refusal("MalformedInput", { what: "age key", problem: "it is a secret one" });
  }
  return /^age1/i.test(text) ? { recipient: text.toLowerCase() } : { passphrase: typed };
}

/** Refuses with `WeakPassphrase`, and with `MalformedInput` an age key that is none. */
export async function sealShare(of: {
  share: GuardianShare;
  guardian: Guardian;
  workFactor?: number;
}): Promise<Uint8Array> {
  const { share, guardian, workFactor = RECOVERY_WORK_FACTOR } = of;
  const bytes = writeShare(share);
  if ("passphrase" in guardian) {
    return await seal({ bytes, passphrase: guardian.passphrase, workFactor });
  }
  const encrypter = new Encrypter();
  try {
    encrypter.addRecipient(guardian.recipient);
  } catch {
    throw new Refusal("MalformedInput", { what: "age key", problem: "it is not one" });
  }
  return await encrypter.encrypt(bytes);
}

/** Whether a file is a share that its guardian has opened already, with an age tool of their own. */
export function isOpened(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.slice(0, 1)) === "{";
}

/**
 * Opens a share with the guardian's passphrase or age identity (`AGE-SECRET-KEY-1…`); one that was opened elsewhere
 * needs none. Refuses with `WrongPassphrase` and `NotAShare`.
 */
export async function openShare(of: { bytes: Uint8Array; secret: string }): Promise<GuardianShare> {
  const { bytes, secret } = of;
  if (isOpened(bytes)) return readShare(bytes);
  return readShare(await decrypted(bytes, secret));
}

async function decrypted(bytes: Uint8Array, secret: string): Promise<Uint8Array> {
  try {
    const isPassphrase = !SECRET_KEY.test(secret.trim());
    if (isPassphrase && isForKey(bytes)) throw new Refusal("WrongPassphrase");
    if (isPassphrase) return await unseal({ bytes, passphrase: secret });
    const decrypter = new Decrypter();
    decrypter.addIdentity(secret.trim().toUpperCase());
    return await decrypter.decrypt(bytes);
  } catch (error) {
    const isOther = error instanceof Error && /no identity matched/.test(error.message);
    const isWrong = error instanceof Refusal && error.code === "WrongPassphrase";
    throw new Refusal(isOther || isWrong ? "WrongPassphrase" : "NotAShare");
  }
}

/** Whether an age file was made for a key, so that no passphrase opens it. */
function isForKey(bytes: Uint8Array): boolean {
  const head = new TextDecoder().decode(bytes.slice(0, 60));
  return /^age-encryption\.org\/v1\n-> (?!scrypt )/.test(head);
}
