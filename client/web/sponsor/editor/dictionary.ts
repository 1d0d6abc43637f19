// What the form offers to choose from: concepts, codes and units of the dictionary.

import { DERIVED } from "../../../../circuits/statement/criteria/compileDerived.ts";
import {
  CONCEPTS,
  type Concept,
  conceptByName,
  loincOf as loincOfConcept,
} from "../../../../circuits/statement/dictionary/dictionary.ts";
import { answerByName, answerNames } from "../../../../circuits/statement/encoding/answers.ts";
import { SYSTEMS, type System } from "../../../../circuits/statement/encoding/code.ts";
import { baseOf, type CodedKind, KINDS } from "../../../../circuits/statement/encoding/domains.ts";
import { searchUnits, toCanonical, unitOf } from "../../../../circuits/statement/encoding/units.ts";
import { isObject } from "../draft/tree.ts";

/** How a code can be given, the dictionary's concepts first. */
export function codeKindsOf(form: CodedKind): { value: System | "concept"; label: string }[] {
  const systems = KINDS[form].systems.map((system) => ({
    value: system,
    label: SYSTEMS[system].name,
  }));
  return [{ value: "concept", label: "Dictionary concept" }, ...systems];
}

export function conceptOptions(form: CodedKind): { value: string; label: string }[] {
  return CONCEPTS.filter(({ domain }) => domain === baseOf(form))
    .map(({ name, title }) => ({ value: name, label: title }))
    .sort((a, b) => a.label.localeCompare(b.label));
}

/** Whether a concept's names, description or codes hold every word that is looked for. */
export function matchesConcept(name: string, query: string): boolean {
  const concept = conceptByName(name);
  if (concept === undefined) return true;
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const text = searchTextOf(concept);
  return words.every((word) => text.includes(word));
}

const texts = new Map<string, string>();

function searchTextOf(concept: Concept): string {
  const known = texts.get(concept.name);
  if (known !== undefined) return known;
  const { name, title, description, members } = concept;
  const codes = members.map(({ code, display = "" }) => `${code} ${display}`);
  const text = [name, title, description, ...codes].join(" ").toLowerCase();
  texts.set(name, text);
  return text;
}

/** LOINC quantities that hold the words: code, and what it measures. */
export function loincOptions(query: string): { value: string; display: string }[] {
  return searchUnits(query).map(({ loinc, display }) => ({ value: loinc, display }));
}

/** What can be calculated, as far as the dictionary has it. */
export function derivedOptions(): { value: string; label: string }[] {
  return DERIVED.map((name) => ({ value: name, label: conceptByName(name)?.title ?? name }));
}

/** The LOINC code behind an observation's reference, by which units and answers are known. */
export function loincOf(reference: unknown): string | undefined {
  if (!isObject(reference)) return undefined;
  if (typeof reference.loinc === "string") return reference.loinc;
  if (typeof reference.concept !== "string") return undefined;
  const concept = conceptByName(reference.concept);
  return concept?.domain === "observation" ? loincOfConcept(concept) : undefined;
}

const COMMON_UNITS = [
  ...["%", "mmol/mol", "mmol/L", "umol/L", "nmol/L", "pmol/L", "mol/L", "meq/L", "g/dL", "g/L"],
  ...["mg/dL", "mg/L", "ug/L", "ug/dL", "ng/mL", "ng/dL", "ng/L", "pg/mL", "U/L", "[iU]/L"],
  ...[
    "m[iU]/L",
    "10*9/L",
    "10*12/L",
    "/uL",
    "mm[Hg]",
    "kPa",
    "/min",
    "kg/m2",
    "kg",
    "g",
    "[lb_av]",
  ],
  ...[
    "cm",
    "m",
    "[in_i]",
    "Cel",
    "[degF]",
    "mL/min/{1.73_m2}",
    "mg/g",
    "mg/mmol",
    "ms",
    "s",
    "{score}",
  ],
];

/** Units that a result of this code can be given in, the dictionary's own first. */
export function unitOptions(loinc: string): string[] {
  const own = unitOf(loinc)?.unit;
  if (own === undefined) return [];
  const others = COMMON_UNITS.filter(
    (unit) => unit !== own && toCanonical({ loinc, value: "1", unit }).ok,
  );
  return [own, ...others];
}

/** Answers that a question can have, and groups of them. */
export function answerOptions(loinc: string): { value: string; label: string }[] {
  return answerNames(loinc).map((name) => ({
    value: name,
    label: answerByName(name)?.title ?? name.replaceAll("-", " "),
  }));
}
