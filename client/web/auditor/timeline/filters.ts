// Which events of a timeline are shown. All of it happens on this page: the server is never asked for less than
// the whole trial, so that nobody learns whom an auditor looks at.
import type { AuditEvent } from "../../../api/event.ts";
import { wordsOf } from "./eventWords.ts";

export type Filters = {
  readonly kinds: readonly string[];
  /** First digits of a pseudonym or nullifier, or all of them; empty for everybody. */
  readonly participant: string;
  /** YYYY-MM-DD in the reader's time zone; empty for no limit. */
  readonly from: string;
  readonly to: string;
};
export const NO_FILTERS: Filters = { kinds: [], participant: "", from: "", to: "" };

export function filterEvents(events: readonly AuditEvent[], filters: Filters): AuditEvent[] {
  const { kinds, from, to } = filters;
  const participant = filters.participant.trim();
  return events.filter((event) => {
    const day = dayOf(event);
    if (kinds.length > 0 && !kinds.includes(wordsOf(event).kind)) return false;
    if ((from !== "" && day < from) || (to !== "" && day > to)) return false;
    return participant === "" || subjectsOf(event).some((one) => one.startsWith(participant));
  });
}

function subjectsOf({ arguments: of }: AuditEvent): string[] {
  return [of.pseudonym, of.nullifier].filter((one) => one !== undefined);
}

/** The event's day where the reader is, as YYYY-MM-DD. */
function dayOf({ blockTime }: AuditEvent): string {
  const date = new Date(blockTime * 1000);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** By day, newest last, as they came. */
export function groupByDay(events: readonly AuditEvent[]): [string, AuditEvent[]][] {
  return [...Map.groupBy(events, dayOf)];
}

/** Everybody who appears, by pseudonym, in the order of appearance. */
export function participantsIn(events: readonly AuditEvent[]): string[] {
  const all = events.map(({ arguments: of }) => of.pseudonym).filter((one) => one !== undefined);
  return [...new Set(all)];
}
