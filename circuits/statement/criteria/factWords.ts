// A fact in words, with the patient's own values: for the eyes of the patient and the clinic only.

import {
  conceptByNumber,
  conceptUnit,
  describeAnswerOf,
  displayOf,
} from "../dictionary/dictionary.ts";
import { type Domain, decodeCode } from "../encoding/code.ts";
import { formatDay, ONGOING, ymdOfDay } from "../encoding/day.ts";
import { domainsOfKind } from "../encoding/domains.ts";
import {
  decodeQuantity,
  EARLIEST,
  LATEST,
  STILL_ON,
  UNUSABLE,
  unpackFact,
} from "../encoding/fact.ts";
import { counted, printNumber, unitAfterNumber } from "../encoding/print.ts";
import { unitOf } from "../encoding/units.ts";
import { afterName, inSentence } from "./english.ts";

const RESULTS: readonly Domain[] = domainsOfKind("observation");
/** Coded answers are small integers, far below the offset at which quantities begin. */
const SMALLEST_QUANTITY = 1_000_000n;

/** Whether facts like this have no value of their own: their value says how their day is meant. */
export function saysWhen({ domain }: { readonly domain: Domain }): boolean {
  return domain !== "demographic" && !RESULTS.includes(domain);
}

/** How the day of a fact without a measured value is meant: "on or after 2021-03-01". */
export function dayWords(day: number, value: bigint): string {
  const isStillOn = value > STILL_ON && value !== UNUSABLE;
  const how = isStillOn ? value - STILL_ON : value;
  const going = isStillOn ? ", still going on" : "";
  if (day === ONGOING) return how === LATEST ? "perhaps still going on" : "still going on";
  if (how === EARLIEST) return `on or after ${formatDay(day)}${going}`;
  return `${how === LATEST ? "on or before" : "on"} ${formatDay(day)}${going}`;
}

/** The result of a fact, with its unit as people write it; an answer by its title. */
export function resultOf(code: bigint, value: bigint): string {
  const { domain, system, code: text } = decodeCode(code);
  if (domain === "observationUpper") return `${decodeQuantity(value)} times the upper limit`;
  if (domain === "observationLower") return `${decodeQuantity(value)} times the lower limit`;
  const answer = describeAnswerOf(code, value);
  if (answer !== undefined) return inSentence(answer);
  if (value < SMALLEST_QUANTITY) return `answer ${value}`;
  const concept = system === "concept" ? conceptByNumber(Number(text)) : undefined;
  const unit = concept ? conceptUnit(concept) : unitOf(text)?.unit;
  return `${printNumber(decodeQuantity(value))}${unitAfterNumber(unit ?? "")}`;
}

/** A packed fact: "systolic blood pressure 120 mm Hg, on 2021-03-01". */
export function factWords(packed: bigint): string {
  const { code, day, value } = unpackFact(packed);
  const { domain, system, code: text } = decodeCode(code);
  if (domain === "demographic") return demographicWords(text, value);
  if (value === UNUSABLE) {
    const what = RESULTS.includes(domain) ? "a result that cannot be used" : "not certain";
    return `${what}, ${dayWords(day, value)}`;
  }
  if (!RESULTS.includes(domain)) return dayWords(day, value);
  const name = displayOf(system, text);
  const result = afterName(resultOf(code, value), name ?? "");
  return `${name === undefined ? "" : `${inSentence(name)} `}${result}, ${dayWords(day, 0n)}`;
}

const SEX_CODE = "46098-0";
const SEX_NAMES: readonly (string | undefined)[] = [undefined, "female", "male", "other"];

function demographicWords(code: string, value: bigint): string {
  if (value === UNUSABLE) return "not known";
  return (code === SEX_CODE && SEX_NAMES[Number(value)]) || "recorded";
}

const BIRTH_DATE_CODE = "21112-8";
/** Younger children are counted in months. */
const YOUNG_MONTHS = 24;

/** A birth date as the age that it means on a day: "age 43 years, born on 1983-05-02". */
export function ownAgeWords(packed: bigint, asOf: number): string {
  const { code, value } = unpackFact(packed);
  const [today, birth] = [ymdOfDay(asOf), Number(value)];
  if (value === UNUSABLE || birth > today) return factWords(packed);
  const months = monthsOf(today) - monthsOf(birth) - (today % 100 < birth % 100 ? 1 : 0);
  const age =
    months < YOUNG_MONTHS ? counted(months, "month") : counted(Math.floor(months / 12), "year");
  // Of a birth date given in part, the record has the latest day that it may mean.
  if (decodeCode(code).code !== BIRTH_DATE_CODE) return `age ${age} or more`;
  const [year, month, day] = [birth / 10_000, (birth / 100) % 100, birth % 100].map(Math.floor);
  const born = [year, month, day].map((part) => String(part).padStart(2, "0")).join("-");
  return `age ${age}, born on ${born}`;
}

/** Of yyyymmdd, whole months since the year 0. */
function monthsOf(ymd: number): number {
  return Math.floor(ymd / 10_000) * 12 + (Math.floor(ymd / 100) % 100);
}
