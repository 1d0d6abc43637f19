// The dictionary: which codes make up each concept. Loaded from the FHIR ValueSets in
// ../dictionary.
import conceptBundle from "../dictionary/concepts.json" with { type: "json" };
import published from "../dictionary/published.json" with { type: "json" };
import { answersOf, describeAnswer, questionOf } from "./answers.ts";
import { type Domain, decodeCode, encodeCode, SYSTEMS, type System } from "./code.ts";
import {
  type BaseDomain,
  baseDomainOf,
  type Concept,
  domainsOfBase,
  parseValueSet,
  type ValueSet,
} from "./concept.ts";
import { closest } from "./suggest.ts";
import { unitOf } from "./units.ts";

export type { Answer, Coding, Question } from "./answers.ts";
export {
  answerByName,
  answerNames,
  answerRange,
  answersOf,
  describeAnswer,
  encodeAnswer,
  questionOf,
} from "./answers.ts";
export type { BaseDomain, Concept, Member } from "./concept.ts";
export { baseDomainOf, systemOfUri } from "./concept.ts";

/** The newest published version; concepts, units and answers added since are not used yet. */
export const DICTIONARY_VERSION = published.at(-1)!.version;

const sets = conceptBundle.entry.map((entry) => entry.resource as unknown as ValueSet);

/** All concepts of {@link DICTIONARY_VERSION}, by number. */
export const CONCEPTS: readonly Concept[] = sets
  .map(parseValueSet)
  .filter((concept) => concept.version <= DICTIONARY_VERSION);

const byName = new Map(CONCEPTS.map((concept) => [concept.name, concept]));
const byNumber = new Map(CONCEPTS.map((concept) => [concept.number, concept]));
const exactIndex = new Map<string, Concept[]>();
const prefixIndex = new Map<string, Concept[]>();
const displays = new Map<string, string>();
for (const concept of CONCEPTS) {
  for (const { system, code, prefix, display } of concept.members) {
    const key = `${system} ${normaliseCode(system, code)}`;
    const index = prefix ? prefixIndex : exactIndex;
    const entry = `${concept.domain} ${key}`;
    index.set(entry, [...(index.get(entry) ?? []), concept]);
    if (display && !displays.has(key)) displays.set(key, display);
  }
}

/**
 * ICD-10-CM and ATC without dot and in capitals, CVX without its leading zero: one text for one
 * code.
 */
function normaliseCode(system: System, code: string): string {
  if (system === "icd10cm" || system === "atc") return code.toUpperCase().replace(".", "");
  return system === "cvx" ? String(Number(code)) : code;
}

/** The concept of this name, for example `type-2-diabetes`. */
export function conceptByName(name: string): Concept | undefined {
  return byName.get(name);
}

export function conceptByNumber(number: number): Concept | undefined {
  return byNumber.get(number);
}

/** Up to three names near a misspelt or shortened one, best first, for error messages. */
export function suggestConcepts(name: string): string[] {
  return closest(name, [...byName.keys()]);
}

/** The code under which facts of this concept are rolled up in one domain. */
export function conceptCode(concept: Concept, domain: Domain): bigint {
  if (!domainsOfBase(concept.domain).includes(domain)) {
    throw new RangeError(`concept ${concept.name} is about ${concept.domain}, not ${domain}`);
  }
  return encodeCode(domain, "concept", String(concept.number));
}

/** Fact domains a concept can appear in: conditions and drugs have a start and a last day. */
export function conceptDomains(concept: Concept): readonly Domain[] {
  return domainsOfBase(concept.domain);
}

/**
 * Concepts of the domain that contain a code; the dot and case of ICD-10-CM and ATC do not matter.
 */
export function conceptsContaining(domain: Domain, system: System, code: string): Concept[] {
  const base = baseDomainOf(domain);
  if (base === undefined) return [];
  return [...new Set(lookUp(base, system, normaliseCode(system, code)))].sort(
    (a, b) => a.number - b.number,
  );
}

function lookUp(base: BaseDomain, system: System, code: string): Concept[] {
  const found = exactIndex.get(`${base} ${system} ${code}`) ?? [];
  if (system !== "icd10cm" && system !== "atc") return found;
  const prefixes = Array.from({ length: code.length }, (_, i) => code.slice(0, i + 1));
  const below = prefixes.flatMap((p) => prefixIndex.get(`${base} ${system} ${p}`) ?? []);
  return [...found, ...below];
}

/**
 * Canonical UCUM unit shared by all members of an observation concept; undefined for coded answers.
 */
export function conceptUnit(concept: Concept): string | undefined {
  if (concept.domain !== "observation") return undefined;
  return unitOf(concept.members[0]!.code)?.unit;
}

/**
 * Whether the dictionary knows a LOINC code, as a quantity or a coded answer. Others are left out.
 */
export function isKnownLoinc(loinc: string): boolean {
  return unitOf(loinc) !== undefined || questionOf(loinc) !== undefined;
}

/**
 * First dictionary version whose records can be asked for this code; 1 for codes it says nothing
 * of.
 */
export function versionOfCode(code: bigint): number {
  const { system, code: text } = decodeCode(code);
  if (system === "concept") return conceptByNumber(Number(text))?.version ?? 1;
  if (system !== "loinc") return 1;
  return unitOf(text)?.version ?? questionOf(text)?.version ?? 1;
}

/** SHA-256 (0x and 64 hex digits) of a published version, as it stands on the chain. */
export function dictionaryHash(version: number = DICTIONARY_VERSION): string {
  const entry = published.find((candidate) => candidate.version === version);
  if (!entry) throw new RangeError(`dictionary version ${version} was never published`);
  return `0x${entry.hash}`;
}

/** The words for a code that the dictionary knows, whatever its domain. */
export function displayOf(system: System, code: string): string | undefined {
  if (system === "concept") return conceptByNumber(Number(code))?.title;
  const named = system === "loinc" ? (unitOf(code) ?? questionOf(code)) : undefined;
  return named?.display ?? displays.get(`${system} ${normaliseCode(system, code)}`);
}

/** A code in words: the concept's title, or system and code with its display where known. */
export function describeCode(code: bigint): string {
  const { system, code: text } = decodeCode(code);
  const display = displayOf(system, text);
  if (system === "concept") return display ?? `unknown concept ${text}`;
  if (system === "idTag") return SYSTEMS.idTag.name;
  const name = `${SYSTEMS[system].name} ${text}`;
  return display ? `${display} (${name})` : name;
}

/**
 * A stored coded answer in words, for example "Never smoker"; undefined when the code has no
 * answers.
 */
export function describeAnswerOf(code: bigint, value: bigint): string | undefined {
  const { system, code: text } = decodeCode(code);
  const loinc = system === "concept" ? conceptByNumber(Number(text))?.members[0]?.code : text;
  return loinc && answersOf(loinc).length > 0 ? describeAnswer(value) : undefined;
}
