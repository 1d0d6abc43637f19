// From one criterion, or its negation, to provable leaves. `not` of a leaf is a provable absence or the other side
// of a newest value; what can be neither is refused with what would serve instead (CRITERIA.md).
import { encodeCode } from "../encoding/code.ts";
import { ONGOING } from "../encoding/day.ts";
import { isLasting } from "../encoding/domains.ts";
import { compileDerived } from "./compileDerived.ts";
import { compileEvent } from "./compileEvent.ts";
import { compileLasting } from "./compileLasting.ts";
import { compileObservation } from "./compileObservation.ts";
import type { Place } from "./compilePresence.ts";
import { type AgeForm, type CodedForm, kindIn, type LeafForm, type SexForm } from "./criteria.ts";
import { ageOutsideWords, ageWords, capital } from "./english.ts";
import type { Leaf } from "./program.ts";
import { anyOf, type Context, leafOf, type Meant, type Requirement } from "./requirement.ts";

/** LOINC "Birth date" and "Sex": facts that come from Patient. */
const BIRTH_DATE = encodeCode("demographic", "loinc", "21112-8");
/**
 * A birth date given in part. Its value is the latest day that it may mean, so that a least age is shown; its fact is
 * dated two days before the earliest one, so that a greatest age is. No LOINC code: the check digit is wrong.
 */
const BIRTH_DATE_PART = encodeCode("demographic", "loinc", "21112-9");
const SEX = encodeCode("demographic", "loinc", "46098-0");
const SEXES = { female: 1n, male: 2n, other: 3n } as const;
const OLDEST = 150;
const YMD_PER_YEAR = 10_000n;
const DAYS_PER_YEAR = 365;
const YEARS_PER_LEAP_DAY = 4;

/** Compiles one leaf form. Returns undefined after noting the problem. */
export function compileLeafForm(form: LeafForm, place: Place, context: Context): Meant | undefined {
  if ("age" in form) return compileAge(form, place, context);
  if ("sex" in form) return compileSex(form, place);
  if ("derived" in form) return compileDerived(form, place, context);
  if ("observation" in form) return compileObservation(form, place, context);
  const kind = kindIn(form);
  return isLasting(kind)
    ? compileLasting(kind, form as CodedForm<typeof kind>, place, context)
    : compileEvent(kind, form as CodedForm<typeof kind>, place, context);
}

function sexLeaf(lo: bigint, hi: bigint): Leaf {
  const range = { codeLo: SEX, codeHi: SEX, valueLo: lo, valueHi: hi };
  return { kind: "any", ...range, relative: false, near: 0, far: ONGOING };
}

/**
 * Completed years by calendar: somebody born on 29 February is a year older from 1 March. The window is for birth dates
 * given in part: n years have at most 365 n + ceil(n / 4) days, so it excludes nobody whose whole date fits, and at least
 * two fewer (1900 and 2100 have no 29 February), by which a part's day is set back.
 */
function ageLeaf(min: number | undefined, max: number | undefined, path: string): Requirement {
  const valueLo = BigInt(min ?? 0) * YMD_PER_YEAR;
  const valueHi = BigInt(max ?? OLDEST) * YMD_PER_YEAR + YMD_PER_YEAR - 1n;
  const years = (max ?? OLDEST) + 1;
  const days = DAYS_PER_YEAR * years + Math.ceil(years / YEARS_PER_LEAP_DAY) - 1;
  const leaf: Leaf = {
    kind: "any",
    codeLo: BIRTH_DATE,
    codeHi: BIRTH_DATE_PART,
    valueLo,
    valueHi,
    relative: true,
    near: 0,
    far: max === undefined ? ONGOING : days,
  };
  return leafOf(leaf, capital(ageWords(min, max)), path);
}

function compileAge(
  { age: { min, max } }: AgeForm,
  { path, negated }: Place,
  { problems }: Context,
): Meant | undefined {
  const at = `${path}.age`;
  const refuse = (message: string, hint: string): undefined => {
    problems.push({ path: at, message, hint });
  };
  if (min === undefined && max === undefined) return refuse("sets no bound", "Give min or max.");
  if (min !== undefined && max !== undefined && min > max) {
    return refuse(`the range is inverted: ${min} to ${max}`, "Swap min and max.");
  }
  const what = ageWords(min, max);
  const said = { is: "leaf", path, what, without: ageOutsideWords(min, max) } as const;
  if (!negated) return { requirement: ageLeaf(min, max, path), said };
  const pieces: Requirement[] = [];
  if (min !== undefined && min > 0) pieces.push(ageLeaf(undefined, min - 1, path));
  if (max !== undefined) pieces.push(ageLeaf(max + 1, undefined, path));
  if (pieces.length > 0) {
    return { requirement: anyOf(pieces, capital(ageOutsideWords(min, max))), said };
  }
  return refuse("excludes every age", "Raise min, or remove the criterion.");
}

/** Not of a sex is one of the other known ones: an unknown sex proves nothing. */
function compileSex({ sex }: SexForm, { path, negated }: Place): Meant {
  const names = Object.keys(SEXES) as (keyof typeof SEXES)[];
  const wanted = names.filter((name) => (name === sex) !== negated);
  const said = { is: "leaf", path, what: `sex: ${sex}`, without: `sex: not ${sex}` } as const;
  if (negated && sex !== "male") {
    // The two others are neighbours: one leaf.
    const [lo, hi] = [SEXES[wanted[0]!], SEXES[wanted[1]!]];
    return { requirement: leafOf(sexLeaf(lo, hi), `Sex: ${wanted.join(" or ")}`, path), said };
  }
  const leaves = wanted.map((name) =>
    leafOf(sexLeaf(SEXES[name], SEXES[name]), `Sex: ${name}`, path),
  );
  return { requirement: anyOf(leaves, `Sex: ${wanted.join(" or ")}`), said };
}
