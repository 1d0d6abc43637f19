// Who the wallet is in a trial: found on the device among all of the trial's screenings and
// participants.
import type { PublicParticipant, PublicState } from "../api/trial.ts";
import { formatWithdrawalCode, withdrawalCodeWord } from "../handover/withdrawalCode.ts";
import type { TrialPlace } from "../trial/review.ts";
import {
  deriveParticipantIdentity,
  type Identity,
  pseudonymOf,
  screeningNullifier,
  withdrawalSecret,
} from "./derive.ts";
import { findParticipation, type Participation, type Wallet } from "./wallet.ts";

/** Attempts that are looked through for the commitment that was screened: a diary may be lost. */
const SEARCHED_RETRIES = 32;

type Screening = PublicState["screenings"][number];

export type Self = {
  readonly identity: Identity;
  readonly pseudonym: bigint;
  /** The diary, with the retry that is in use by what the chain says. */
  readonly participation: Participation;
  /** This person's screening, whoever's participant it names. */
  readonly screening: Screening | undefined;
  /** The person was screened with a participant that is not of this wallet. */
  readonly isScreenedElsewhere: boolean;
  /** Undefined before the first consent is on the chain. */
  readonly participant: PublicParticipant | undefined;
  /** Above every statement on the chain and every one this wallet has made. */
  readonly nextSequence: bigint;
  readonly withdrawal: {
    /** As printed. */
    readonly printed: string;
    /** As the contract takes it. */
    readonly word: string;
  };
};

/** Derives the wallet's participant and looks for it in the public state. */
export async function findSelf(options: {
  wallet: Wallet;
  place: TrialPlace;
  state: PublicState;
}): Promise<Self> {
  const { wallet, place, state } = options;
  const diary = participationIn(wallet, place);
  const screening = await findScreening({ wallet, scope: place.scope, state });
  const found = await findAttempt({ wallet, diary, screening, state });
  const participation = { ...diary, retry: found.retry };
  const { identity } = found;
  const pseudonym = pseudonymOf({ identity, scope: place.scope });
  const participant = state.participants.find((p) => p.pseudonym === pseudonym);
  const made = participation.consents.map(({ sequence }) => BigInt(sequence));
  const highest = [participant?.sequence ?? 0n, ...made].reduce((a, b) => (a > b ? a : b));
  const { trialId } = place.trial;
  const secret = await withdrawalSecret({ seed: wallet.seed, trialId, retry: found.retry });
  const printed = formatWithdrawalCode(secret);
  return {
    identity,
    pseudonym,
    participation,
    screening,
    isScreenedElsewhere: found.isElsewhere,
    participant,
    nextSequence: highest + 1n,
    withdrawal: { printed, word: withdrawalCodeWord(secret) },
  };
}

type Attempted = { readonly retry: number; readonly identity: Identity };

/**
 * The attempt in use: the one that was screened under this person's nullifier, or else the first
 * whose commitment nobody else has screened. Whoever sees a commitment on its way can screen it as
 * their own; it is then lost, and the next takes its place.
 */
async function findAttempt(of: {
  wallet: Wallet;
  diary: Participation;
  screening: Screening | undefined;
  state: PublicState;
}): Promise<Attempted & { isElsewhere: boolean }> {
  const { wallet, diary, screening, state } = of;
  const derive = async (retry: number): Promise<Attempted> => {
    const { trialId } = diary;
    return {
      retry,
      identity: await deriveParticipantIdentity({ seed: wallet.seed, trialId, retry }),
    };
  };
  if (screening !== undefined) {
    // The diary's first: it is the one nearly always.
    const known = await derive(diary.retry);
    if (known.identity.commitment === screening.commitment) return { ...known, isElsewhere: false };
    for (let retry = 0; retry <= diary.retry + SEARCHED_RETRIES; retry++) {
      const other = await derive(retry);
      if (other.identity.commitment === screening.commitment) {
        return { ...other, isElsewhere: false };
      }
    }
    return { ...known, isElsewhere: true };
  }
  const taken = new Set<bigint>(state.screenings.map(({ commitment }) => commitment));
  let attempt = await derive(diary.retry);
  while (taken.has(attempt.identity.commitment)) attempt = await derive(attempt.retry + 1);
  return { ...attempt, isElsewhere: false };
}

/** The wallet's participation in a trial, or a blank one. */
export function participationIn(wallet: Wallet, place: TrialPlace): Participation {
  const { trial, chainId, enrollment } = place;
  return (
    findParticipation(wallet, { trialId: trial.trialId, chainId, enrollment }) ?? {
      trialId: trial.trialId,
      protocolNumber: trial.protocolNumber,
      sponsor: trial.sponsor.toLowerCase(),
      chainId,
      enrollment: enrollment.toLowerCase(),
      retry: 0,
      screenings: [],
      consents: [],
    }
  );
}

/**
 * This person's screening, by what the chain says (a recovered wallet's diary may be behind): the
 * newest, should there have been a re-screening.
 */
export async function findScreening(options: {
  wallet: Pick<Wallet, "seed">;
  scope: bigint;
  state: PublicState;
}): Promise<Screening | undefined> {
  const { wallet, scope, state } = options;
  const nullifier = await screeningNullifier({ seed: wallet.seed, scope });
  return state.screenings.findLast((screening) => screening.nullifier === nullifier);
}

/** Members of the group that a version's consents are proven in, oldest first. */
export function membersOf(
  state: Pick<PublicState, "groups" | "versions">,
  versionNumber: number,
): readonly bigint[] {
  const groupId = groupOf(state, versionNumber);
  if (groupId === null) return [];
  return state.groups.find((group) => group.groupId === groupId)?.members ?? [];
}

/** Number of the group that a version's consents are proven in; null before it is open. */
export function groupOf(
  state: Pick<PublicState, "versions">,
  versionNumber: number,
): bigint | null {
  return state.versions.find(({ version }) => version === versionNumber)?.groupId ?? null;
}
