// What a desk checks arrivals against, out of what was downloaded; in a page too.
import { chainDay } from "../patient/check.ts";
import { type Downloads, placeOf } from "../patient/review.ts";
import type { Desk } from "./verify.ts";

/** The desk for a trial: public data of now, and the keys that came with this program. */
export function deskOf(
  { deployment, trial, state, registry }: Downloads,
  keys: Desk["keys"],
): Desk {
  return {
    trial: { trialId: trial.trialId, scope: placeOf({ deployment, trial }).scope },
    state,
    registry,
    rootWindowSeconds: deployment.rootWindowSeconds,
    keys,
    now: deployment.chainTime,
    today: chainDay(deployment),
  };
}
