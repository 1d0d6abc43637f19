// What a desk checks arrivals against, out of what was downloaded; in a page too.

import type { Api } from "../api/api.ts";
import type { PublicState } from "../api/trial.ts";
import { readTrialDocument } from "../trial/document.ts";
import { chainDay, type Downloads, placeOf } from "../trial/review.ts";
import { versionInForce } from "./roster.ts";
import type { Desk } from "./verify.ts";

/** The desk for a trial: public data of now, and the keys that came with this program. */
export function deskOf(
  { deployment, trial, state, registry }: Downloads,
  keys: Desk["keys"],
  /** Finds a lost wallet's successor in the trial's events, should the desk not know it. */
  api?: Pick<Api, "trialEvents">,
): Desk {
  return {
    ...(api && { events: () => api.trialEvents(trial.protocolNumber) }),
    trial: { trialId: trial.trialId, scope: placeOf({ deployment, trial }).scope },
    state,
    registry,
    rootWindowSeconds: deployment.rootWindowSeconds,
    keys,
    now: deployment.chainTime,
    today: chainDay(deployment),
  };
}

/** The document that the trial's text names for the desk; undefined where it is sealed or not there. */
export function identityDocumentOf(state: PublicState): string | undefined {
  const version = versionInForce(state);
  const text = version?.documents.document?.content;
  if (text === undefined || version?.terms.isSealed) return undefined;
  try {
    return readTrialDocument(text).trial.identityDocument;
  } catch {
    return undefined;
  }
}
