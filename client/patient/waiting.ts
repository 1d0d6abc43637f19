// Consents that wait: given, kept in the wallet, and signed and sent only when others could have
// sent them too. What links a pseudonym with its screening is the time between the two.
import { Refusal } from "../../circuits/statement/refusal.ts";
import { versionDigest } from "../../circuits/statement/trial/trial.ts";
import type { PublicState, TrialVersion } from "../api/trial.ts";
import type { ArtifactSource } from "../artifacts/artifacts.ts";
import { type Downloads, placeOf, type ReviewedTrial, versionInForce } from "../trial/review.ts";
import {
  type Consented,
  checkGrant,
  type Grant,
  proveConsent,
  requireLanguage,
} from "./consent.ts";
import { drawTimes, isTime, screeningsPerDay, secureRandom } from "./delay.ts";
import { requireGiver } from "./representing.ts";
import { findSelf, groupOf, membersOf, type Self } from "./self.ts";
import {
  isSameTrial,
  type WaitingConsent,
  type Wallet,
  withoutWaiting,
  withWaiting,
} from "./wallet.ts";

/**
 * Puts a consent into the wallet's queue, or says that there is nothing to wait for: the pseudonym
 * is linked with its group already, or the settings say not to. Refuses as `proveConsent` does.
 */
export async function queueConsent(options: {
  wallet: Wallet;
  reviewed: ReviewedTrial;
  state: PublicState;
  grant: Grant;
  /** The chain's time, Unix seconds. */
  now: number;
  random?: () => number;
}): Promise<{ wallet: Wallet; entry: WaitingConsent | undefined; withdrawalCode: string }> {
  const { wallet, reviewed, state, grant, now, random = secureRandom } = options;
  const { version } = reviewed;
  requireLanguage(checkGrant(grant, version), version.terms);
  const self = await findSelf({ wallet, place: reviewed, state });
  await requireGiver({ wallet, reviewed, self, now }, grant);
  if (!membersOf(state, version.version).some((one) => one === self.identity.commitment)) {
    throw new Refusal("NotScreened");
  }
  const withdrawalCode = self.withdrawal.printed;
  const { settings } = wallet;
  const isLinked = isLinkedAlready({ self, state, version: version.version });
  if (isLinked || settings.waitForOthers === 0 || settings.waitAtMostDays === 0) {
    return { wallet: withoutWaiting(wallet, self.participation), entry: undefined, withdrawalCode };
  }
  const { trialId, protocolNumber } = reviewed.trial;
  const entry: WaitingConsent = {
    trialId,
    protocolNumber,
    chainId: reviewed.chainId,
    enrollment: reviewed.enrollment.toLowerCase(),
    version: version.version,
    digest: version.digest,
    permissions: [...grant.permissions],
    siteId: grant.siteId,
    years: grant.years,
    givenBy: grant.givenBy,
    ...(grant.readIn !== undefined && { readIn: grant.readIn }),
    ...(grant.mandate !== undefined && { mandate: grant.mandate }),
    askedAt: now,
    ...drawTimes({ now, perDay: screeningsPerDay(state, now), settings, random }),
    sent: null,
  };
  return { wallet: withWaiting(wallet, entry), entry, withdrawalCode };
}

/** What is to be done about a waiting consent now. */
type Due =
  | { readonly act: "send"; readonly version: TrialVersion; readonly others: number }
  /** `wallet` has a new time when the old one came and too few others were there. */
  | { readonly act: "wait"; readonly wallet: Wallet; readonly others: number }
  /** The chain has it. */
  | { readonly act: "done"; readonly wallet: Wallet }
  /** It cannot be sent as it was given; `isForNow` when that may pass. */
  | { readonly act: "stuck"; readonly refusal: Refusal; readonly isForNow: boolean };

/** Looks whether a waiting consent goes out now, with downloads of now. `isAsked`: send it whoever is there. */
export async function dueOf(options: {
  wallet: Wallet;
  entry: WaitingConsent;
  downloads: Omit<Downloads, "registry">;
  isAsked?: boolean;
  random?: () => number;
}): Promise<Due> {
  const { wallet, entry, downloads, isAsked = false, random = secureRandom } = options;
  const { state, deployment } = downloads;
  const place = placeOf(downloads);
  const self = await findSelf({ wallet, place, state });
  const { participant } = self;
  if (entry.sent !== null && participant !== undefined && participant.sequence >= entry.sent) {
    return { act: "done", wallet: withoutWaiting(wallet, entry) };
  }
  try {
    const version = versionInForce(downloads);
    if (version.version !== entry.version) {
      throw new Refusal("VersionSuperseded", { version: version.version });
    }
    const { chainId, trialRegistry } = place;
    const at = { chainId, trialRegistry, trialId: entry.trialId, version: version.version };
    // The form that was read, and no other: the terms tell its hash.
    if (versionDigest({ ...at, terms: version.terms }) !== entry.digest) {
      throw new Refusal("TrialTampered");
    }
    const others = countOthers({ self, state, version: entry.version });
    const now = deployment.chainTime;
    const { settings } = wallet;
    // Signed once and perhaps seen: waiting longer hides nothing.
    const isNow = isAsked || entry.sent !== null;
    if (isNow || isTime({ times: entry, others, now, settings })) {
      return { act: "send", version, others };
    }
    if (now < entry.notBefore) return { act: "wait", wallet, others };
    // Its time came and too few were there: a new time, as if it had been given now.
    const perDay = screeningsPerDay(state, now);
    const { notBefore } = drawTimes({ now, perDay, settings, random });
    return { act: "wait", wallet: withWaiting(wallet, { ...entry, notBefore }), others };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { act: "stuck", refusal: error, isForNow: PASSING.has(error.code) };
  }
}

/** Signs a waiting consent, with the day of now. It stays in the queue until the chain has it. */
export async function proveWaiting(options: {
  wallet: Wallet;
  entry: WaitingConsent;
  version: TrialVersion;
  downloads: Omit<Downloads, "registry">;
  artifacts: ArtifactSource;
}): Promise<Consented> {
  const { wallet, entry, version, downloads, artifacts } = options;
  const proven = await proveConsent({
    wallet,
    place: placeOf(downloads),
    state: downloads.state,
    artifacts,
    now: downloads.deployment.chainTime,
    version,
    grant: entry,
  });
  const sent = Number(proven.input.statement.sequence);
  return { ...proven, wallet: withWaiting(proven.wallet, { ...entry, sent }) };
}

/** The consent that waits for this trial, if any. */
export function waitingIn(
  wallet: Wallet,
  trial: Parameters<typeof isSameTrial>[1],
): WaitingConsent | undefined {
  return wallet.waiting.find((entry) => isSameTrial(entry, trial));
}

/**
 * Others who could be behind a consent that is seen now: screened into the same group, and not
 * consented from it yet.
 */
export function countOthers(of: { self: Self; state: PublicState; version: number }): number {
  const { self, state, version } = of;
  const group = groupOf(state, version);
  const consented = state.participants.filter((one) => groupOf(state, one.version) === group);
  const isOneOfThem = consented.some(({ pseudonym }) => pseudonym === self.pseudonym);
  const open = membersOf(state, version).length - consented.length;
  return Math.max(0, isOneOfThem ? open : open - 1);
}

/** What sending at once costs, in words. */
export function priceOfNow(others: number): string {
  if (others === 0) {
    return "Sent now, it can only be yours: anyone who watches the exchange can link your pseudonym to your screening for certain.";
  }
  return `Sent now, it could come from you or from ${others === 1 ? "one other" : `${others} others`}: anyone who watches the exchange can guess which screening was yours with a chance of 1 in ${others + 1}, or better if you were screened just now.`;
}

const PASSING: ReadonlySet<string> = new Set(["TrialOnHold", "NotAccredited", "ApprovalExpired"]);

/** A pseudonym that consented from this group before shows nothing new by consenting again. */
function isLinkedAlready(of: { self: Self; state: PublicState; version: number }): boolean {
  const { participant } = of.self;
  if (participant === undefined) return false;
  return groupOf(of.state, participant.version) === groupOf(of.state, of.version);
}
