// Where a trial stands with its board: what waits, what is approved and until when.
import type { OpinionInfo } from "../../api/opinions.ts";
import type { PublicState, TrialVersion } from "../../api/trial.ts";
import { readTrialDocument } from "../../trial/document.ts";
import { isRejected } from "../../trial/opinions.ts";

const SOON_SECONDS = 30 * 86_400;

export type Approval = "none" | "valid" | "soon" | "expired";
export type Standing = {
  readonly newest: TrialVersion | undefined;
  readonly inForce: TrialVersion | undefined;
  /** The newest version, when the board has neither approved nor rejected it. */
  readonly waiting: TrialVersion | undefined;
  /** The newest version, when the board rejected it. */
  readonly rejected: TrialVersion | undefined;
  /** The board asked for changes to what waits: it is the sponsor's turn. */
  readonly isAnswered: boolean;
  readonly approval: Approval;
  readonly approvedUntil: number | undefined;
};

type Of = {
  readonly state: PublicState;
  readonly opinions: readonly OpinionInfo[];
  /** The chain's time, in Unix seconds. */
  readonly now: number;
};

/** Where a trial stands. */
export function standingOf({ state, opinions, now }: Of): Standing {
  const newest = state.versions.toSorted((a, b) => a.version - b.version).at(-1);
  const inForce = state.versions.find(({ version }) => version === state.currentVersion);
  const isNew = newest !== undefined && newest.version > state.currentVersion;
  const isOut = isNew && isRejected(opinions, newest.version);
  const isAnswered = opinions.some(
    ({ opinion, version }) => opinion === "changes-requested" && version === newest?.version,
  );
  const approvedUntil = inForce?.approvedUntil ?? undefined;
  return {
    ...{ newest, inForce, approvedUntil },
    waiting: isNew && !isOut ? newest : undefined,
    rejected: isOut ? newest : undefined,
    isAnswered: isNew && !isOut && isAnswered,
    approval: approvalOf(approvedUntil, now),
  };
}

function approvalOf(approvedUntil: number | undefined, now: number): Approval {
  if (approvedUntil === undefined) return "none";
  if (approvedUntil < now) return "expired";
  return approvedUntil < now + SOON_SECONDS ? "soon" : "valid";
}

/** The title in a version's open text; undefined when it is sealed, missing or not a trial. */
export function titleOf(version: TrialVersion | undefined): string | undefined {
  const text = version?.documents.document?.content;
  if (version === undefined || text === undefined || version.terms.isSealed) return undefined;
  try {
    return readTrialDocument(text).trial.title;
  } catch {
    return undefined;
  }
}
