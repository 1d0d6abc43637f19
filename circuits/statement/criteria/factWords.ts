// A fact in words, with the patient's own values: for the eyes of the patient and the clinic only.

import {
  conceptByNumber,
  conceptUnit,
  describeAnswerOf,
  displayOf,
} from "../dictionary/dictionary.ts";
import { type Domain, decodeCode } from "../encoding/code.ts";
import { formatDay, ONGOING } from "../encoding/day.ts";
import { domainsOfKind } from "../encoding/domains.ts";
import {
  decodeQuantity,
  EARLIEST,
  LATEST,
  STILL_ON,
  UNUSABLE,
  unpackFact,
} from "../encoding/fact.ts";
import { printNumber, unitAfterNumber } from "../encoding/print.ts";
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
  if (domain === "demographic") return value === UNUSABLE ? "not known" : "recorded";
  if (value === UNUSABLE) {
    const what = RESULTS.includes(domain) ? "a result that cannot be used" : "not certain";
    return `${what}, ${dayWords(day, value)}`;
  }
  if (!RESULTS.includes(domain)) return dayWords(day, value);
  const name = displayOf(system, text);
  const result = afterName(resultOf(code, value), name ?? "");
  return `${name === undefined ? "" : `${inSentence(name)} `}${result}, ${dayWords(day, 0n)}`;
}
