// A participant who lost the wallet comes to the site with a new one. It proves that its record meets
// the criteria, as at a screening, and that this record is about the person at the desk. That the old
// pseudonym was theirs the desk's memory says once they arrived, and before that the printed code.

import { toCalldata } from "../../circuits/statement/proof/proof.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { Succession } from "../../circuits/statement/trial/consent.ts";
import {
  type Bytes32,
  successionMessage,
  ZERO_BYTES32,
} from "../../circuits/statement/trial/trial.ts";
import type { PublicParticipant } from "../api/trial.ts";
import type { SignedProof } from "../desk/arrival.ts";
import { type ChallengeBook, closeChallenge } from "./challenge.ts";
import { lookUp, type Note, type Sighting } from "./memory.ts";
import { versionInForce } from "./roster.ts";
import { SIGNATURE_SECONDS, type SuccessionEvidence } from "./sign.ts";
import {
  type Desk,
  type Identified,
  requireSameIssuers,
  type Visit,
  verifyIdentity,
  verifyParts,
} from "./verify.ts";

/** States that a pseudonym can be retired from; in the last one by the site's word, else by the code. */
const BEFORE_ARRIVAL = ["eligible", "pending-on-study"];
const ARRIVED = "on-study";

/** What the site signs and sends, and what it then keeps. */
export type VerifiedSuccession = SuccessionEvidence & {
  readonly succession: Succession;
  readonly book: ChallengeBook;
  /** To be kept once the succession is on the chain. */
  readonly note: Note;
};

/** True for a pseudonym that can be retired. */
export function isReplaceable({ state }: Pick<PublicParticipant, "state">): boolean {
  return state === ARRIVED || BEFORE_ARRIVAL.includes(state);
}

/** True for one that needs the printed code: nobody has seen whose it is. */
export function needsCode({ state }: Pick<PublicParticipant, "state">): boolean {
  return BEFORE_ARRIVAL.includes(state);
}

/**
 * Verifies the new wallet and makes the succession to sign. Refuses as `verifyIdentity` does, and
 * with `UnknownParticipant`, `WrongSite`, `WrongState`, `WrongCode` (none given before arrival),
 * `AlreadyScreened`, `NotEligible`, `OtherIssuer`, `NotTheirPseudonym`, `DocumentKnown`.
 */
export async function verifySuccession(
  visit: Visit & {
    /** The lost pseudonym's printed code, before arrival. */
    readonly code?: Bytes32 | undefined;
  },
): Promise<VerifiedSuccession> {
  const { desk, answer } = visit;
  const identified = await verifyIdentity(visit);
  const { challenge, screeningNullifier } = identified;
  if (challenge.succeeds === null) throw new Refusal("ChallengeUsed");
  const lost = requireLost(desk, BigInt(challenge.succeeds), challenge.siteId);
  const code = needsCode(lost) ? visit.code : ZERO_BYTES32;
  if (code === undefined) throw new Refusal("WrongCode");
  if (desk.state.screenings.some((s) => s.nullifier === screeningNullifier)) {
    throw new Refusal("AlreadyScreened");
  }
  const proof = await verifySuccessor(visit, identified, lost);
  const sighting = await requireOwnDocument(visit, lost);
  const { trialId, siteId } = challenge;
  return {
    succession: {
      trialId,
      pseudonym: lost.pseudonym,
      siteId,
      successorNullifier: screeningNullifier,
      successorCommitment: answer.participantCommitment,
      deadline: BigInt(desk.now + SIGNATURE_SECONDS),
    },
    code,
    proof,
    book: closeChallenge(visit.book, answer.challenge),
    // The new wallet's pseudonym: it consents and arrives under this one.
    note: { ...sighting, pseudonym: BigInt(answer.membership.nullifier) },
  };
}

function requireLost({ state }: Desk, pseudonym: bigint, siteId: number): PublicParticipant {
  const lost = state.participants.find((p) => p.pseudonym === pseudonym);
  if (lost === undefined) throw new Refusal("UnknownParticipant");
  if (lost.siteId !== siteId) throw new Refusal("WrongSite", { siteId: lost.siteId });
  if (!isReplaceable(lost)) throw new Refusal("WrongState", { state: lost.state });
  return lost;
}

/** The successor meets the criteria in force, by records about the person at the desk. */
async function verifySuccessor(
  { desk, answer }: Visit,
  { challenge, screeningNullifier: nullifier }: Identified,
  { pseudonym }: PublicParticipant,
): Promise<SuccessionEvidence["proof"]> {
  const { version = 0, terms } = versionInForce(desk.state) ?? {};
  const message = successionMessage({
    trialId: challenge.trialId,
    version,
    pseudonym,
    successorCommitment: answer.participantCommitment,
  });
  const hashes = terms?.successorHashes ?? [];
  const tags = await verifyParts(desk, answer.eligibility, { hashes, nullifier, message });
  requireSameIssuers(answer, tags);
  return { version, parts: (answer.eligibility ?? []).map(partOf) };
}

/**
 * Whoever arrived is known here by their document: a succession is of that pseudonym only. Before
 * arrival the document must not be another participant's.
 */
async function requireOwnDocument(
  { desk, memory, person }: Visit,
  lost: PublicParticipant,
): Promise<Sighting> {
  const { document } = person;
  const sighting = await lookUp({ memory, trialId: desk.trial.trialId, document });
  if (sighting.known.some((known) => known !== lost.pseudonym)) throw new Refusal("DocumentKnown");
  const hasArrived = lost.state === ARRIVED;
  if (hasArrived && sighting.known.length === 0) throw new Refusal("NotTheirPseudonym");
  return sighting;
}

function partOf({ proof, signals }: SignedProof) {
  const { issuerTag, recordsRoot, asOf } = signals;
  return { issuerTag, recordsRoot, asOf, points: toCalldata(proof) };
}
