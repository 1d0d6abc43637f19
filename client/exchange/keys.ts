// The keys that packages are sealed to: the custodians' for a participant, out of lists that they sign, downloaded whole
// so that nobody learns whose is wanted; and the participant's own, from the wallet's seed.
import { bech32 } from "@scure/base";
import { identityToRecipient } from "age-encryption";
import { getBytes, toBeHex, toUtf8Bytes, verifyTypedData } from "ethers";
import type { Deposited } from "../../circuits/statement/exchange/authority.ts";
import {
  type Entry,
  isKeyEntry,
  KEY_COLLECTION,
  SOURCES,
} from "../../circuits/statement/exchange/entry.ts";
import { type CustodianKey, hpke } from "../../circuits/statement/exchange/package.ts";
import {
  CUSTODIAN_TYPES,
  custodianDomain,
  hashKeys,
} from "../../circuits/statement/exchange/receipt.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { type Bytes32, type TrialId, ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import {
  bytesOf,
  type Custodian,
  type CustodyPlace,
  isSignedBy,
  type ToldKeys,
} from "./custodian.ts";
import { sha256 } from "./digest.ts";

/** What a version's terms say about who holds keys. */
export type CustodyTerms = {
  readonly custodians: readonly string[];
  readonly custodianThreshold: number;
};

/** The custodians' keys for all participants of a trial, as far as they answered. */
export type KeyRing = {
  readonly threshold: number;
  /** Verified, by the custodian's account in the version's order. */
  readonly lists: readonly {
    readonly address: string;
    readonly keys: ReadonlyMap<bigint, Bytes32>;
  }[];
  /** Named by the version, but without a list: away, or with one that is wrong. */
  readonly missing: readonly { readonly address: string; readonly why: string }[];
};

type Told =
  | { readonly address: string; readonly keys: ReadonlyMap<bigint, Bytes32> }
  | { readonly address: string; readonly why: string };

/**
 * Downloads every custodian's list for a trial, and keeps those that are signed by an account which the version names. For
 * one that is away its list of before stands in: a key once signed stays the participant's. Refuses with `NoCollections`
 * when the version names no custodians.
 */
export async function downloadKeys(of: {
  trialId: TrialId;
  terms: CustodyTerms;
  custodians: readonly Custodian[];
  place: CustodyPlace;
  /** An earlier download. */
  before?: KeyRing | undefined;
}): Promise<KeyRing> {
  const { trialId, terms, place } = of;
  if (terms.custodians.length === 0) throw new Refusal("NoCollections");
  const told = await Promise.all(
    terms.custodians.map(async (named): Promise<Told> => {
      const address = named.toLowerCase();
      const custodian = of.custodians.find((one) => one.address.toLowerCase() === address);
      const before = of.before?.lists.find((list) => list.address === address);
      if (custodian === undefined) return before ?? { address, why: "it is out of reach" };
      try {
        const keys = verifyKeys({ trialId, address, told: await custodian.keys(trialId), place });
        return { address, keys };
      } catch (problem) {
        // A wrong list is no absence: what stood before it does not excuse it.
        if (problem instanceof Refusal) return { address, why: problem.code };
        return before ?? { address, why: "it does not answer" };
      }
    }),
  );
  const lists = told.flatMap((one) => ("keys" in one ? [one] : []));
  const missing = told.flatMap((one) => ("why" in one ? [one] : []));
  return { threshold: terms.custodianThreshold, lists, missing };
}

/** A custodian's list by pseudonym. Refuses with `WrongKeys` when it is out of order or not signed by this account. */
function verifyKeys(of: {
  trialId: TrialId;
  address: string;
  told: ToldKeys;
  place: CustodyPlace;
}): ReadonlyMap<bigint, Bytes32> {
  const { trialId, address, told, place } = of;
  const { keys, blockNumber, signature } = told;
  const isAscending = keys.every(
    ({ pseudonym }, i) => i === 0 || pseudonym > keys[i - 1]!.pseudonym,
  );
  const value = { trialId, keys: hashKeys(keys), count: keys.length, blockNumber };
  const domain = custodianDomain(place.chainId, place.custodyLog);
  const isSigned = isSignedBy(address, () =>
    verifyTypedData(domain, CUSTODIAN_TYPES.KeyList, value, signature),
  );
  if (!isAscending || !isSigned) throw new Refusal("WrongKeys", { custodian: address });
  return new Map(keys.map(({ pseudonym, publicKey }) => [pseudonym, publicKey]));
}

/**
 * The custodians' keys for one participant, all of them: a package that lacks one would be lost with fewer of them.
 * Refuses with `TooFewCustodians`: one is away, or has not yet seen the participant on the chain.
 */
export async function keysFor(ring: KeyRing, pseudonym: bigint): Promise<CustodianKey[]> {
  const found = ring.lists.flatMap(({ address, keys }) => {
    const publicKey = keys.get(pseudonym);
    return publicKey === undefined ? [] : [{ address, publicKey }];
  });
  const needed = ring.lists.length + ring.missing.length;
  if (found.length < needed) throw new Refusal("TooFewCustodians", { needed, found: found.length });
  return await Promise.all(
    found.map(async ({ address, publicKey }) => ({
      address,
      key: await hpke.kem.deserializePublicKey(bytesOf(publicKey)),
    })),
  );
}

const OWN_LABEL = "cohort-zero/participant-key/1";
const KEY_BITS = 256;

/** One attempt to join one trial, as in patient/derive.ts. */
export type Attempt = {
  readonly seed: Uint8Array;
  readonly trialId: TrialId;
  readonly retry: number;
};

/**
 * The participant's own age identity (X25519) of a trial: HKDF-SHA256 (RFC 5869) of the seed without salt, with label,
 * trial and retry as `info`. Any age tool takes it.
 */
export async function deriveOwnIdentity({ seed, trialId, retry }: Attempt): Promise<string> {
  const label = new TextEncoder().encode(OWN_LABEL);
  const info = Uint8Array.from([...label, ...getBytes(trialId), ...getBytes(toBeHex(retry, 4))]);
  const key = await crypto.subtle.importKey("raw", new Uint8Array(seed), "HKDF", false, [
    "deriveBits",
  ]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
  const bits = new Uint8Array(await crypto.subtle.deriveBits(parameters, key, KEY_BITS));
  return bech32.encodeFromBytes("AGE-SECRET-KEY-", bits).toUpperCase();
}

/** The public half of {@link deriveOwnIdentity}, as it is published: "age1...". */
export async function ownRecipient(attempt: Attempt): Promise<string> {
  return await identityToRecipient(await deriveOwnIdentity(attempt));
}

/** The entry under which a wallet publishes its recipient. */
export async function keyEntry(of: {
  trialId: TrialId;
  pseudonym: bigint;
  formVersion: number;
  sequence: number;
  recipient: string;
  /** Since 1900-01-01. */
  day: number;
}): Promise<Entry> {
  const { recipient, ...rest } = of;
  return {
    ...rest,
    collection: KEY_COLLECTION,
    permission: 0,
    ciphertextHash: await sha256(toUtf8Bytes(recipient)),
    sizeStep: 0,
    source: SOURCES.key,
    replaces: ZERO_BYTES32,
    correction: 0,
  };
}

const RECIPIENT = /^age1[02-9ac-hj-np-z]{58}$/;

/**
 * The newest recipient that a participant has published under a proof of their own; undefined before the first. A staff
 * member cannot publish one: it would read what people send.
 */
export async function publishedRecipient(
  deposited: readonly Deposited[],
  pseudonym: bigint,
): Promise<string | undefined> {
  const newest = deposited.findLast(
    ({ entry, authority }) =>
      isKeyEntry(entry) && entry.pseudonym === pseudonym && authority.kind === "participant",
  );
  if (newest?.recipient === undefined || !RECIPIENT.test(newest.recipient)) return undefined;
  const hash = await sha256(toUtf8Bytes(newest.recipient));
  return hash === newest.entry.ciphertextHash ? newest.recipient : undefined;
}
