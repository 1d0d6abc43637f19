// Where a trial stands with its board: what waits, what is approved and until when.
import type { PublicState, TrialVersion } from "../../api/trial.ts";
import { readTrialDocument } from "../../trial-file.ts";

const SOON_SECONDS = 30 * 86_400;

export type Approval = "none" | "valid" | "soon" | "expired";
export type Standing = {
  readonly newest: TrialVersion | undefined;
  readonly inForce: TrialVersion | undefined;
  /** The newest version, when the board has not approved it. */
  readonly waiting: TrialVersion | undefined;
  readonly approval: Approval;
  readonly approvedUntil: number | undefined;
};

/** `now`: the chain's time, in Unix seconds. */
export function standingOf(state: PublicState, now: number): Standing {
  const newest = state.versions.toSorted((a, b) => a.version - b.version).at(-1);
  const inForce = state.versions.find(({ version }) => version === state.currentVersion);
  const isWaiting = newest !== undefined && newest.version > state.currentVersion;
  const approvedUntil = inForce?.approvedUntil ?? undefined;
  return {
    ...{ newest, inForce, approvedUntil },
    waiting: isWaiting ? newest : undefined,
    approval: approvalOf(approvedUntil, now),
  };
}

function approvalOf(approvedUntil: number | undefined, now: number): Approval {
  if (approvedUntil === undefined) return "none";
  if (approvedUntil < now) return "expired";
  return approvedUntil < now + SOON_SECONDS ? "soon" : "valid";
}

/** The title that a version's open text bears; undefined when it is sealed, missing or no trial. */
export function titleOf(version: TrialVersion | undefined): string | undefined {
  const text = version?.documents.document?.content;
  if (version === undefined || text === undefined || version.terms.isSealed) return undefined;
  try {
    return readTrialDocument(text).trial.title;
  } catch {
    return undefined;
  }
}
