// A fact in words: what a clinician or patient reads about each line of a record.

import { resultOf, saysWhen } from "../../../circuits/statement/criteria/factWords.ts";
import { SYSTEMS } from "../../../circuits/statement/encoding/code.ts";
import { formatDay, ONGOING } from "../../../circuits/statement/encoding/day.ts";
import {
  type Domain,
  domainsOfKind,
  KINDS,
  KINDS_BY_NUMBER,
} from "../../../circuits/statement/encoding/domains.ts";
import { EARLIEST, LATEST, STILL_ON, UNUSABLE } from "../../../circuits/statement/encoding/fact.ts";
import { SEX_VALUES } from "../../desk/person.ts";
import { SEX_LOINC } from "../facts/patient.ts";
import type { SourcedFact } from "./resolve.ts";

/** Headings, in the order of a report. */
export const DOMAIN_WORDS = Object.fromEntries([
  ["demographic", "Person"],
  ...KINDS_BY_NUMBER.flatMap((kind) =>
    domainsOfKind(kind).map((domain, i) => [
      domain,
      KINDS[kind].headings?.[i] ?? KINDS[kind].words.clinic,
    ]),
  ),
]) as Readonly<Record<Domain, string>>;

/** "4548-4 LOINC", "concept". */
export function codeWords({ system, code }: SourcedFact): string {
  if (system === "idTag") return "salted hash";
  return system === "concept" ? `concept ${code}` : `${SYSTEMS[system].name} ${code}`;
}

/** The value with its unit; how the day of what has none is meant, "" when it is that very day. */
export function valueWords(fact: SourcedFact): string {
  const { domain, value, encoded } = fact;
  if (value === UNUSABLE) return "not usable";
  if (domain === "demographic") return demographicWords(fact);
  return saysWhen(fact) ? meantWords(value) : resultOf(encoded, value);
}

function meantWords(value: bigint): string {
  const how = value > STILL_ON ? value - STILL_ON : value;
  const day = { [`${EARLIEST}`]: "this day or later", [`${LATEST}`]: "this day or earlier" };
  const going = value > STILL_ON ? "in an episode that is still going on" : "";
  return [day[`${how}`], going].filter(Boolean).join(", ");
}

function demographicWords({ system, code, value }: SourcedFact): string {
  if (system === "idTag") return "";
  if (code === SEX_LOINC) {
    return Object.entries(SEX_VALUES).find(([, stored]) => stored === value)?.[0] ?? "unknown";
  }
  const ymd = value.toString().padStart(8, "0");
  return `${ymd.slice(0, 4)}-${ymd.slice(4, 6)}-${ymd.slice(6)}`;
}

/** One line: "2021-03-01  HbA1c (LOINC 4548-4): 7.5 %". */
export function factWords(fact: SourcedFact): string {
  const value = valueWords(fact);
  const note = fact.note === undefined ? "" : ` [${fact.note}]`;
  const what = `${fact.label} (${codeWords(fact)})`;
  const day = fact.day === ONGOING ? "goes on   " : formatDay(fact.day);
  return `${day}  ${what}${value && `: ${value}`}${note}`;
}
