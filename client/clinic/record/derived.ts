// Results that follow from others of the same day, written under concepts of their own and marked as derived.
//
// The first input of a formula leads: each of its days gives a result, an unusable one where another input is missing
// or unusable, so that no older result poses as the newest. A value that was reported under the same concept that day
// stands instead.

import {
  type Concept,
  conceptByName,
  conceptUnit,
  loincOf,
} from "../../../circuits/statement/dictionary/dictionary.ts";
import { type Decimal, parseDecimal } from "../../../circuits/statement/encoding/decimal.ts";
import { decodeQuantity, UNUSABLE } from "../../../circuits/statement/encoding/fact.ts";
import { toCanonical } from "../../../circuits/statement/encoding/units.ts";
import type { Sex } from "../../desk/person.ts";
import { completedYears } from "../facts/age.ts";
import type { LocatedDraft } from "../facts/map.ts";
import { type ReadValue, storeExact, unusable } from "../facts/value.ts";
import type { Span } from "../read/draft.ts";
import { FORMULAS, type Formula, MEANS, meanOf, type Subject } from "./derivedFormulas.ts";
import { resolveResults } from "./resolve.ts";

/** Results are derived for the newest so many days of the leading input. */
const DAYS = 12;
/** A grown person's height is good for two years. */
const HEIGHT_DAYS = 730;
const GROWN = 20;

/** Whose results they are. */
type Whose = { readonly birth: Span; readonly sex: Sex };
type FindConcept = (name: string) => Concept | undefined;
type ByDay = ReadonlyMap<number, readonly LocatedDraft[]>;
/** The results under each concept, by day. */
type Results = (concept: Concept) => ByDay;

/**
 * What follows from a patient's results. `find` looks a concept up by name: a formula of which the dictionary lacks the
 * result or an input is skipped.
 */
export function deriveResults(
  drafts: readonly LocatedDraft[],
  whose: Whose,
  find: FindConcept = conceptByName,
): LocatedDraft[] {
  const results = indexResults(drafts);
  const isDialysed = hasDialysis(drafts, find);
  return [
    ...FORMULAS.flatMap((formula) => derive({ formula, results, whose, isDialysed, find })),
    ...MEANS.flatMap((mean) => average(mean, results, find)),
  ];
}

function indexResults(drafts: readonly LocatedDraft[]): Results {
  const byCode = new Map<string, Map<number, LocatedDraft[]>>();
  for (const draft of drafts) {
    if (draft.domain !== "observation" || draft.system !== "concept") continue;
    const days = byCode.get(draft.code) ?? new Map<number, LocatedDraft[]>();
    byCode.set(draft.code, days);
    const day = days.get(draft.day);
    if (day === undefined) days.set(draft.day, [draft]);
    else day.push(draft);
  }
  return ({ number }) => byCode.get(String(number)) ?? new Map();
}

function newestDays(days: ByDay): number[] {
  return [...days.keys()].sort((a, b) => b - a).slice(0, DAYS);
}

type Derivation = {
  readonly formula: Formula;
  readonly results: Results;
  readonly whose: Whose;
  readonly isDialysed: boolean;
  readonly find: FindConcept;
};

function derive({ formula, results, whose, isDialysed, find }: Derivation): LocatedDraft[] {
  const target = find(formula.concept);
  const inputs = formula.inputs.map(([name, unit]) => {
    const concept = find(name);
    return concept !== undefined && conceptUnit(concept) === unit ? results(concept) : undefined;
  });
  if (target === undefined || !inputs.every((input) => input !== undefined)) return [];
  const reported = results(target);
  const facts = newestDays(inputs[0]!).map((day) => {
    const chosen = inputs.map((input, i) =>
      formula.concept === "calculated-bmi" && i === 1
        ? heightFor(input, day, whose)
        : resultOf(input, day),
    );
    const isBlocked = formula.concept === "meld-3" && isDialysed;
    const reading = isBlocked
      ? unusable("dialysis counts as creatinine of 3, and nobody says in which weeks")
      : compute(formula, target, chosen, subjectOn(whose, day));
    return written({
      target,
      title: formula.title,
      day,
      reading,
      source: resultOf(inputs[0]!, day)!,
    });
  });
  return sparing(facts, reported);
}

function compute(
  { unit, compute: formula }: Formula,
  target: Concept,
  chosen: readonly (LocatedDraft | undefined)[],
  subject: Subject,
): ReadValue {
  const values = chosen.map((draft) => (draft === undefined ? undefined : exactOf(draft)));
  if (!values.every((value) => value !== undefined))
    return unusable("an input is missing or unusable");
  const result = formula(values, subject);
  if (result === undefined) return unusable("the formula does not hold: age, sex or a value");
  return store(target, result, unit);
}

/** In the concept's own unit. */
function store(target: Concept, value: string, unit: string): ReadValue {
  const loinc = loincOf(target);
  if (loinc === undefined) return unusable("the dictionary has no unit for it");
  const canonical = toCanonical({ loinc, value, unit });
  return canonical.ok ? storeExact(canonical.value) : unusable(canonical.reason);
}

/** A day's newest result, as the record will hold it. */
function resultOf(input: ByDay, day: number): LocatedDraft | undefined {
  const sameDay = input.get(day);
  return sameDay && resolveResults(sameDay);
}

/** The height of the day; of somebody grown up, the newest of the two years before. */
function heightFor(heights: ByDay, day: number, { birth }: Whose): LocatedDraft | undefined {
  const last = [...heights.keys()]
    .filter((other) => other <= day && other >= day - HEIGHT_DAYS)
    .sort((a, b) => b - a)[0];
  const isGood = last === day || (last !== undefined && completedYears(birth.to, last) >= GROWN);
  return isGood ? resultOf(heights, last!) : undefined;
}

function exactOf({ value, exact }: LocatedDraft): Decimal | undefined {
  return value === UNUSABLE ? undefined : parseDecimal(exact ?? decodeQuantity(value));
}

function subjectOn({ birth, sex }: Whose, day: number): Subject {
  return birth.from === birth.to ? { age: completedYears(birth.from, day), sex } : { sex };
}

/** Dialysis in any form, whenever: MELD 3.0 takes a creatinine of 3 mg/dL in a week with dialysis. */
function hasDialysis(drafts: readonly LocatedDraft[], find: FindConcept): boolean {
  const codes = ["dialysis", "end-stage-renal-disease"].map((name) => String(find(name)?.number));
  return drafts.some(({ system, code, domain }) => {
    const isOwn = domain !== "familyHistory";
    return isOwn && system === "concept" && codes.includes(code);
  });
}

/** Means of each day's readings: exact, rounded once. */
function average(
  { concept, of, unit }: (typeof MEANS)[number],
  results: Results,
  find: FindConcept,
): LocatedDraft[] {
  const target = find(concept);
  const input = find(of);
  if (target === undefined || input === undefined || conceptUnit(input) !== unit) return [];
  const days = results(input);
  const facts = newestDays(days).map((day) => {
    const readings = days.get(day)!;
    const reading = meanReading(readings, target, unit);
    return written({
      target,
      title: "mean of the day's readings",
      day,
      reading,
      source: readings[0]!,
    });
  });
  return sparing(facts, results(target));
}

/** One reading may have been given twice. Where that would change the mean, nobody knows it. */
function meanReading(readings: readonly LocatedDraft[], target: Concept, unit: string): ReadValue {
  const values = readings.map(exactOf);
  if (!values.every((value) => value !== undefined)) return unusable("a reading is unusable");
  const keys = readings.map(({ instant, value }) => `${instant} ${value}`);
  const distinct = values.filter((_, i) => keys.indexOf(keys[i]!) === i);
  const mean = meanOf(values);
  if (meanOf(distinct) !== mean) return unusable("a reading may have been given twice");
  return store(target, mean, unit);
}

function written(given: {
  target: Concept;
  title: string;
  day: number;
  reading: ReadValue;
  source: LocatedDraft;
}): LocatedDraft {
  const { target, title, day, reading, source } = given;
  const note = reading.note === undefined ? "" : `: ${reading.note}`;
  return {
    domain: "observation",
    system: "concept",
    code: String(target.number),
    label: `${target.title} (derived)`,
    day,
    ...reading,
    note: `derived, ${title}${note}`,
    path: source.path,
  };
}

/**
 * Leaves out the days on which the result itself was reported. Where nothing could be derived at all, the newest day
 * says so, older ones nothing more.
 */
function sparing(facts: readonly LocatedDraft[], reported: ByDay): LocatedDraft[] {
  const own = facts.filter(({ day }) => !reported.has(day));
  return own.some(({ value }) => value !== UNUSABLE) ? own : own.slice(0, 1);
}
