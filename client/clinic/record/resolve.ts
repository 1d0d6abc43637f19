// One fact for each code and day: ties, same-day results, and tombstones that nobody needs.

import { isKnownLoinc } from "../../../circuits/statement/dictionary/dictionary.ts";
import { encodeCode } from "../../../circuits/statement/encoding/code.ts";
import {
  EARLIEST,
  EXACT,
  LATEST,
  packFact,
  STILL_ON,
  UNUSABLE,
} from "../../../circuits/statement/encoding/fact.ts";
import type { LocatedDraft } from "../facts/map.ts";

/** A fact with where it came from. */
export type SourcedFact = LocatedDraft & { readonly packed: bigint; readonly encoded: bigint };

const RESULTS = ["observation", "observationUpper", "observationLower"];
const LIMITS = ["observationUpper", "observationLower"];

/** Resolves drafts into facts, sorted: by code, and within a code newest first. */
export function resolveFacts(drafts: readonly LocatedDraft[]): SourcedFact[] {
  const byCode = new Map<bigint, LocatedDraft[]>();
  for (const draft of drafts) {
    const encoded = encodeCode(draft.domain, draft.system, draft.code);
    const group = byCode.get(encoded);
    if (group === undefined) byCode.set(encoded, [draft]);
    else group.push(draft);
  }
  const facts = [...byCode].flatMap(([encoded, group]) =>
    resolveCode(group).map((draft) => ({
      ...draft,
      encoded,
      packed: packFact({ code: encoded, day: draft.day, value: draft.value }),
    })),
  );
  return facts.sort((a, b) => (a.packed < b.packed ? -1 : 1));
}

function resolveCode(group: readonly LocatedDraft[]): LocatedDraft[] {
  const { domain } = group[0]!;
  const days = new Map<number, LocatedDraft[]>();
  for (const draft of group) {
    const sameDay = days.get(draft.day);
    if (sameDay === undefined) days.set(draft.day, [draft]);
    else sameDay.push(draft);
  }
  if (!RESULTS.includes(domain)) return [...days.values()].flatMap(resolvePresence);
  const resolved = [...days.values()].map(resolveResults);
  // Reports without limits: the newest says that there was one, older ones nothing more.
  if (!LIMITS.includes(domain) || resolved.some(({ value }) => value !== UNUSABLE)) return resolved;
  return [resolved.reduce((newest, draft) => (draft.day > newest.day ? draft : newest))];
}

/**
 * One fact of each meaning that a day has, the first that says so. An exact day shows what an earliest and a latest one
 * show; whatever shows something outweighs what only blocks.
 */
function resolvePresence(sameDay: readonly LocatedDraft[]): LocatedDraft[] {
  const first = new Map<bigint, LocatedDraft>();
  for (const draft of sameDay) if (!first.has(draft.value)) first.set(draft.value, draft);
  const isSaidByOther = (value: bigint) =>
    value === UNUSABLE
      ? first.size > 1
      : IMPLIED_BY.some(([exact, implied]) => first.has(exact) && implied.includes(value));
  return [...first.values()].filter(({ value }) => !isSaidByOther(value));
}

/** What an exact day makes superfluous. */
const IMPLIED_BY: readonly (readonly [bigint, readonly bigint[]])[] = [
  [EXACT, [EARLIEST, LATEST]],
  [EXACT + STILL_ON, [EARLIEST + STILL_ON, LATEST + STILL_ON]],
];

/** The last result of a day by time; unusable when that cannot be told, or two at that time differ. */
export function resolveResults(sameDay: readonly LocatedDraft[]): LocatedDraft {
  const [first] = sameDay;
  if (agree(sameDay)) return first!;
  if (sameDay.some(({ instant }) => instant === undefined)) {
    return { ...first!, value: UNUSABLE, note: "different results that day, one without a time" };
  }
  const last = Math.max(...sameDay.map(({ instant }) => instant!));
  const latest = sameDay.filter(({ instant }) => instant === last);
  if (agree(latest)) return latest[0]!;
  return { ...latest[0]!, value: UNUSABLE, note: "different results at the same time" };
}

function agree(drafts: readonly LocatedDraft[]): boolean {
  return new Set(drafts.map(({ value }) => value)).size === 1;
}

/**
 * True for a fact that only says "there was some such result": its code has no unit or answers in the dictionary, so
 * no criterion can use its value and one per code does.
 */
export function isUnlisted({ domain, system, code }: LocatedDraft): boolean {
  if (!RESULTS.includes(domain) || system === "concept") return false;
  return system !== "loinc" || !isKnownLoinc(code);
}
