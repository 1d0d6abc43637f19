// What an import of somebody else's protocol gives: each criterion with its source text beside what became of it.
import type { z } from "zod";
import { checkCriteria, compile } from "../../../circuits/statement/criteria/compile.ts";
import type { Criterion } from "../../../circuits/statement/criteria/criteria.ts";
import { CriteriaError } from "../../../circuits/statement/criteria/problem.ts";

export type List = "inclusion" | "exclusion";

/** mapped: a record answers it whole. partly: a record answers a part. attested: a person does. */
export type Outcome = "mapped" | "partly" | "attested";

/** One criterion of the source. */
export type ImportedLine = {
  readonly list: List;
  /** As the source writes it, or in words where it is structured. */
  readonly source: string;
  readonly criterion: Criterion;
  readonly outcome: Outcome;
  /** The compiler's plain English of what a record answers; undefined when it answers nothing. */
  readonly meaning: string | undefined;
  /** What was taken to mean something that the source does not quite say, and why something stayed words. */
  readonly notes: readonly string[];
};

export type Imported = {
  readonly format: string;
  readonly title: string;
  /** The registry's or protocol's own number. */
  readonly number: string | undefined;
  readonly lines: readonly ImportedLine[];
  /** What a trial file asks for as well, where the source says it. */
  readonly about?: {
    readonly sponsor?: string;
    readonly summary?: string;
    readonly phase?: string;
  };
  /** What the file says beside its criteria that was not taken over. */
  readonly notes: readonly string[];
};

/** A file that cannot be imported: where, and what to do. */
export class ImportError extends Error {
  override readonly name = "ImportError";
}

/** Parses a file of a known format. Throws ImportError naming the first place that does not fit. */
export function inForm<T>(schema: z.ZodType<T>, json: unknown, format: string): T {
  const read = schema.safeParse(json);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const place = issue!.path.map(String).join(".") || "the file";
  throw new ImportError(`${place}: ${issue!.message}; this is not ${format}`);
}

/** Whether a file of any form has something at this place. */
export function hasAt(json: unknown, ...path: readonly string[]): boolean {
  let value = json;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return false;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value !== null && value !== undefined;
}

/** What a reader made of one criterion; no criterion when a person must answer it. */
export type Reading = { readonly criterion?: Criterion; readonly notes?: readonly string[] };

/** The criteria language's own limit of a list. */
const MAX_LISTED = 200;
const MAX_LABEL = 1000;
const MAX_TEXT = 2000;

/** A criterion that the patient can speak to; everything else is the site's. */
const BY_PATIENT =
  /\b(?:willing|able to (?:understand|comply|give|provide|read)|consent|agree|contracepti|abstinen|understand|plan(?:s|ning)? to)\b/i;
const AT_CONSENT = /\b(?:willing|consent|agree|understand|contracepti|abstinen)\b/i;

/** The criterion as words for a person to attest, with who could say it and when: the author decides. */
function attested(source: string, id: string): Criterion {
  const by = BY_PATIENT.test(source) ? "patient" : "site";
  const when = by === "patient" && AT_CONSENT.test(source) ? "consent" : "site";
  return {
    label: cut(source, MAX_LABEL),
    attestation: { id, text: cut(source, MAX_TEXT), by, when },
  };
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/**
 * A line of the result. What was read is taken only when it compiles where it will stand; `rest` is what of the source
 * a record cannot answer and a person must attest beside it (inclusions only: an exclusion is met by its parts together).
 */
export function lineOf(options: {
  readonly list: List;
  readonly source: string;
  readonly number: number;
  readonly read: Reading;
  readonly rest?: string;
}): ImportedLine {
  const { list, source, number, read, rest } = options;
  const id = `${list === "inclusion" ? "i" : "e"}-${number}`;
  const notes = [...(read.notes ?? [])];
  const { criterion: found } = read;
  const compiled = found && meaningOf(found, list);
  if (found === undefined || compiled?.meaning === undefined) {
    if (compiled?.problem !== undefined) notes.push(`not proven: ${compiled.problem}`);
    if (source.length > MAX_TEXT) notes.push(`cut: an attestation holds ${MAX_TEXT} characters`);
    const criterion = attested(source, id);
    return { list, source, criterion, outcome: "attested", meaning: undefined, notes };
  }
  const label = cut(source, MAX_LABEL);
  const { meaning } = compiled;
  if (rest === undefined) {
    return { list, source, criterion: { ...found, label }, outcome: "mapped", meaning, notes };
  }
  const all = [found, attested(rest, id)];
  return { list, source, criterion: { label, all }, outcome: "partly", meaning, notes };
}

/** The same line as words for a person, when its author does not want it proven. */
export function asAttestation(line: ImportedLine, number: number): ImportedLine {
  const { list, source } = line;
  return lineOf({ list, source, number, read: {} });
}

/** What a criterion means on its list; or why it does not compile there, with what would serve. */
function meaningOf(criterion: Criterion, list: List): { meaning?: string; problem?: string } {
  // An age beside it: what alone cannot be proven is no fault of the criterion.
  const age = { age: { min: 0 } };
  const lists =
    list === "inclusion"
      ? { inclusion: [age, criterion], exclusion: [] }
      : { inclusion: [age], exclusion: [criterion] };
  const path = list === "inclusion" ? "inclusion[1]" : "exclusion[0]";
  try {
    const { criteria } = compile(lists, { salt: 1n << 247n, latestIdentitySince: 0 });
    const meaning = criteria.find((one) => one.path === path)?.english;
    return meaning === undefined ? {} : { meaning };
  } catch (error) {
    if (!(error instanceof CriteriaError)) throw error;
    const [first] = error.problems;
    return { problem: `${first!.message}. ${first!.hint}` };
  }
}

/** The criteria of a trial file. */
export function criteriaOf({ lines }: Pick<Imported, "lines">): {
  readonly inclusion: readonly Criterion[];
  readonly exclusion: readonly Criterion[];
} {
  const on = (list: List) => lines.filter((line) => line.list === list).map((l) => l.criterion);
  return { inclusion: on("inclusion"), exclusion: on("exclusion") };
}

/** What is wrong with the lines together, each of which compiles: too many of them for one trial. */
export function problemsTogether(imported: Pick<Imported, "lines">): readonly string[] {
  const lists = criteriaOf(imported);
  const long = (["inclusion", "exclusion"] as const).filter((l) => lists[l].length > MAX_LISTED);
  if (long.length > 0) {
    return long.map(
      (list) =>
        `${list}: ${lists[list].length} criteria; a trial takes at most ${MAX_LISTED}. Combine some of them.`,
    );
  }
  return checkCriteria(lists).map(({ path, message, hint }) =>
    [path && `${path}: `, `${message}. `, hint].join(""),
  );
}
