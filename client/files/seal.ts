// Encryption of a wallet at rest: the age file format with a passphrase recipient (scrypt,
// ChaCha20-Poly1305). https://age-encryption.org/v1; any age tool can open a wallet file, should
// this program be gone.
import { Decrypter, Encrypter } from "age-encryption";
import { Refusal } from "../../circuits/statement/refusal.ts";

/** log2 of scrypt's N: about half a second and 64 MiB a guess on one core of a laptop. */
export const WORK_FACTOR = 16;
/** Recovery files lie around for years, so a guess costs four times as much. */
export const RECOVERY_WORK_FACTOR = 18;
/** Refuse to sit for minutes on a file made to stall us. */
const MAX_WORK_FACTOR = 20;
const MIN_PASSPHRASE_LENGTH = 10;

/** Encrypts bytes. Refuses (`WeakPassphrase`) passphrases of fewer than 10 characters. */
export async function seal(options: {
  bytes: Uint8Array;
  passphrase: string;
  workFactor?: number;
}): Promise<Uint8Array> {
  if ([...options.passphrase.normalize("NFKC")].length < MIN_PASSPHRASE_LENGTH) {
    throw new Refusal("WeakPassphrase", { least: MIN_PASSPHRASE_LENGTH });
  }
  const encrypter = new Encrypter();
  encrypter.setPassphrase(options.passphrase.normalize("NFKC"));
  encrypter.setScryptWorkFactor(options.workFactor ?? WORK_FACTOR);
  return await encrypter.encrypt(options.bytes);
}

/** Decrypts bytes made by {@link seal}. Refuses with `WrongPassphrase` or `NotAWallet`. */
export async function unseal(options: {
  bytes: Uint8Array;
  passphrase: string;
}): Promise<Uint8Array> {
  const head = new TextDecoder().decode(options.bytes.slice(0, 200));
  const match = /^age-encryption\.org\/v1\n-> scrypt \S+ (\d{1,2})\n/.exec(head);
  if (!match || Number(match[1]) > MAX_WORK_FACTOR) throw new Refusal("NotAWallet", {});
  const decrypter = new Decrypter();
  decrypter.addPassphrase(options.passphrase.normalize("NFKC"));
  try {
    return await decrypter.decrypt(options.bytes);
  } catch (error) {
    // The library has one message for each; nothing of the passphrase or the file is passed on.
    const wrong = error instanceof Error && /no identity matched/.test(error.message);
    throw new Refusal(wrong ? "WrongPassphrase" : "NotAWallet", {});
  }
}
