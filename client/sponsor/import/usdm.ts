// CDISC USDM JSON, versions 3 and 4 (cdisc.org/ddf): criteria as text under a category, planned ages and sexes as fields.

import type { z } from "zod";
import { counted } from "../../../circuits/statement/encoding/print.ts";
import {
  hasAt,
  ImportError,
  type Imported,
  type ImportedLine,
  inForm,
  type List,
  lineOf,
} from "./imported.ts";
import { textOf } from "./markup.ts";
import { readSentence } from "./sentence.ts";
import {
  type Criterion,
  type code,
  type Design,
  type Population,
  studySchema,
} from "./usdmSchema.ts";

/** True for a study in USDM. */
export function isUsdm(json: unknown): boolean {
  return hasAt(json, "study", "versions");
}

/** CDISC controlled terminology, criteria category. */
const LISTS: Readonly<Record<string, List>> = { C25532: "inclusion", C25370: "exclusion" };
const SEXES: Readonly<Record<string, "female" | "male">> = { C16576: "female", C20197: "male" };

type Stated = { readonly criterion: Criterion; readonly reason?: string };

/** Reads the last version and its first design. Throws ImportError when it has no criteria. */
export function importUsdm(json: unknown): Imported {
  const { study, usdmVersion } = inForm(studySchema, json, "CDISC USDM");
  const version = study.versions.at(-1)!;
  const [design, ...designs] = version.studyDesigns;
  const others: string[] = [];
  const items = new Map(
    (version.eligibilityCriterionItems ?? []).map((item) => [item.id, item.text ?? ""]),
  );
  const lines = populationLines(design!.population);
  for (const { criterion, reason } of criteriaOf(design!)) {
    const item = items.get(criterion.criterionItemId ?? "");
    const words = textOf(criterion.text ?? item ?? criterion.description ?? "");
    if (words === "") continue;
    const list = listOf(criterion.category);
    if (list === "other") others.push(`not imported: ${criterion.category?.decode}: ${words}`);
    else lines.push(criterionLine(words, list, reason, lines));
  }
  if (lines.length === 0) {
    throw new ImportError(
      "study.versions: the last version's first design has no eligibility criteria",
    );
  }
  const title = version.titles?.find(({ type }) => /official/i.test(type?.decode ?? ""));
  const [first] = version.studyIdentifiers ?? [];
  return {
    format: `CDISC USDM ${usdmVersion ?? ""}`.trim(),
    title: (title ?? version.titles?.find(({ text }) => text))?.text ?? study.name ?? "",
    number: first?.text ?? first?.studyIdentifier,
    lines,
    notes: [
      ...others,
      ...(designs.length > 0
        ? [`not read: ${counted(designs.length, "more study design", "more study designs")}`]
        : []),
      ...(study.versions.length > 1
        ? [`the last of ${study.versions.length} versions was read`]
        : []),
    ],
  };
}

/** Withdrawal and run-in criteria are none of eligibility; without a category nobody knows. */
function listOf(category: z.infer<typeof code> | undefined): List | "other" | undefined {
  const { code: number = "", decode = "" } = category ?? {};
  if (Object.hasOwn(LISTS, number)) return LISTS[number];
  if (/exclusion/i.test(decode)) return "exclusion";
  if (/inclusion/i.test(decode)) return "inclusion";
  return decode === "" ? undefined : "other";
}

function criterionLine(
  source: string,
  known: List | undefined,
  reason: string | undefined,
  lines: readonly ImportedLine[],
): ImportedLine {
  const list = known ?? "inclusion";
  const number = lines.filter((line) => line.list === list).length + 1;
  const why = known === undefined ? "no category says whether it includes or excludes" : reason;
  const read = why === undefined ? readSentence(source, list) : { notes: [why] };
  return lineOf({ list, source, number, read });
}

/** Version 4 keeps criteria in the design, version 3 in the population; those of a cohort are not asked of everybody. */
function criteriaOf({ eligibilityCriteria = [], population }: Design): Stated[] {
  const cohorts = population?.cohorts ?? [];
  const everybody = new Set(population?.criterionIds ?? []);
  const ofCohort = new Map(
    cohorts.flatMap(({ name, label, criterionIds }) =>
      (criterionIds ?? []).map((id) => [id, label ?? name ?? "a cohort"] as const),
    ),
  );
  const inDesign = eligibilityCriteria.map((criterion): Stated => {
    const cohort = everybody.has(criterion.id ?? "") ? undefined : ofCohort.get(criterion.id ?? "");
    return { criterion, ...(cohort !== undefined && { reason: `only for cohort "${cohort}"` }) };
  });
  const inPopulation = (population?.criteria ?? []).map((criterion): Stated => ({ criterion }));
  const inCohorts = cohorts.flatMap(({ name, label, criteria }) =>
    (criteria ?? []).map(
      (criterion): Stated => ({
        criterion,
        reason: `only for cohort "${label ?? name ?? "without a name"}"`,
      }),
    ),
  );
  return [...inDesign, ...inPopulation, ...inCohorts];
}

type Value = { readonly years: number } | { readonly words: string };
type Age = NonNullable<Population["plannedAge"]>;

function populationLines(given: Population | null | undefined): ImportedLine[] {
  const lines: ImportedLine[] = [];
  const { plannedAge: age, plannedSex } = given ?? {};
  for (const [name, side, text] of [
    ["Planned minimum age", "min", "minValue"],
    ["Planned maximum age", "max", "maxValue"],
  ] as const) {
    const value = age ? boundOf(age, text) : undefined;
    if (value === undefined) continue;
    const number = lines.length + 1;
    const source = `${name}: ${"years" in value ? `${value.years} years` : value.words}`;
    const read =
      "years" in value && age?.isApproximate !== true
        ? { criterion: { age: { [side]: value.years } } }
        : { notes: ["only exact, whole years can be asked for"] };
    lines.push(lineOf({ list: "inclusion", source, number, read }));
  }
  const codes = plannedSex ?? [];
  const only = codes.length === 1 ? SEXES[codes[0]?.code ?? ""] : undefined;
  if (only !== undefined) {
    const [number, source] = [lines.length + 1, `Planned sex: ${only}`];
    lines.push(lineOf({ list: "inclusion", source, number, read: { criterion: { sex: only } } }));
  }
  return lines;
}

/** A bound of the planned age: a number with the range's unit (version 3) or a quantity with its own (version 4). */
function boundOf(age: Age, side: "minValue" | "maxValue"): Value | undefined {
  const given = age[side];
  if (given === null || given === undefined) return undefined;
  const [value, own] = typeof given === "object" ? [given.value, given.unit] : [given, undefined];
  if (value === null || value === undefined) return undefined;
  const unit = own ?? age.unit;
  const name = unit?.standardCode?.decode ?? unit?.decode;
  const isYears = name === undefined || name === null || /^years?$/i.test(name);
  const number = Number(value);
  if (isYears && Number.isInteger(number) && number >= 0 && number < 150) return { years: number };
  return { words: `${value}${name ? ` ${name}` : ""}` };
}
