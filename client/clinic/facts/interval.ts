// What lasts (conditions, drugs, allergies) gives start facts and last-known-true facts, in domains of their own.
// What happened gives facts in one. An uncertain day is written from both of its ends: see fact.ts.

import { ONGOING } from "../../../circuits/statement/encoding/day.ts";
import {
  CODED_KINDS,
  type Domain,
  isLasting,
  type LastingKind,
  lastingDomains,
} from "../../../circuits/statement/encoding/domains.ts";
import {
  EARLIEST,
  EXACT,
  LATEST,
  STILL_ON,
  UNUSABLE,
} from "../../../circuits/statement/encoding/fact.ts";
import type { Draft, Span, WrittenCode } from "../read/draft.ts";

/** It lasts on the day of issue. */
export const STILL: Span = { from: ONGOING, to: ONGOING };

/** It held on a day, and may last or be over since. */
export function mayLastSince(day: number): Span {
  return { from: day, to: ONGOING };
}

/**
 * When something ended, given that it did so within `end` and began within `start`: not before it began. When the end
 * lies before the start as a whole, one of the two is wrong and nobody knows which: both are open over all their days.
 */
export function boundedBy(start: Span, end: Span): { readonly start: Span; readonly last: Span } {
  if (end.to < start.from) {
    const both = { from: end.from, to: Math.max(start.to, end.to) };
    return { start: both, last: both };
  }
  return { start, last: { from: Math.max(end.from, start.from), to: end.to } };
}

export type Interval = {
  readonly start: Span;
  /** The days among which is the last on which it was true; ONGOING stands for the day of issue and on. */
  readonly last: Span;
  /** Why it is only suspected, if it is: then it blocks absence and satisfies nothing. */
  readonly doubt?: string | undefined;
};

/** The facts of what happened in a span, under each code. */
export function eventDrafts(
  domain: Domain,
  codes: readonly WrittenCode[],
  { from, to }: Span,
  doubt?: string,
): Draft[] {
  return codes.flatMap(({ doubt: codeDoubt, ...code }): Draft[] => {
    const note = doubt ?? codeDoubt;
    if (note !== undefined) return [{ ...code, domain, day: to, value: UNUSABLE, note }];
    if (from === to) return [{ ...code, domain, day: to, value: EXACT }];
    return [
      { ...code, domain, day: from, value: EARLIEST },
      { ...code, domain, day: to, value: LATEST },
    ];
  });
}

/**
 * The facts of an interval under each code. While it surely lasts the start is written a second time, as that of an
 * episode that goes on.
 */
export function intervalDrafts(
  kind: LastingKind,
  codes: readonly WrittenCode[],
  { start, last, doubt }: Interval,
): Draft[] {
  const [startDomain, lastDomain] = lastingDomains(kind);
  const starts = eventDrafts(startDomain, codes, start, doubt);
  const lasts = eventDrafts(lastDomain, codes, last, doubt);
  if (last.from !== ONGOING) return [...starts, ...lasts];
  const stillOn = starts
    .filter(({ value }) => value !== UNUSABLE)
    .map((draft) => ({ ...draft, value: draft.value + STILL_ON }));
  return [...starts, ...stillOn, ...lasts];
}

/** Drafts of which nothing is sure, not even that it is over: they block absence and satisfy nothing. */
export function blockingDrafts(drafts: readonly Draft[], note: string): Draft[] {
  return drafts.flatMap((draft): Draft[] => {
    const blocking = { ...draft, value: UNUSABLE, note };
    const isLast = LAST_DOMAINS.includes(draft.domain);
    return isLast ? [{ ...blocking, day: ONGOING }] : [blocking];
  });
}

/**
 * Facts of what ended on the day of issue itself: then it is over, and must not show that it still is so on a proof of
 * that day. The day before says no more than is true ("no earlier than"), and the day itself blocks.
 */
export function endingToday(drafts: readonly Draft[], issuedDay: number): Draft[] {
  return drafts.flatMap((draft): Draft[] => {
    const isLast = LAST_DOMAINS.includes(draft.domain) && draft.day === issuedDay;
    if (!isLast || (draft.value !== EXACT && draft.value !== EARLIEST)) return [draft];
    return [
      { ...draft, day: issuedDay - 1, value: EARLIEST },
      { ...draft, value: LATEST },
    ];
  });
}

const LAST_DOMAINS: readonly Domain[] = CODED_KINDS.filter(isLasting).map(
  (kind) => lastingDomains(kind)[1],
);
