// What is wrong with a draft, and what it means: schema, compiler and words, all at once and without throwing.
import { isAddress } from "ethers";
import { type Compiled, compile } from "../../../../circuits/statement/criteria/compile.ts";
import { CriteriaError, type Problem } from "../../../../circuits/statement/criteria/problem.ts";
import { saidParts, saidWords } from "../../../../circuits/statement/criteria/said.ts";
import { DICTIONARY_VERSION } from "../../../../circuits/statement/dictionary/dictionary.ts";
import { dayOfTimestamp } from "../../../../circuits/statement/encoding/day.ts";
import {
  Collection,
  Collections,
  factProblems,
} from "../../../../circuits/statement/exchange/collection.ts";
import { MIN_CUSTODIAN_THRESHOLD } from "../../../../circuits/statement/trial/terms.ts";
import {
  parseTrialFile,
  type TrialCollection,
  type TrialFile,
} from "../../../../circuits/statement/trial/trialFile.ts";
import { BLANK_TRIAL } from "./blank.ts";
import type { Publishing } from "./publishing.ts";
import { isObject, isWithin, partAt, pathOf } from "./tree.ts";

/** As when it is published, but for the salt and the day: size and words are the same. */
const options = () => ({
  salt: 1n << 247n,
  latestIdentitySince: dayOfTimestamp(Math.floor(Date.now() / 1000)),
});

/** The path of a criterion at the first level, as the beginning of those inside of it. */
export const FIRST_LEVEL = /^criteria\.(?:inclusion|exclusion)\[\d+\]/;

export type Check = {
  /** By their path in the trial file. */
  readonly problems: readonly Problem[];
  /** Whole and without a problem: what may be published. */
  readonly trial: TrialFile | undefined;
  readonly compiled: Compiled | undefined;
  /** By path of each criterion that can be read, inner ones too, whatever is wrong with others. */
  readonly english: ReadonlyMap<string, string>;
  readonly warnings: readonly Problem[];
  /** Those that nothing is wrong with, whatever is with others. */
  readonly collections: readonly TrialCollection[];
};

export function checkDraft(value: unknown): Check {
  const { trial, problems } = readTrial(value);
  const criteria = isObject(value) ? value.criteria : undefined;
  const unread = problems.some(({ path }) => isWithin(path, "criteria"));
  const attempt = unread ? { problems: [] } : tryCompile(criteria);
  const all = [...problems, ...attempt.problems.map(underCriteria), ...shownProblems(value)];
  const compiled = attempt.compiled;
  const isSound = all.length === 0;
  return {
    problems: all,
    trial: isSound ? trial : undefined,
    compiled,
    english: compiled ? wordsOf(compiled) : englishOfRest(criteria, all),
    warnings: (compiled?.warnings ?? []).map(underCriteria),
    collections: soundCollections(value, all),
  };
}

/** A check without what is still as blank as it began. */
export function checkCalmly(check: Check, value: unknown): Check {
  const isAsBegun = (text: string) => {
    const path = pathOf(text);
    const begun = partAt(BLANK_TRIAL, path);
    return begun !== undefined && JSON.stringify(partAt(value, path)) === JSON.stringify(begun);
  };
  return { ...check, problems: check.problems.filter(({ path }) => !isAsBegun(path)) };
}

function readTrial(value: unknown): { trial?: TrialFile; problems: readonly Problem[] } {
  try {
    return { trial: parseTrialFile(value), problems: [] };
  } catch (error) {
    if (error instanceof CriteriaError) return { problems: error.problems };
    throw error;
  }
}

/** What is wrong with the facts that record collections show; what cannot be read is a problem already. */
function shownProblems(value: unknown): readonly Problem[] {
  const read = Collections.safeParse(isObject(value) ? value.collections : undefined);
  return read.success ? factProblems(read.data, { dictionaryVersion: DICTIONARY_VERSION }) : [];
}

function soundCollections(value: unknown, problems: readonly Problem[]): TrialCollection[] {
  const found = isObject(value) ? value.collections : undefined;
  return (Array.isArray(found) ? (found as unknown[]) : []).flatMap((one, i) => {
    if (problems.some(({ path }) => isWithin(path, `collections[${i}]`))) return [];
    // That its permission is one of the form's was checked with the rest.
    const read = Collection.safeParse(one);
    return read.success ? [read.data as TrialCollection] : [];
  });
}

type Attempt = { readonly compiled?: Compiled; readonly problems: readonly Problem[] };

function tryCompile(criteria: unknown): Attempt {
  try {
    return { compiled: compile(criteria, options()), problems: [] };
  } catch (error) {
    if (error instanceof CriteriaError) return { problems: error.problems };
    throw error;
  }
}

const underCriteria = (problem: Problem): Problem => ({
  ...problem,
  path: problem.path === "" ? "criteria" : `criteria.${problem.path}`,
});

/** Words by path: of whole criteria, and of the single demands inside of them. */
function wordsOf({ criteria }: Compiled): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  for (const { path, english, said, list } of criteria) {
    for (const part of saidParts(said)) {
      if (part.is !== "gate") words.set(`criteria.${part.path}`, saidWords(part, list));
    }
    words.set(`criteria.${path}`, english);
  }
  return words;
}

/** The words of those criteria that nothing is wrong with, compiled apart from the others. */
function englishOfRest(criteria: unknown, problems: readonly Problem[]) {
  const places = new Map<string, string>();
  const rest = Object.fromEntries(
    (["inclusion", "exclusion"] as const).map((list) => {
      const items = isObject(criteria) && Array.isArray(criteria[list]) ? criteria[list] : [];
      const sound = (items as unknown[]).flatMap((item, i) => {
        const path = `criteria.${list}[${i}]`;
        return problems.some((p) => isWithin(p.path, path)) ? [] : [{ item, path }];
      });
      for (const [i, { path }] of sound.entries()) places.set(`criteria.${list}[${i}]`, path);
      return [list, sound.map(({ item }) => item)];
    }),
  );
  const { compiled } = tryCompile(rest);
  const words = compiled ? [...wordsOf(compiled)] : [];
  return new Map(words.map(([path, english]) => [inPlace(path, places), english]));
}

/** A path among the sound criteria as the path in the whole file. */
function inPlace(path: string, places: ReadonlyMap<string, string>): string {
  const first = FIRST_LEVEL.exec(path)?.[0] ?? path;
  return `${places.get(first)}${path.slice(first.length)}`;
}

/** What the terms still lack beside the trial file. */
export function publishingProblems(
  { signers, board, custodians }: Publishing,
  { sites, collections = [] }: Pick<TrialFile, "sites" | "collections">,
  isAmendment: boolean,
): string[] {
  const missing = sites
    .filter(({ id }) => !isAddress(signers[id] ?? ""))
    .map(({ id, name }) => `Site ${id} (${name}) has no valid signing address.`);
  if (!isAmendment && !isAddress(board)) missing.push("No ethics board is chosen.");
  const { threshold, members } = custodians;
  if (collections.length > 0 && members.length < MIN_CUSTODIAN_THRESHOLD) {
    const least = `Choose at least ${MIN_CUSTODIAN_THRESHOLD} custodians`;
    missing.push(`The trial collects data, and too few hold the keys. ${least}.`);
  }
  if (members.length >= MIN_CUSTODIAN_THRESHOLD && threshold > members.length) {
    missing.push("More custodians would have to agree than there are.");
  }
  return missing;
}
