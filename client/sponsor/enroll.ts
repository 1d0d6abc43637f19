// Enrolling consented pseudonyms, and the state of a trial as its sponsor sees it.
import { trialIdOf } from "../../circuits/statement/trial.ts";
import { type Actor, act } from "../actor.ts";

/** Pseudonyms in one transaction: each takes about 60,000 gas. */
const ENROLL_AT_ONCE = 50;

/** Pseudonyms that are screened and consented under the version in force and not yet enrolled. */
export async function enrollable(sponsor: Actor, protocolNumber: string): Promise<bigint[]> {
  const state = await sponsor.api.publicState(trialIdOf(protocolNumber));
  const free = state.participants.filter((p) => p.state === "eligible" && !p.onHold);
  return free.map(({ pseudonym }) => pseudonym);
}

/**
 * Enrolls pseudonyms: each then has the trial's days to arrive. Refuses with `TrialFull`, `SiteFull`,
 * `ConsentMissing`, `WrongState`; of one transaction all or none are enrolled.
 */
export async function enroll(
  sponsor: Actor,
  { protocolNumber, pseudonyms }: { protocolNumber: string; pseudonyms: readonly bigint[] },
): Promise<void> {
  const trialId = trialIdOf(protocolNumber);
  for (let i = 0; i < pseudonyms.length; i += ENROLL_AT_ONCE) {
    const some = pseudonyms.slice(i, i + ENROLL_AT_ONCE);
    await act(sponsor, "Enrollment", "enroll", [trialId, some]);
  }
}

/** Takes no more participants; those enrolled may still arrive. */
export async function closeTrial(sponsor: Actor, protocolNumber: string): Promise<void> {
  await act(sponsor, "TrialRegistry", "close", [trialIdOf(protocolNumber)]);
}

/** Ends a closed trial for good. */
export async function completeTrial(sponsor: Actor, protocolNumber: string): Promise<void> {
  await act(sponsor, "TrialRegistry", "complete", [trialIdOf(protocolNumber)]);
}

/** Frees the place of someone who did not arrive in time. Refuses with `ArrivalPending`. */
export async function reportNoShow(
  sponsor: Actor,
  { protocolNumber, pseudonym }: { protocolNumber: string; pseudonym: bigint },
): Promise<void> {
  await act(sponsor, "Enrollment", "reportNoShow", [trialIdOf(protocolNumber), pseudonym]);
}
