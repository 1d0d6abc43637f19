// A package: one participant's data of one collection, as an age file (age-encryption.org/v1). Its key is shared among
// the trial's custodians, each share sealed (HPKE, RFC 9180) to the custodian's key for this participant and under the
// deposit's context; one plain X25519 stanza lets the participant read it with any age tool.
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import { Decrypter, Encrypter, type Recipient, Stanza } from "age-encryption";
import { getBytes } from "ethers";
import { split } from "shamir-secret-sharing";
import type { Bytes32 } from "../trial/trial.ts";
import { FIRST_STEP_BYTES, LAST_SIZE_STEP } from "./entry.ts";

const STANZA = "cohort-custodian";
/** What was agreed (X25519), a SHA-256, and a share of 17 bytes with AES-GCM's tag. */
const STANZA_BYTES = [32, 32, 33];
const SHARE_INFO = new TextEncoder().encode("cohort-zero/share/1");

/** The one suite: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. */
export const hpke = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

/** A custodian's public key for one participant. */
export type CustodianKey = { readonly address: string; readonly key: CryptoKey };

/** A custodian's sealed share, as it stands in the header. */
export type ShareStanza = {
  readonly address: string;
  readonly enc: Uint8Array;
  /** SHA-256 over context and file key: names whoever gave a wrong share. */
  readonly commitment: Uint8Array;
  readonly body: Uint8Array;
};

type Sealing = {
  readonly content: Uint8Array;
  readonly context: Bytes32;
  readonly custodians: readonly CustodianKey[];
  readonly threshold: number;
  /** The participant's own age recipient. */
  readonly participant: string;
};

/** Seals content into a package, padded to a step. Throws RangeError when it is too large. */
export async function sealPackage(of: Sealing): Promise<{ bytes: Uint8Array; sizeStep: number }> {
  const { padded, sizeStep } = pad(of.content);
  const encrypter = new Encrypter();
  encrypter.addRecipient(custodiansOf(of));
  encrypter.addRecipient(of.participant);
  return { bytes: await encrypter.encrypt(padded), sizeStep };
}

function custodiansOf({ context, custodians, threshold }: Sealing): Recipient {
  return {
    wrapFileKey: async (fileKey) => {
      const shares = await split(fileKey, custodians.length, threshold);
      const commitment = base64(await commit(context, fileKey));
      return await Promise.all(
        custodians.map(async ({ address, key }, i) => {
          const sender = await hpke.createSenderContext({
            recipientPublicKey: key,
            info: SHARE_INFO,
          });
          const body = await sender.seal(shares[i]!, aadOf(context, address));
          const args = [STANZA, address, base64(new Uint8Array(sender.enc)), commitment];
          return new Stanza(args, new Uint8Array(body));
        }),
      );
    },
  };
}

/** A custodian's share in the clear: throws when the stanza was made for another key or context. */
export async function openShare(of: {
  stanza: ShareStanza;
  context: Bytes32;
  key: CryptoKey;
}): Promise<Uint8Array> {
  const { enc, body, address } = of.stanza;
  const opener = await hpke.createRecipientContext({ recipientKey: of.key, enc, info: SHARE_INFO });
  return new Uint8Array(await opener.open(body, aadOf(of.context, address)));
}

/** Opens a package with its file key, or with the participant's own identity. */
export async function openPackage(
  bytes: Uint8Array,
  by: { readonly fileKey: Uint8Array } | { readonly identity: string },
): Promise<Uint8Array> {
  const decrypter = new Decrypter();
  const own = "fileKey" in by ? { unwrapFileKey: () => by.fileKey } : by.identity;
  decrypter.addIdentity(own);
  return unpad(await decrypter.decrypt(bytes));
}

/** The shares of a package's header, read without opening it. */
export async function sharesOf(bytes: Uint8Array): Promise<ShareStanza[]> {
  const found: ShareStanza[] = [];
  const decrypter = new Decrypter();
  decrypter.addIdentity({
    unwrapFileKey: (stanzas) => {
      found.push(...stanzas.flatMap(readStanza));
      // age has no other way to hand out a header; that no key comes back ends it here.
      return null;
    },
  });
  await decrypter.decrypt(bytes).catch(() => {});
  return found;
}

function readStanza({ args, body }: Stanza): ShareStanza[] {
  const [kind, address, enc, commitment] = args;
  if (kind !== STANZA || !address || !enc || !commitment) return [];
  const stanza = { address, enc: fromBase64(enc), commitment: fromBase64(commitment), body };
  // Of another size it is none: custodians are asked for a hundred at once, and a large one would spoil all their answers.
  const sizes = [stanza.enc.length, stanza.commitment.length, body.length];
  return sizes.join() === STANZA_BYTES.join() ? [stanza] : [];
}

/** SHA-256 over the context and the file key. */
export async function commit(context: Bytes32, fileKey: Uint8Array): Promise<Uint8Array> {
  const joined = new Uint8Array([...getBytes(context), ...fileKey]);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined));
}

function aadOf(context: Bytes32, address: string): Uint8Array {
  return new Uint8Array([...getBytes(context), ...getBytes(address)]);
}

/** Length (4 bytes, most significant first), content, zeros up to the step. */
function pad(content: Uint8Array): { padded: Uint8Array; sizeStep: number } {
  const sizeStep = Math.max(0, Math.ceil(Math.log2((content.length + 4) / FIRST_STEP_BYTES)));
  if (sizeStep > LAST_SIZE_STEP) throw new RangeError(`a package holds 16 MiB at most`);
  const padded = new Uint8Array(FIRST_STEP_BYTES * 2 ** sizeStep);
  new DataView(padded.buffer).setUint32(0, content.length);
  padded.set(content, 4);
  return { padded, sizeStep };
}

function unpad(padded: Uint8Array): Uint8Array {
  const length = new DataView(padded.buffer, padded.byteOffset, padded.byteLength).getUint32(0);
  if (length > padded.length - 4) throw new RangeError("the package's length is wrong");
  return padded.slice(4, 4 + length);
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/=+$/, "");
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
