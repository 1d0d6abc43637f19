// Observations: the newest or any result in a range, as a quantity, a multiple of a reference limit or an answer.

import { ONGOING } from "../encoding/day.ts";
import { parseDuration } from "../encoding/duration.ts";
import { resolveTarget, type Target } from "./compileCodes.ts";
import {
  checkOrder,
  codedLeaf,
  compileHappening,
  edgesOf,
  nearEdgeProblem,
  type Place,
} from "./compilePresence.ts";
import { type Measured, readValues, type Values } from "./compileResult.ts";
import { checkSound } from "./compileSound.ts";
import { EVERY_VALUE } from "./compileValues.ts";
import type { CodedForm } from "./criteria.ts";
import { capital, phrases, resultWords } from "./english.ts";
import {
  anyOf,
  type Context,
  leafOf,
  type Meant,
  type Requirement,
  type Said,
} from "./requirement.ts";

const VALUE_KEYS = ["value", "timesUpperLimit", "timesLowerLimit", "answer"] as const;

/** Compiles an observation. Returns undefined after noting the problem. */
export function compileObservation(
  form: CodedForm<"observation">,
  place: Place,
  context: Context,
): Meant | undefined {
  const { observation, ...rest } = form;
  const target = resolveTarget("observation", observation, `${place.path}.observation`, context);
  return compileMeasurement(rest, target, place, context);
}

/**
 * Compiles what is asked of a result. Its negation is about known values: "not above 9" needs a newest result of at most
 * 9; with `whenMissing: "pass"` a provable lack of results will do as well.
 */
export function compileMeasurement(
  form: Measured,
  target: Target | undefined,
  place: Place,
  context: Context,
): Meant | undefined {
  const { path } = place;
  const before = context.problems.length;
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
  const compileResult = form.latest === false ? compileAnyResult : compileNewest;
  const result = compileResult(form, target, values, place, context);
  if (result === undefined || context.problems.length > before) return undefined;
  const said = saidOf(form, target, values, place);
  if (form.whenMissing !== "pass") return { requirement: result, said };
  return { requirement: orMissing(result, form, target, path, context), said };
}

/** How people say it, the values being those that the criterion names. */
function saidOf(
  form: Measured,
  target: Target,
  { inside, opposite }: Values,
  { path, decides }: Place,
): Said {
  const newest = form.latest !== false;
  const times = { within: form.within, ago: form.atLeastAgo };
  const range = inside[0]!.words;
  const what = resultWords(target, { newest, range, ...times });
  const without = newest
    ? resultWords(target, { newest, range: opposite || "not a usable result", ...times })
    : undefined;
  const leaf = { is: "leaf", path, what, without } as const;
  if (!newest) return leaf;
  if (form.whenMissing === "pass") return { ...leaf, unmeasured: "passes" };
  return decides ? { ...leaf, unmeasured: "fails" } : leaf;
}

/** Without a range, a criterion asks only whether there is a usable result. */
function compileMeasured(
  form: Measured,
  target: Target,
  place: Place,
  context: Context,
): Meant | undefined {
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
  const values: Values = {
    domain: "observation",
    inside: [EVERY_VALUE],
    outside: [],
    opposite: "",
    at: "",
  };
  const requirement = compileNewest(form, target, values, place, context);
  return requirement && { requirement, said: saidOf(form, target, values, place) };
}

function compileNewest(
  { within: time, atLeastAgo }: Measured,
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
  checkSound("latest", target, path, context);
  const { far } = edgesOf({ within: time });
  const pieces = negated ? values.outside : values.inside;
  if (pieces.length === 0) {
    const hint = "Narrow the range, or remove the criterion.";
    context.problems.push({ path: values.at, message: "leaves no value outside", hint });
    return undefined;
  }
  const said = (range: string) =>
    capital(resultWords(target, { newest: true, range, within: time }));
  const leaves = pieces.map((range) => {
    const base = codedLeaf({ kind: "latest", target, domain: values.domain, far });
    const leaf = { ...base, valueLo: range.lo, valueHi: range.hi };
    return leafOf(leaf, said(range.words), path);
  });
  return anyOf(leaves, negated ? said(values.opposite) : undefined);
}

function compileAnyResult(
  { within: time, atLeastAgo: ago }: Measured,
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
  checkSound("any", target, path, context);
  const [range] = values.inside;
  const edges = edgesOf({ within: time, ago });
  const base = codedLeaf({ kind: "any", target, domain: values.domain, ...edges });
  const words = resultWords(target, { newest: false, range: range!.words, within: time, ago });
  return leafOf({ ...base, valueLo: range!.lo, valueHi: range!.hi }, capital(words), path);
}

/** A provable lack of any result, also of those without a reference limit, in the window or at all. */
function orMissing(
  result: Requirement,
  { within: time }: Measured,
  target: Target,
  path: string,
  context: Context,
): Requirement {
  const far = time === undefined ? ONGOING : parseDuration(time).longest;
  checkSound("none", target, path, context);
  const words = time === undefined ? phrases.noneEver(target) : phrases.noneWithin(target, time);
  const leaf = codedLeaf({ kind: "none", target, domain: "observation", far });
  return anyOf([result, leafOf(leaf, words, path)]);
}
