// Enrolling consented pseudonyms, and the state of a trial as its sponsor sees it.
import { isRefusalCode, REFUSALS } from "../../circuits/statement/refusal.ts";
import { trialIdOf } from "../../circuits/statement/trial/trial.ts";
import { interfaceOf } from "../../contracts/connect.ts";
import { type Actor, act } from "../actor/actor.ts";

/** Pseudonyms in one transaction: each takes about 60,000 gas. */
const ENROLL_AT_ONCE = 50;

/** Pseudonyms that are screened and consented under the version in force and not yet enrolled. */
export async function enrollable(sponsor: Actor, protocolNumber: string): Promise<bigint[]> {
  const state = await sponsor.api.publicState(trialIdOf(protocolNumber));
  const free = state.participants.filter((p) => p.state === "eligible" && !p.onHold);
  return free.map(({ pseudonym }) => pseudonym);
}

export type Enrolled = {
  readonly enrolled: readonly bigint[];
  /** Who could not be taken, and why: the others were enrolled all the same. */
  readonly skipped: readonly { readonly pseudonym: bigint; readonly reason: string }[];
};

/**
 * Enrolls pseudonyms: each then has the trial's days to arrive. The chain skips who cannot be taken (a full site, a
 * consent that ended) and says why. Refuses with `TrialOnHold`, `ApprovalExpired`, `NotAccredited`.
 */
export async function enroll(
  sponsor: Actor,
  { protocolNumber, pseudonyms }: { protocolNumber: string; pseudonyms: readonly bigint[] },
): Promise<Enrolled> {
  const trialId = trialIdOf(protocolNumber);
  const sent = new Set<string>();
  for (let i = 0; i < pseudonyms.length; i += ENROLL_AT_ONCE) {
    const some = pseudonyms.slice(i, i + ENROLL_AT_ONCE);
    const { transactionHash } = await act(sponsor, "Enrollment", "enroll", [trialId, some]);
    if (transactionHash !== null) sent.add(transactionHash);
  }
  if (sent.size === 0) return { enrolled: [], skipped: [] };
  const events = await sponsor.api.trialEvents(protocolNumber);
  const skipped = events
    .filter((event) => event.name === "NotEnrolled" && sent.has(event.transactionHash))
    .map((event) => ({
      pseudonym: BigInt(event.arguments.pseudonym!),
      reason: reasonOf(event.arguments.reason!),
    }));
  const left = new Set(skipped.map(({ pseudonym }) => pseudonym));
  return { enrolled: pseudonyms.filter((pseudonym) => !left.has(pseudonym)), skipped };
}

/** The refusal behind its selector, in words. */
function reasonOf(selector: string): string {
  const name = interfaceOf("Enrollment").getError(selector)?.name ?? selector;
  return isRefusalCode(name) ? REFUSALS[name].meaning : name;
}

/** Takes no more participants; those enrolled may still arrive. */
export async function closeTrial(sponsor: Actor, protocolNumber: string): Promise<void> {
  await act(sponsor, "TrialRegistry", "close", [trialIdOf(protocolNumber)]);
}

/** Ends a closed trial for good. */
export async function completeTrial(sponsor: Actor, protocolNumber: string): Promise<void> {
  await act(sponsor, "TrialRegistry", "complete", [trialIdOf(protocolNumber)]);
}
