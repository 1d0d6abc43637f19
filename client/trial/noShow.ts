// Somebody who did not arrive in time: sponsor or site frees the place.
import { trialIdOf } from "../../circuits/statement/trial/trial.ts";
import { type Actor, act } from "../actor/actor.ts";

/** Frees the place of someone who did not arrive in time. Refuses with `ArrivalPending`. */
export async function reportNoShow(
  actor: Actor,
  { protocolNumber, pseudonym }: { protocolNumber: string; pseudonym: bigint },
): Promise<void> {
  await act(actor, "Enrollment", "reportNoShow", [trialIdOf(protocolNumber), pseudonym]);
}
