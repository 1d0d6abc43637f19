// Observations: the newest or any result in a range, as a quantity, a multiple of a reference limit or an answer.
import type { Domain } from "./code.ts";
import { checkSound, resolveTarget, type Target } from "./compileCodes.ts";
import {
  checkOrder,
  compileHappening,
  nearEdgeProblem,
  type Place,
  presenceLeaf,
} from "./compilePresence.ts";
import { EVERY_VALUE, outside, type Range, readBounds, within } from "./compileValues.ts";
import type { ObservationForm } from "./criteria.ts";
import { ONGOING } from "./day.ts";
import { parseDuration } from "./duration.ts";
import { observationWords, phrases } from "./english.ts";
import { MAX_VALUE } from "./fact.ts";
import { anyOf, type Context, leafOf, type Requirement } from "./requirement.ts";

/** The values a criterion names, the known values it does not, and the domain they are stored in. */
type Values = { domain: Domain; inside: Range[]; outside: Range[]; at: string };
const VALUE_KEYS = ["value", "timesUpperLimit", "timesLowerLimit", "answer"] as const;

/**
 * Compiles an observation. Its negation is about known values: "not above 9" needs a newest result of at most 9;
 * with `whenMissing: "pass"` a provable lack of results will do as well.
 */
export function compileObservation(
  form: ObservationForm,
  place: Place,
  context: Context,
): Requirement | undefined {
  const { path } = place;
  const before = context.problems.length;
  const target = resolveTarget("observation", form.observation, path, context);
  checkOrder(form.within, form.atLeastAgo, path, context);
  const given = VALUE_KEYS.filter((key) => form[key] !== undefined);
  if (given.length > 1) {
    const message = `asks for ${given.join(" and ")} at once`;
    context.problems.push({ path, message, hint: 'Put two criteria under "all".' });
  }
  if (!target || context.problems.length > before) return undefined;
  if (given.length === 0) return compileMeasured(form, target, place, context);
  const values = readValues(form, target, path, context);
  if (!values) return undefined;
  const result =
    form.latest === false
      ? compileAnyResult(form, target, values, place, context)
      : compileNewest(form, target, values, place, context);
  if (form.whenMissing !== "pass" || context.problems.length > before) return result;
  return orMissing(result!, form, target, path, context);
}

/** Without a range, a criterion asks only whether there is a usable result. */
function compileMeasured(
  form: ObservationForm,
  target: Target,
  place: Place,
  context: Context,
): Requirement | undefined {
  const { path } = place;
  const refuse = (key: string, message: string, hint: string): undefined => {
    context.problems.push({ path: `${path}.${key}`, message, hint });
  };
  if (form.whenMissing === "pass") {
    return refuse("whenMissing", "passes with a result and without one", "Give a range.");
  }
  if (form.latest !== true) return compileHappening(target, "observation", form, place, context);
  if (place.negated) {
    const hint = 'Leave "latest" out to ask for no result at all.';
    return refuse("latest", "no range of a newest result is left to prove", hint);
  }
  const values = { domain: "observation", inside: [EVERY_VALUE], outside: [], at: "" } as const;
  return compileNewest(
    form,
    target,
    { ...values, inside: [EVERY_VALUE], outside: [] },
    place,
    context,
  );
}

function readValues(
  form: ObservationForm,
  target: Target,
  path: string,
  context: Context,
): Values | undefined {
  if (form.answer !== undefined) return readAnswer(form.answer, target, path, context);
  const loinc = target.loinc!;
  if (context.terminology.unitOf(loinc) === undefined) {
    const names = context.terminology.answerNames(loinc).join(", ");
    const message = `${target.name} is answered in words, not measured`;
    context.problems.push({ path, message, hint: `Use "answer" with one of: ${names}.` });
    return undefined;
  }
  const bounded = (domain: Domain, bounds: ReturnType<typeof readBounds>, at: string) =>
    bounds && { domain, inside: [within(bounds)], outside: outside(bounds), at };
  if (form.value) {
    const { unit } = form.value;
    const convert = (value: string) => context.terminology.toCanonical({ loinc, value, unit });
    const at = `${path}.value`;
    const read = readBounds(form.value, { path: at, unit: ` ${unit}`, convert }, context);
    return bounded("observation", read, at);
  }
  const upper = form.timesUpperLimit !== undefined;
  const at = `${path}.${upper ? "timesUpperLimit" : "timesLowerLimit"}`;
  const convert = (value: string) => ({ ok: true as const, value });
  const unit = ` times the ${upper ? "upper" : "lower"} limit of normal`;
  const limits = (form.timesUpperLimit ?? form.timesLowerLimit)!;
  const read = readBounds(limits, { path: at, unit, convert }, context);
  return bounded(upper ? "observationUpper" : "observationLower", read, at);
}

function readAnswer(
  answer: string,
  target: Target,
  path: string,
  { terminology, problems }: Context,
): Values | undefined {
  const names = terminology.answerNames(target.loinc!);
  const range = terminology.answerRange(target.loinc!, answer);
  if (!range) {
    const message = `${target.name} has no answer "${answer}"`;
    const hint = names.length
      ? `Its answers: ${names.join(", ")}.`
      : 'It is measured: use "value" with a unit.';
    problems.push({ path: `${path}.answer`, message, hint });
    return undefined;
  }
  const { lo, hi } = range;
  const words = `answer not ${answer}`;
  const pieces = [
    { lo: 0n, hi: lo - 1n, words },
    { lo: hi + 1n, hi: MAX_VALUE, words },
  ];
  const inside = [{ lo, hi, words: `answer ${answer}` }];
  const outside = pieces.filter((piece) => piece.lo <= piece.hi);
  return { domain: "observation", inside, outside, at: `${path}.answer` };
}

function compileNewest(
  { within: time, atLeastAgo }: ObservationForm,
  target: Target,
  values: Values,
  { path, negated }: Place,
  context: Context,
): Requirement | undefined {
  if (atLeastAgo !== undefined) {
    const message = 'the newest result cannot be asked to be "at least ... ago"';
    const hint = 'Add "latest": false to ask for any result that old.';
    context.problems.push({ path: `${path}.atLeastAgo`, message, hint });
    return undefined;
  }
  checkSound("latest", target, ONGOING, path, context);
  const far = time === undefined ? ONGOING : parseDuration(time).shortest;
  const pieces = negated ? values.outside : values.inside;
  if (pieces.length === 0) {
    const hint = "Narrow the range, or remove the criterion.";
    context.problems.push({ path: values.at, message: "leaves no value outside", hint });
    return undefined;
  }
  const leaves = pieces.map((range) => {
    const base = presenceLeaf({ kind: "latest", target, domain: values.domain, far });
    const leaf = { ...base, valueLo: range.lo, valueHi: range.hi };
    const timed = time === undefined ? {} : { within: time };
    const words = observationWords(target.name, { newest: true, range: range.words, ...timed });
    return leafOf(leaf, words, path);
  });
  return anyOf(leaves);
}

function compileAnyResult(
  { within: time, atLeastAgo: ago }: ObservationForm,
  target: Target,
  values: Values,
  { path, negated }: Place,
  context: Context,
): Requirement | undefined {
  if (negated) {
    if (ago !== undefined) context.problems.push(nearEdgeProblem(path));
    const message = "absence of any result in a range of values cannot be proven";
    const hint = 'Use the newest result ("latest": true), or make it a site attestation.';
    context.problems.push({ path: values.at, message, hint });
    return undefined;
  }
  const near = ago === undefined ? 0 : parseDuration(ago).longest;
  const far = time === undefined ? ONGOING : parseDuration(time).shortest;
  const [range] = values.inside;
  const base = presenceLeaf({ kind: "any", target, domain: values.domain, near, far });
  const timed = { ...(time && { within: time }), ...(ago && { ago }) };
  const words = observationWords(target.name, { newest: false, range: range!.words, ...timed });
  return leafOf({ ...base, valueLo: range!.lo, valueHi: range!.hi }, words, path);
}

/** A provable lack of any result, also of those without a reference limit, in the window or at all. */
function orMissing(
  result: Requirement,
  { within: time }: ObservationForm,
  target: Target,
  path: string,
  context: Context,
): Requirement | undefined {
  const far = time === undefined ? ONGOING : parseDuration(time).longest;
  checkSound("none", target, far, path, context);
  const words = time === undefined ? phrases.noneEver(target) : phrases.noneWithin(target, time);
  const leaf = presenceLeaf({ kind: "none", target, domain: "observation", far });
  return anyOf([result, leafOf(leaf, words, path)]);
}
