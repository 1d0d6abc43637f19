// How complete a collection is: at each visit, how many of the cut's participants have an entry.
import type { Collection } from "../../../circuits/statement/exchange/collection.ts";
import { scheduleOf } from "../schedule.ts";
import type { ManifestEntry } from "./manifest.ts";
import type { Omission } from "./opened.ts";

/** What tells which visit an entry belongs to. */
export type Calendar = {
  readonly collections: readonly Collection[];
  /** Day of arrival, since 1900-01-01, by pseudonym. */
  readonly arrivals: ReadonlyMap<bigint, number>;
};
export type Completeness = {
  readonly collection: string;
  readonly entries: number;
  readonly subjects: number;
  /** By visit, in order: how many participants have an entry of it. */
  readonly visits: readonly number[];
  /** What each is called. */
  readonly names: readonly string[];
  /** Packages of device streams that are not here though a later one is. */
  readonly gaps: number;
};

/**
 * By collection; an entry that another corrects is not counted beside it. A visit is the trial's own where the calendar
 * knows it, else the place of an entry among its participant's own in the collection.
 */
export function completenessOf(
  entries: readonly ManifestEntry[],
  calendar: Calendar = { collections: [], arrivals: new Map() },
): Completeness[] {
  const replaced = new Set(entries.map(({ replaces }) => replaces));
  const standing = entries.filter(({ entry }) => !replaced.has(entry));
  const byCollection = Map.groupBy(standing, ({ collection }) => collection);
  return [...byCollection].map(([collection, all]) => {
    const bySubject = Map.groupBy(all, ({ pseudonym }) => BigInt(pseudonym));
    const known = calendar.collections.find(({ id }) => id === collection);
    // A device has a visit a day, and is told by its streams.
    const isScheduled = known !== undefined && known.source !== "device";
    const visits = isScheduled
      ? scheduledVisits(bySubject, known, calendar.arrivals)
      : countedVisits(bySubject);
    return {
      collection,
      entries: all.length,
      subjects: bySubject.size,
      visits: [...visits.values()],
      names: [...visits.keys()],
      gaps: gapsIn(all),
    };
  });
}

type BySubject = ReadonlyMap<bigint, readonly ManifestEntry[]>;

/** Whoever has n entries has them at the first n visits. */
function countedVisits(bySubject: BySubject): Map<string, number> {
  const visits = new Map<string, number>();
  for (const own of bySubject.values()) {
    own.forEach((_, i) => {
      const name = `Visit ${i + 1}`;
      visits.set(name, (visits.get(name) ?? 0) + 1);
    });
  }
  return visits;
}

function scheduledVisits(
  bySubject: BySubject,
  collection: Collection,
  arrivals: Calendar["arrivals"],
): Map<string, number> {
  const visits = new Map<string, number>();
  for (const [pseudonym, entries] of bySubject) {
    const arrival = arrivals.get(pseudonym);
    // Whether something is due does not matter here: only what came.
    const of = { collections: [collection], arrival, today: 0, entries };
    for (const { occasionTitle, entries: found } of scheduleOf(of).due) {
      const before = visits.get(occasionTitle) ?? 0;
      visits.set(occasionTitle, found.length > 0 ? before + 1 : before);
    }
  }
  return visits;
}

function gapsIn(entries: readonly ManifestEntry[]): number {
  const streamed = entries.flatMap(({ pseudonym, stream }) =>
    stream === undefined ? [] : [{ ...stream, pseudonym }],
  );
  const streams = Map.groupBy(streamed, ({ pseudonym, name }) => `${pseudonym} ${name}`);
  return [...streams.values()].reduce((sum, packages) => {
    const numbers = new Set(packages.map(({ sequence }) => sequence));
    const last = [...numbers].reduce((most, number) => Math.max(most, number), 0);
    return sum + last - numbers.size;
  }, 0);
}

/** How many packages each code left out; a package that several custodians refused counts once a code. */
export function leftOutByCode(
  leftOut: readonly (Pick<Omission, "entry" | "code"> & { custodian?: string | undefined })[],
): [string, number][] {
  const byCode = Map.groupBy(leftOut, ({ code }) => code);
  return [...byCode]
    .map(([code, all]): [string, number] => [code, new Set(all.map(({ entry }) => entry)).size])
    .sort(([, a], [, b]) => b - a);
}
