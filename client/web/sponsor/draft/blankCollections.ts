// What a new collection of each source begins as; what it lacks is said beside it.

import { CODED_KINDS, type CodedKind } from "../../../../circuits/statement/encoding/domains.ts";
import type { Collection } from "../../../../circuits/statement/exchange/collection.ts";

export type CollectionSource = Collection["source"];

/** The sources by the names that people give them, in the order of the menu. */
export const SOURCE_TITLES: Readonly<Record<CollectionSource, string>> = {
  record: "Facts of the record",
  site: "Form of a visit at the site",
  participant: "Questions to the participant",
  device: "Readings of personal devices",
};
export const COLLECTION_SOURCES = Object.keys(SOURCE_TITLES) as CollectionSource[];

const BLANK: Readonly<Record<CollectionSource, () => object>> = {
  record: () => ({ facts: [blankFact("sex")] }),
  site: () => ({ visits: [blankVisit([])] }),
  participant: () => ({ schedule: { firstDay: 0, everyDays: 7, times: 1, openDays: 7 } }),
  device: () => ({ streams: [{ loinc: "", unit: "", title: "" }], days: 30 }),
};

/** A collection whose id no other has. */
export function blankCollection(source: CollectionSource, taken: readonly unknown[]): object {
  const common = { id: freshId(source, taken), title: "", why: "", permission: "participate" };
  return { ...common, source, ...BLANK[source]() };
}

/** A visit a month after the last one. */
export function blankVisit(visits: readonly unknown[]): object {
  const ids = visits.map((visit) => (Object(visit) as { id?: unknown }).id);
  const days = visits.map((visit) => Number((Object(visit) as { day?: unknown }).day) || 0);
  const day = days.length === 0 ? 0 : Math.max(...days) + 30;
  const [before, after] = day === 0 ? [0, 7] : [7, 7];
  return { id: freshId("visit", ids), title: "", day, before, after };
}

export type FactKind = CodedKind | "sex" | "birthYear";
export const FACT_KINDS: readonly FactKind[] = ["sex", "birthYear", ...CODED_KINDS];

/** A fact of this kind about nothing yet. */
export function blankFact(kind: FactKind): object {
  if (kind === "sex" || kind === "birthYear") return { show: "latest", person: kind };
  return { show: kind === "observation" ? "latest" : "present", [kind]: {} };
}

/** The kind of a fact; undefined for what is none. */
export function kindOfFact(fact: unknown): FactKind | undefined {
  const of = Object(fact) as Record<string, unknown>;
  if (of.person === "sex" || of.person === "birthYear") return of.person;
  return CODED_KINDS.find((kind) => kind in of);
}

function freshId(name: string, taken: readonly unknown[]): string {
  for (let n = 1; ; n++) {
    const id = n === 1 ? name : `${name}-${n}`;
    if (!taken.includes(id)) return id;
  }
}
