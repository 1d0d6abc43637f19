// A concept of the dictionary and its written form, a FHIR R4 ValueSet
// (hl7.org/fhir/R4/valueset.html).
import { codeRange, type Domain, SYSTEMS, type System } from "./code.ts";

/**
 * What a concept's members are about. Each covers the fact domains that {@link conceptDomains}
 * lists.
 */
export const BASE_DOMAINS = {
  condition: ["conditionStart", "conditionLast"],
  medication: ["medicationStart", "medicationLast"],
  observation: ["observation", "observationUpper", "observationLower"],
  procedure: ["procedure"],
  immunization: ["immunization"],
  allergy: ["allergyStart", "allergyLast"],
} as const satisfies Record<string, readonly Domain[]>;
export type BaseDomain = keyof typeof BASE_DOMAINS;

/** One code of a concept, or with `prefix` every ICD-10-CM or ATC code that begins with it. */
export type Member = {
  readonly system: System;
  readonly code: string;
  readonly prefix: boolean;
  readonly display?: string;
};

export type Concept = {
  /** Stable, append-only; the payload of the concept's code in facts. */
  readonly number: number;
  /** Slug used in criteria, for example `type-2-diabetes`. */
  readonly name: string;
  readonly title: string;
  /** What is in, what is deliberately out. */
  readonly description: string;
  readonly domain: BaseDomain;
  /** Dictionary version that introduced it. */
  readonly version: number;
  readonly members: readonly Member[];
};

type Include = {
  system: string;
  concept?: { code: string; display?: string }[];
  filter?: { property: string; op: string; value: string }[];
};

/** The part of a FHIR ValueSet that the dictionary reads and writes. */
export type ValueSet = {
  resourceType: "ValueSet";
  id: string;
  extension: { url: string; valueCode: BaseDomain }[];
  url: string;
  version: string;
  name: string;
  title: string;
  status: "active";
  description: string;
  compose: { include: Include[] };
};

const DOMAIN_EXTENSION = "urn:cohort-zero:domain";
const URL_PREFIX = `${SYSTEMS.concept.uri}:`;
/** Systems whose codes form a hierarchy by prefix. */
const PREFIXED: readonly System[] = ["icd10cm", "atc"];

/** Fact domains in which a concept of this base domain can appear. */
export function domainsOfBase(base: BaseDomain): readonly Domain[] {
  return BASE_DOMAINS[base];
}

/** The base domain that a fact domain belongs to; none for demographic facts. */
export function baseDomainOf(domain: Domain): BaseDomain | undefined {
  const bases = Object.keys(BASE_DOMAINS) as BaseDomain[];
  return bases.find((base) => domainsOfBase(base).includes(domain));
}

/**
 * Our name for a code system URI, without a trailing slash or version. Undefined for a foreign one.
 */
export function systemOfUri(uri: string): System | undefined {
  const plain = uri.split("|")[0]!.replace(/\/$/, "");
  return (Object.keys(SYSTEMS) as System[]).find((name) => SYSTEMS[name].uri === plain);
}

/**
 * Reads a ValueSet of the dictionary. Throws RangeError naming the value set and what is wrong in
 * it.
 */
export function parseValueSet(set: ValueSet): Concept {
  const number = Number(set.url.slice(URL_PREFIX.length));
  if (!set.url.startsWith(URL_PREFIX) || !Number.isSafeInteger(number) || number < 1) {
    throw new RangeError(`value set ${set.name}: its url must be ${URL_PREFIX}<number>`);
  }
  const domain = set.extension.find((e) => e.url === DOMAIN_EXTENSION)?.valueCode;
  if (domain === undefined || !(domain in BASE_DOMAINS)) {
    throw new RangeError(`value set ${set.name}: no known ${DOMAIN_EXTENSION}`);
  }
  return {
    number,
    name: set.name,
    title: set.title,
    description: set.description,
    domain,
    version: Number(set.version),
    members: set.compose.include.flatMap((include) => parseInclude(set.name, include)),
  };
}

function parseInclude(name: string, include: Include): Member[] {
  const system = systemOfUri(include.system);
  if (system === undefined) {
    throw new RangeError(`value set ${name}: unknown code system ${include.system}`);
  }
  const exact = (include.concept ?? []).map((coding) => ({ system, ...coding, prefix: false }));
  const below = (include.filter ?? []).map(({ property, op, value }) => {
    const prefix = /^([A-Z0-9]+(?:\\\.[A-Z0-9]+)?)\.\*$/.exec(value)?.[1]?.replace("\\.", ".");
    if (property !== "code" || op !== "regex" || !prefix || !PREFIXED.includes(system)) {
      throw new RangeError(`value set ${name}: filters must be code regex "<prefix>.*"`);
    }
    return { system, code: prefix, prefix: true };
  });
  return [...exact, ...below];
}

/** Writes a concept as a ValueSet; the inverse of {@link parseValueSet}. */
export function toValueSet(concept: Concept): ValueSet {
  const include: Include[] = [];
  for (const system of Object.keys(SYSTEMS) as System[]) {
    const members = concept.members.filter((member) => member.system === system);
    const exact = members.filter((member) => !member.prefix);
    const { uri } = SYSTEMS[system];
    if (exact.length > 0) {
      const codings = exact.map(({ code, display }) => ({ code, ...(display && { display }) }));
      include.push({ system: uri, concept: codings });
    }
    // One include a prefix: filters within one include must all hold, includes are alternatives.
    for (const { code } of members.filter((member) => member.prefix)) {
      const value = `${code.replace(".", "\\.")}.*`;
      include.push({ system: uri, filter: [{ property: "code", op: "regex", value }] });
    }
  }
  return {
    resourceType: "ValueSet",
    id: `concept-${concept.number}`,
    extension: [{ url: DOMAIN_EXTENSION, valueCode: concept.domain }],
    url: `${URL_PREFIX}${concept.number}`,
    version: String(concept.version),
    name: concept.name,
    title: concept.title,
    status: "active",
    description: concept.description,
    compose: { include },
  };
}

/**
 * Why a concept cannot be in the dictionary, or undefined: slug, texts, systems and each code's
 * form.
 */
export function conceptProblem(concept: Concept): string | undefined {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(concept.name)) {
    return `name "${concept.name}" must be lower-case words joined by hyphens`;
  }
  if (concept.title.trim() === "") return "it needs a title";
  if (concept.description.trim() === "") return "it needs a description: what is in, what is out";
  if (concept.members.length === 0) return "it needs at least one code";
  const seen = new Set<string>();
  for (const { system, code, prefix } of concept.members) {
    const key = `${system} ${code}`;
    if (seen.has(key)) return `${key} is named twice`;
    seen.add(key);
    if (system === "concept" || system === "idTag") return `${system} codes cannot be members`;
    if (prefix && !PREFIXED.includes(system)) return `${key}: only ICD-10-CM and ATC have prefixes`;
    try {
      codeRange(BASE_DOMAINS[concept.domain][0], system, code);
    } catch (error) {
      return `${key}: ${(error as Error).message}`;
    }
  }
  return undefined;
}
