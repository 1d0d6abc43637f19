// From one criterion, or its negation, to provable leaves. `not` of a leaf is a provable absence or the other side
// of a newest value; what can be neither is refused with what would serve instead (CRITERIA.md).
import { encodeCode } from "./code.ts";
import { resolveTarget } from "./compileCodes.ts";
import { compileLasting } from "./compileLasting.ts";
import { compileObservation } from "./compileObservation.ts";
import { checkOrder, compileHappening, type Place } from "./compilePresence.ts";
import type { AgeForm, ImmunizationForm, LeafForm, ProcedureForm, SexForm } from "./criteria.ts";
import { ONGOING } from "./day.ts";
import { ageWords } from "./english.ts";
import type { Leaf } from "./program.ts";
import { anyOf, type Context, leafOf, type Requirement } from "./requirement.ts";

/** LOINC "Birth date" and "Sex": facts that come from Patient. */
export const BIRTH_DATE = encodeCode("demographic", "loinc", "21112-8");
export const SEX = encodeCode("demographic", "loinc", "46098-0");
const SEXES = { female: 1n, male: 2n, other: 3n } as const;
const OLDEST = 150;
const YMD_PER_YEAR = 10_000n;

/** Compiles one leaf form. Returns undefined after noting the problem. */
export function compileLeafForm(
  form: LeafForm,
  place: Place,
  context: Context,
): Requirement | undefined {
  if ("age" in form) return compileAge(form, place, context);
  if ("sex" in form) return compileSex(form, place);
  if ("observation" in form) return compileObservation(form, place, context);
  if ("procedure" in form || "immunization" in form) return compileEvent(form, place, context);
  return compileLasting(form, place, context);
}

function demographic(code: bigint, valueLo: bigint, valueHi: bigint, relative: boolean): Leaf {
  return {
    kind: "any",
    codeLo: code,
    codeHi: code,
    valueLo,
    valueHi,
    relative,
    near: 0,
    far: ONGOING,
  };
}

/** Completed years by calendar: somebody born on 29 February is a year older from 1 March. */
function ageLeaf(min: number | undefined, max: number | undefined, path: string): Requirement {
  const lo = BigInt(min ?? 0) * YMD_PER_YEAR;
  const hi = BigInt(max ?? OLDEST) * YMD_PER_YEAR + YMD_PER_YEAR - 1n;
  return leafOf(demographic(BIRTH_DATE, lo, hi, true), ageWords(min, max), path);
}

function compileAge(
  { age: { min, max } }: AgeForm,
  { path, negated }: Place,
  { problems }: Context,
): Requirement | undefined {
  const at = `${path}.age`;
  const refuse = (message: string, hint: string): undefined => {
    problems.push({ path: at, message, hint });
  };
  if (min === undefined && max === undefined) return refuse("sets no bound", "Give min or max.");
  if (min !== undefined && max !== undefined && min > max) {
    return refuse(`the range is inverted: ${min} to ${max}`, "Swap min and max.");
  }
  if (!negated) return ageLeaf(min, max, path);
  const pieces: Requirement[] = [];
  if (min !== undefined && min > 0) pieces.push(ageLeaf(undefined, min - 1, path));
  if (max !== undefined) pieces.push(ageLeaf(max + 1, undefined, path));
  return pieces.length
    ? anyOf(pieces)
    : refuse("excludes every age", "Raise min, or remove the criterion.");
}

/** Not of a sex is one of the other known ones: an unknown sex proves nothing. */
function compileSex({ sex }: SexForm, { path, negated }: Place): Requirement {
  const names = Object.keys(SEXES) as (keyof typeof SEXES)[];
  const wanted = names.filter((name) => (name === sex) !== negated);
  const leaves = wanted.map((name) =>
    leafOf(demographic(SEX, SEXES[name], SEXES[name], false), `Sex: ${name}`, path),
  );
  if (!negated || sex === "male") return anyOf(leaves);
  // The two others are neighbours: one leaf.
  const [lo, hi] = [SEXES[wanted[0]!], SEXES[wanted[1]!]];
  return leafOf(demographic(SEX, lo, hi, false), `Sex: ${wanted.join(" or ")}`, path);
}

function compileEvent(
  form: ProcedureForm | ImmunizationForm,
  { path, negated }: Place,
  context: Context,
): Requirement | undefined {
  const before = context.problems.length;
  const isProcedure = "procedure" in form;
  const domain = isProcedure ? "procedure" : "immunization";
  const ref = isProcedure ? form.procedure : form.immunization;
  const target = resolveTarget(domain, ref, path, context);
  checkOrder(form.within, form.atLeastAgo, path, context);
  if (!target || context.problems.length > before) return undefined;
  return compileHappening(target, domain, form, { path, negated }, context);
}
