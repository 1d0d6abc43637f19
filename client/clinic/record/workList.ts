// What a clinic has to decide: codes that nobody has classified, those first that hold up most patients.
import {
  type BaseDomain,
  conceptsNamed,
  searchConcepts,
} from "../../../circuits/statement/dictionary/dictionary.ts";
import type { Classifier } from "../codes/classify.ts";
import { type CodeDecision, type CodeTable, conceptsSince, keyOf } from "../codes/codeTable.ts";
import { mapSource } from "../facts/map.ts";
import { ClinicError, type Problem } from "../problem.ts";
import type { Source } from "../read/source.ts";

export type WorkItem = {
  readonly base: BaseDomain;
  readonly system: string;
  readonly code: string;
  readonly display?: string;
  /** Patients in whose record it makes absence unprovable, or blocks a concept. */
  readonly patients: number;
  /** Names of concepts that it may be a member of, by its words. */
  readonly suggestions: readonly string[];
};
export type WorkList = {
  readonly items: readonly WorkItem[];
  readonly patients: number;
  /** What kept patients from being read at all. */
  readonly problems: readonly Problem[];
};
const SUGGESTED = 5;

/** Collects the unclassified codes of patients. Patients who cannot be read are told by their problems. */
export function workListOf(
  sources: readonly Source[],
  options: { readonly issuedDay: number; readonly codes: Classifier },
): WorkList {
  const found = new Map<string, WorkItem>();
  const problems: Problem[] = [];
  for (const source of sources) {
    const seen = new Set<string>();
    for (const code of unlistedOf(source, options, problems)) {
      const key = keyOf(code.base, code.system, code.code);
      if (seen.has(key)) continue;
      seen.add(key);
      const before = found.get(key) ?? { ...code, patients: 0, suggestions: suggest(code) };
      found.set(key, { ...before, patients: before.patients + 1 });
    }
  }
  const items = [...found].sort(
    ([a, one], [b, other]) => other.patients - one.patients || (a < b ? -1 : 1),
  );
  return { items: items.map(([, item]) => item), patients: sources.length, problems };
}

function unlistedOf(
  source: Source,
  options: { readonly issuedDay: number; readonly codes: Classifier },
  problems: Problem[],
) {
  try {
    return mapSource(source, options).leftOut.flatMap(({ unlisted = [] }) => unlisted);
  } catch (error) {
    if (!(error instanceof ClinicError)) throw error;
    problems.push(...error.problems);
    return [];
  }
}

/** Concepts that the words name; else those whose title or name holds a word of it. */
function suggest({ base, display }: { base: BaseDomain; display?: string }): string[] {
  if (display === undefined) return [];
  const named = conceptsNamed(base, display);
  const words = display.split(/[^\p{L}]+/u).filter((word) => word.length > 4);
  const similar = words.flatMap((word) => searchConcepts(word, base));
  const concepts = [...named, ...similar].filter(({ difference }) => difference === undefined);
  return [...new Set(concepts.map(({ name }) => name))].slice(0, SUGGESTED);
}

/** Decisions that were taken before concepts were added: these are blocked until they are taken again. */
export function outdatedIn({ entries }: CodeTable): { decision: CodeDecision; since: string[] }[] {
  return entries.flatMap((decision) => {
    const since = conceptsSince(decision).map(({ name }) => name);
    return since.length > 0 ? [{ decision, since }] : [];
  });
}
