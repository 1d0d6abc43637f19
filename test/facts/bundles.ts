// Real charts: what their records prove, beside what a careful reader says. The reader takes from the product only which
// codes belong to which concepts.

import { compile } from "../../circuits/statement/criteria/compile.ts";
import {
  CONCEPTS,
  type Concept,
  classifyCode,
  systemOfUri,
} from "../../circuits/statement/dictionary/dictionary.ts";
import type { Domain } from "../../circuits/statement/encoding/code.ts";
import { DOMAINS } from "../../circuits/statement/encoding/code.ts";
import { EPOCH_DAY, ONGOING, parseDay } from "../../circuits/statement/encoding/day.ts";
import { evaluateCriteria } from "../../circuits/witness/evaluate.ts";
import { ClinicError } from "../../client/clinic/problem.ts";
import type { Source } from "../../client/clinic/read/source.ts";
import { buildRecord, type Issued } from "../../client/clinic/record/issue.ts";
import { type Json, seeded } from "./chart.ts";
import { absent, present, type Question } from "./criteria.ts";
import { type Kind, type Lookup, readChart, type Statement } from "./reader.ts";

const KINDS: readonly Kind[] = [
  ...(["condition", "medication", "allergy", "procedure", "immunization"] as const),
  ...(["encounter", "familyHistory"] as const),
];

export type BundleFigures = {
  readonly patients: number;
  readonly refused: number;
  readonly asked: number;
  /** Patients who can prove something that a completion of their chart contradicts. */
  readonly contradicted: readonly string[];
  /** Verdicts that the chart gives and the record does not. */
  readonly lost: number;
  /** Patients whose conditions and medications are complete. */
  readonly complete: number;
};

const lookup: Lookup = (base, { system, code }) => {
  const known = system === undefined ? undefined : systemOfUri(system);
  if (known === undefined || code === undefined) return undefined;
  const { known: isKnown, members, possible } = classifyCode(base, known, code);
  if (!isKnown) return undefined;
  const namesOf = (concepts: readonly Concept[]) => concepts.map(({ name }) => name);
  return { isKnown, in: namesOf(members), open: namesOf(possible) };
};

const WANTED: readonly Domain[] = [
  "conditionStart",
  "conditionLast",
  "medicationStart",
  "medicationLast",
];

/** Asks `questions` of each source's record and of the reader. `issued` is YYYY-MM-DD. */
export function figuresOf(
  sources: readonly Source[],
  { issued, questions }: { readonly issued: string; readonly questions: number },
): BundleFigures {
  const figures = { patients: sources.length, refused: 0, asked: 0, lost: 0, complete: 0 };
  const contradicted: string[] = [];
  sources.forEach((source, i) => {
    const built = build(source, issued);
    if (built === undefined) {
      figures.refused++;
      return;
    }
    if (WANTED.every((domain) => built.completeFor.includes(domain))) figures.complete++;
    const { lost, wrong } = compare(source, built, { issued, questions, seed: i });
    figures.asked += questions;
    figures.lost += lost;
    if (wrong.length > 0) contradicted.push(`${source.name}: ${JSON.stringify(wrong[0])}`);
  });
  return { ...figures, contradicted };
}

function build(source: Source, issued: string): Issued | undefined {
  try {
    return buildRecord({
      source,
      issuer: `0x${"c1".repeat(20)}`,
      issuedDay: parseDay(issued),
      coverageFromDay: 0,
      identityCommitment: 7n,
      identitySince: 0,
      blinding: 1n << 200n,
      completeFor: Object.keys(DOMAINS) as Domain[],
    });
  } catch (error) {
    if (error instanceof ClinicError) return undefined;
    throw error;
  }
}

function compare(
  source: Source,
  { record }: Issued,
  { issued, questions, seed }: { issued: string; questions: number; seed: number },
): { lost: number; wrong: unknown[] } {
  const random = seeded(seed);
  const day = parseDay(issued);
  const entry = [source.patient, ...source.resources].map(({ resource, fullUrl }) => ({
    resource,
    ...(fullUrl !== undefined && { fullUrl }),
  }));
  const reading = readChart({ bundle: { entry } as Json }, { lookup, issued: day + EPOCH_DAY });
  const result = { lost: 0, wrong: [] as unknown[] };
  for (let i = 0; i < questions; i++) {
    const kind = random.pick(KINDS);
    const names = conceptsFor(kind, reading.statements);
    const question: Question = random.chance(0.5)
      ? present(kind, random, names)
      : absent(kind, random, names);
    const compiled = compile(question.criteria, {
      salt: 1n << 130n,
      latestIdentitySince: ONGOING,
    });
    const { eligible } = evaluateCriteria({ compiled, record, asOf: day });
    const holds = question.holds(reading, day + EPOCH_DAY);
    if (eligible && !holds) result.wrong.push(question.criteria);
    if (!eligible && holds) result.lost++;
  }
  return result;
}

/** The concepts that the chart says something about, and three that it does not. */
function conceptsFor(kind: Kind, statements: readonly Statement[]): readonly string[] {
  // What is left of one concept without another is a matter of a whole statement, not of a code.
  const base = kind === "familyHistory" ? "condition" : kind;
  const ours = CONCEPTS.filter((c) => c.domain === base && c.difference === undefined).map(
    ({ name }) => name,
  );
  const own = statements.filter((s) => s.kind === kind);
  const said = ours.filter((name) => own.some((s) => s.belongs(name) !== "out"));
  return [...said, ...ours.slice(0, 3)];
}
