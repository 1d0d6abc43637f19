// The desk at rest in this browser: sealed for a key that only the passphrase of the roster opens. The key is made once,
// so that what changes is sealed again without the second that the passphrase takes.
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { seal, unseal } from "../../../files/seal.ts";
import { createSealedStore } from "../../shared/sealedStore.ts";
import type { Entry } from "./entry.ts";

export const deskStore = createSealedStore("cohort-zero-clinic-desk", "desks");

const LENGTH_BYTES = 4;
/** Before text that stands for a number, and before text that begins like this itself. */
const ESCAPE = "\u0000";

/** What seals a clinic's desk while its roster is open. */
export type DeskKey = {
  /** The key itself, sealed under the passphrase. */
  readonly head: Uint8Array;
  readonly recipient: string;
  /** Patients that are sealed as they are now: charts are large, and most of a desk stays as it was. */
  readonly sealed: WeakMap<Entry, Uint8Array>;
};

/** A key of its own for a desk. */
export async function createDeskKey(passphrase: string): Promise<DeskKey> {
  const identity = await generateX25519Identity();
  const head = await seal({ bytes: new TextEncoder().encode(identity), passphrase });
  return { head, recipient: await identityToRecipient(identity), sealed: new WeakMap() };
}

/** The desk as it is kept: its key and then the patients, each with its length before it. */
export async function sealDesk(of: {
  entries: readonly Entry[];
  key: DeskKey;
}): Promise<Uint8Array> {
  const { head, recipient, sealed } = of.key;
  const parts = [head];
  for (const entry of of.entries) {
    const bytes = sealed.get(entry) ?? (await sealEntry(entry, recipient));
    sealed.set(entry, bytes);
    parts.push(bytes);
  }
  return joined(parts);
}

/** Opens it. Refuses with `WrongPassphrase`; throws for what is damaged. */
export async function openDesk(of: {
  bytes: Uint8Array;
  passphrase: string;
}): Promise<{ entries: readonly Entry[]; key: DeskKey }> {
  const [head = new Uint8Array(), ...parts] = split(of.bytes);
  const opened = await unseal({ bytes: head, passphrase: of.passphrase });
  const identity = new TextDecoder().decode(opened);
  const entries: Entry[] = [];
  const sealed = new WeakMap<Entry, Uint8Array>();
  for (const part of parts) {
    const entry = await openEntry(part, identity);
    sealed.set(entry, part);
    entries.push(entry);
  }
  return { entries, key: { head, recipient: await identityToRecipient(identity), sealed } };
}

async function sealEntry(entry: Entry, recipient: string): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  const text = new Blob([JSON.stringify(entry, written)]).stream();
  return await encrypter.encrypt(await bytesOf(text.pipeThrough(new CompressionStream("gzip"))));
}

async function openEntry(bytes: Uint8Array, identity: string): Promise<Entry> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const packed = new Blob([new Uint8Array(await decrypter.decrypt(bytes))]).stream();
  const text = await bytesOf(packed.pipeThrough(new DecompressionStream("gzip")));
  return JSON.parse(new TextDecoder().decode(text), reading) as Entry;
}

async function bytesOf(stream: ReadableStream<BufferSource>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream as ReadableStream).arrayBuffer());
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const size = parts.reduce((sum, { length }) => sum + LENGTH_BYTES + length, 0);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.length);
    bytes.set(part, at + LENGTH_BYTES);
    at += LENGTH_BYTES + part.length;
  }
  return bytes;
}

function split(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const start = at + LENGTH_BYTES;
    at = start + view.getUint32(at);
    parts.push(bytes.slice(start, at));
  }
  return parts;
}

/** Numbers of the field and of permits are bigints, which JSON has not. */
function written(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return `${ESCAPE}${value}`;
  return typeof value === "string" && value.startsWith(ESCAPE) ? ESCAPE + value : value;
}

function reading(_: string, value: unknown): unknown {
  if (typeof value !== "string" || !value.startsWith(ESCAPE)) return value;
  const rest = value.slice(ESCAPE.length);
  return rest.startsWith(ESCAPE) ? rest : BigInt(rest);
}
