// Challenges a site has given out. Plain data: keep it between arrivals, so that none is answered
// twice.
import { hexlify, randomBytes } from "ethers";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { Challenge } from "../desk/arrival.ts";

/** Long enough to type in a document's text and prove; short enough for one visit. */
export const CHALLENGE_SECONDS = 900;

/**
 * Given out and not yet answered. An answered or expired challenge is dropped: unknown is as good
 * as used.
 */
export type ChallengeBook = { readonly open: readonly Challenge[] };

export const EMPTY_BOOK: ChallengeBook = { open: [] };

/** A fresh random challenge for one visit. `now` in Unix seconds. */
export function issueChallenge(options: {
  book: ChallengeBook;
  trialId: string;
  siteId: number;
  now: number;
  freshEligibility?: boolean;
  /** The lost pseudonym, for a new wallet that is to succeed it. */
  succeeds?: bigint | undefined;
}): { book: ChallengeBook; challenge: Challenge } {
  const { book, trialId, siteId, now, freshEligibility = false, succeeds } = options;
  const challenge: Challenge = {
    format: "cohort-zero/challenge/2",
    trialId,
    siteId,
    challenge: hexlify(randomBytes(32)),
    expiresAt: now + CHALLENGE_SECONDS,
    freshEligibility,
    succeeds: succeeds?.toString() ?? null,
  };
  const open = book.open.filter(({ expiresAt }) => expiresAt >= now);
  return { book: { open: [...open, challenge] }, challenge };
}

/**
 * The open challenge of this value. Refuses with `ChallengeUsed` (never issued, or answered) or
 * `ChallengeExpired`.
 */
export function openChallenge(options: {
  book: ChallengeBook;
  challenge: string;
  now: number;
}): Challenge {
  const found = options.book.open.find(({ challenge }) => challenge === options.challenge);
  if (found === undefined) throw new Refusal("ChallengeUsed");
  if (options.now > found.expiresAt) throw new Refusal("ChallengeExpired");
  return found;
}

/** The book after a challenge was answered well. */
export function closeChallenge(book: ChallengeBook, challenge: string): ChallengeBook {
  return { open: book.open.filter((entry) => entry.challenge !== challenge) };
}
