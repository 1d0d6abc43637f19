// What a proof must be about, computed from the chain's events and never taken from who submitted
// it. Used by the replay and by the check of a single proof.
import { CONSENT_PROOF_DEPTH, consentMessage } from "../../circuits/statement/consent.ts";
import { dayOfAsOf, dayOfTimestamp } from "../../circuits/statement/day.ts";
import { semaphoreSignals } from "../../circuits/statement/semaphoreProof.ts";
import {
  type Bytes32,
  digestEncoded,
  scopeOf,
  screeningMessage,
  VERSION_TERMS_ABI,
} from "../../circuits/statement/trial.ts";
import type { Deployment } from "../../contracts/deployment.ts";
import type { EventArgs } from "./event.ts";

/** As Screening.MAX_PROOF_AGE_DAYS. */
const MAX_PROOF_AGE_DAYS = 3;

/** Signals of an eligibility proof, in the circuit's order. */
export function eligibilitySignals(
  deployment: Deployment,
  args: EventArgs["Screened"],
  { criteriaHash }: { criteriaHash: bigint },
): string[] {
  const { trialId, version, nullifier, participantCommitment, recordsRoot, asOf } = args;
  const scope = scopeIn(deployment, trialId);
  const message = screeningMessage({ trialId, version, participantCommitment });
  return [nullifier, criteriaHash, recordsRoot, scope, message, asOf].map(String);
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
  return scopeOf({ chainId, enrollment: addresses.Enrollment, trialId });
}

/** The digest of a published version's terms: what its board approves. */
export function termsDigest(
  { chainId, addresses }: Deployment,
  { trialId, version, terms }: EventArgs["VersionPublished"],
): Bytes32 {
  const types = ["string", "uint256", "address", "bytes32", "uint32", VERSION_TERMS_ABI];
  const place = ["cohort-zero/trial-version/1", chainId, addresses.TrialRegistry];
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
