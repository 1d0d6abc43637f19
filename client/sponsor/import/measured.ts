// "ALT or AST > 3 x ULN", "HbA1c 7.0 % to 10.0 % at screening": results with a range and a unit that is written.
import type { Criterion } from "../../../circuits/statement/criteria/criteria.ts";
import type { Concept } from "../../../circuits/statement/dictionary/dictionary.ts";
import type { List, Reading } from "./imported.ts";
import { conceptNamed, describe } from "./names.ts";
import {
  AT_MOMENT,
  alternativesIn,
  NUMBER,
  numberIn,
  SIGN,
  sideOf,
  timedIn,
  unitIn,
} from "./wording.ts";

const NAME = String.raw`^(.+?)(?:\s+(?:levels?|values?|concentrations?))?(?:\s+(?:is|are|of|must be))?\s*`;
const UNIT = String.raw`\s*([^\d\s,;()≥≤<>][^,;()≥≤<>]*?|[x×*]\s*10\S+)?`;
const TIMES = String.raw`(?:${NUMBER}\s*(?:x|×|\*|times|-?fold)?\s*)?`;
const LIMIT = String.raw`(?:the\s+)?(ULN|LLN|(?:upper|lower) limits? of (?:the )?normal(?: range)?)(?:\s*\((?:ULN|LLN)\))?`;
const INCLUSIVE = String.raw`(?:\s*\(inclusive\)|,?\s*inclusive)?`;

const OF_LIMIT = new RegExp(String.raw`${NAME}${SIGN}\s*${TIMES}${LIMIT}${AT_MOMENT}$`, "i");
const BETWEEN = new RegExp(
  String.raw`${NAME}(?<=\s)(?:between\s+|from\s+)?${NUMBER}${UNIT}\s*(?:to|-|–|and)\s*${NUMBER}${UNIT}${INCLUSIVE}${AT_MOMENT}$`,
  "i",
);
const BOTH = new RegExp(
  String.raw`${NAME}${SIGN}\s*${NUMBER}${UNIT}\s*(?:and|to|but|,)?\s*${SIGN}\s*${NUMBER}${UNIT}${AT_MOMENT}$`,
  "i",
);
const ONE = new RegExp(String.raw`${NAME}${SIGN}\s*${NUMBER}${UNIT}${AT_MOMENT}$`, "i");

/** Results that everybody gives in the same unit. */
const ONLY_UNIT: Readonly<Record<string, string>> = { "body-mass-index": "kg/m2", inr: "1" };

type Found = {
  readonly names: string;
  readonly bounds: Readonly<Record<string, string>>;
  readonly units: readonly (string | undefined)[];
  readonly limit?: "timesUpperLimit" | "timesLowerLimit";
  readonly moment: string | undefined;
  readonly notes: readonly string[];
};

/** Reads one result, or several of which the same is said. */
export function readMeasured(text: string, list: List): Reading | undefined {
  const { text: rest, within, lasting } = timedIn(text);
  const found = lasting === undefined ? (limitIn(rest) ?? rangeIn(rest)) : undefined;
  if (found === undefined) return undefined;
  const named = subjectsIn(found.names, list);
  if (named === undefined) return undefined;
  const parts = named.concepts.map((concept) => leafOf(concept, found, within));
  const criteria = parts.map(({ criterion }) => criterion).filter((part) => part !== undefined);
  if (criteria.length < parts.length) return undefined;
  const joined = named.form === "all" ? { all: criteria } : { any: criteria };
  const criterion = criteria.length === 1 ? criteria[0]! : joined;
  const when = found.moment ?? "";
  const notes = [
    ...named.concepts.map(describe),
    ...found.notes,
    ...parts.flatMap(({ note }) => (note === undefined ? [] : [note])),
    ...(when === "" ? [] : [`"${when.trim()}" is read as the newest result on record`]),
    ...(within === undefined ? [] : [`"${within}" counts back from the day of the proof`]),
  ];
  return { criterion, notes };
}

function limitIn(text: string): Found | undefined {
  const match = OF_LIMIT.exec(text);
  if (match === null) return undefined;
  const [, names, sign, times, limit, moment] = match;
  const value = numberIn(times ?? "1");
  if (value === undefined) return undefined;
  const isUpper = /^u/i.test(limit!);
  return {
    names: names!,
    bounds: { [sideOf(sign!)]: value.value },
    units: [],
    limit: isUpper ? "timesUpperLimit" : "timesLowerLimit",
    moment,
    notes: value.note === undefined ? [] : [value.note],
  };
}

function rangeIn(text: string): Found | undefined {
  const both = BOTH.exec(text);
  if (both) {
    const [, names, sign, low, unit, other, high, lastUnit, moment] = both;
    const sides = [sideOf(sign!), sideOf(other!)];
    // Two bounds in the same direction say less than they seem to.
    if (sides.every((side) => /min|above/.test(side) === /min|above/.test(sides[0]!))) return;
    return rangeOf(
      names!,
      [
        [sides[0]!, low!],
        [sides[1]!, high!],
      ],
      [unit, lastUnit],
      moment,
    );
  }
  const one = ONE.exec(text);
  if (one) {
    const [, names, sign, value, unit, moment] = one;
    return rangeOf(names!, [[sideOf(sign!), value!]], [unit], moment);
  }
  const between = BETWEEN.exec(text);
  if (between === null) return undefined;
  const [, names, low, unit, high, lastUnit, moment] = between;
  return rangeOf(
    names!,
    [
      ["min", low!],
      ["max", high!],
    ],
    [unit, lastUnit],
    moment,
  );
}

function rangeOf(
  names: string,
  printed: readonly (readonly [string, string])[],
  units: readonly (string | undefined)[],
  moment: string | undefined,
): Found | undefined {
  const values = printed.map(([side, text]) => [side, numberIn(text)] as const);
  if (values.some(([, value]) => value === undefined)) return undefined;
  return {
    names,
    bounds: Object.fromEntries(values.map(([side, value]) => [side, value!.value])),
    units,
    moment,
    notes: values.flatMap(([, value]) => (value!.note === undefined ? [] : [value!.note])),
  };
}

/** The results that are named: in an exclusion any of them counts, in an inclusion all must be so. */
function subjectsIn(
  names: string,
  list: List,
): { readonly concepts: readonly Concept[]; readonly form: "all" | "any" } | undefined {
  const single = conceptNamed("observation", names);
  if (single !== undefined) return { concepts: [single], form: "all" };
  const isOr = /\s(?:and\/or|or)\s/i.test(names);
  // "A or B ≤ 2" as an inclusion, "A and B > 3" as an exclusion: people read these both ways.
  if (isOr !== (list === "exclusion")) return undefined;
  const joined = isOr ? names : names.replace(/,?\s+and\s+/i, " or ");
  const concepts = (alternativesIn(joined) ?? []).map((name) => conceptNamed("observation", name));
  if (concepts.length < 2 || concepts.some((concept) => concept === undefined)) return undefined;
  return { concepts: concepts as Concept[], form: isOr ? "any" : "all" };
}

function leafOf(
  { name, title }: Concept,
  { bounds, units, limit }: Found,
  within: string | undefined,
): { readonly criterion?: Criterion; readonly note?: string } {
  const subject = { observation: { concept: name }, ...(within !== undefined && { within }) };
  if (limit !== undefined) return { criterion: { ...subject, [limit]: bounds } as Criterion };
  const last = units.at(-1);
  const only = Object.hasOwn(ONLY_UNIT, name) ? ONLY_UNIT[name] : undefined;
  const unit = last === undefined ? only : unitIn(last);
  const isMixed = units.some((one) => one !== undefined && unitIn(one) !== unit);
  // Milliequivalents are millimoles only of what has one charge.
  const isCharged = unit === "meq/L" && name !== "potassium" && name !== "sodium";
  if (unit === undefined || isMixed || isCharged) return {};
  const criterion = { ...subject, value: { ...bounds, unit } } as Criterion;
  if (last !== undefined || unit === "1") return { criterion };
  return { criterion, note: `no unit is written: ${title} is in ${unit}` };
}
