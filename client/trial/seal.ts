// Sealing a trial's text: only its hash is public; patients, board and auditors are given a key.
import { armor, Decrypter, Encrypter } from "age-encryption";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { PublicState } from "../api/trial.ts";
import { readTrialDocument, type TrialDocument } from "./document.ts";

/** Encrypts a trial document with a passphrase (age, armoured). */
export async function sealDocument(text: string, passphrase: string): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  return armor.encode(await encrypter.encrypt(text));
}

/** Guessing is made slow on purpose; whoever looks at a trial every few seconds opens it once. */
const opened = new Map<string, Promise<string>>();
const MOST_OPENED = 32;

/** Opens a sealed document with its passphrase or an age identity. Refuses with `WrongPassphrase`. */
export async function openDocument(content: string, key: string | undefined): Promise<string> {
  if (key === undefined) throw new Refusal("WrongPassphrase", { what: "sealed trial document" });
  const name = `${key}\n${content}`;
  const known = opened.get(name) ?? decrypt(content, key);
  if (opened.size >= MOST_OPENED) opened.clear();
  opened.set(name, known);
  return await known;
}

async function decrypt(content: string, key: string): Promise<string> {
  const decrypter = new Decrypter();
  if (key.startsWith("AGE-SECRET-KEY-")) decrypter.addIdentity(key);
  else decrypter.addPassphrase(key);
  try {
    return await decrypter.decrypt(armor.decode(content), "text");
  } catch {
    throw new Refusal("WrongPassphrase", { what: "sealed trial document" });
  }
}

/**
 * The document of the first version that the board approved: nobody was screened under an earlier one, be it that of a
 * sponsor whose registration lapsed. Undefined before there is one. Refuses with `NotFound` when its text was never
 * uploaded, and with `WrongPassphrase`.
 */
export async function readFirstVersion(
  { versions }: Pick<PublicState, "versions">,
  key: string | undefined,
): Promise<TrialDocument | undefined> {
  const approved = versions.filter(({ approvedAt }) => approvedAt !== null);
  const first = approved.toSorted((a, b) => a.version - b.version)[0];
  if (first === undefined) return undefined;
  const content = first.documents.document?.content;
  if (content === undefined) throw new Refusal("NotFound", { document: first.terms.documentHash });
  return readTrialDocument(first.terms.isSealed ? await openDocument(content, key) : content);
}
