// Participants' states and sites' acts as they end a sentence of the timeline.
import { SITE_ACT_KINDS, type SiteActName } from "../../../../circuits/statement/trial/consent.ts";
import {
  PARTICIPANT_STATES,
  type ParticipantState,
} from "../../../../circuits/statement/trial/trial.ts";

const STATES: Readonly<Record<ParticipantState, string>> = {
  none: "is unknown",
  eligible: "has consented and can be enrolled",
  "pending-on-study": "is enrolled and expected at the site",
  "on-study": "is on study",
  "off-study": "is off study: finished, or replaced by a new wallet",
  ineligible: "does not fit after all, as the site found",
  withdrawn: "has withdrawn",
};

const ACTS: Readonly<Record<SiteActName, string>> = {
  Arrival: "an arrival",
  ScreenFailure: "a screen failure",
  Completion: "a completion",
  Withdrawal: "a withdrawal",
};

/** "is on study", of a state's number as the contract logs it. */
export function stateWords(state: string | undefined): string {
  return STATES[PARTICIPANT_STATES[Number(state)] ?? "none"];
}

/** "an arrival", of an act's kind as the contract logs it. */
export function actWords(kind: string | undefined): string {
  const name = SITE_ACT_KINDS.get(kind as `0x${string}`);
  return name === undefined ? "an act of an unknown kind" : ACTS[name];
}
