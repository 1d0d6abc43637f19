// Conditions, drugs and allergies last: each gives a start fact and a last-known-true fact, in domains of their own.
import type { Domain } from "../../circuits/statement/code.ts";
import { ONGOING } from "../../circuits/statement/day.ts";
import { PRESENT, UNUSABLE } from "../../circuits/statement/fact.ts";
import type { Draft, KnownCoding } from "./draft.ts";

export type IntervalDomain = "condition" | "medication" | "allergy";

/** The two domains of what lasts. */
export function intervalDomains(kind: IntervalDomain): readonly [Domain, Domain] {
  return [`${kind}Start`, `${kind}Last`];
}

export type Interval = {
  readonly startDay: number;
  /** Last day known to be true, ONGOING, or undefined when it may last still but nothing says so. */
  readonly lastDay: number | undefined;
  /** False for what is only suspected: it blocks absence proofs and satisfies nothing. */
  readonly certain: boolean;
  readonly note?: string;
};

/**
 * The facts of an interval under each coding. An end before the start (bad data, or the latest day of a partial
 * start) is moved to the start. With an unknown end there are two last facts: true on the start day, and an
 * unusable "ongoing", so that neither presence now nor absence now can be proved.
 */
export function intervalDrafts(
  kind: IntervalDomain,
  codings: readonly KnownCoding[],
  { startDay, lastDay, certain, note }: Interval,
): Draft[] {
  const [startDomain, lastDomain] = intervalDomains(kind);
  const value = certain ? PRESENT : UNUSABLE;
  const extra = note === undefined ? {} : { note };
  return codings.flatMap((coding) => {
    const last = { ...coding, domain: lastDomain, value, ...extra };
    const drafts: Draft[] = [
      { ...coding, domain: startDomain, day: startDay, value, ...extra },
      { ...last, day: Math.max(startDay, lastDay ?? startDay) },
    ];
    if (lastDay === undefined) {
      drafts.push({ ...last, day: ONGOING, value: UNUSABLE, note: "not known whether it lasts" });
    }
    return drafts;
  });
}
