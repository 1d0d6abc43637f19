// How participants got to where they are: the flow diagram's numbers, and its table's.
import type { Participant } from "../../../api/recruitment.ts";

export type Step = { readonly from: string; readonly to: string; readonly count: number };

const START = "Screened";

/** Where a consented pseudonym went before it was enrolled. */
function afterConsent({ enrolledAt, state }: Participant): string {
  if (enrolledAt !== null) return "Enrolled";
  if (state === "withdrawn") return "Withdrawn before enrollment";
  if (state === "ineligible") return "Screen failure";
  return state === "off-study" ? "Retired at the site" : "Waiting to be enrolled";
}

function afterEnrollment({ arrivedAt, state }: Participant): string {
  if (arrivedAt !== null) return "Arrived";
  if (state === "withdrawn") return "Withdrawn before arrival";
  if (state === "ineligible") return "Failed at the site";
  if (state === "eligible") return "Did not arrive";
  return state === "off-study" ? "Retired before arrival" : "Expected";
}

function afterArrival({ state, onHold }: Participant): string {
  if (state === "withdrawn") return "Withdrawn";
  if (state === "off-study") return "Finished";
  return onHold ? "On hold" : "On study";
}

/** Steps that somebody took, from screening on. Counts only: a screening belongs to no pseudonym. */
export function flowOf(screened: number, participants: readonly Participant[]): Step[] {
  const enrolled = participants.filter(({ enrolledAt }) => enrolledAt !== null);
  const arrived = enrolled.filter(({ arrivedAt }) => arrivedAt !== null);
  const silent = Math.max(0, screened - participants.length);
  return [
    { from: START, to: "Consented", count: participants.length },
    { from: START, to: "No consent yet", count: silent },
    ...tally("Consented", participants.map(afterConsent)),
    ...tally("Enrolled", enrolled.map(afterEnrollment)),
    ...tally("Arrived", arrived.map(afterArrival)),
  ].filter(({ count }) => count > 0);
}

function tally(from: string, ends: readonly string[]): Step[] {
  const counts = new Map<string, number>();
  for (const end of ends) counts.set(end, (counts.get(end) ?? 0) + 1);
  return [...counts].map(([to, count]) => ({ from, to, count }));
}
