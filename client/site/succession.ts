// A participant who lost the wallet comes to the site with a new one. That the old pseudonym was
// theirs the site knows from its own file of the arrival; the rest is proven as at an arrival.
import type { Succession } from "../../circuits/statement/consent.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { ArrivalAnswer } from "../arrival.ts";
import type { Person } from "../person.ts";
import { type ChallengeBook, closeChallenge } from "./challenge.ts";
import { SIGNATURE_SECONDS } from "./sign.ts";
import { type Desk, verifyIdentity } from "./verify.ts";

/** States that a pseudonym can be retired from. */
const LIVE = ["eligible", "pending-on-study", "on-study"];

/**
 * Verifies the new wallet and makes the succession to sign: same person, by a record re-bound to
 * the new identity, with a new commitment. Refuses as `verifyIdentity` does, and with
 * `UnknownParticipant`, `WrongSite`, `WrongState`, `AlreadyScreened`.
 */
export async function verifySuccession(options: {
  desk: Desk;
  book: ChallengeBook;
  answer: ArrivalAnswer;
  person: Person;
  /** The lost pseudonym, from the site's own file. */
  pseudonym: bigint;
}): Promise<{ succession: Succession; book: ChallengeBook }> {
  const { desk, answer, pseudonym } = options;
  const { challenge, screeningNullifier } = await verifyIdentity(options);
  const { trialId, siteId } = challenge;
  const lost = desk.state.participants.find((p) => p.pseudonym === pseudonym);
  if (lost === undefined) throw new Refusal("UnknownParticipant");
  if (lost.siteId !== siteId) throw new Refusal("WrongSite", { siteId: lost.siteId });
  if (!LIVE.includes(lost.state)) throw new Refusal("WrongState", { state: lost.state });
  const { screenings } = desk.state;
  if (screenings.some((s) => s.nullifier === screeningNullifier)) {
    throw new Refusal("AlreadyScreened");
  }
  const succession: Succession = {
    trialId,
    pseudonym,
    siteId,
    successorNullifier: screeningNullifier,
    successorCommitment: answer.participantCommitment,
    deadline: BigInt(desk.now + SIGNATURE_SECONDS),
  };
  return { succession, book: closeChallenge(options.book, answer.challenge) };
}
