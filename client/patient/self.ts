// Who the wallet is in a trial: found on the device among all of the trial's participants.
import type { PublicParticipant, PublicState } from "../api/trial.ts";
import {
  deriveParticipantIdentity,
  type Identity,
  pseudonymOf,
  withdrawalSecret,
} from "./derive.ts";
import type { TrialPlace } from "./review.ts";
import { participationIn } from "./screen.ts";
import type { Participation, Wallet } from "./wallet.ts";
import { formatWithdrawalCode, withdrawalCodeWord } from "./withdrawal-code.ts";

export type Self = {
  readonly identity: Identity;
  readonly pseudonym: bigint;
  readonly participation: Participation;
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
  const participation = participationIn(wallet, place);
  const attempt = { seed: wallet.seed, trialId: place.trial.trialId, retry: participation.retry };
  const identity = await deriveParticipantIdentity(attempt);
  const pseudonym = pseudonymOf({ identity, scope: place.scope });
  const participant = state.participants.find((p) => p.pseudonym === pseudonym);
  const made = participation.consents.map(({ sequence }) => BigInt(sequence));
  const highest = [participant?.sequence ?? 0n, ...made].reduce((a, b) => (a > b ? a : b));
  const secret = await withdrawalSecret(attempt);
  const printed = formatWithdrawalCode(secret);
  const withdrawal = { printed, word: withdrawalCodeWord(secret) };
  return {
    identity,
    pseudonym,
    participation,
    participant,
    nextSequence: highest + 1n,
    withdrawal,
  };
}
