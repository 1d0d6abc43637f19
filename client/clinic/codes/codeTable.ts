// The clinic's own table of codes: of which concepts each is a member, be it none, and who said so and when. It holds
// no patient data. A file that the clinic keeps; decided once for all patients.
import { z } from "zod";
import {
  type BaseDomain,
  type Classified,
  CONCEPTS,
  type Concept,
  classifyCode,
  conceptByName,
  DICTIONARY_VERSION,
  normaliseCode,
} from "../../../circuits/statement/dictionary/dictionary.ts";
import { BASE_DOMAINS } from "../../../circuits/statement/encoding/domains.ts";
import { ClinicError, type Problem } from "../problem.ts";
import type { Classifier } from "./classify.ts";
import { systemOf } from "./codeSystem.ts";

const TABLE_FORMAT = "cohort-zero/clinic-codes@1";

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "must be a day, YYYY-MM-DD");
const text = z.string().min(1).max(400);
const entry = z.strictObject({
  /** URI of the code system: a standard one, or the clinic's own. */
  system: text,
  code: text,
  /** What the statement is about: a code means one thing as a drug taken, another as one reacted to. */
  base: z.enum(BASE_DOMAINS),
  display: text.exactOptional(),
  /** Names of the concepts it is a member of; empty when it is of none. */
  concepts: z.array(text).max(100),
  /** Names of concepts of which that is not sure: they are blocked. */
  possible: z.array(text).max(1000).exactOptional(),
  by: text,
  at: day,
  /** The dictionary that was decided by: it says nothing of concepts added since. */
  dictionaryVersion: z.number().int().min(1),
  /** Who knew: the clinic, or a terminology server by its base and software. */
  source: z.union([z.literal("clinic"), z.strictObject({ server: text, software: text })]),
});
const table = z.strictObject({
  format: z.literal(TABLE_FORMAT),
  entries: z.array(entry).max(200_000),
});

export type CodeDecision = z.infer<typeof entry>;
export type CodeTable = z.infer<typeof table>;

export const EMPTY_TABLE: CodeTable = { format: TABLE_FORMAT, entries: [] };

/** Reads a table. Throws ClinicError with every problem, its place and what to do. */
export function parseTable(value: unknown, path: string): CodeTable {
  const parsed = table.safeParse(value);
  if (!parsed.success) {
    throw new ClinicError(
      parsed.error.issues.map(({ path: at, message }) => ({
        path: [path, ...at.map(String)].join("."),
        reason: message,
      })),
    );
  }
  const { entries } = parsed.data;
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const [i, decision] of entries.entries()) {
    const at = `${path}.entries.${i}`;
    const key = keyOf(decision.base, decision.system, decision.code);
    if (seen.has(key)) problems.push({ path: at, reason: "decided twice; keep one of the two" });
    seen.add(key);
    problems.push(...problemsOf(decision, at));
  }
  if (problems.length > 0) throw new ClinicError(problems);
  return parsed.data;
}

/** What is wrong with a decision: concepts that the dictionary lacks, or that are about something else. */
function problemsOf(
  { base, concepts, possible = [], dictionaryVersion }: CodeDecision,
  at: string,
) {
  const problems: Problem[] = [];
  if (dictionaryVersion > DICTIONARY_VERSION) {
    const reason = `decided by dictionary version ${dictionaryVersion}; this program has ${DICTIONARY_VERSION}: update it`;
    problems.push({ path: `${at}.dictionaryVersion`, reason });
  }
  for (const name of [...concepts, ...possible]) {
    const concept = conceptByName(name);
    if (concept === undefined) {
      problems.push({ path: at, reason: `the dictionary has no concept ${name}` });
    } else if (concept.domain !== base) {
      problems.push({
        path: at,
        reason: `concept ${name} is about ${concept.domain}, not ${base}`,
      });
    } else if (concept.difference !== undefined) {
      const reason = `concept ${name} follows from two others: name those`;
      problems.push({ path: at, reason });
    }
  }
  return problems;
}

/** One key for a code under all names of its system. */
export function keyOf(base: BaseDomain, uri: string, code: string): string {
  const system = systemOf(uri);
  const plain = uri.split("|")[0]!.replace(/\/$/, "");
  return `${base} ${system ?? plain} ${system === undefined ? code : normaliseCode(system, code)}`;
}

/** Puts decisions in place of earlier ones about the same codes. */
export function withDecisions(before: CodeTable, decisions: readonly CodeDecision[]): CodeTable {
  const entries = new Map(before.entries.map((d) => [keyOf(d.base, d.system, d.code), d]));
  for (const decision of decisions) {
    entries.set(keyOf(decision.base, decision.system, decision.code), decision);
  }
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, decision]) => decision);
  return { ...before, entries: sorted };
}

/** Classifies by the clinic's table first, then by the dictionary. */
export function classifierOf({ entries }: CodeTable): Classifier {
  const decided = new Map(
    entries.map((decision) => [keyOf(decision.base, decision.system, decision.code), decision]),
  );
  const look = (key: string): Classified | undefined => {
    const decision = decided.get(key);
    return decision && classified(decision);
  };
  return {
    classify: (base, system, code) =>
      look(`${base} ${system} ${normaliseCode(system, code)}`) ?? classifyCode(base, system, code),
    classifyForeign: (base, uri, code) => look(keyOf(base, uri, code)),
  };
}

function classified(decision: CodeDecision): Classified {
  const members = withWider(decision.concepts);
  const maybe = [...withWider(decision.possible ?? []), ...conceptsSince(decision)];
  return {
    known: true,
    members,
    possible: [...new Set(maybe)].filter((concept) => !members.includes(concept)),
  };
}

/** Concepts by name, and those that include them. */
function withWider(names: readonly string[]): Concept[] {
  const numbers = new Set(names.map((name) => conceptByName(name)?.number));
  return CONCEPTS.filter(
    ({ number, includes }) => numbers.has(number) || includes.some((part) => numbers.has(part)),
  );
}

/** Concepts that were added after a decision, which says nothing of them: they are blocked until it is taken again. */
export function conceptsSince({ base, dictionaryVersion }: CodeDecision): Concept[] {
  if (dictionaryVersion >= DICTIONARY_VERSION) return [];
  return CONCEPTS.filter(
    ({ domain, version, difference }) =>
      domain === base && version > dictionaryVersion && difference === undefined,
  );
}
