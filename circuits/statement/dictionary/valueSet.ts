// The written form of the dictionary: FHIR R4 ValueSets (hl7.org/fhir/R4/valueset.html), joined to concepts.
import { PREFIX_SYSTEMS, SYSTEMS, type System } from "../encoding/code.ts";
import { BASE_DOMAINS } from "../encoding/domains.ts";
import { type BaseDomain, type Concept, type Member, systemOfUri } from "./concept.ts";

export type Include = {
  system?: string;
  concept?: { code: string; display?: string }[];
  filter?: { property: string; op: string; value: string }[];
  /** Another value set whose codes belong here; one an entry, since several would be intersected. */
  valueSet?: string[];
};
type Extension = { url: string; valueCode?: BaseDomain; valueString?: string };

/** The part of a FHIR ValueSet that the dictionary reads and writes. */
export type ValueSet = {
  resourceType: "ValueSet";
  id: string;
  extension?: Extension[];
  url: string;
  version: string;
  name: string;
  title?: string;
  status: "active";
  description?: string;
  compose: { include: Include[]; exclude?: Include[] };
};
/** The dictionary's ValueSets: of concepts, of what may belong to them, and of what belongs to none. */
export type ValueSets = {
  readonly concepts: readonly ValueSet[];
  readonly possible: readonly ValueSet[];
  readonly neutral: readonly ValueSet[];
};

export const DOMAIN_EXTENSION = "urn:cohort-zero:domain";
export const WORDS_EXTENSION = "urn:cohort-zero:words";
export const MEASURED_AS_EXTENSION = "urn:cohort-zero:measured-as";
const CONCEPT_URL = `${SYSTEMS.concept.uri}:`;
const POSSIBLE_URL = "urn:cohort-zero:possible:";
const NEUTRAL_URL = "urn:cohort-zero:neutral:";
/** Categories of WHO's ICD-10 that ICD-10-CM does not have. */
export const WHO_ONLY_URL = "urn:cohort-zero:icd-10-only";

export function conceptUrl(number: number): string {
  return `${CONCEPT_URL}${number}`;
}
export function possibleUrl(number: number): string {
  return `${POSSIBLE_URL}${number}`;
}
export function neutralUrl(base: BaseDomain): string {
  return `${NEUTRAL_URL}${base}`;
}

/** A concept of one ValueSet or of several versions of it, before what it includes is added. */
type Own = Omit<Concept, "grown"> & { grown: Set<number> };

/**
 * Concepts from their ValueSets up to a dictionary version, by number. A later version of a ValueSet adds to the
 * earlier ones. Throws RangeError naming the value set and what is wrong in it.
 */
export function assembleConcepts(sets: Omit<ValueSets, "neutral">, upTo: number): Concept[] {
  const own = new Map<number, Own>();
  for (const set of sets.concepts) {
    if (Number(set.version) > upTo) continue;
    const number = numberOf(set, CONCEPT_URL);
    const before = own.get(number);
    own.set(number, before === undefined ? parseConcept(set, number) : extend(before, set));
  }
  for (const set of sets.possible) {
    if (Number(set.version) > upTo) continue;
    const concept = own.get(numberOf(set, POSSIBLE_URL));
    if (concept === undefined)
      throw new RangeError(`value set ${set.name}: there is no such concept`);
    own.set(concept.number, {
      ...concept,
      possible: [...concept.possible, ...codesOf(set)],
      grown: concept.grown.add(Number(set.version)),
    });
  }
  return [...own.values()].map((concept) => close(concept, own));
}

function parseConcept(set: ValueSet, number: number): Own {
  const domain = set.extension?.find((e) => e.url === DOMAIN_EXTENSION)?.valueCode;
  if (domain === undefined || !BASE_DOMAINS.includes(domain)) {
    throw new RangeError(`value set ${set.name}: no known ${DOMAIN_EXTENSION}`);
  }
  const { name, title, description } = set;
  if (title === undefined || description === undefined) {
    throw new RangeError(`value set ${name}: no title or description`);
  }
  const version = Number(set.version);
  const texts = { number, name, title, description, domain, version };
  const difference = differenceOf(set);
  const measuredAs = set.extension?.find((e) => e.url === MEASURED_AS_EXTENSION)?.valueString;
  const start: Own = {
    ...texts,
    grown: new Set(),
    members: [],
    possible: [],
    includes: [],
    words: [],
    isA: [],
    isNotA: [],
    ...(difference && { difference }),
    ...(measuredAs && { measuredAs }),
  };
  return extend(start, set);
}

/** A concept with what a version of its ValueSet adds. */
function extend(concept: Own, set: ValueSet): Own {
  if (set.name !== concept.name) {
    throw new RangeError(`value set ${set.name}: ${set.url} is ${concept.name}`);
  }
  const words = set.extension?.find((e) => e.url === WORDS_EXTENSION)?.valueString?.split(", ");
  const included = concept.difference === undefined ? includedIn(set, concept.number) : [];
  return {
    ...concept,
    members: [...concept.members, ...codesOf(set)],
    includes: [...concept.includes, ...included],
    isA: [...concept.isA, ...rootsOf(set.compose.include)],
    isNotA: [...concept.isNotA, ...rootsOf(set.compose.exclude ?? [])],
    words: [...concept.words, ...(words ?? [])],
    grown: concept.grown.add(Number(set.version)),
  };
}

/** Adds what a concept includes, and what that includes. A concept that includes itself is refused. */
function close(concept: Own, all: ReadonlyMap<number, Own>): Concept {
  const { difference } = concept;
  const includes = reach(concept, all);
  const parts = includes.map((number) => all.get(number)!);
  const members = unique([concept, ...parts].flatMap((part) => part.members));
  const isMember = new Set(members.map(keyOf));
  const possible = unique([concept, ...parts].flatMap((part) => part.possible));
  const sources = difference === undefined ? [] : [difference.of, difference.minus];
  const grown = [concept, ...parts, ...sources.flatMap((n) => withParts(n, all))];
  return {
    ...concept,
    members,
    includes,
    possible: possible.filter((member) => !isMember.has(keyOf(member))),
    words: [...new Set([concept, ...parts].flatMap((part) => part.words))],
    grown: [...new Set(grown.flatMap((part) => [...part.grown]))].sort((a, b) => a - b),
  };
}

function withParts(number: number, all: ReadonlyMap<number, Own>): Own[] {
  const concept = all.get(number)!;
  return [concept, ...reach(concept, all).map((part) => all.get(part)!)];
}

function reach(concept: Own, all: ReadonlyMap<number, Own>): number[] {
  const found = new Set<number>();
  const open = [...concept.includes];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const part = all.get(next);
    if (part === undefined || part.domain !== concept.domain) {
      throw new RangeError(`value set ${concept.name}: it includes ${next}, which it cannot`);
    }
    if (next === concept.number) throw new RangeError(`value set ${concept.name}: includes itself`);
    if (!found.has(next)) open.push(...part.includes);
    found.add(next);
  }
  return [...found].sort((a, b) => a - b);
}

function keyOf({ system, code, prefix }: Member): string {
  return `${system} ${code}${prefix ? "*" : ""}`;
}

function unique(members: readonly Member[]): Member[] {
  const byKey = new Map<string, Member>();
  for (const member of members) if (!byKey.has(keyOf(member))) byKey.set(keyOf(member), member);
  return [...byKey.values()];
}

function numberOf({ url, name }: ValueSet, prefix: string): number {
  const number = Number(url.slice(prefix.length));
  if (!url.startsWith(prefix) || !Number.isSafeInteger(number) || number < 1) {
    throw new RangeError(`value set ${name}: its url must be ${prefix}<number>`);
  }
  return number;
}

/** The number of a concept by its canonical URL, with or without a version. */
function numberOfReference(name: string, url: string): number {
  const number = Number(url.split("|")[0]!.slice(CONCEPT_URL.length));
  if (!url.startsWith(CONCEPT_URL) || !Number.isSafeInteger(number)) {
    throw new RangeError(`value set ${name}: ${url} is no concept`);
  }
  return number;
}

function includedIn({ name, compose }: ValueSet, own: number): number[] {
  const numbers = compose.include.flatMap(({ valueSet = [] }) =>
    valueSet.map((url) => numberOfReference(name, url)),
  );
  return numbers.filter((number) => number !== own);
}

/** The two concepts of a difference: one include and one exclude, each of a whole value set. */
function differenceOf({ name, compose }: ValueSet): Concept["difference"] {
  const { include, exclude } = compose;
  if (!exclude?.some(({ valueSet }) => valueSet)) return undefined;
  const [of, ...more] = include.flatMap(({ valueSet = [] }) => valueSet);
  const [minus, ...others] = exclude.flatMap(({ valueSet = [] }) => valueSet);
  if (of === undefined || minus === undefined || more.length + others.length > 0) {
    throw new RangeError(`value set ${name}: a difference is one concept without one other`);
  }
  return { of: numberOfReference(name, of), minus: numberOfReference(name, minus) };
}

/** The SNOMED CT concepts whose descendants belong to a ValueSet (hl7.org/fhir/R4/snomedct.html, implicit by is-a). */
function rootsOf(includes: readonly Include[]): string[] {
  return includes.flatMap(({ filter = [] }) => filter.filter(isDescent).map(({ value }) => value));
}

function isDescent({ property, op }: { property: string; op: string }): boolean {
  return property === "concept" && op === "is-a";
}

/** The codes that a ValueSet lists itself. */
export function codesOf(set: ValueSet): Member[] {
  return set.compose.include.flatMap((include) => parseInclude(set.name, include));
}

function parseInclude(name: string, include: Include): Member[] {
  if (include.valueSet !== undefined) return [];
  const system = systemOfUri(include.system ?? "");
  if (system === undefined) {
    throw new RangeError(`value set ${name}: unknown code system ${include.system}`);
  }
  const exact = (include.concept ?? []).map((coding) => ({ system, ...coding, prefix: false }));
  const filters = (include.filter ?? []).filter((filter) => !isDescent(filter));
  const below = filters.flatMap((filter) => parseFilter(name, system, filter));
  return [...exact, ...below];
}

/** The prefixes of a filter: "E10.*", "(E10|E11\\.2).*". */
function parseFilter(
  name: string,
  system: System,
  { property, op, value }: { property: string; op: string; value: string },
): Member[] {
  const body = /^(?:\(([^()]+)\)|([^()|]+))\.\*$/.exec(value);
  const prefixes = (body?.[1] ?? body?.[2] ?? "").split("|");
  const isPlain = prefixes.every((prefix) => /^[A-Z0-9]+(?:\\\.[A-Z0-9]+)?$/.test(prefix));
  if (property !== "code" || op !== "regex" || !isPlain || !PREFIX_SYSTEMS.includes(system)) {
    throw new RangeError(`value set ${name}: filters must be code regex "<prefix>.*"`);
  }
  return prefixes.map((prefix) => ({ system, code: prefix.replace("\\.", "."), prefix: true }));
}

/** Writes SNOMED CT concepts with their descendants as entries of a ValueSet, one each: filters in one must all hold. */
export function descentsOf(roots: readonly string[]): Include[] {
  return roots.map((value) => ({
    system: SYSTEMS.snomed.uri,
    filter: [{ property: "concept", op: "is-a", value }],
  }));
}

/** Writes codes as the include entries of a ValueSet: one a system, and one for its prefixes. */
export function includesOf(members: readonly Member[]): Include[] {
  const include: Include[] = [];
  for (const system of Object.keys(SYSTEMS) as System[]) {
    const { uri } = SYSTEMS[system];
    const own = members.filter((member) => member.system === system);
    const exact = own.filter(({ prefix }) => !prefix);
    const concept = exact.map(({ code, display }) => ({ code, ...(display && { display }) }));
    if (exact.length > 0) include.push({ system: uri, concept });
    const prefixes = own.filter(({ prefix }) => prefix).map(({ code }) => code.replace(".", "\\."));
    if (prefixes.length === 0) continue;
    const value = prefixes.length === 1 ? `${prefixes[0]}.*` : `(${prefixes.join("|")}).*`;
    include.push({ system: uri, filter: [{ property: "code", op: "regex", value }] });
  }
  return include;
}
