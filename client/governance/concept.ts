// Adds concepts, and codes to concepts, to the dictionary's files. Node only: works on a checkout.
import {
  type BaseDomain,
  type Concept,
  type ConceptText,
  type Member,
  memberProblem,
  textProblem,
  wordProblem,
} from "../../circuits/statement/dictionary/concept.ts";
import {
  assembleConcepts,
  conceptUrl,
  DOMAIN_EXTENSION,
  descentsOf,
  type Include,
  includesOf,
  MEASURED_AS_EXTENSION,
  possibleUrl,
  type ValueSet,
  WORDS_EXTENSION,
} from "../../circuits/statement/dictionary/valueSet.ts";
import { FOLDER, nextVersion, readDictionary, writeDictionary } from "./dictionaryFiles.ts";
import type { DictionaryFiles } from "./dictionaryText.ts";

/** What can be added to a concept at any time. */
type Addition = {
  readonly name: string;
  readonly members?: readonly Member[];
  /** Codes that may belong to it: broader ones, or ones that merge it with something else. */
  readonly possible?: readonly Member[];
  /** Stems of words by which texts name it, in lower case; "*" before one that may stand inside a word. */
  readonly words?: readonly string[];
  /** SNOMED CT concepts of which every descendant is a member, and those whose descendants are not. */
  readonly isA?: readonly string[];
  readonly isNotA?: readonly string[];
  /** Names of concepts whose codes all belong to it. */
  readonly includes?: readonly string[];
};
/** A concept before it has a number and a version. */
type NewConcept = ConceptText &
  Addition & {
    /** What is in the one concept and not in the other, by name, in place of codes. */
    readonly difference?: { readonly of: string; readonly minus: string };
    /** LOINC code in whose unit its values are stored, if it has no LOINC code of its own. */
    readonly measuredAs?: string;
  };

/**
 * Appends a concept, with the next number, to the version after the published one. It is used once that version is
 * published. Throws RangeError saying what is wrong with it; nothing is written then.
 */
export async function addConcept(options: {
  concept: NewConcept;
  folder?: string;
}): Promise<Concept> {
  const { concept, folder = FOLDER } = options;
  const files = await readDictionary(folder);
  const added = appendConcept(files, concept);
  await writeDictionary(files, ["concepts", "possible"], folder);
  return added;
}

/** Appends codes, words and parts to a concept of an earlier version. Throws RangeError, and writes nothing then. */
export async function extendConcept(options: {
  addition: Addition;
  folder?: string;
}): Promise<Concept> {
  const { addition, folder = FOLDER } = options;
  const files = await readDictionary(folder);
  const extended = appendAddition(files, addition);
  await writeDictionary(files, ["concepts", "possible"], folder);
  return extended;
}

/** Appends a concept to files that were read. */
function appendConcept(files: DictionaryFiles, concept: NewConcept): Concept {
  const existing = conceptsOf(files);
  const { name, title, description, domain } = concept;
  const clash = existing.find((other) => other.name === name);
  const problem =
    textProblem(concept) ??
    (clash &&
      `concept ${clash.number} has this name; a new meaning needs a new name and is a new concept`) ??
    codesProblem(concept, domain, files);
  if (problem) throw new RangeError(`concept ${name}: ${problem}`);
  const number = Math.max(0, ...existing.map((other) => other.number)) + 1;
  const words = wordsExtension(concept.words);
  const compose = composeOf(concept, domain, existing);
  const { measuredAs } = concept;
  if (compose.include.length === 0 && measuredAs === undefined)
    throw new RangeError(`concept ${name}: it needs at least one code`);
  return append(files, number, concept, {
    resourceType: "ValueSet",
    id: `concept-${number}`,
    extension: [
      { url: DOMAIN_EXTENSION, valueCode: domain },
      ...words,
      ...(measuredAs ? [{ url: MEASURED_AS_EXTENSION, valueString: measuredAs }] : []),
    ],
    url: conceptUrl(number),
    version: String(nextVersion(files)),
    name,
    title,
    status: "active",
    description,
    compose,
  });
}

/** Appends a version of a concept's ValueSet to files that were read: all that it was, and what is added. */
function appendAddition(files: DictionaryFiles, addition: Addition): Concept {
  const existing = conceptsOf(files);
  const { name } = addition;
  const concept = existing.find((other) => other.name === name);
  if (concept === undefined)
    throw new RangeError(`concept ${name}: there is no concept of this name to add to`);
  const { number, domain, members } = concept;
  const problem = concept.difference
    ? "it is a difference of two concepts: add to those"
    : codesProblem(addition, domain, files, members);
  if (problem) throw new RangeError(`concept ${name}: ${problem}`);
  const version = nextVersion(files);
  const url = conceptUrl(number);
  const { resource: last } = files.concepts.entry.findLast(({ fullUrl }) => fullUrl === url)!;
  if (Number(last.version) === version) {
    throw new RangeError(
      `concept ${name}: something was added to version ${version} already; publish it first`,
    );
  }
  const { include, exclude } = composeOf(addition, domain, existing);
  const words = wordsExtension(addition.words);
  return append(files, number, addition, {
    resourceType: "ValueSet",
    id: `concept-${number}-${version}`,
    ...(words.length > 0 && { extension: words }),
    url,
    version: String(version),
    name,
    status: "active",
    compose: {
      include: [{ valueSet: [`${url}|${last.version}`] }, ...include],
      ...(exclude && { exclude }),
    },
  });
}

/** Puts the ValueSets of a concept, or of an addition to one, into the files; the concept as it is then. */
function append(
  files: DictionaryFiles,
  number: number,
  { name, possible = [] }: Addition,
  resource: ValueSet,
): Concept {
  const concepts = {
    ...files.concepts,
    entry: [...files.concepts.entry, { fullUrl: resource.url, resource }],
  };
  const entry = [...files.possible.entry];
  if (possible.length > 0) entry.push(possibleEntry(number, name, possible, resource.version));
  const next = { ...files, concepts, possible: { ...files.possible, entry } };
  const concept = conceptsOf(next).find((other) => other.number === number)!;
  Object.assign(files, next);
  return concept;
}

function possibleEntry(number: number, name: string, possible: readonly Member[], version: string) {
  const url = possibleUrl(number);
  const resource: ValueSet = {
    resourceType: "ValueSet",
    id: `possible-${number}-${version}`,
    url,
    version,
    name: `${name}-possible`,
    status: "active",
    compose: { include: includesOf(possible) },
  };
  return { fullUrl: url, resource };
}

/** All concepts of the files, the unpublished ones too. */
function conceptsOf(files: DictionaryFiles): Concept[] {
  const sets = (bundle: DictionaryFiles["concepts"]) =>
    bundle.entry.map(({ resource }) => resource);
  return assembleConcepts(
    { concepts: sets(files.concepts), possible: sets(files.possible) },
    Number.MAX_SAFE_INTEGER,
  );
}

function composeOf(
  {
    name,
    members = [],
    includes = [],
    isA = [],
    isNotA = [],
    difference,
  }: Addition & Pick<NewConcept, "difference">,
  domain: BaseDomain,
  existing: readonly Concept[],
): ValueSet["compose"] {
  const whole = (other: string): Include => {
    const found = existing.find((concept) => concept.name === other && concept.domain === domain);
    if (found) return { valueSet: [conceptUrl(found.number)] };
    throw new RangeError(`concept ${name}: there is no concept ${other} about ${domain}`);
  };
  if (difference !== undefined) {
    return { include: [whole(difference.of)], exclude: [whole(difference.minus)] };
  }
  const include = [...includesOf(members), ...descentsOf(isA), ...includes.map(whole)];
  return { include, ...(isNotA.length > 0 && { exclude: descentsOf(isNotA) }) };
}

function wordsExtension(words: readonly string[] = []) {
  return words.length > 0 ? [{ url: WORDS_EXTENSION, valueString: words.join(", ") }] : [];
}

function codesProblem(
  { members = [], possible = [], words = [] }: Addition,
  domain: BaseDomain,
  files: DictionaryFiles,
  before: readonly Member[] = [],
): string | undefined {
  return (
    memberProblem(domain, [...members, ...possible]) ??
    wordProblem(words) ??
    (domain === "observation" ? mixture([...before, ...members], files) : undefined)
  );
}

/** Values under one concept are compared with each other: they must share a unit or a set of answers. */
function mixture(members: readonly Member[], files: DictionaryFiles): string | undefined {
  const kinds = members.map(({ system, code }) => {
    if (system !== "loinc") return undefined;
    const unit = files.units.find((row) => row.loinc === code)?.unit;
    return unit ?? files.answers.questions.find((row) => row.loinc === code)?.answers.join(", ");
  });
  const unknown = kinds.indexOf(undefined);
  if (unknown >= 0) {
    return `${members[unknown]!.code} has no unit or answers in the dictionary yet`;
  }
  const [first, other] = new Set(kinds);
  return other && `its codes have different units or answers: ${first} and ${other}`;
}
