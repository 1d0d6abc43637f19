// A concept of the dictionary: a set of codes that mean one thing. Its written form is in valueSet.ts.

import { codeRange, type Domain, PREFIX_SYSTEMS, SYSTEMS, type System } from "../encoding/code.ts";
import { type BaseDomain, baseOf, domainsOfKind, kindOfDomain } from "../encoding/domains.ts";

export type { BaseDomain } from "../encoding/domains.ts";

/** One code of a concept, or with `prefix` every ICD-10 or ATC code that begins with it. */
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
  /** Versions in which codes or words were added to it or to what it includes, ascending. */
  readonly grown: readonly number[];
  /** Its own codes and those of the concepts it includes. */
  readonly members: readonly Member[];
  /** Codes that may belong to it: they block its absence and show nothing. */
  readonly possible: readonly Member[];
  /** Numbers of the concepts that it includes, and that those include. */
  readonly includes: readonly number[];
  /** Stems of words by which texts name it or what it includes. */
  readonly words: readonly string[];
  /** SNOMED CT concepts whose descendants, but for those of others, are its members too: for a terminology server. */
  readonly isA: readonly string[];
  readonly isNotA: readonly string[];
  /** LOINC code in whose unit values are stored, where no member has one: of scores that only formulas give. */
  readonly measuredAs?: string;
  /** What is in the one concept and not in the other, by their numbers; it has no codes of its own. */
  readonly difference?: { readonly of: number; readonly minus: number };
};

/** The kind of concept that codes of a fact domain can be members of; none for demographic facts. */
export function baseDomainOf(domain: Domain): BaseDomain | undefined {
  const kind = kindOfDomain(domain);
  return kind && baseOf(kind);
}

/**
 * Our name for a code system URI, without a trailing slash or version. Undefined for a foreign one.
 */
export function systemOfUri(uri: string): System | undefined {
  const plain = uri.split("|")[0]!.replace(/\/$/, "");
  return (Object.keys(SYSTEMS) as System[]).find((name) => SYSTEMS[name].uri === plain);
}

/** What of a concept can be wrong by itself. */
export type ConceptText = Pick<Concept, "name" | "title" | "description" | "domain">;

/** Why a concept's texts cannot be in the dictionary, or undefined. */
export function textProblem({ name, title, description }: ConceptText): string | undefined {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) {
    return `name "${name}" must be lower-case words joined by hyphens`;
  }
  if (title.trim() === "") return "it needs a title";
  if (description.trim() === "") return "it needs a description: what is in, what is out";
  return undefined;
}

/** Why codes cannot be members of a concept of this kind, or undefined: systems, forms, repetitions. */
export function memberProblem(domain: BaseDomain, members: readonly Member[]): string | undefined {
  const seen = new Set<string>();
  for (const { system, code, prefix } of members) {
    const key = `${system} ${code}`;
    if (seen.has(key)) return `${key} is named twice`;
    seen.add(key);
    if (["concept", "idTag", "pair"].includes(system)) return `${system} codes cannot be members`;
    if (prefix && !PREFIX_SYSTEMS.includes(system)) {
      return `${key}: only ICD-10 and ATC codes have prefixes`;
    }
    try {
      codeRange(domainsOfKind(domain)[0]!, system, code);
    } catch (error) {
      return `${key}: ${(error as Error).message}`;
    }
  }
  return undefined;
}

/** Why a stem cannot be matched, or undefined. */
export function wordProblem(words: readonly string[]): string | undefined {
  const wrong = words.find((word) => !/^\*?[^,*]{3,}$/.test(word) || word !== word.toLowerCase());
  return wrong === undefined
    ? undefined
    : `word "${wrong}" must be lower case, of three letters or more, without a comma`;
}
