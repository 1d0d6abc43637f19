// What the compiler asks of the dictionary. A parameter, so that compiling is pure and a test can bring its own.
import { answerNames, answerRange, answerTitle } from "../encoding/answers.ts";
import type { System } from "../encoding/code.ts";
import { type Conversion, toCanonical, unitOf } from "../encoding/units.ts";
import type { BaseDomain } from "./concept.ts";
import * as dictionary from "./dictionary.ts";

export type NamedConcept = {
  readonly number: number;
  readonly name: string;
  readonly title: string;
  readonly domain: BaseDomain;
  readonly version: number;
  readonly members: readonly { readonly system: System; readonly code: string }[];
  /** LOINC code whose unit or answers its results have, when no member says so. */
  readonly measuredAs?: string;
};

export type Terminology = {
  readonly conceptByName: (name: string) => NamedConcept | undefined;
  readonly suggestConcepts: (name: string) => string[];
  /** Concepts of a kind of which some member, or possible member, is this code or lies below this prefix. */
  readonly conceptsOverlapping: (
    base: BaseDomain,
    system: System,
    code: string,
  ) => readonly NamedConcept[];
  /** The concept of all that is in the one and not in the other; undefined when the dictionary has none. */
  readonly conceptDifference: (of: string, minus: string) => NamedConcept | undefined;
  /** The differences that the dictionary has, by the names of their concepts. */
  readonly differences: () => readonly { readonly of: string; readonly minus: string }[];
  /** A code in words. */
  readonly describeCode: (code: bigint) => string;
  /**
   * Dictionary version since which records write this code as it is written now; changes after version `upTo`, the
   * one that a trial was written for, do not count.
   */
  readonly versionOfCode: (code: bigint, upTo?: number) => number;
  readonly isKnownLoinc: (loinc: string) => boolean;
  /** Canonical UCUM unit of a LOINC code; undefined for coded answers and unknown codes. */
  readonly unitOf: (loinc: string) => string | undefined;
  /** A value in the canonical unit of its code, as decimal text, or why that cannot be. */
  readonly toCanonical: (quantity: { loinc: string; value: string; unit: string }) => Conversion;
  readonly answerRange: (loinc: string, name: string) => { lo: bigint; hi: bigint } | undefined;
  readonly answerNames: (loinc: string) => string[];
  /** An answer or group of answers as people say it. */
  readonly answerTitle: (name: string) => string | undefined;
};

/** The published dictionary (circuits/dictionary). */
export const publishedTerminology: Terminology = {
  conceptByName: dictionary.conceptByName,
  suggestConcepts: dictionary.suggestConcepts,
  conceptsOverlapping: dictionary.conceptsOverlapping,
  conceptDifference,
  differences,
  describeCode: dictionary.describeCode,
  versionOfCode: dictionary.versionOfCode,
  isKnownLoinc: dictionary.isKnownLoinc,
  unitOf: (loinc) => unitOf(loinc)?.unit,
  toCanonical,
  answerRange,
  answerNames,
  answerTitle,
};

function differences() {
  return dictionary.CONCEPTS.flatMap(({ difference }) => {
    if (difference === undefined) return [];
    const [of, minus] = [difference.of, difference.minus].map(dictionary.conceptByNumber);
    return of && minus ? [{ of: of.name, minus: minus.name }] : [];
  });
}

function conceptDifference(of: string, minus: string): NamedConcept | undefined {
  const [whole, part] = [of, minus].map((name) => dictionary.conceptByName(name)?.number);
  return dictionary.CONCEPTS.find(
    ({ difference }) =>
      difference !== undefined && difference.of === whole && difference.minus === part,
  );
}
