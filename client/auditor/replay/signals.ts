// What a proof must be about, computed from the chain's events and never taken from who submitted
// it. Used by the replay and by the check of a single proof.

import { dayOfAsOf, dayOfTimestamp } from "../../../circuits/statement/encoding/day.ts";
import { semaphoreSignals } from "../../../circuits/statement/proof/semaphoreProof.ts";
import { CONSENT_PROOF_DEPTH, consentMessage } from "../../../circuits/statement/trial/consent.ts";
import {
  type Bytes32,
  digestEncoded,
  scopeOf,
  screeningMessage,
  successionMessage,
  VERSION_TERMS_ABI,
} from "../../../circuits/statement/trial/trial.ts";
import type { Deployment } from "../../../contracts/deployment.ts";
import type { EventArgs, Part } from "../node/event.ts";

/** As Screening.MAX_PROOF_AGE_DAYS. */
const MAX_PROOF_AGE_DAYS = 3;

/** Signals of one part's eligibility proof, in the circuit's order. */
export function eligibilitySignals(
  deployment: Deployment,
  of: {
    readonly trialId: Bytes32;
    readonly nullifier: bigint;
    readonly message: bigint;
    readonly criteriaHash: bigint;
    readonly part: Part;
  },
): string[] {
  const { trialId, nullifier, message, criteriaHash } = of;
  const { issuerTag, recordsRoot, asOf } = of.part;
  const scope = scopeIn(deployment, trialId);
  return [nullifier, issuerTag, criteriaHash, recordsRoot, scope, message, asOf].map(String);
}

/** What the proofs of a screening authorise. */
export function messageOf({ trialId, version, participantCommitment }: EventArgs["Screened"]) {
  return screeningMessage({ trialId, version, participantCommitment });
}

/** What the proofs of a succession authorise, under the version in force. */
export function successorMessageOf(
  { trialId, pseudonym, succession }: EventArgs["Succeeded"],
  version: number,
) {
  const { successorCommitment } = succession;
  return successionMessage({ trialId, version, pseudonym, successorCommitment });
}

/** Signals of the membership proof of a consent or a withdrawal. */
export function membershipSignals(
  deployment: Deployment,
  args: EventArgs["Consented" | "WithdrawnByProof"],
): string[] {
  const { statement, groupRoot, pseudonym, trialId } = args;
  return semaphoreSignals({
    merkleTreeDepth: CONSENT_PROOF_DEPTH,
    merkleTreeRoot: groupRoot.toString(),
    nullifier: pseudonym.toString(),
    message: consentMessage(statement).toString(),
    scope: scopeIn(deployment, trialId).toString(),
    points: [],
  });
}

function scopeIn({ chainId, addresses }: Deployment, trialId: Bytes32): bigint {
  return scopeOf({ chainId, screening: addresses.Screening, trialId });
}

/** The digest of a published version's terms: what its board approves. */
export function termsDigest(
  { chainId, addresses }: Deployment,
  { trialId, version, terms }: EventArgs["VersionPublished"],
): Bytes32 {
  const types = ["string", "uint256", "address", "bytes32", "uint32", VERSION_TERMS_ABI];
  const place = ["cohort-zero/trial-version/2", chainId, addresses.TrialRegistry];
  return digestEncoded(types, [...place, trialId, version, terms]);
}

/** Why a proof's day does not fit the block's time; undefined when it does. */
export function refuseDay(asOf: bigint, time: number): string | undefined {
  const today = dayOfTimestamp(time);
  const day = parseAsOf(asOf);
  const isRecent = day !== undefined && day <= today && day + MAX_PROOF_AGE_DAYS >= today;
  return isRecent ? undefined : `the proof says day ${day ?? "none"}, the block's is ${today}`;
}

function parseAsOf(asOf: bigint): number | undefined {
  try {
    return dayOfAsOf(asOf);
  } catch {
    return undefined;
  }
}
