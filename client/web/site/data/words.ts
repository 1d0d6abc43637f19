// States in the words of people who work at a site.
import type { ParticipantState, TrialStatus } from "../../../../circuits/statement/trial/trial.ts";

export const TRIAL_STATUS_WORDS: Readonly<Record<TrialStatus, string>> = {
  none: "Unknown",
  "in-review": "In review",
  active: "Recruiting",
  "temporarily-closed-to-accrual": "Suspended",
  "closed-to-accrual": "Closed to newcomers",
  completed: "Completed",
};

export const STATE_WORDS: Readonly<Record<ParticipantState, string>> = {
  none: "Unknown",
  eligible: "Consented, not enrolled",
  "pending-on-study": "Expected",
  "on-study": "On study",
  "off-study": "Off study",
  ineligible: "Screen failure",
  withdrawn: "Withdrawn",
};

export const STATE_COLOURS: Readonly<Record<ParticipantState, string>> = {
  none: "gray",
  eligible: "gray",
  "pending-on-study": "yellow",
  "on-study": "green",
  "off-study": "gray",
  ineligible: "gray",
  withdrawn: "red",
};

/** Address of a site's pages within the place; protocol numbers may hold anything. */
export function sitePath(of: { protocolNumber: string; siteId: number }): string {
  return `/${encodeURIComponent(of.protocolNumber)}/${of.siteId}`;
}

/** What the page about visits, forms and staff is called: without data it has the delegation log alone. */
export function dataTitle({ hasData }: { hasData: boolean }): string {
  return hasData ? "Visits and forms" : "Staff";
}
