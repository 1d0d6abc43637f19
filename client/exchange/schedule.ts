// What of a trial's collections is due for one participant, from the day of arrival and the entries that stand. One
// account for the wallet, the site's page and the sponsor's completeness.
import { type Day, ONGOING } from "../../circuits/statement/encoding/day.ts";
import { type Collection, occasionsOf } from "../../circuits/statement/exchange/collection.ts";
import { KEY_COLLECTION } from "../../circuits/statement/exchange/entry.ts";

/**
 * - later: its time has not come
 * - open: it can be done, and need not be yet
 * - due: it should be done now
 * - missed: its time has passed without it
 * - done: an entry stands for it
 * - ended: participation ended before its time had passed; it is not expected
 */
const STATES = ["later", "open", "due", "missed", "done", "ended"] as const;
export type State = (typeof STATES)[number];

/** An entry that stands: one that no other replaces. */
export type Standing = { readonly collection: string; readonly day: number };

/** One occasion of a collection: a visit, an answer, a device's day, or the record's one showing. */
export type Due<E extends Standing = Standing> = {
  readonly collection: string;
  readonly source: Collection["source"];
  /** The collection's. */
  readonly title: string;
  /** Names it within its collection: a visit's id, or a number from 1. */
  readonly occasion: string;
  readonly occasionTitle: string;
  /** The first day on which it can be done, the one on which it should be, and the last one (undefined: there is none). */
  readonly from: Day;
  readonly day: Day;
  readonly until: Day | undefined;
  readonly state: State;
  /** Entries with a day in its time; more than one: it was deposited twice rather than corrected. */
  readonly entries: readonly E[];
};

export type Schedule<E extends Standing = Standing> = {
  /** By first day, then in the collections' order. */
  readonly due: readonly Due<E>[];
  /** Entries that belong to no occasion: of another day, or of a collection that the trial does not have. */
  readonly unplaced: readonly E[];
};

export type ScheduleInput<E extends Standing> = {
  readonly collections: readonly Collection[];
  /** Undefined: not arrived, so that nothing is due. */
  readonly arrival: number | undefined;
  readonly today: number;
  readonly entries: readonly E[];
  /** The last day of participation, once that has ended. */
  readonly end?: number | undefined;
};

/** Days within which a device's day is still called due rather than missed: watches and phones are read late. */
const DEVICE_DAYS = 7;

type Window = {
  readonly id: string;
  readonly title: string;
  /** Days after arrival. */
  readonly from: number;
  readonly day: number;
  readonly until: number | undefined;
  /** Days of the data that count for it, where they are not those on which it can be done. */
  readonly of?: number;
};

/** The schedule of one participant. Total: any days and entries give one. */
export function scheduleOf<E extends Standing>(input: ScheduleInput<E>): Schedule<E> {
  const { collections, arrival, entries } = input;
  const counted = entries.filter(({ collection }) => collection !== KEY_COLLECTION);
  if (arrival === undefined) return { due: [], unplaced: counted };
  const placed = new Set<E>();
  const due = collections.flatMap((collection) => {
    const own = counted.filter((entry) => entry.collection === collection.id);
    return windowsOf(collection).map((window) => {
      const found = own.filter(({ day }) => belongs(day - arrival, window));
      for (const entry of found) placed.add(entry);
      return dueOf({ collection, window, found, input, arrival });
    });
  });
  return {
    // Sorting is stable: on one day the collections keep their order.
    due: due.sort((a, b) => a.from - b.from),
    unplaced: counted.filter((entry) => !placed.has(entry)),
  };
}

/** How many occasions of each collection are in each state; for several participants, of all of their schedules. */
export function countStates(due: readonly Due[]): Map<string, Record<State, number>> {
  const counts = new Map<string, Record<State, number>>();
  for (const { collection, state } of due) {
    const row =
      counts.get(collection) ??
      (Object.fromEntries(STATES.map((each) => [each, 0])) as Record<State, number>);
    row[state]++;
    counts.set(collection, row);
  }
  return counts;
}

function windowsOf(collection: Collection): Window[] {
  switch (collection.source) {
    case "record":
      return [{ id: "1", title: collection.title, from: 0, day: 0, until: undefined }];
    case "device":
      return Array.from({ length: collection.days }, (_, i) => {
        const title = `Day ${i + 1} of ${collection.days}`;
        // Its data are whole when it is over.
        return { id: String(i + 1), title, from: i, day: i + 1, until: i + DEVICE_DAYS, of: i };
      });
    default:
      return occasionsOf(collection);
  }
}

/** Whether data of a day, counted from arrival, are those of a window. */
function belongs(day: number, { from, until, of }: Window): boolean {
  if (of !== undefined) return day === of;
  return day >= from && (until === undefined || day <= until);
}

function dueOf<E extends Standing>(of: {
  readonly collection: Collection;
  readonly window: Window;
  readonly found: readonly E[];
  readonly input: ScheduleInput<E>;
  readonly arrival: number;
}): Due<E> {
  const { collection, window, found, input, arrival } = of;
  const at = (offset: number) => clamp(arrival + offset);
  return {
    collection: collection.id,
    source: collection.source,
    title: collection.title,
    occasion: window.id,
    occasionTitle: window.title,
    from: at(window.from),
    day: at(window.day),
    until: window.until === undefined ? undefined : at(window.until),
    state: found.length > 0 ? "done" : stateOf(window, input, arrival),
    entries: found,
  };
}

function stateOf(
  { from, day, until = Number.POSITIVE_INFINITY }: Window,
  { today, end }: Pick<ScheduleInput<Standing>, "today" | "end">,
  arrival: number,
): State {
  const now = today - arrival;
  if (end !== undefined && end - arrival < until) return "ended";
  if (now < from) return "later";
  if (now > until) return "missed";
  return now < day ? "open" : "due";
}

/** Within the days that can be written. */
function clamp(day: number): Day {
  return Math.min(Math.max(Math.floor(day) || 0, 0), ONGOING - 1) as Day;
}
