// Cuts: which packages a sponsor may ask for now, sealing them on the chain, and asking the custodians to open them, for a
// purpose that everybody can read, to a key that is used once.
import { hexlify } from "ethers";
import { hashEntry, isKeyEntry } from "../../circuits/statement/exchange/entry.ts";
import { entryTree } from "../../circuits/statement/exchange/entryTree.ts";
import { hpke } from "../../circuits/statement/exchange/package.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import {
  type Bytes32,
  PERMISSIONS,
  type TrialId,
  ZERO_BYTES32,
} from "../../circuits/statement/trial/trial.ts";
import { type Actor, act } from "../actor/actor.ts";
import type { AuditEvent } from "../api/event.ts";
import { exchangeOf, type PublicEntry } from "../api/exchange.ts";
import type { Participant } from "../api/recruitment.ts";

/** A call of an organisation has gas for so many participants. */
const MAX_PARTICIPANTS = 1_000;
/** Fewer people than this are flagged to those who see a cut: they may be told apart by what is in it. */
export const SMALL_CUT = 10;
/** A request ends after a day at the latest; a minute less, for the way to the chain. */
const MAX_REQUEST_SECONDS = 86_400 - 60;

export type LeftOut = { readonly pseudonym: bigint; readonly why: string };

export type CutChoice = {
  readonly trialId: TrialId;
  readonly permission: number;
  /** Ascending by pseudonym, then by collection and sequence: the order of the cut's tree. */
  readonly entries: readonly PublicEntry[];
  readonly pseudonyms: readonly bigint[];
  /** Who has deposited and is not in it, and why. */
  readonly left: readonly LeftOut[];
  readonly isSmall: boolean;
};

/** What a cut is chosen from. */
export type CutGround = {
  readonly trialId: TrialId;
  readonly entries: readonly PublicEntry[];
  readonly participants: readonly Participant[];
  /** The trial's, oldest first. */
  readonly events: readonly AuditEvent[];
  /** The chain's time, Unix seconds. */
  readonly now: number;
};

/**
 * The packages of one permission, or of several, whose participants' consent covers all of them now: the newest of each, anchored, and not
 * erased. The contract decides; this only names beforehand who would be refused. Refuses with `NothingToCut`.
 */
export function chooseCut(
  ground: CutGround & {
    readonly permission: number;
    /** Only of these, by id; all where it is not given. */
    readonly collections?: readonly string[] | undefined;
    readonly pseudonyms?: readonly bigint[] | undefined;
  },
): CutChoice {
  const { trialId, permission, participants, collections, now } = ground;
  const wanted = newestEntries(ground.entries).filter(
    ({ entry }) =>
      isUnder(entry.permission, permission) &&
      (collections === undefined || collections.includes(entry.collection)) &&
      (ground.pseudonyms === undefined || ground.pseudonyms.includes(entry.pseudonym)),
  );
  const erased = erasedIn(ground.events);
  const required = requiredIn(ground);
  const people = new Map<bigint, Participant>(participants.map((one) => [one.pseudonym, one]));
  const left = new Map<bigint, string>();
  const covered = wanted.filter(({ entry, batch }) => {
    const { pseudonym } = entry;
    const gap = erased.has(pseudonym)
      ? "erased"
      : gapOf(people.get(pseudonym), { permission, required, now });
    if (gap !== undefined) left.set(pseudonym, gap);
    return gap === undefined && batch !== undefined;
  });
  const entries = covered.toSorted(byPlace);
  const pseudonyms = [...new Set(entries.map(({ entry }) => entry.pseudonym))];
  if (entries.length === 0) throw new Refusal("NothingToCut", countOf([...left.values()]));
  if (pseudonyms.length > MAX_PARTICIPANTS)
    throw new Refusal("TooLarge", { limit: MAX_PARTICIPANTS });
  return {
    ...{ trialId, permission, entries, pseudonyms },
    left: [...left].map(([pseudonym, why]) => ({ pseudonym, why })),
    isSmall: pseudonyms.length < SMALL_CUT,
  };
}

/** How many people are left out, by why. */
function countOf(reasons: readonly string[]): Record<string, number> {
  const groups = Object.groupBy(reasons, (why) => why);
  return Object.fromEntries(Object.entries(groups).map(([why, all]) => [why, all?.length ?? 0]));
}

/** One permission, or one of several; what people gave for emergencies is for clinicians alone. */
function isUnder(permission: number, asked: number): boolean {
  return permission !== PERMISSIONS.emergency && (permission & ~asked) === 0 && permission !== 0;
}

/** Packages that no correction has taken the place of. */
export function newestEntries(entries: readonly PublicEntry[]): PublicEntry[] {
  const replaced = new Set(entries.map(({ entry }) => entry.replaces));
  replaced.delete(ZERO_BYTES32);
  return entries.filter(({ entry }) => !isKeyEntry(entry) && !replaced.has(hashEntry(entry)));
}

/** Pseudonyms whose keys custodians were told to destroy. */
export function erasedIn(events: readonly AuditEvent[]): Set<bigint> {
  const asked = events.filter(({ name }) => /^ErasureBy(Proof|Code|Site)$/.test(name));
  return new Set(
    asked.flatMap(({ arguments: args }) => (args.pseudonym ? [BigInt(args.pseudonym)] : [])),
  );
}

/** The oldest version whose consent is enough, as the board approved it last. */
function requiredIn({ trialId, events }: Pick<CutGround, "trialId" | "events">): number {
  const approved = events.findLast(
    ({ name, arguments: args }) => name === "VersionApproved" && args.trialId === trialId,
  );
  return Number(approved?.arguments.consentVersion ?? 0);
}

/** Why a participant's consent does not cover a permission now; undefined: it does. */
function gapOf(
  participant: Participant | undefined,
  of: { readonly permission: number; readonly required: number; readonly now: number },
): string | undefined {
  const { permission, required, now } = of;
  if (participant === undefined) return "no participant has this pseudonym";
  const { state, onHold, version, consent } = participant;
  if (state === "withdrawn") return "withdrawn";
  if (state !== "on-study" && state !== "off-study") return "has not arrived";
  if (consent === undefined || (consent.permissions & permission) !== permission) {
    return "does not consent to this";
  }
  if (version < required) return "has not consented to the form that is required now";
  if (consent.validUntil !== null && consent.validUntil <= now) return "consent has ended";
  return onHold ? "on hold" : undefined;
}

function byPlace({ entry: a }: PublicEntry, { entry: b }: PublicEntry): number {
  if (a.pseudonym !== b.pseudonym) return a.pseudonym < b.pseudonym ? -1 : 1;
  if (a.collection !== b.collection) return a.collection < b.collection ? -1 : 1;
  return a.sequence - b.sequence;
}

/** A cut as it is kept to be requested and fetched: the chain has its root, this its entries in order. */
export type SealedCut = {
  readonly cutId: bigint;
  readonly trialId: TrialId;
  readonly permission: number;
  readonly entries: readonly Bytes32[];
  readonly packagesRoot: Bytes32;
};

/**
 * Seals a choice on the chain. The actor is the sponsor, or staff with the task. Refuses as the contract does: with
 * `NotCovered` for somebody who withdrew meanwhile (choose again), `NotStaff`, `TrialOnHold`.
 */
export async function sealCut(
  actor: Actor,
  choice: CutChoice,
  protocolNumber: string,
): Promise<SealedCut> {
  const { trialId, permission, pseudonyms } = choice;
  const entries = choice.entries.map(({ entry }) => hashEntry(entry));
  const { root } = entryTree(entries);
  await act(actor, "CutRegistry", "seal", [trialId, permission, pseudonyms, root, entries.length]);
  const events = await actor.api.trialEvents(protocolNumber);
  const sealed = events.findLast(
    ({ name, arguments: args }) =>
      name === "Sealed" && args.packagesRoot === root && isAccount(args.by, actor),
  );
  if (sealed?.arguments.cutId === undefined) throw new Refusal("NotFound", { what: "cut" });
  return {
    cutId: BigInt(sealed.arguments.cutId),
    trialId,
    permission,
    entries,
    packagesRoot: root,
  };
}

/** A request, with the key that opens what custodians answer: secret, and good for nothing else. */
export type OpenRequest = {
  /** CutRegistry, or EmergencyAccess. */
  readonly registry: string;
  readonly requestId: bigint;
  /** Unix seconds. */
  readonly until: number;
  /** X25519, 32 bytes. */
  readonly privateKey: Uint8Array;
};

/** A fresh X25519 pair: the public half as the chain takes it. */
export async function drawRecipientKey(): Promise<{
  recipientKey: Bytes32;
  privateKey: Uint8Array;
}> {
  const { publicKey, privateKey } = await hpke.kem.generateKeyPair();
  return {
    recipientKey: hexlify(new Uint8Array(await hpke.kem.serializePublicKey(publicKey))),
    privateKey: new Uint8Array(await hpke.kem.serializePrivateKey(privateKey)),
  };
}

/**
 * Asks for a cut to be opened, in public. `keepKey` is awaited before anything is sent: without the key, what custodians
 * answer is lost. Refuses with `UnknownCut`, `InvalidRequest`, `NotStaff`, `TrialOnHold`.
 */
export async function requestCut(
  actor: Actor,
  of: {
    readonly protocolNumber: string;
    readonly cutId: bigint;
    /** In words, for everybody: what the data are wanted for. */
    readonly purpose: string;
    /** At most a day. */
    readonly seconds?: number;
    readonly keepKey: (key: { recipientKey: Bytes32; privateKey: Uint8Array }) => Promise<void>;
  },
): Promise<OpenRequest> {
  const { protocolNumber, cutId, purpose, seconds = MAX_REQUEST_SECONDS } = of;
  const key = await drawRecipientKey();
  await of.keepKey(key);
  const hash = await exchangeOf(actor.api).uploadText(purpose);
  const { chainTime, contracts } = await actor.api.deployment();
  const until = chainTime + Math.min(seconds, MAX_REQUEST_SECONDS);
  await act(actor, "CutRegistry", "request", [cutId, hash, key.recipientKey, until]);
  const events = await actor.api.trialEvents(protocolNumber);
  const requestId = requestOf(events, key.recipientKey);
  if (requestId === undefined) throw new Refusal("NotFound", { what: "request" });
  return { registry: contracts.CutRegistry ?? "", requestId, until, privateKey: key.privateKey };
}

/** Number of the request that was made with a key; undefined before it is on the chain. */
export function requestOf(
  events: readonly AuditEvent[],
  recipientKey: Bytes32,
): bigint | undefined {
  const found = events.findLast(
    ({ name, arguments: args }) =>
      name === "Requested" && args.recipientKey?.toLowerCase() === recipientKey.toLowerCase(),
  );
  const id = found?.arguments.requestId;
  return id === undefined ? undefined : BigInt(id);
}

function isAccount(account: string | undefined, { address }: Actor): boolean {
  return account?.toLowerCase() === address.toLowerCase();
}
