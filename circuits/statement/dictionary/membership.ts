// Of which concepts a code is a member, by list or by structure; and which concepts it may belong to.
import { ICD10_SYSTEMS, PREFIX_SYSTEMS, type System } from "../encoding/code.ts";
import { KINDS } from "../encoding/domains.ts";
import type { BaseDomain, Concept, Member } from "./concept.ts";

/** What is known of a code in one base domain. */
export type Classified = {
  /** False when nobody has said of which concepts it is a member: it may be of any. */
  readonly known: boolean;
  readonly members: readonly Concept[];
  /** Concepts to which it may belong: it is broader, or two editions of a classification differ. */
  readonly possible: readonly Concept[];
};

type Membership = {
  readonly classify: (base: BaseDomain, system: System, code: string) => Classified;
  /** Concepts of which some member, or possible member, is this code or lies below this prefix. */
  readonly overlapping: (base: BaseDomain, system: System, code: string) => readonly Concept[];
};

/** ICD-10: category, then up to four more. ATC: its five levels (whocc.no, structure and principles). */
const ICD10_FORM = /^[A-Z][0-9][0-9A-Z][0-9A-Z]{0,4}$/;
const ATC_FORM = /^[A-Z](?:\d\d(?:[A-Z](?:[A-Z](?:\d\d)?)?)?)?$/;
const CATEGORY_LENGTH = 3;

/** ICD-10 and ATC in capitals without the dot, CVX without its leading zero: one text for one code. */
export function normaliseCode(system: System, code: string): string {
  if (PREFIX_SYSTEMS.includes(system)) return code.toUpperCase().replace(".", "");
  if (system === "actCode") return code.toUpperCase();
  return system === "cvx" ? String(Number(code)) : code;
}

/** True for WHO's ICD-10 and ICD-10-GM: their subdivisions are not those of ICD-10-CM. */
function isOtherEdition(system: System): boolean {
  return system === "icd10" || system === "icd10gm";
}

function isWellFormed(system: System, code: string): boolean {
  if ((ICD10_SYSTEMS as readonly System[]).includes(system)) return ICD10_FORM.test(code);
  return system === "atc" ? ATC_FORM.test(code) : true;
}

/** Concepts by "<kind> <system> <code>". */
type Index = Map<string, Set<Concept>>;
type Lists = {
  /** Members, and possible ones; a prefix ends in "*". */
  readonly sure: Index;
  readonly possible: Index;
  /** What begins so and goes on: a code that stops earlier is broader than the concept. */
  readonly beyond: Index;
  /** Categories within which a concept lists codes. */
  readonly within: Index;
};
type Found = { readonly members: Set<Concept>; readonly possible: Set<Concept> };

/** Indexes the lists of concepts. `isNeutral`: codes that are listed as members of no concept. */
export function indexMembership(
  concepts: readonly Concept[],
  isNeutral: (base: BaseDomain, system: System, code: string) => boolean,
  /** Categories of WHO's ICD-10 that ICD-10-CM lacks: its prefixes say nothing about them. */
  isWhoOnly: (category: string) => boolean,
): Membership {
  const lists = indexLists(concepts);

  function classify(base: BaseDomain, system: System, given: string): Classified {
    const code = normaliseCode(system, given);
    const isOther = isOtherEdition(system);
    const isForeign = isOther && isWhoOnly(code.slice(0, CATEGORY_LENGTH));
    const found = isOther
      ? lookUpEdition(lists, base, code, isForeign)
      : lookUp(lists, base, system, code);
    const members = [...found.members].sort(byNumber);
    const possibly = [...found.possible].filter((c) => !found.members.has(c)).sort(byNumber);
    const isListed = members.length > 0 || possibly.length > 0 || isNeutral(base, system, code);
    const isClosed = KINDS[base].closed?.includes(system) === true;
    const isDecided = isClosed && isWellFormed(system, code) && !isForeign;
    return { known: isListed || isDecided, members, possible: possibly };
  }

  return {
    classify,
    overlapping(base, system, code) {
      const { members, possible: possibly } = classify(base, system, code);
      return [...members, ...possibly].sort(byNumber);
    },
  };
}

function indexLists(concepts: readonly Concept[]): Lists {
  const lists: Lists = {
    sure: new Map(),
    possible: new Map(),
    beyond: new Map(),
    within: new Map(),
  };
  for (const concept of concepts) {
    for (const member of concept.members) noteMember(lists, concept, member, lists.sure);
    for (const member of concept.possible) noteMember(lists, concept, member, lists.possible);
  }
  return lists;
}

function noteMember(
  { beyond, within }: Lists,
  concept: Concept,
  { system, code, prefix }: Member,
  into: Index,
): void {
  const text = normaliseCode(system, code);
  const at = `${concept.domain} ${system} `;
  note(into, `${at}${text}${prefix ? "*" : ""}`, concept);
  if (!prefix) return;
  for (let length = 1; length < text.length; length++) {
    note(beyond, at + text.slice(0, length), concept);
  }
  if (text.length > CATEGORY_LENGTH) note(within, at + text.slice(0, CATEGORY_LENGTH), concept);
}

function note(index: Index, key: string, concept: Concept): void {
  const set = index.get(key);
  if (set === undefined) index.set(key, new Set([concept]));
  else set.add(concept);
}

function take(into: Set<Concept>, index: Index, key: string): void {
  for (const concept of index.get(key) ?? []) into.add(concept);
}

/** What the lists of one system say, `prefixes` up to a length only. */
function lookUp(
  { sure, possible, beyond }: Lists,
  base: BaseDomain,
  system: System,
  code: string,
  longest = code.length,
): Found {
  const found: Found = { members: new Set(), possible: new Set() };
  const at = `${base} ${system} `;
  take(found.members, sure, at + code);
  take(found.possible, possible, at + code);
  if (!PREFIX_SYSTEMS.includes(system)) return found;
  for (let length = 1; length <= code.length; length++) {
    const key = `${at}${code.slice(0, length)}*`;
    take(length <= longest ? found.members : found.possible, sure, key);
    take(found.possible, possible, key);
  }
  take(found.possible, beyond, at + code);
  return found;
}

/**
 * WHO's ICD-10 and ICD-10-GM share their categories with ICD-10-CM, not what is below. Where a concept lists
 * ICD-10-CM codes within a category, other editions' codes of that category may belong to it, unless the concept
 * lists codes of these editions there.
 */
function lookUpEdition(lists: Lists, base: BaseDomain, code: string, isForeign: boolean): Found {
  const own = lookUp(lists, base, "icd10", code);
  if (isForeign) return own;
  const category = code.slice(0, CATEGORY_LENGTH);
  const american = lookUp(lists, base, "icd10cm", code, CATEGORY_LENGTH);
  take(american.possible, lists.within, `${base} icd10cm ${category}`);
  for (const concept of american.members) own.members.add(concept);
  const listed = lists.within.get(`${base} icd10 ${category}`);
  for (const concept of american.possible) {
    if (!listed?.has(concept)) own.possible.add(concept);
  }
  return own;
}

function byNumber(a: Concept, b: Concept): number {
  return a.number - b.number;
}
