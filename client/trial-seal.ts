// Sealing a trial's text: only its hash is public; patients, board and auditors are given a key.
import { armor, Decrypter, Encrypter } from "age-encryption";
import { Refusal } from "../circuits/statement/refusal.ts";

/** Encrypts a trial document with a passphrase (age, armoured). */
export async function sealDocument(text: string, passphrase: string): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  return armor.encode(await encrypter.encrypt(text));
}

/** Opens a sealed document with its passphrase or an age identity. Refuses with `WrongPassphrase`. */
export async function openDocument(content: string, key: string | undefined): Promise<string> {
  const decrypter = new Decrypter();
  if (key?.startsWith("AGE-SECRET-KEY-")) decrypter.addIdentity(key);
  else decrypter.addPassphrase(key ?? "");
  try {
    return await decrypter.decrypt(armor.decode(content), "text");
  } catch {
    throw new Refusal("WrongPassphrase", { what: "sealed trial document" });
  }
}
