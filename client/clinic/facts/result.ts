// One result (an Observation's own value or that of a component) under each code it is written: its own, and every
// concept of the dictionary that holds it.

import {
  answersOf,
  type Concept,
  conceptByNumber,
  loincOf,
} from "../../../circuits/statement/dictionary/dictionary.ts";
import type { Domain } from "../../../circuits/statement/encoding/code.ts";
import { unitOf } from "../../../circuits/statement/encoding/units.ts";
import type { Draft, MapContext, WrittenCode } from "../read/draft.ts";
import { readMultiple, type Side } from "./limits.ts";
import type { Moment } from "./moment.ts";
import { type ReadValue, readValue, unusable, type Valued } from "./value.ts";

export const OBSERVATION_DOMAINS: readonly Domain[] = [
  "observation",
  "observationUpper",
  "observationLower",
];
const SIDES: Readonly<Partial<Record<Domain, Side>>> = {
  observationUpper: "high",
  observationLower: "low",
};

/** The facts of a result. A code whose value cannot be told or compared gets an unusable one, so that none is newer. */
export function resultDrafts(
  input: Valued,
  known: readonly WrittenCode[],
  { problem, ...when }: Moment,
  context: MapContext,
): Draft[] {
  const readings = new Map<string, ReadValue>();
  const read = (loinc: string, domain: Domain): ReadValue => {
    const key = `${domain} ${loinc}`;
    const side = SIDES[domain];
    const whose = { birth: context.birth, sex: context.sex, day: when.day };
    const reading =
      readings.get(key) ??
      (side === undefined ? readValue(input, loinc) : readMultiple(input, loinc, side, whose));
    readings.set(key, reading);
    return reading;
  };
  const loincs = known.filter(({ system, doubt }) => system === "loinc" && doubt === undefined);
  return known.flatMap((written): Draft[] => {
    const { doubt, ...code } = written;
    const refused = problem ?? doubt;
    const sources = refused === undefined ? sourcesOf(code, loincs, context) : [];
    return domainsOf(code).map((domain) => ({
      ...code,
      ...when,
      domain,
      ...(refused === undefined
        ? theOnly(sources.map((loinc) => read(loinc, domain)))
        : unusable(refused)),
    }));
  });
}

/** The LOINC codes of the statement whose value is that of a code: itself, or of a concept the members that share its measure. */
function sourcesOf(
  { system, code }: WrittenCode,
  loincs: readonly WrittenCode[],
  { codes }: MapContext,
): string[] {
  if (system === "loinc") return [code];
  const concept = system === "concept" ? conceptByNumber(Number(code)) : undefined;
  const measure = concept && measureOfConcept(concept);
  if (concept === undefined || measure === undefined) return [];
  return loincs
    .map((loinc) => loinc.code)
    .filter(
      (loinc) =>
        measureOf(loinc) === measure &&
        codes.classify("observation", "loinc", loinc).members.includes(concept),
    );
}

function theOnly(readings: readonly ReadValue[]): ReadValue {
  const [first] = readings;
  if (first === undefined) return unusable("not in the unit or answers of the dictionary");
  const agree = readings.every(({ value }) => value === first.value);
  return agree ? first : unusable("its codes give different values");
}

/** Only what has a unit has limits; where it has, a report without them still counts as newest. */
function domainsOf({ system, code }: WrittenCode): readonly Domain[] {
  const concept = system === "concept" ? conceptByNumber(Number(code)) : undefined;
  const measure = system === "loinc" ? measureOf(code) : concept && measureOfConcept(concept);
  return measure?.startsWith(UNIT) ? OBSERVATION_DOMAINS : ["observation"];
}

const UNIT = "unit ";

/** How values of a LOINC code are stored: in one unit, or as one of some answers. Only equal measures compare. */
function measureOf(loinc: string): string | undefined {
  const unit = unitOf(loinc)?.unit;
  if (unit !== undefined) return UNIT + unit;
  const answers = answersOf(loinc);
  return answers.length === 0 ? undefined : answers.map(({ name }) => name).join(" ");
}

function measureOfConcept(concept: Concept): string | undefined {
  const loinc = loincOf(concept);
  return loinc === undefined ? undefined : measureOf(loinc);
}
