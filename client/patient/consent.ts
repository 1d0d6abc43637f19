// Consent: a statement, and a Semaphore proof by someone in the trial's group whose message is the
// statement's hash.

import { Refusal } from "../../circuits/statement/refusal.ts";
import {
  type ConsentStatement,
  consentMessage,
  DECISIONS,
  GIVEN_BY,
  type GivenBy,
  hashWithdrawalCode,
  latestSubmitBy,
} from "../../circuits/statement/trial/consent.ts";
import { LANGUAGE_MARKS } from "../../circuits/statement/trial/formLanguages.ts";
import {
  PERMISSIONS,
  type Permission,
  ZERO_BYTES32,
} from "../../circuits/statement/trial/trial.ts";
import type { Api } from "../api/api.ts";
import type { Submission } from "../api/submission.ts";
import type { PublicState, TrialVersion } from "../api/trial.ts";
import type { ArtifactSource } from "../artifacts/artifacts.ts";
import type { TrialPlace } from "../trial/review.ts";
import { representedUntil, yearsLater } from "./calendar.ts";
import { proveMembership, type SemaphoreProof } from "./membership.ts";
import { findSelf, membersOf, type Self } from "./self.ts";
import { type Mandate, type Participation, type Wallet, withParticipation } from "./wallet.ts";

/** What leaves the device: ConsentInput of the schema. */
type ConsentInput = {
  readonly statement: ConsentStatement;
  /** A Semaphore proof without what the contract knows: depth, message and scope. */
  readonly proof: {
    readonly pseudonym: bigint;
    readonly groupRoot: bigint;
    readonly points: readonly bigint[];
  };
};

/** What the patient decides. */
export type Grant = {
  readonly permissions: readonly Permission[];
  readonly siteId: number;
  /** Calendar years from the day on which it is sent. */
  readonly years: number;
  readonly givenBy: GivenBy;
  /** The mark of the language in which the form was read (`languageMark`); none for a form in one language. */
  readonly readIn?: number | undefined;
  /** Where somebody else gives it: `requireGiver` has checked it. */
  readonly mandate?: Mandate | undefined;
};

type Context = {
  readonly wallet: Wallet;
  readonly place: TrialPlace;
  readonly state: PublicState;
  readonly artifacts: ArtifactSource;
  /** The chain's time, Unix seconds. */
  readonly now: number;
};

export type Consented = {
  readonly input: ConsentInput;
  readonly wallet: Wallet;
  readonly pseudonym: bigint;
  /** To be printed: it alone can withdraw, should the wallet be lost. */
  readonly withdrawalCode: string;
};

/**
 * Grants consent to a version: the first time, after an amendment, or anew with other permissions.
 * Narrowing is a grant of fewer permissions or a shorter time; under the version consented to it
 * works in any state of the trial. Refuses with `NotScreened`, `WrongPermissions`, `UnknownSite`, `NoRepresentative` and
 * `OwnConsentNeeded`.
 * Nothing is sent.
 */
export async function proveConsent(
  options: Context & { version: TrialVersion; grant: Grant },
): Promise<Consented> {
  const { grant, place, now } = options;
  const { terms, version } = options.version;
  const { trialId } = place.trial;
  const permissions = checkGrant(grant, options.version);
  requireLanguage(permissions, terms);
  const self = await findSelf(options);
  const statement: ConsentStatement = {
    trialId,
    version,
    formHash: terms.consentFormHash,
    permissions,
    siteId: grant.siteId,
    validUntil: endOf(grant, now),
    givenBy: GIVEN_BY[grant.givenBy],
    sequence: self.nextSequence,
    decision: DECISIONS.grant,
    // The latest that the chain takes: the same for all who send on this day.
    submitBy: latestSubmitBy(BigInt(now)),
    withdrawalCodeHash: hashWithdrawalCode(trialId, self.withdrawal.word),
  };
  return await prove(options, self, statement, {
    decision: "grant",
    formVersion: terms.consentFormVersion,
    permissions: [...grant.permissions],
    ...(grant.mandate !== undefined && { mandate: grant.mandate }),
  });
}

/** A representative's consent ends sooner than one's own, and needs their word. */
function endOf({ givenBy, years, mandate }: Grant, now: number): bigint {
  if (givenBy === "self") return yearsLater(now, years);
  if (mandate === undefined) throw new Refusal("NoRepresentative");
  return representedUntil({ now, years, ofAgeAt: mandate.ofAgeAt });
}

/** A consent as the chain has it. */
export type Standing = {
  readonly version: number;
  readonly permissions: readonly Permission[];
  readonly siteId: number;
  /** Unix seconds. */
  readonly validUntil: number;
  /** The language that the consent says was read: narrowing it reads no other. */
  readonly readIn?: number | undefined;
};

/**
 * Takes permissions back, and changes nothing else: version, site and end stay as they were agreed to. It works in any
 * state of the trial. Refuses with `NotParticipating`, `NothingChanged`, and `WrongPermissions` for one without which
 * nobody takes part.
 */
export async function proveNarrowing(
  options: Context & {
    readonly standing: Standing;
    readonly without: readonly Permission[];
    readonly givenBy: GivenBy;
  },
): Promise<Consented> {
  const { place, state, standing, without, givenBy, now } = options;
  const self = await findSelf(options);
  const version = state.versions.find((one) => one.version === standing.version);
  if (self.participant === undefined || version === undefined) {
    throw new Refusal("NotParticipating");
  }
  const kept = standing.permissions.filter((name) => !without.includes(name));
  if (kept.length === standing.permissions.length) throw new Refusal("NothingChanged");
  const { siteId, validUntil, readIn } = standing;
  const permissions = checkGrant({ permissions: kept, siteId, readIn }, version);
  const { trialId } = place.trial;
  const { consentFormHash: formHash, consentFormVersion: formVersion } = version.terms;
  const statement: ConsentStatement = {
    ...{ trialId, version: version.version, formHash, permissions, siteId },
    validUntil: BigInt(validUntil),
    givenBy: GIVEN_BY[givenBy],
    sequence: self.nextSequence,
    decision: DECISIONS.grant,
    submitBy: latestSubmitBy(BigInt(now)),
    withdrawalCodeHash: hashWithdrawalCode(trialId, self.withdrawal.word),
  };
  return await prove(options, self, statement, {
    ...{ decision: "grant", formVersion, permissions: kept },
    ...(givenBy !== "self" && mandateIn(self.participation)),
  });
}

/**
 * Withdraws, at any time and from any state, with nothing but a proof. Refuses with
 * `NotParticipating`.
 */
export async function proveWithdrawal(options: Context): Promise<Consented> {
  const self = await findSelf(options);
  if (self.participant === undefined) throw new Refusal("NotParticipating");
  const statement: ConsentStatement = {
    trialId: options.place.trial.trialId,
    version: self.participant.version,
    formHash: ZERO_BYTES32,
    permissions: 0,
    siteId: 0,
    validUntil: 0n,
    givenBy: 0,
    sequence: self.nextSequence,
    decision: DECISIONS.withdraw,
    submitBy: 0n,
    withdrawalCodeHash: ZERO_BYTES32,
  };
  const entry = { decision: "withdraw", formVersion: 0, permissions: [] } as const;
  return await prove(options, self, statement, { ...entry, permissions: [] });
}

/** Sends a grant; repeating it is harmless. */
export async function submitConsent(
  api: Pick<Api, "submit">,
  input: ConsentInput,
): Promise<Submission> {
  return await api.submit("consent", input);
}

/** Sends a withdrawal; repeating it is harmless. */
export async function submitWithdrawal(
  api: Pick<Api, "submit">,
  input: ConsentInput,
): Promise<Submission> {
  return await api.submit("withdrawal", { byProof: input });
}

/** The named permissions of a bit mask. */
export function permissionsOf(bits: number): Permission[] {
  return (Object.keys(PERMISSIONS) as Permission[]).filter((name) => bits & PERMISSIONS[name]);
}

/** What the site is shown of whoever gave the newest consent for this wallet's person; nothing for their own. */
export function mandateIn({ consents }: Pick<Participation, "consents">): { mandate?: Mandate } {
  const { mandate } = consents.findLast(({ decision }) => decision === "grant") ?? {};
  return mandate === undefined ? {} : { mandate };
}

/**
 * Permissions as the statement's bit mask, if the version offers them and its sites include the one
 * named.
 */
export function checkGrant(
  grant: Omit<Grant, "years" | "givenBy">,
  { terms }: TrialVersion,
): number {
  const named = grant.permissions.reduce((bits, name) => bits | PERMISSIONS[name], 0);
  const permissions = named | ((grant.readIn ?? 0) & LANGUAGE_MARKS);
  const missing = terms.requiredPermissions & ~permissions;
  const unasked = permissions & ~terms.offeredPermissions;
  if (missing !== 0 || unasked !== 0) throw new Refusal("WrongPermissions", { missing, unasked });
  const { siteId } = grant;
  if (!terms.sites.some((site) => site.siteId === siteId))
    throw new Refusal("UnknownSite", { siteId });
  return permissions;
}

/** Of a form in several languages a consent marks the one that was read. Refuses with `WrongPermissions`. */
export function requireLanguage(permissions: number, terms: TrialVersion["terms"]): void {
  const offered = terms.offeredPermissions & LANGUAGE_MARKS;
  const marked = permissions & LANGUAGE_MARKS;
  const isOne = marked !== 0 && (marked & (marked - 1)) === 0;
  if (offered !== 0 && !isOne)
    throw new Refusal("WrongPermissions", { missing: offered, unasked: 0 });
}

type Entry = Participation["consents"][number];

async function prove(
  { wallet, place, state, artifacts, now }: Context,
  { identity, pseudonym, participation, nextSequence, withdrawal }: Self,
  statement: ConsentStatement,
  diary: Pick<Entry, "decision" | "formVersion" | "permissions" | "mandate">,
): Promise<Consented> {
  const proof = await proveMembership({
    identity,
    members: membersOf(state, statement.version),
    message: consentMessage(statement),
    scope: place.scope,
    artifacts,
  });
  if (BigInt(proof.nullifier) !== pseudonym)
    throw new Error("Semaphore computed another pseudonym");
  const { siteId } = statement;
  const entry: Entry = { ...diary, sequence: Number(nextSequence), siteId, madeAt: now };
  const consents = [...participation.consents, entry];
  return {
    input: { statement, proof: consentProof(proof) },
    wallet: withParticipation(wallet, { ...participation, consents }),
    pseudonym,
    withdrawalCode: withdrawal.printed,
  };
}

/** What the contract needs of a Semaphore proof. */
function consentProof({
  nullifier,
  merkleTreeRoot,
  points,
}: SemaphoreProof): ConsentInput["proof"] {
  return {
    pseudonym: BigInt(nullifier),
    groupRoot: BigInt(merkleTreeRoot),
    points: points.map(BigInt),
  };
}
