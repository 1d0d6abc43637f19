// The small words of a criterion: bullets, signs of comparison, numbers, units, and times before the study.

/** The text without bullet, numbering, closing punctuation and doubled spaces, comparisons as signs. */
export function tidy(text: string): string {
  return signs(
    text
      .replace(/^\s*(?:[-*•·–]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+/i, "")
      .replace(/\\([^\w\s])/g, "$1")
      .replace(/\s+/g, " ")
      .replace(/[.;,\s]+$/, "")
      .trim(),
  );
}

const SIGNS: readonly (readonly [string, string])[] = [
  [
    "≥",
    "greater than or equal to|equal to or greater than|more than or equal to|≥|>\\/=|>=|=>|> or =|at or above",
  ],
  ["≤", "less than or equal to|equal to or less than|≤|<\\/=|<=|=<|< or =|at or below"],
  ["≥", "at least|not less than|no less than|a minimum of"],
  ["≤", "at most|not more than|no more than|not greater than|no greater than|up to|a maximum of"],
  [">", "greater than|more than|higher than|older than|above|over|exceeding|>"],
  ["<", "less than|lower than|younger than|fewer than|below|under|<"],
];
const SIGN_PATTERNS = SIGNS.map(
  ([sign, words]) =>
    [
      sign,
      new RegExp(String.raw`(^|[^\w≥≤<>=])(?:${words})\s*(?=\d|the ULN|ULN|the upper|upper)`, "gi"),
    ] as const,
);

/** "40 % or less" */
const AFTER =
  /(^|\s)(\d[\d.,]*(?:\s?[^\d,;()][^,;()]*?)?) (?:or|and) (less|lower|below|under|younger|more|greater|higher|above)$/i;

/** Comparisons in words, and the ways to type one, as one sign each. */
function signs(text: string): string {
  const bounded = text.replace(AFTER, (_, space, bound, way) =>
    [space, /^(?:l|b|u|y)/i.test(way) ? "≤ " : "≥ ", bound].join(""),
  );
  return SIGN_PATTERNS.reduce((t, [sign, words]) => t.replace(words, `$1 ${sign} `), bounded)
    .replace(/\s+/g, " ")
    .trim();
}

export const SIGN = "([≥≤><])";
type Side = "min" | "max" | "above" | "below";
export const sideOf = (sign: string): Side =>
  ({ "≥": "min", "≤": "max", ">": "above", "<": "below" })[sign] as Side;

export const NUMBER = String.raw`(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)`;

/** A printed number; undefined where a comma could be either. */
export function numberIn(text: string): { value: string; note?: string } | undefined {
  if (!text.includes(",")) return { value: text };
  if (!/,\d{3}(?:\D|$)/.test(text)) return { value: text.replace(",", ".") };
  if (text.startsWith("0")) return undefined;
  const value = text.replace(/,/g, "");
  return { value, note: `"${text}" is read as ${value}` };
}

const UNITS: Readonly<Record<string, string>> = {
  "%": "%",
  "g/dl": "g/dL",
  "g/l": "g/L",
  "mg/dl": "mg/dL",
  "mg/l": "mg/L",
  "mg/g": "mg/g",
  "mg/mmol": "mg/mmol",
  "mmol/l": "mmol/L",
  "umol/l": "umol/L",
  "mmol/mol": "mmol/mol",
  "meq/l": "meq/L",
  "u/l": "U/L",
  "iu/l": "[IU]/L",
  "miu/l": "m[IU]/L",
  "uiu/ml": "u[IU]/mL",
  "ng/ml": "ng/mL",
  "ng/l": "ng/L",
  "ng/dl": "ng/dL",
  "pg/ml": "pg/mL",
  "kg/m2": "kg/m2",
  kg: "kg",
  cm: "cm",
  mmhg: "mm[Hg]",
  "mm[hg]": "mm[Hg]",
  // Without the body surface it is a clearance, which is something else.
  "ml/min/1.73m2": "mL/min/{1.73_m2}",
  "10^9/l": "10*9/L",
  "10^12/l": "10*12/L",
  "10^3/ul": "10*3/uL",
  "10^3/mm3": "10*3/mm3",
  "/ul": "/uL",
  "cells/ul": "/uL",
  "/mm3": "/mm3",
  "cells/mm3": "/mm3",
  "°c": "Cel",
};

/** A printed unit as UCUM; undefined when it is none of those known. */
export function unitIn(text: string): string | undefined {
  const key = text
    .toLowerCase()
    .replace(/\s/g, "")
    .replace(/[µμ]/g, "u")
    .replace(/m(?:\^2|²)/g, "m2")
    .replace(/mm(?:\^3|³)/g, "mm3")
    .replace(/^[x×*]?10\^?([⁹])/, "10^9")
    .replace(/^[x×*]?10(?:\^|\*)(?=\d)/, "10^");
  return Object.hasOwn(UNITS, key) ? UNITS[key] : undefined;
}

const COUNTS = [
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "eleven",
  "twelve",
];
const COUNT = String.raw`(\d{1,3}|${COUNTS.join("|")})`;
const SPAN = String.raw`${COUNT}[\s-]*(?:calendar )?(day|week|month|year)s?`;
const MOMENT = `(?:the )?(?:time of )?(?:screening(?: visit)?|baseline(?: visit)?|randomi[sz]ation|enrol+ment|study entry|entry|study start|informed consent|consent|the study|first dose|day 1)`;
const BEFORE = String.raw`(?:\s+(?:prior to|before|preceding)\s+${MOMENT})`;
const RECENT = "(?:last|past|previous|preceding|prior)";

const WITHIN: readonly RegExp[] = [
  new RegExp(String.raw`^(.+?),?\s+(?:with)?in (?:the )?${RECENT} ${SPAN}${BEFORE}?$`, "i"),
  new RegExp(String.raw`^(.+?),?\s+within (?:the )?${SPAN}(?:${BEFORE}|\s+of\s+${MOMENT})?$`, "i"),
  new RegExp(String.raw`^(.+?),?\s+(?:during|over) the ${RECENT} ${SPAN}${BEFORE}?$`, "i"),
  new RegExp(String.raw`^(.+?),?\s+(?:with)?in the ${RECENT} ()(day|week|month|year)$`, "i"),
];
const LASTING: readonly RegExp[] = [
  new RegExp(String.raw`^(.+?),?\s+for ≥ ${SPAN}${BEFORE}?$`, "i"),
  new RegExp(String.raw`^(.+?),?\s+≥ ${SPAN}(?:\s+ago|${BEFORE})$`, "i"),
];

export type Timed = {
  readonly text: string;
  readonly within?: string;
  /** It began at least that long ago, and goes on. */
  readonly lasting?: string;
  /** The same as a day: "at least 6 months ago" rather than "for at least 6 months". */
  readonly isAgo?: boolean;
};

/** Splits off what a criterion says of time at its end. */
export function timedIn(text: string): Timed {
  const found = (patterns: readonly RegExp[]) =>
    patterns.map((pattern) => pattern.exec(text)).find((match) => match !== null);
  const within = found(WITHIN);
  if (within) return { text: within[1]!, within: durationOf(within[2]!, within[3]!) };
  const lasting = found(LASTING);
  if (lasting) {
    const isAgo = !/ for ≥ /.test(text);
    return { text: lasting[1]!, lasting: durationOf(lasting[2]!, lasting[3]!), isAgo };
  }
  return { text };
}

function durationOf(count: string, unit: string): string {
  const word = COUNTS.indexOf(count.toLowerCase());
  const number = count === "" ? 1 : word >= 0 ? word + 1 : Number(count);
  return `${number} ${unit.toLowerCase()}${number === 1 ? "" : "s"}`;
}

/** The end of a sentence that says when: "at screening". */
export const AT_MOMENT = String.raw`(\s+(?:at|on|during)\s+(?:the\s+)?(?:time of\s+)?(?:signing (?:of )?(?:the )?)?${MOMENT})?`;

/** The items of a list with "or"; one item when there is none, undefined when it is joined otherwise. */
export function alternativesIn(text: string): readonly string[] | undefined {
  const parts = text.split(/,?\s+(?:and\/or|or)\s+|,\s+/i).map((part) => part.trim());
  if (parts.length === 1) return parts;
  return /,?\s+(?:and\/or|or)\s+/i.test(text) && !parts.some((part) => part === "")
    ? parts
    : undefined;
}
