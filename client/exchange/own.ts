// A wallet's own deposits, from what was downloaded to what is sent: its key first, then what it shows, answers or reads
// from a device. Nothing here is sent; what comes back is kept, then sent with `sendDeposit`.
import {
  type Collection,
  compileFacts,
  type RecordCollection,
} from "../../circuits/statement/exchange/collection.ts";
import { type At, contextOf, KEY_COLLECTION } from "../../circuits/statement/exchange/entry.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { PERMISSIONS, type Permission } from "../../circuits/statement/trial/trial.ts";
import type { PublicEntry } from "../api/exchange.ts";
import type { RecordsState } from "../api/registry.ts";
import type { PublicState } from "../api/trial.ts";
import type { ArtifactSource } from "../artifacts/artifacts.ts";
import { budgetFor, withAnswer } from "../patient/budget.ts";
import type { PartPhase } from "../patient/screen.ts";
import { findSelf, type Self } from "../patient/self.ts";
import type { Wallet } from "../patient/wallet.ts";
import type { ReviewedTrial, TrialPlace } from "../trial/review.ts";
import { type Choice, chooseFacts } from "./choose.ts";
import {
  draftEntry,
  type EntryDraft,
  type Filling,
  nextSequence,
  ownEntries,
  type Prepared,
  proveDeposit,
  sealDeposit,
} from "./deposit.ts";
import { proveDisclosure } from "./disclosure.ts";
import {
  deriveOwnIdentity,
  type KeyRing,
  keyEntry,
  ownRecipient,
  publishedRecipient,
} from "./keys.ts";

/** What a wallet deposits by. */
export type OwnGround = {
  readonly wallet: Wallet;
  readonly reviewed: ReviewedTrial;
  readonly state: PublicState;
  readonly entries: readonly PublicEntry[];
  readonly at: At;
  readonly artifacts: ArtifactSource;
  /** The chain's day. */
  readonly today: number;
};

/** Whose wallet it is, in which trial: known in any state of the trial. */
export type Whose = {
  readonly wallet: Wallet;
  readonly place: TrialPlace;
  readonly state: PublicState;
};

const whose = ({ wallet, reviewed, state }: OwnGround): Whose => ({
  wallet,
  place: reviewed,
  state,
});

type Participating = Self & { readonly participant: NonNullable<Self["participant"]> };

/** Who the wallet is in the trial, and the form it consented to last. Refuses with `NotParticipating`. */
async function participating(of: Whose): Promise<{ self: Participating; formVersion: number }> {
  const { state } = of;
  const self = await findSelf(of);
  const { participant } = self;
  const version = state.versions.find((one) => one.version === participant?.version);
  if (participant === undefined || version === undefined) throw new Refusal("NotParticipating");
  return { self: { ...self, participant }, formVersion: version.terms.consentFormVersion };
}

/** The wallet's age identity of the trial: what opens its own packages. */
export async function ownIdentity(of: Whose): Promise<{ identity: string; pseudonym: bigint }> {
  const { self } = await participating(of);
  const { retry } = self.participation;
  const { trialId } = of.place.trial;
  const identity = await deriveOwnIdentity({ seed: of.wallet.seed, trialId, retry });
  return { identity, pseudonym: self.pseudonym };
}

/** The deposit that publishes the wallet's key; undefined when the newest one is there already. */
export async function prepareKey(of: OwnGround): Promise<Prepared | undefined> {
  const { wallet, reviewed, entries, today } = of;
  const { self, formVersion } = await participating(whose(of));
  const { pseudonym, participation } = self;
  const { trialId } = reviewed.trial;
  const recipient = await ownRecipient({ seed: wallet.seed, trialId, retry: participation.retry });
  if ((await publishedRecipient(entries, pseudonym)) === recipient) return undefined;
  const own = ownEntries(entries, { pseudonym, collection: KEY_COLLECTION });
  const sequence = nextSequence(own);
  const entry = await keyEntry({
    ...{ trialId, pseudonym, formVersion, sequence, recipient },
    day: today,
  });
  const version = self.participant.version;
  const authority = await proveDeposit({ ...of, self, version, scope: reviewed.scope, entry });
  return { entry, authority, recipient };
}

export type OwnDeposit = OwnGround & {
  readonly keys: KeyRing;
  readonly collection: Collection;
  /** Of the data, since 1900-01-01. */
  readonly day: number;
  readonly corrects?: Parameters<typeof draftEntry>[0]["corrects"];
};

/**
 * A deposit of answers or of device data. Refuses with `NotParticipating`, `NotReplaceable`, `TooFewCustodians`,
 * `MalformedPackage`; throws RangeError when it is too large.
 */
export async function prepareOwn(
  of: OwnDeposit & { readonly filling: Filling },
): Promise<Prepared> {
  const { self, formVersion } = await participating(whose(of));
  const draft = await draftOf(of, { self, formVersion });
  return await finish(of, { self, draft, filling: of.filling });
}

/** What a record collection would show, before anything is proven. Refuses as {@link chooseFacts}. */
export function lookAtRecord(
  of: Pick<OwnGround, "wallet" | "reviewed" | "today"> & {
    readonly collection: RecordCollection;
    readonly registry: RecordsState;
  },
): Choice {
  const { wallet, reviewed, collection, registry, today: asOfDay } = of;
  const { dictionaryVersion } = reviewed.document;
  // The board approved the text: what does not compile there is not compiled here either.
  const problems: Parameters<typeof compileFacts>[1]["problems"] = [];
  const facts = compileFacts(collection, { path: "collection", problems, dictionaryVersion });
  if (problems.length > 0) throw new Refusal("TrialTampered");
  return chooseFacts({ wallet, facts, registry, asOfDay });
}

/**
 * Proves and seals what {@link lookAtRecord} chose. The wallet that comes back counts it among the sponsor's answers.
 * Refuses with `BudgetSpent`, `NothingToShow`, `NotParticipating`, `NotEligible`.
 */
export async function prepareRecord(
  of: Omit<OwnDeposit, "day"> & {
    readonly choice: Choice;
    readonly registry: RecordsState;
    readonly software: string;
    /** Unix seconds by this device's clock. */
    readonly madeAt: number;
    readonly onPhase?: (at: PartPhase) => void;
  },
): Promise<{ prepared: Prepared; wallet: Wallet }> {
  const { wallet, reviewed, choice, registry, at, artifacts, today } = of;
  const { sponsor, trialId } = reviewed.trial;
  const budget = budgetFor({ wallet, sponsor, trialId, today });
  if (!budget.allows) throw new Refusal("BudgetSpent", { limit: budget.limit });
  if (choice.parts.length === 0) throw new Refusal("NothingToShow");
  const { self, formVersion } = await participating(whose({ ...of, wallet }));
  const draft = await draftOf({ ...of, day: today }, { self, formVersion });
  const { content, proofs } = await proveDisclosure({
    ...{ wallet, self, registry, artifacts, parts: choice.parts },
    pseudonym: self.pseudonym,
    context: contextOf(at, draft),
    recipient: sponsor,
    scope: reviewed.scope,
    dictionaryVersion: reviewed.document.dictionaryVersion,
    asOfDay: today,
    ...(of.onPhase && { onPhase: of.onPhase }),
  });
  const provenance = {
    agent: "participant",
    software: of.software,
    origin: "attested record",
    madeAt: of.madeAt,
  } as const;
  const filling: Filling = { content, proofs, provenance };
  const prepared = await finish({ ...of, day: today }, { self, draft, filling });
  return { prepared, wallet: withAnswer(wallet, { sponsor, trialId, day: today }) };
}

type Drafted = { readonly self: Participating; readonly formVersion: number };

async function draftOf(of: OwnDeposit, { self, formVersion }: Drafted): Promise<EntryDraft> {
  const { reviewed, collection, day, entries, corrects } = of;
  return draftEntry({
    trialId: reviewed.trial.trialId,
    pseudonym: self.pseudonym,
    collection: collection.id,
    permission: permissionOf(collection),
    formVersion,
    source: collection.source,
    ...{ day, entries },
    ...(corrects !== undefined && { corrects }),
  });
}

/** The bit of a collection's permission. Refuses with `TrialTampered` for one that there is not. */
export function permissionOf({ permission }: Pick<Collection, "permission">): number {
  if (!Object.hasOwn(PERMISSIONS, permission)) throw new Refusal("TrialTampered");
  return PERMISSIONS[permission as Permission];
}

async function finish(
  of: OwnDeposit,
  { self, draft, filling }: { self: Participating; draft: EntryDraft; filling: Filling },
): Promise<Prepared> {
  const { wallet, reviewed, keys, at } = of;
  const { retry } = self.participation;
  const { trialId } = reviewed.trial;
  const recipient = await ownRecipient({ seed: wallet.seed, trialId, retry });
  const { entry, bytes } = await sealDeposit({ draft, at, filling, keys, recipient });
  const { version } = self.participant;
  const authority = await proveDeposit({ ...of, self, version, scope: reviewed.scope, entry });
  return { entry, authority, bytes };
}
