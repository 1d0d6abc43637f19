// What a proof at the desk must hold against: the trial's scope, the message, the day, the registry's
// roots as the chain takes them.

import type { CircuitName } from "../../circuits/statement/criteria/program.ts";
import { dayOfAsOf } from "../../circuits/statement/encoding/day.ts";
import { type VerificationKey, verifyOne } from "../../circuits/statement/proof/proof.ts";
import { verifySemaphore } from "../../circuits/statement/proof/semaphoreProof.ts";
import { listSignals } from "../../circuits/statement/proof/signals.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { RecordsState } from "../api/registry.ts";
import type { ArrivalAnswer, SignedProof } from "../desk/arrival.ts";

/** A proof's day may be the chain's or up to this many days before, as in the contract. */
const MAX_PROOF_AGE_DAYS = 3;

/** What every proof shown at a desk is checked against. */
export type Ground = {
  readonly trial: { readonly trialId: string; readonly scope: bigint };
  readonly registry: RecordsState;
  /** Seconds for which a superseded root stays good. */
  readonly rootWindowSeconds: number;
  readonly keys: Readonly<Record<CircuitName, VerificationKey>>;
  /** The chain's time (Unix seconds) and day. */
  readonly now: number;
  readonly today: number;
};

/** Checks that the wallet owns the commitment it names. Refuses with `InvalidProof`. */
export async function verifyMembership(
  { trial }: Ground,
  { membership, participantCommitment }: ArrivalAnswer,
  message: bigint,
): Promise<void> {
  // A group with one member: its root is the member.
  const bound =
    BigInt(membership.merkleTreeRoot) === participantCommitment &&
    BigInt(membership.scope) === trial.scope &&
    BigInt(membership.message) === message;
  if (!bound || !(await verifySemaphore({ proof: membership }))) {
    throw new Refusal("InvalidProof", { part: "membership" });
  }
}

/**
 * Checks one proof about a record. Refuses with `InvalidProof`, `DayOutOfRange`, `RegistryBlocked`,
 * `UnknownRoot`.
 */
export async function verifyAboutRecord(
  ground: Ground,
  { proof, signals }: SignedProof,
  expected: { message: bigint; circuit: CircuitName; part: "person" | "eligibility" },
): Promise<void> {
  const { message, circuit, part } = expected;
  if (signals.scope !== ground.trial.scope || signals.message !== message) {
    throw new Refusal("InvalidProof", { part });
  }
  requireDay(signals.asOf, ground.today);
  requireRoot(signals.recordsRoot, ground);
  const listed = listSignals(signals).map(String);
  if (!(await verifyOne({ key: ground.keys[circuit], proof, signals: listed }))) {
    throw new Refusal("InvalidProof", { part });
  }
}

function requireDay(asOf: bigint, today: number): void {
  try {
    const age = today - dayOfAsOf(asOf);
    if (age >= 0 && age <= MAX_PROOF_AGE_DAYS) return;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw new Refusal("DayOutOfRange");
}

/**
 * The registry's rule: no root while a voided clinic's leaves are in the tree; else the current one,
 * or one superseded within the window and not voided.
 */
function requireRoot(root: bigint, { registry, rootWindowSeconds, now }: Ground): void {
  if (registry.blocked) throw new Refusal("RegistryBlocked");
  if (root !== 0n && root === registry.root) return;
  const good = registry.roots.some(
    (old) =>
      old.root === root &&
      !old.voided &&
      old.supersededAt !== null &&
      now <= old.supersededAt + rootWindowSeconds,
  );
  if (!good) throw new Refusal("UnknownRoot", { root });
}
