// Mailboxes: how re-issued records reach their wallets without anybody asking the clinic. A clinic publishes them in
// buckets of 64 places. Each place holds one age file, sealed for its patient, or for nobody; all are of one size.
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";

export const BUCKET_PLACES = 64;
/** A clinic keeps at most so many buckets: four million patients. */
export const MAX_BUCKETS = 2 ** 16;
/** What a place holds before it is sealed; the fullest record takes four fifths of it. */
const MAIL_BYTES = 24 * 1024;
/** What sealing adds: age's header with one X25519 stanza, a nonce and a tag. */
const SEAL_BYTES = 200;
const PLACE_BYTES = MAIL_BYTES + SEAL_BYTES;
export const BUCKET_BYTES = BUCKET_PLACES * PLACE_BYTES;
const LENGTH_BYTES = 4;
/** Nothing that a clinic writes expands to more. */
const MAX_JSON_BYTES = 256 * 1024;

/** The bucket of a person's place, and the place inside of it. */
export function bucketOf(place: number): { bucket: number; slot: number } {
  return { bucket: Math.floor(place / BUCKET_PLACES), slot: place % BUCKET_PLACES };
}

/** One place's file: the content as gzipped JSON, padded, for the holder of `recipient` (age1...). */
export async function sealForMailbox(of: {
  content: unknown;
  recipient: string;
}): Promise<Uint8Array> {
  const packed = await gzip(new TextEncoder().encode(JSON.stringify(of.content)));
  if (packed.length > MAIL_BYTES - LENGTH_BYTES) {
    throw new RangeError(`mailbox: the record takes ${packed.length} bytes, more than a place has`);
  }
  return await sealPadded(packed, of.recipient);
}

async function sealPadded(packed: Uint8Array, recipient: string): Promise<Uint8Array> {
  const padded = new Uint8Array(MAIL_BYTES);
  new DataView(padded.buffer).setUint32(0, packed.length);
  padded.set(packed, LENGTH_BYTES);
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  const sealed = await encrypter.encrypt(padded);
  if (sealed.length !== PLACE_BYTES) {
    throw new RangeError(`mailbox: a sealed place has ${sealed.length} bytes, not ${PLACE_BYTES}`);
  }
  return sealed;
}

/**
 * A bucket with this mail by slot. Other places keep what `before` had in them; a new bucket's are sealed nothing, for
 * keys that nobody holds.
 */
export async function fillBucket(of: {
  before: Uint8Array | undefined;
  mail: ReadonlyMap<number, Uint8Array>;
}): Promise<Uint8Array> {
  const { before, mail } = of;
  const bucket = new Uint8Array(BUCKET_BYTES);
  if (before !== undefined) bucket.set(checkBucket(before));
  for (let slot = 0; slot < BUCKET_PLACES; slot++) {
    const sealed = mail.get(slot) ?? (before === undefined ? await sealNothing() : undefined);
    if (sealed !== undefined) bucket.set(sealed, slot * PLACE_BYTES);
  }
  return bucket;
}

async function sealNothing(): Promise<Uint8Array> {
  const recipient = await identityToRecipient(await generateX25519Identity());
  return await sealPadded(new Uint8Array(), recipient);
}

/**
 * What lies in a bucket for the holder of this key (AGE-SECRET-KEY-1...), as parsed JSON; undefined when nothing does.
 * Every place is tried, so whoever watches learns nothing from how long it takes. Throws RangeError when the bytes are no
 * bucket. Anybody may have sealed what is found: check it like a file from anywhere.
 */
export async function openMailbox(of: { bytes: Uint8Array; identity: string }): Promise<unknown> {
  const bucket = checkBucket(of.bytes);
  let found: unknown;
  for (let slot = 0; slot < BUCKET_PLACES; slot++) {
    const bytes = bucket.slice(slot * PLACE_BYTES, (slot + 1) * PLACE_BYTES);
    const opened = await openPlace({ bytes, identity: of.identity });
    found ??= opened;
  }
  return found;
}

/** What is sealed in one place, as parsed JSON; undefined for another key's, and for what is no mail. */
export async function openPlace(of: { bytes: Uint8Array; identity: string }): Promise<unknown> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(of.identity);
  const padded = await decrypter.decrypt(of.bytes).catch(() => undefined);
  return padded === undefined ? undefined : await unpack(padded);
}

async function unpack(padded: Uint8Array): Promise<unknown> {
  if (padded.length !== MAIL_BYTES) return undefined;
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0);
  if (length === 0 || length > MAIL_BYTES - LENGTH_BYTES) return undefined;
  try {
    const json = await gunzip(padded.slice(LENGTH_BYTES, LENGTH_BYTES + length));
    return JSON.parse(new TextDecoder().decode(json)) as unknown;
  } catch {
    return undefined;
  }
}

function checkBucket(bytes: Uint8Array): Uint8Array {
  if (bytes.length === BUCKET_BYTES) return bytes;
  throw new RangeError(`mailbox: ${bytes.length} bytes are no bucket; fetch it again`);
}

async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([new Uint8Array(bytes)]).stream();
  const packed = stream.pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** Throws for bytes that are not gzip, and for those that would expand without end. */
async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([new Uint8Array(bytes)]).stream();
  const reader = stream.pipeThrough(new DecompressionStream("gzip")).getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MAX_JSON_BYTES) {
      await reader.cancel();
      throw new RangeError("mailbox: more than a record");
    }
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}
