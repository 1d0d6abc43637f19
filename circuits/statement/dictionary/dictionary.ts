// The dictionary: which codes make up each concept. Loaded from the FHIR ValueSets in
// ../dictionary.
import conceptBundle from "../../dictionary/concepts.json" with { type: "json" };
import neutralBundle from "../../dictionary/neutral.json" with { type: "json" };
import possibleBundle from "../../dictionary/possible.json" with { type: "json" };
import published from "../../dictionary/published.json" with { type: "json" };
import { answersOf, describeAnswer, questionOf } from "../encoding/answers.ts";
import { type Domain, decodeCode, encodeCode, SYSTEMS, type System } from "../encoding/code.ts";
import { baseOf, CODED_KINDS, domainsOfKind, KINDS, kindOfDomain } from "../encoding/domains.ts";
import { closest } from "../encoding/suggest.ts";
import { unitOf } from "../encoding/units.ts";
import { type BaseDomain, baseDomainOf, type Concept } from "./concept.ts";
import { indexMembership, normaliseCode } from "./membership.ts";
import { indexMentions } from "./mention.ts";
import { assembleConcepts, codesOf, neutralUrl, type ValueSet, WHO_ONLY_URL } from "./valueSet.ts";

export type { Answer, Coding, Question } from "../encoding/answers.ts";
export {
  answerByName,
  answerNames,
  answerRange,
  answersOf,
  describeAnswer,
  encodeAnswer,
  questionOf,
} from "../encoding/answers.ts";
export type { BaseDomain, Concept, Member } from "./concept.ts";
export { baseDomainOf, systemOfUri } from "./concept.ts";
export { type Classified, normaliseCode } from "./membership.ts";

/** The newest published version; concepts, units and answers added since are not used yet. */
export const DICTIONARY_VERSION = published.at(-1)!.version;

const setsOf = (bundle: { entry: readonly { resource: unknown }[] }) =>
  bundle.entry.map(({ resource }) => resource as ValueSet);

/** All concepts of {@link DICTIONARY_VERSION}, by number. */
export const CONCEPTS: readonly Concept[] = assembleConcepts(
  { concepts: setsOf(conceptBundle), possible: setsOf(possibleBundle) },
  DICTIONARY_VERSION,
);
/** Concepts that are one concept without another. */
export const DIFFERENCES: readonly Concept[] = CONCEPTS.filter(({ difference }) => difference);

const byName = new Map(CONCEPTS.map((concept) => [concept.name, concept]));
const byNumber = new Map(CONCEPTS.map((concept) => [concept.number, concept]));
const displays = new Map<string, string>();
/** What is listed as a member of no concept: "url system code". */
const neutral = new Set<string>();
for (const { members, possible } of CONCEPTS) noteDisplays([...members, ...possible]);
for (const set of setsOf(neutralBundle)) {
  if (Number(set.version) > DICTIONARY_VERSION) continue;
  const codes = codesOf(set);
  noteDisplays(codes);
  for (const { system, code } of codes) neutral.add(`${set.url} ${system} ${code}`);
}

function noteDisplays(codes: Concept["members"]): void {
  for (const { system, code, display } of codes) {
    const key = `${system} ${normaliseCode(system, code)}`;
    if (display && !displays.has(key)) displays.set(key, display);
  }
}

const membership = indexMembership(
  CONCEPTS,
  (base, system, code) =>
    neutral.has(`${neutralUrl(base)} ${system} ${code}`) ||
    (base === "observation" && system === "loinc" && isKnownLoinc(code)),
  (category) => neutral.has(`${WHO_ONLY_URL} icd10 ${category}`),
);

/** Of which concepts a code is a member, and which it may belong to, by the dictionary alone. */
export const classifyCode = membership.classify;
/** Concepts of a kind of which some member, or possible member, is this code or lies below this prefix. */
export const conceptsOverlapping = membership.overlapping;
/** The concepts of a kind that a text names. */
export const conceptsNamed = indexMentions(CONCEPTS);

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

/** Concepts of a kind whose name, title or stems hold every word of the query. */
export function searchConcepts(query: string, base?: BaseDomain): Concept[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return CONCEPTS.filter(({ name, title, words: stems, domain }) => {
    const text = `${name} ${title} ${stems.join(" ")}`.toLowerCase();
    return (base ?? domain) === domain && words.every((word) => text.includes(word));
  });
}

/** The code under which facts of this concept are rolled up in one domain. */
export function conceptCode(concept: Concept, domain: Domain): bigint {
  if (!conceptDomains(concept).includes(domain)) {
    throw new RangeError(`concept ${concept.name} is about ${concept.domain}, not ${domain}`);
  }
  return encodeCode(domain, "concept", String(concept.number));
}

/** Fact domains a concept can appear in: conditions have a start and a last day, and occur in relatives. */
export function conceptDomains(concept: Concept): readonly Domain[] {
  return CODED_KINDS.filter((kind) => baseOf(kind) === concept.domain).flatMap(domainsOfKind);
}

/**
 * Concepts of the domain that contain a code; the dot and case of ICD-10-CM and ATC do not matter.
 */
export function conceptsContaining(domain: Domain, system: System, code: string): Concept[] {
  const base = baseDomainOf(domain);
  return base === undefined ? [] : [...classifyCode(base, system, code).members];
}

/**
 * Canonical UCUM unit shared by all members of an observation concept; undefined for coded answers.
 */
export function conceptUnit(concept: Concept): string | undefined {
  if (concept.domain !== "observation") return undefined;
  const loinc = loincOf(concept);
  return loinc && unitOf(loinc)?.unit;
}

/** The LOINC code by which an observation concept's unit or answers are looked up: all its codes share them. */
export function loincOf(concept: Concept): string | undefined {
  return concept.measuredAs ?? concept.members.find(({ system }) => system === "loinc")?.code;
}

/**
 * Whether the dictionary knows a LOINC code, as a quantity or a coded answer. Others are left out.
 */
export function isKnownLoinc(loinc: string): boolean {
  return unitOf(loinc) !== undefined || questionOf(loinc) !== undefined;
}

/** Code systems that records hold since version 2: editions of ICD-10, categories, contacts and pairs of concepts. */
const SINCE_SECOND: readonly System[] = ["icd10", "icd10gm", "actCode", "pair"];

/**
 * Dictionary version since which records write this code as they do now: the newest one, up to `upTo`, in which the
 * concept's codes grew; 1 for codes it says nothing of.
 */
export function versionOfCode(code: bigint, upTo: number = DICTIONARY_VERSION): number {
  const { domain, system, code: text } = decodeCode(code);
  const kind = kindOfDomain(domain);
  const since = (kind && KINDS[kind].since) ?? 1;
  return Math.max(since, SINCE_SECOND.includes(system) ? 2 : 1, ownVersion(system, text, upTo));
}

function ownVersion(system: System, text: string, upTo: number): number {
  if (system === "pair") {
    return Math.max(...text.split(":").map((number) => ownVersion("concept", number, upTo)));
  }
  if (system === "concept") {
    const concept = conceptByNumber(Number(text));
    return concept?.grown.filter((version) => version <= upTo).at(-1) ?? concept?.version ?? 1;
  }
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
  const concept = system === "concept" ? conceptByNumber(Number(text)) : undefined;
  const loinc = system === "concept" ? concept && loincOf(concept) : text;
  return loinc && answersOf(loinc).length > 0 ? describeAnswer(value) : undefined;
}
