// What the compiler asks of the dictionary. A parameter, so that compiling is pure and a test can bring its own.
import { answerNames, answerRange } from "./answers.ts";
import type { Domain, System } from "./code.ts";
import type { BaseDomain } from "./concept.ts";
import * as dictionary from "./dictionary.ts";
import { type Conversion, toCanonical, unitOf } from "./units.ts";

export type NamedConcept = {
  readonly number: number;
  readonly name: string;
  readonly title: string;
  readonly domain: BaseDomain;
  readonly version: number;
  readonly members: readonly { readonly code: string }[];
};

export type Terminology = {
  readonly conceptByName: (name: string) => NamedConcept | undefined;
  readonly suggestConcepts: (name: string) => string[];
  /** Concepts of the domain that contain a code. */
  readonly conceptsContaining: (
    domain: Domain,
    system: System,
    code: string,
  ) => readonly NamedConcept[];
  /** A code in words. */
  readonly describeCode: (code: bigint) => string;
  /** First dictionary version whose records can be asked for this code. */
  readonly versionOfCode: (code: bigint) => number;
  readonly isKnownLoinc: (loinc: string) => boolean;
  /** Canonical UCUM unit of a LOINC code; undefined for coded answers and unknown codes. */
  readonly unitOf: (loinc: string) => string | undefined;
  /** A value in the canonical unit of its code, as decimal text, or why that cannot be. */
  readonly toCanonical: (quantity: { loinc: string; value: string; unit: string }) => Conversion;
  readonly answerRange: (loinc: string, name: string) => { lo: bigint; hi: bigint } | undefined;
  readonly answerNames: (loinc: string) => string[];
};

/** The published dictionary (circuits/dictionary). */
export const publishedTerminology: Terminology = {
  conceptByName: dictionary.conceptByName,
  suggestConcepts: dictionary.suggestConcepts,
  conceptsContaining: dictionary.conceptsContaining,
  describeCode: dictionary.describeCode,
  versionOfCode: dictionary.versionOfCode,
  isKnownLoinc: dictionary.isKnownLoinc,
  unitOf: (loinc) => unitOf(loinc)?.unit,
  toCanonical,
  answerRange,
  answerNames,
};
