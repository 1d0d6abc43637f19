// A wallet that came back from its seed alone finds its participations again, in what is public.
import type { PublicState } from "../api/trial.ts";
import type { TrialPlace } from "../trial/review.ts";
import { findSelf } from "./self.ts";
import type { Participation, Wallet } from "./wallet.ts";

/** The wallet's participation as the chain has it; undefined where it has none. Nobody is asked. */
export async function foundIn(of: {
  wallet: Wallet;
  place: TrialPlace;
  state: PublicState;
}): Promise<Participation | undefined> {
  const { screening, participant, isScreenedElsewhere, participation } = await findSelf(of);
  const isMine = participant !== undefined || (screening !== undefined && !isScreenedElsewhere);
  return isMine ? participation : undefined;
}
