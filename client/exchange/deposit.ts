// A deposit: content sealed into a package, its public entry, the participant's proof or the staff's signature for it, and
// the way into an anchored batch. What is prepared is kept until it has arrived, so that a lost answer is never a second
// deposit.
import { type Signer, verifyTypedData } from "ethers";
import type {
  Authority,
  Deposited,
  ParticipantAuthority,
  StaffAuthority,
} from "../../circuits/statement/exchange/authority.ts";
import {
  type At,
  CORRECTIONS,
  type Correction,
  contextOf,
  DEPOSIT_TYPES,
  type Deposit,
  depositDomain,
  depositMessage,
  type Entry,
  hashEntry,
  SOURCES,
  type Source,
} from "../../circuits/statement/exchange/entry.ts";
import {
  type EntryPath,
  entryTree,
  rootOfEntry,
} from "../../circuits/statement/exchange/entryTree.ts";
import { sealPackage } from "../../circuits/statement/exchange/package.ts";
import {
  type Content,
  type Disclosure,
  PAYLOAD_FORMAT,
  type PackageProvenance,
  packageEntryOf,
  writePayload,
} from "../../circuits/statement/exchange/payload.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { type Bytes32, type TrialId, ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import type { DepositAnswer, ExchangeApi, PublicEntry } from "../api/exchange.ts";
import type { PublicState } from "../api/trial.ts";
import type { ArtifactSource } from "../artifacts/artifacts.ts";
import { proveMembership } from "../patient/membership.ts";
import { membersOf, type Self } from "../patient/self.ts";
import { isSignedBy } from "./custodian.ts";
import { sha256 } from "./digest.ts";
import { type KeyRing, keysFor } from "./keys.ts";

/** A staff signature is good for this long. */
const SIGNATURE_SECONDS = 86_400;
/** An operator anchors every few minutes; after this long an entry that waits was dropped. */
const ANCHOR_PATIENCE_SECONDS = 86_400;

/** An entry before its package is sealed. */
export type EntryDraft = Omit<Entry, "ciphertextHash" | "sizeStep">;

/** The entry that is next in its collection. Refuses with `NotReplaceable`. */
export function draftEntry(of: {
  readonly trialId: TrialId;
  readonly pseudonym: bigint;
  readonly collection: string;
  /** The one bit of PERMISSIONS. */
  readonly permission: number;
  /** Of the consent form under which it is given. */
  readonly formVersion: number;
  readonly source: Exclude<Source, "key">;
  /** Since 1900-01-01. */
  readonly day: number;
  readonly entries: readonly PublicEntry[];
  readonly corrects?: { readonly entry: Bytes32; readonly reason: Exclude<Correction, "none"> };
}): EntryDraft {
  const { entries, corrects, source, ...rest } = of;
  const own = ownEntries(entries, of);
  const isOpen =
    corrects === undefined ||
    (own.some(({ entry }) => hashEntry(entry) === corrects.entry) &&
      !own.some(({ entry }) => entry.replaces === corrects.entry));
  if (!isOpen) throw new Refusal("NotReplaceable");
  return {
    ...rest,
    sequence: nextSequence(own),
    source: SOURCES[source],
    replaces: corrects?.entry ?? ZERO_BYTES32,
    correction: CORRECTIONS[corrects?.reason ?? "none"],
  };
}

type Whose = Pick<Entry, "pseudonym" | "collection">;

/** A participant's entries in a collection, in order. */
export function ownEntries(
  entries: readonly PublicEntry[],
  { pseudonym, collection }: Whose,
): PublicEntry[] {
  return entries.filter(
    ({ entry }) => entry.pseudonym === pseudonym && entry.collection === collection,
  );
}

/** Number of the next one among these. */
export function nextSequence(own: readonly PublicEntry[]): number {
  return own.reduce((most, { entry }) => Math.max(most, entry.sequence), 0) + 1;
}

/** What is put into a package. */
export type Filling = {
  readonly content: Content;
  /** Of a record collection. */
  readonly proofs?: Disclosure | undefined;
  readonly provenance: PackageProvenance;
};

/**
 * Seals a filling for the custodians and for the participant. Refuses with `TooFewCustodians` and `MalformedPackage`;
 * throws RangeError when it is too large.
 */
export async function sealDeposit(of: {
  readonly draft: EntryDraft;
  readonly at: At;
  readonly filling: Filling;
  readonly keys: KeyRing;
  /** The participant's age recipient (`publishedRecipient`). */
  readonly recipient: string;
}): Promise<{ entry: Entry; bytes: Uint8Array }> {
  const { draft, at, filling, keys, recipient } = of;
  const { content, proofs, provenance } = filling;
  const payload = {
    format: PAYLOAD_FORMAT,
    entry: packageEntryOf(draft),
    content,
    ...(proofs !== undefined && { proofs }),
    provenance,
  } as const;
  const { bytes, sizeStep } = await sealPackage({
    content: writePayload(payload),
    context: contextOf(at, draft),
    custodians: await keysFor(keys, draft.pseudonym),
    threshold: keys.threshold,
    participant: recipient,
  });
  return { entry: { ...draft, ciphertextHash: await sha256(bytes), sizeStep }, bytes };
}

/** The participant's proof for an entry, in the group of the version consented to. Refuses with `NotScreened`. */
export async function proveDeposit(of: {
  readonly self: Pick<Self, "identity" | "pseudonym">;
  readonly state: PublicState;
  readonly version: number;
  readonly scope: bigint;
  readonly artifacts: ArtifactSource;
  readonly entry: Entry;
}): Promise<ParticipantAuthority> {
  const { self, state, version, scope, artifacts, entry } = of;
  const proof = await proveMembership({
    identity: self.identity,
    members: membersOf(state, version),
    message: depositMessage(entry),
    scope,
    artifacts,
  });
  if (BigInt(proof.nullifier) !== entry.pseudonym) throw new Refusal("NotParticipating");
  const points = proof.points.map(BigInt);
  return { kind: "participant", version, groupRoot: BigInt(proof.merkleTreeRoot), points };
}

/** The signature of a site's signer, or of its staff, for an entry. Refuses with `InvalidSignature`. */
export async function signDeposit(of: {
  readonly signer: Signer;
  readonly siteId: number;
  readonly at: At;
  readonly entry: Entry;
  /** The chain's time, Unix seconds. */
  readonly now: number;
}): Promise<StaffAuthority> {
  const { signer, siteId, at, entry, now } = of;
  const deadline = BigInt(now + SIGNATURE_SECONDS);
  const deposit: Deposit = { entry: hashEntry(entry), siteId, deadline };
  const domain = depositDomain(at);
  const signature = await signer.signTypedData(domain, DEPOSIT_TYPES, deposit);
  const key = (await signer.getAddress()).toLowerCase();
  const isOwn = isSignedBy(key, () => verifyTypedData(domain, DEPOSIT_TYPES, deposit, signature));
  if (!isOwn) throw new Refusal("InvalidSignature");
  return { kind: "staff", siteId, key, deadline, signature };
}

/** Everything that is sent: no secret among it. */
export type Prepared = {
  readonly entry: Entry;
  readonly authority: Authority;
  /** The package; none in a key entry. */
  readonly bytes?: Uint8Array | undefined;
  readonly recipient?: string | undefined;
};

/**
 * Sends what was prepared; doing it again after a lost answer changes nothing. Refuses as the server does: with
 * `WrongSequence` when another device of the same wallet was faster, `NotCovered`, `Erased`, `WrongCustodians`.
 */
export async function sendDeposit(
  exchange: Pick<ExchangeApi, "putPackage" | "deposit">,
  { entry, authority, bytes, recipient }: Prepared,
): Promise<DepositAnswer> {
  if (bytes !== undefined) await exchange.putPackage(bytes);
  const deposited: Deposited = { entry, authority, ...(recipient !== undefined && { recipient }) };
  const answer = await exchange.deposit(deposited);
  if (answer.hash !== hashEntry(entry)) throw new Refusal("AlteredState", { hash: answer.hash });
  return answer;
}

/** The depositor's receipt: the way from an entry to the root of its batch. */
export type Inclusion = EntryPath & { readonly entry: Bytes32; readonly root: Bytes32 };

/**
 * Where an entry lies in its batch, recomputed from all entries; undefined while it waits. Refuses with `EntryDropped`
 * when the operator took it and it is not among the public entries, or still waits after a day; with `AlteredState` when
 * a batch does not add up to its root. Whether the root is on the chain is the caller's to ask (`isAnchored`).
 */
export function inclusionOf(of: {
  readonly entry: Bytes32;
  readonly entries: readonly PublicEntry[];
  /** When it was taken, and now: Unix seconds. */
  readonly takenAt: number;
  readonly now: number;
}): Inclusion | undefined {
  const { entry, entries, takenAt, now } = of;
  const own = entries.find((one) => hashEntry(one.entry) === entry);
  const isLate = now - takenAt > ANCHOR_PATIENCE_SECONDS;
  if (own === undefined || (own.batch === undefined && isLate)) {
    throw new Refusal("EntryDropped", { entry });
  }
  const { batch } = own;
  if (batch === undefined) return undefined;
  const hashes = entries.flatMap((one) => (one.batch === batch ? [hashEntry(one.entry)] : []));
  const tree = entryTree(hashes);
  if (tree.root !== batch) throw new Refusal("AlteredState", { batch });
  return { entry, root: batch, ...tree.pathOf(hashes.indexOf(entry)) };
}

/**
 * Checks a receipt that was kept against the chain, whatever the operator shows now. Refuses with `EntryDropped` when its
 * root was never anchored, and `InvalidProof` when the path leads elsewhere.
 */
export async function verifyInclusion(
  { entry, root, index, path }: Inclusion,
  anchoredAt: (root: Bytes32) => Promise<number | undefined>,
): Promise<number> {
  if (rootOfEntry(entry, { index, path }) !== root)
    throw new Refusal("InvalidProof", { part: "path" });
  const time = await anchoredAt(root);
  if (time === undefined) throw new Refusal("EntryDropped", { entry });
  return time;
}
