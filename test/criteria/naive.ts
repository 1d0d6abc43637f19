// The criteria's meaning, read straight off the text by brute force over a record's facts: no leaves, no gates, no
// ranges of sorted facts. The property tests hold the compiled program against it.
import { type Domain, encodeCode } from "../../circuits/statement/code.ts";
import type { AgeForm, Criterion, ObservationForm } from "../../circuits/statement/criteria.ts";
import { formatDay, ONGOING } from "../../circuits/statement/day.ts";
import { parseDuration } from "../../circuits/statement/duration.ts";
import { type Fact, UNUSABLE, VALUE_OFFSET } from "../../circuits/statement/fact.ts";
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
  if ("procedure" in criterion || "immunization" in criterion) {
    const domain = "procedure" in criterion ? "procedure" : "immunization";
    const name = "procedure" in criterion ? criterion.procedure : criterion.immunization;
    return showsEvent(conceptCode(name.concept!, domain), criterion, negated, q);
  }
  const [base, ref] =
    "condition" in criterion
      ? (["condition", criterion.condition] as const)
      : "medication" in criterion
        ? (["medication", criterion.medication] as const)
        : (["allergy", (criterion as { allergy: { concept: string } }).allergy] as const);
  const start = conceptCode(ref.concept!, `${base}Start` as Domain);
  const last = conceptCode(ref.concept!, `${base}Last` as Domain);
  const { status, within, startedWithin, atLeastAgo } = criterion as {
    status?: string;
    within?: string;
    startedWithin?: string;
    atLeastAgo?: string;
  };
  const parts: boolean[] = [];
  if (status === "current") parts.push(showsEvent(last, { within: "0" }, negated, q));
  if (within) parts.push(showsEvent(last, { within }, negated, q));
  if (startedWithin || atLeastAgo) {
    parts.push(showsEvent(start, { within: startedWithin, atLeastAgo }, negated, q));
  }
  if (parts.length === 0) parts.push(showsEvent(last, {}, negated, q));
  return negated ? parts.some(Boolean) : parts.every(Boolean);
}

type Times = { within?: string | undefined; atLeastAgo?: string | undefined };

const longest = (text: string | undefined) =>
  text === undefined ? ONGOING : text === "0" ? 0 : parseDuration(text).longest;
const shortest = (text: string | undefined) =>
  text === undefined ? ONGOING : text === "0" ? 0 : parseDuration(text).shortest;

function showsEvent(code: bigint, times: Times, negated: boolean, { facts, asOf }: Question) {
  const mine = facts.filter((fact) => fact.code === code);
  if (negated) return !mine.some((fact) => asOf - fact.day <= longest(times.within));
  return mine.some((fact) => fact.value !== UNUSABLE && inTime(fact, times, asOf));
}

function inTime(fact: Fact, { within, atLeastAgo }: Times, asOf: number): boolean {
  const age = asOf - fact.day;
  return age <= shortest(within) && (atLeastAgo === undefined || age >= longest(atLeastAgo));
}

/** Age by counting birthdays, not by subtracting numbers. */
function showsAge({ age: { min, max } }: AgeForm, negated: boolean, { facts, asOf }: Question) {
  const birth = facts.find((f) => f.code === encodeCode("demographic", "loinc", "21112-8"));
  if (!birth || birth.value === UNUSABLE) return false;
  const text = String(birth.value);
  const today = formatDay(asOf);
  let years = Number(today.slice(0, 4)) - Number(text.slice(0, 4));
  if (today.slice(5) < `${text.slice(4, 6)}-${text.slice(6)}`) years -= 1;
  const inside = (min === undefined || years >= min) && (max === undefined || years <= max);
  return negated ? !inside : inside;
}

function showsObservation(criterion: ObservationForm, negated: boolean, q: Question): boolean {
  const codeIn = (domain: Domain) =>
    criterion.observation.concept
      ? conceptCode(criterion.observation.concept, domain)
      : encodeCode(domain, "loinc", criterion.observation.loinc!);
  const range = criterion.value ?? criterion.timesUpperLimit;
  const times: Times = criterion;
  if (!range) return showsEvent(codeIn("observation"), times, negated, q);
  const domain = criterion.value ? "observation" : "observationUpper";
  const mine = q.facts.filter((fact) => fact.code === codeIn(domain));
  if (criterion.whenMissing === "pass") {
    if (showsEvent(codeIn("observation"), { within: criterion.within }, true, q)) return true;
  }
  const inside = (fact: Fact) => {
    const number = Number(fact.value - VALUE_OFFSET) / 10_000;
    return (
      (range.min === undefined || number >= Number(range.min)) &&
      (range.max === undefined || number <= Number(range.max)) &&
      (range.above === undefined || number > Number(range.above)) &&
      (range.below === undefined || number < Number(range.below))
    );
  };
  const usable = (fact: Fact) => fact.value !== UNUSABLE && inTime(fact, times, q.asOf);
  if (criterion.latest === false) return mine.some((fact) => usable(fact) && inside(fact));
  const newest = mine.reduce<Fact | undefined>(
    (best, fact) => (best === undefined || fact.day > best.day ? fact : best),
    undefined,
  );
  return newest !== undefined && usable(newest) && inside(newest) !== negated;
}
