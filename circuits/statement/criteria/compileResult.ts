// The values that a criterion about a result names: a range in a unit, multiples of a reference limit, or an answer.

import type { Terminology } from "../dictionary/terminology.ts";
import type { Domain } from "../encoding/code.ts";
import { unitAfterNumber } from "../encoding/print.ts";
import type { Target } from "./compileCodes.ts";
import {
  type Bounds,
  outside,
  outsideWords,
  type Range,
  readBounds,
  within,
} from "./compileValues.ts";
import type { CodedForm } from "./criteria.ts";
import { afterName, inSentence } from "./english.ts";
import type { Context } from "./requirement.ts";

/** What is asked of a result, whatever it is a result of. */
export type Measured = Omit<CodedForm<"observation">, "observation">;

/** The values a criterion names, the known values it does not, and the domain they are stored in. */
export type Values = {
  domain: Domain;
  inside: Range[];
  outside: Range[];
  /** All of `outside` in words. */
  opposite: string;
  at: string;
};

function valuesOf(domain: Domain, bounds: Bounds, at: string): Values {
  const [inside, opposite] = [[within(bounds)], outsideWords(bounds)];
  return { domain, inside, outside: outside(bounds), opposite, at };
}

/** Reads them. Returns undefined after noting what is wrong. */
export function readValues(
  form: Measured,
  target: Target,
  path: string,
  context: Context,
): Values | undefined {
  if (target.loinc === undefined) {
    const message = `${target.name} has no unit and no answers in the dictionary`;
    context.problems.push({ path, message, hint: "Ask only whether there is a result." });
    return undefined;
  }
  if (form.answer !== undefined) return readAnswer(form.answer, target, path, context);
  if (context.terminology.unitOf(target.loinc) === undefined) {
    const names = context.terminology.answerNames(target.loinc).join(", ");
    const message = `${target.name} is answered in words, not measured`;
    context.problems.push({ path, message, hint: `Use "answer" with one of: ${names}.` });
    return undefined;
  }
  return form.value
    ? readQuantity(form.value, target.loinc, `${path}.value`, context)
    : readLimits(form, path, context);
}

function readQuantity(
  range: NonNullable<Measured["value"]>,
  loinc: string,
  at: string,
  context: Context,
): Values | undefined {
  const { unit } = range;
  const convert = (value: string) => context.terminology.toCanonical({ loinc, value, unit });
  const read = readBounds(range, { path: at, unit: unitAfterNumber(unit), convert }, context);
  return read && valuesOf("observation", read, at);
}

function readLimits(form: Measured, path: string, context: Context): Values | undefined {
  const upper = form.timesUpperLimit !== undefined;
  const at = `${path}.${upper ? "timesUpperLimit" : "timesLowerLimit"}`;
  const convert = (value: string) => ({ ok: true as const, value });
  const one = `the ${upper ? "upper" : "lower"} limit of normal`;
  const limits = (form.timesUpperLimit ?? form.timesLowerLimit)!;
  const read = readBounds(limits, { path: at, unit: ` times ${one}`, one, convert }, context);
  const domain = upper ? "observationUpper" : "observationLower";
  return read && valuesOf(domain, read, at);
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
  const said = (one: string) =>
    afterName(inSentence(terminology.answerTitle(one) ?? one), target.name);
  const others = answersOf(names, target, terminology).filter(({ at }) => at < lo || at > hi);
  const pieces = [others.filter(({ at }) => at < lo), others.filter(({ at }) => at > hi)];
  const namedOf = (some: readonly Possible[]) =>
    others.length > NAMED
      ? `other than ${said(answer)}`
      : orList(some.map(({ name }) => said(name)));
  const outside = pieces
    .filter((piece) => piece.length > 0)
    .map((piece) => ({ lo: piece[0]!.at, hi: piece.at(-1)!.at, words: namedOf(piece) }));
  const inside = [{ lo, hi, words: said(answer) }];
  return {
    domain: "observation",
    inside,
    outside,
    opposite: namedOf(others),
    at: `${path}.answer`,
  };
}

/** So many other answers are named; of more, only the one that it must not be. */
const NAMED = 3;
type Possible = { readonly name: string; readonly at: bigint };

/**
 * The answers that the question can have, by their stored values: a record holds no others, and a published question
 * keeps its list. Groups of answers are left out.
 */
function answersOf(
  names: readonly string[],
  { loinc }: Target,
  { answerRange }: Terminology,
): Possible[] {
  return names
    .flatMap((name) => {
      const { lo, hi } = answerRange(loinc!, name)!;
      return lo === hi ? [{ name, at: lo }] : [];
    })
    .sort((a, b) => (a.at < b.at ? -1 : 1));
}

function orList(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} or ${items.at(-1)}`;
}
