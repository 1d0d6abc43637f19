// "Men and women aged 18 to 75 years": age and sex of a criterion, only where the sentence says nothing else.
import type { Criterion } from "../../../circuits/statement/criteria/criteria.ts";
import type { Reading } from "./imported.ts";
import { AT_MOMENT, SIGN, sideOf } from "./wording.ts";

const PERSON =
  "(?:adults?|males?|females?|men|man|women|woman|patients?|subjects?|participants?|volunteers?)";
const PEOPLE = String.raw`(?:${PERSON}(?:\s*\/\s*|\s+(?:and|or)\s+|,?\s+))*`;
const LEAD = String.raw`^(${PEOPLE})(?:who are\s+|must be\s+|is\s+|are\s+)?((?:aged|ages?)(?:\s+of)?:?\s+)?(?:is\s+|must be\s+)?`;
const YEARS = String.raw`(\s*(?:years?|yrs?)(?:\s*(?:of age|old))?|\s*-?years?-old)?`;
const INCLUSIVE = String.raw`(?:\s*\(inclusive\)|,?\s*inclusive)?`;
const AGE_LIMIT = 149;
/** From here on a bare number is an age in years, and not one in months. */
const SURELY_YEARS = 18;

const FORMS: readonly { readonly pattern: RegExp; readonly read: (m: string[]) => Bounds }[] = [
  {
    pattern: new RegExp(
      String.raw`${LEAD}(?:between\s+)?(\d{1,3})${YEARS}\s*(?:to|-|–|and|through)\s*(\d{1,3})${YEARS}${INCLUSIVE}${AT_MOMENT}$`,
      "i",
    ),
    read: ([low, firstUnit, high, unit]) => ({
      min: Number(low),
      max: Number(high),
      unit: unit ?? firstUnit,
    }),
  },
  {
    pattern: new RegExp(
      String.raw`${LEAD}(\d{1,3})${YEARS}\s*(?:or|and)\s*(?:older|over|above|more|greater)${AT_MOMENT}$`,
      "i",
    ),
    read: ([low, unit]) => ({ min: Number(low), unit }),
  },
  {
    pattern: new RegExp(
      String.raw`${LEAD}${SIGN}\s*(\d{1,3})${YEARS}\s*(?:and|to|but|,)?\s*${SIGN}\s*(\d{1,3})${YEARS}${AT_MOMENT}$`,
      "i",
    ),
    read: ([sign, low, firstUnit, other, high, unit]) => ({
      ...bound(sign!, Number(low)),
      ...bound(other!, Number(high)),
      unit: unit ?? firstUnit,
    }),
  },
  {
    pattern: new RegExp(String.raw`${LEAD}${SIGN}\s*(\d{1,3})${YEARS}${AT_MOMENT}$`, "i"),
    read: ([sign, years, unit]) => ({ ...bound(sign!, Number(years)), unit }),
  },
];

type Bounds = {
  readonly min?: number;
  readonly max?: number;
  readonly unit?: string | undefined;
};

/** Completed years: over 18 is 19 or older. */
function bound(sign: string, years: number): Bounds {
  const side = sideOf(sign);
  if (side === "min" || side === "above") return { min: side === "min" ? years : years + 1 };
  return { max: side === "max" ? years : years - 1 };
}

/** Reads an age, with a sex where one is named. */
export function readAge(text: string): Reading | undefined {
  for (const { pattern, read } of FORMS) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const [, people = "", word, ...rest] = match as unknown as string[];
    const { min, max, unit } = read(rest);
    const isSure = unit !== undefined || (word !== undefined && (min ?? max!) >= SURELY_YEARS);
    const isRange = (min ?? 0) <= (max ?? AGE_LIMIT) && (min ?? 0) <= AGE_LIMIT;
    // "Adults up to 65 years" has a lower bound that no number says.
    const saysAdult = /adult/i.test(people) && (min ?? 0) < SURELY_YEARS;
    const signed = rest.filter((part) => part !== undefined && /^[≥≤><]$/.test(part));
    const twice = signed.length === 2 && (min === undefined || max === undefined);
    if (!isSure || !isRange || saysAdult || twice) return undefined;
    const age = { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
    return { criterion: withSex(people, { age }), notes: notesOf(unit, rest) };
  }
  return undefined;
}

function notesOf(unit: string | undefined, rest: readonly (string | undefined)[]): string[] {
  const moment = rest.at(-1)?.trim() ?? "";
  return [
    ...(rest.includes(">") ? ["completed years: over 18 is 19 or older"] : []),
    ...(unit === undefined ? ["no unit is written: read as years"] : []),
    ...(/^(?:at|on|during)\b/i.test(moment) ? [`"${moment}" is read as the day of the proof`] : []),
  ];
}

/** An age that names one sex only asks for that too. */
function withSex(people: string, age: Criterion): Criterion {
  const isMale = /\b(?:males?|men|man)\b/i.test(people);
  const isFemale = /\b(?:females?|women|woman)\b/i.test(people);
  if (isMale === isFemale) return age;
  return { all: [age, { sex: isMale ? "male" : "female" }] };
}

/** Reads a sentence that names one sex and nothing else. */
export function readSex(text: string): Reading | undefined {
  const match =
    /^(?:sex:\s*)?(males?|females?|men|women)(?: (?:patients?|subjects?|participants?))?(?: only)?$/i.exec(
      text,
    );
  if (!match) return undefined;
  return { criterion: { sex: /^m/i.test(match[1]!) ? "male" : "female" } };
}
