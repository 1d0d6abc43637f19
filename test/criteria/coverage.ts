// How much of real protocols the language proves: each example trial that follows one names, in coverage.json, what a
// record could answer and what only people can. Nothing that a record could answer is left out of the count.
import { readFileSync } from "node:fs";
import {
  type CompileOptions,
  compile,
  type Proof,
} from "../../circuits/statement/criteria/compile.ts";
import type { Criteria } from "../../circuits/statement/criteria/criteria.ts";
import { ONGOING } from "../../circuits/statement/encoding/day.ts";
import { parseTrialFile, type TrialFile } from "../../circuits/statement/trial/trialFile.ts";

const EXAMPLES = new URL("../../client/sponsor/examples/", import.meta.url);
const BOOKS = new URL("../vectors/protocols/coverage.json", import.meta.url);
export const OPTIONS: CompileOptions = { salt: 1n << 130n, latestIdentitySince: ONGOING };
/** The least share of what a record could answer that must be proven whole, of all protocols together. */
export const LEAST_SHARE = 0.65;

/** Of one trial's criteria, by id: who could answer, and where the meaning differs from the source's. */
export type Book = {
  readonly record: readonly string[];
  readonly person: readonly string[];
  readonly adapted: Readonly<Record<string, string>>;
};

export type Share = {
  readonly criteria: number;
  readonly proven: number;
  readonly partly: number;
  readonly attested: number;
  /** Criteria that a record could answer. */
  readonly answerable: number;
  /** Of these, proven whole. */
  readonly whole: number;
  /** Of those, in another meaning than the source's. */
  readonly adapted: number;
};

export const BOOK_OF = JSON.parse(readFileSync(BOOKS, "utf8")) as Readonly<Record<string, Book>>;

export function readExample(name: string): TrialFile {
  return parseTrialFile(JSON.parse(readFileSync(new URL(name, EXAMPLES), "utf8")));
}

/** Of each criterion, how much a record proves. */
export function proofsOf(criteria: Criteria): { id: string; proof: Proof }[] {
  const compiled = compile(criteria, OPTIONS);
  return compiled.criteria.map(({ id, proof }) => ({ id: id ?? "", proof }));
}

export function shareOf(criteria: Criteria, { record, adapted }: Book): Share {
  const proofs = proofsOf(criteria);
  const count = (proof: Proof) => proofs.filter((one) => one.proof === proof).length;
  const answerable = new Set(record);
  const whole = proofs.filter(({ id, proof }) => answerable.has(id) && proof === "proven");
  return {
    criteria: proofs.length,
    proven: count("proven"),
    partly: count("partly"),
    attested: count("attested"),
    answerable: record.length,
    whole: whole.length,
    adapted: whole.filter(({ id }) => Object.hasOwn(adapted, id)).length,
  };
}

/** Several trials as one. */
export function sumOf(shares: readonly Share[]): Share {
  const sum = (key: keyof Share) => shares.reduce((total, share) => total + share[key], 0);
  return {
    criteria: sum("criteria"),
    proven: sum("proven"),
    partly: sum("partly"),
    attested: sum("attested"),
    answerable: sum("answerable"),
    whole: sum("whole"),
    adapted: sum("adapted"),
  };
}
