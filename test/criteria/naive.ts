// The criteria's meaning, read straight off the text by brute force over a record's facts: no leaves, no gates, no
// ranges of sorted facts. The property tests hold the compiled program against it.

import type { AgeForm, CodedForm, Criterion } from "../../circuits/statement/criteria/criteria.ts";
import { type Domain, encodeCode } from "../../circuits/statement/encoding/code.ts";
import { formatDay, ONGOING } from "../../circuits/statement/encoding/day.ts";
import { parseDuration } from "../../circuits/statement/encoding/duration.ts";
import {
  EARLIEST,
  EXACT,
  type Fact,
  LATEST,
  STILL_ON,
  UNUSABLE,
  VALUE_OFFSET,
} from "../../circuits/statement/encoding/fact.ts";
import { conceptCode } from "./fixtures.ts";

export type Question = { facts: readonly Fact[]; asOf: number };

/** Whether a criterion (or, negated, its opposite) can be shown from the facts. */
export function shows(criterion: Criterion, negated: boolean, q: Question): boolean {
  if ("not" in criterion) return shows(criterion.not, !negated, q);
  const count = (parts: readonly Criterion[]) =>
    parts.filter((part) => shows(part, negated, q)).length;
  if ("all" in criterion) {
    return negated ? count(criterion.all) > 0 : count(criterion.all) === criterion.all.length;
  }
  if ("any" in criterion) {
    return negated ? count(criterion.any) === criterion.any.length : count(criterion.any) > 0;
  }
  if ("atLeast" in criterion) {
    const { n, of } = criterion.atLeast;
    // Not at least n: so many are shown not to be so that fewer than n are left.
    return negated ? of.length - count(of) < n : count(of) >= n;
  }
  if ("attestation" in criterion) return true;
  return showsLeaf(criterion, negated, q);
}

function showsLeaf(criterion: Criterion, negated: boolean, q: Question): boolean {
  if ("age" in criterion) return showsAge(criterion, negated, q);
  if ("sex" in criterion) {
    const value = { female: 1n, male: 2n, other: 3n }[criterion.sex];
    const known = q.facts.find((f) => f.code === encodeCode("demographic", "loinc", "46098-0"));
    if (!known || known.value > 3n) return false;
    return negated ? known.value !== value : known.value === value;
  }
  if ("observation" in criterion) return showsObservation(criterion, negated, q);
  if ("derived" in criterion) {
    const observation = { concept: criterion.derived };
    return showsObservation({ ...criterion, observation }, negated, q);
  }
  if ("encounter" in criterion) {
    const pair = encodeCode("encounter", "pair", "8:1");
    const code = criterion.reason ? pair : conceptCode("hospital-admission", "encounter");
    return showsEvent(code, criterion, negated, q);
  }
  if ("familyHistory" in criterion) {
    const name = criterion.familyHistory.concept!;
    return showsEvent(conceptCode(name, "familyHistory"), {}, negated, q);
  }
  if ("procedure" in criterion || "immunization" in criterion) {
    const domain = "procedure" in criterion ? "procedure" : "immunization";
    const name = "procedure" in criterion ? criterion.procedure : criterion.immunization;
    return showsEvent(conceptCode(name.concept!, domain), criterion, negated, q);
  }
  return showsLasting(criterion as LastingForm, negated, q);
}

type LastingForm = CodedForm<"condition" | "medication" | "allergy">;

function showsLasting(criterion: LastingForm, negated: boolean, q: Question): boolean {
  const [base, ref] =
    "condition" in criterion
      ? (["condition", criterion.condition] as const)
      : "medication" in criterion
        ? (["medication", criterion.medication] as const)
        : (["allergy", criterion.allergy] as const);
  const codeIn = (domain: Domain) => {
    if (ref.icd10cm === "C50") return encodeCode(domain, "icd10", "C50");
    // The one code below E11.2 that random records hold.
    if (ref.icd10cm !== undefined) return encodeCode(domain, "icd10cm", "E11.21");
    return conceptCode(ref.minus ? "malignancy-other-than-skin-cancer" : ref.concept!, domain);
  };
  const [start, last] = [codeIn(`${base}Start` as Domain), codeIn(`${base}Last` as Domain)];
  const { status, within, startedWithin, atLeastAgo, sameEpisode } = criterion;
  const began = { within: startedWithin, atLeastAgo };
  if (sameEpisode) return showsEvent(start, began, negated, q, STILL_ON);
  const parts: boolean[] = [];
  if (status === "current") parts.push(showsEvent(last, { within: "0" }, negated, q));
  if (within) parts.push(showsEvent(last, { within }, negated, q));
  if (startedWithin || atLeastAgo) parts.push(showsEvent(start, began, negated, q));
  if (parts.length === 0) parts.push(showsEvent(last, {}, negated, q));
  return negated ? parts.some(Boolean) : parts.every(Boolean);
}

type Times = { within?: string | undefined; atLeastAgo?: string | undefined };

const longest = (text: string | undefined) =>
  text === undefined ? ONGOING : text === "0" ? 0 : parseDuration(text).longest;
const shortest = (text: string | undefined) =>
  text === undefined ? ONGOING : text === "0" ? 0 : parseDuration(text).shortest;

/** `plus`: what is added to the values of the facts that are meant. */
function showsEvent(code: bigint, times: Times, negated: boolean, q: Question, plus = 0n) {
  const { facts, asOf } = q;
  const mine = facts.filter((fact) => fact.code === code);
  if (negated) return !mine.some((fact) => asOf - fact.day <= longest(times.within));
  return mine.some(({ day, value }) => {
    // The days on which it may have been: all of them must be in time.
    const how = value - plus;
    if (how !== EARLIEST && how !== EXACT && how !== LATEST) return false;
    const from = how === LATEST ? Number.NEGATIVE_INFINITY : day;
    const to = how === EARLIEST ? Number.POSITIVE_INFINITY : day;
    const isLate = times.within !== undefined && asOf - from > shortest(times.within);
    const isEarly = times.atLeastAgo !== undefined && asOf - to < longest(times.atLeastAgo);
    return !isLate && !isEarly;
  });
}

function isMeasuredInTime(fact: Fact, { within, atLeastAgo }: Times, asOf: number): boolean {
  const age = asOf - fact.day;
  if (fact.value === UNUSABLE || age > shortest(within)) return false;
  return atLeastAgo === undefined || age >= longest(atLeastAgo);
}

/** Age by counting birthdays, not by subtracting numbers: of every day that the birth date may mean. */
function showsAge({ age: { min, max } }: AgeForm, negated: boolean, { facts, asOf }: Question) {
  const whole = facts.find((f) => f.code === encodeCode("demographic", "loinc", "21112-8"));
  const part = facts.find((f) => f.code === encodeCode("demographic", "loinc", "21112-9"));
  const birth = whole ?? part;
  if (!birth) return false;
  const least = yearsSince(String(birth.value), asOf);
  const most = part ? yearsSince(formatDay(part.day + 2).replaceAll("-", ""), asOf) : least;
  if (negated) return (min !== undefined && most < min) || (max !== undefined && least > max);
  return (min === undefined || least >= min) && (max === undefined || most <= max);
}

function yearsSince(ymd: string, asOf: number): number {
  const today = formatDay(asOf);
  const years = Number(today.slice(0, 4)) - Number(ymd.slice(0, 4));
  return today.slice(5) < `${ymd.slice(4, 6)}-${ymd.slice(6)}` ? years - 1 : years;
}

function showsObservation(
  criterion: CodedForm<"observation">,
  negated: boolean,
  q: Question,
): boolean {
  const codeIn = (domain: Domain) =>
    criterion.observation.concept
      ? conceptCode(criterion.observation.concept, domain)
      : encodeCode(domain, "loinc", criterion.observation.loinc!);
  const range = criterion.value ?? criterion.timesUpperLimit;
  const times: Times = criterion;
  if (!range && !criterion.answer) {
    const all = q.facts.filter((fact) => fact.code === codeIn("observation"));
    if (negated) return !all.some((fact) => q.asOf - fact.day <= longest(times.within));
    return all.some((fact) => isMeasuredInTime(fact, times, q.asOf));
  }
  const domain = criterion.timesUpperLimit ? "observationUpper" : "observation";
  const mine = q.facts.filter((fact) => fact.code === codeIn(domain));
  if (criterion.whenMissing === "pass") {
    if (showsEvent(codeIn("observation"), { within: criterion.within }, true, q)) return true;
  }
  const inside = (fact: Fact) => {
    if (!range)
      return ["negative", "positive", "indeterminate"][Number(fact.value) - 1] === criterion.answer;
    const number = Number(fact.value - VALUE_OFFSET) / 10_000;
    return (
      (range.min === undefined || number >= Number(range.min)) &&
      (range.max === undefined || number <= Number(range.max)) &&
      (range.above === undefined || number > Number(range.above)) &&
      (range.below === undefined || number < Number(range.below))
    );
  };
  const usable = (fact: Fact) => isMeasuredInTime(fact, times, q.asOf);
  if (criterion.latest === false) return mine.some((fact) => usable(fact) && inside(fact));
  const newest = mine.reduce<Fact | undefined>(
    (best, fact) => (best === undefined || fact.day > best.day ? fact : best),
    undefined,
  );
  return newest !== undefined && usable(newest) && inside(newest) !== negated;
}
