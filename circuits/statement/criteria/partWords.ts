// A trial in parts, in words: what is shown together from one record, and what another clinic's record may show.
import { isOpen } from "./compileSplit.ts";
import type { Problem } from "./problem.ts";
import type { Gate, Program } from "./program.ts";

type InParts = { readonly parts: readonly number[] };

/** "Part 1 of 3". */
export function partName(index: number, count: number): string {
  return `Part ${index + 1} of ${count}`;
}

/** What a trial in several parts is for whoever shows it; undefined for one part, where it goes without saying. */
export function partsRule(count: number): string | undefined {
  if (count === 1) return undefined;
  return `Shown in ${count} parts: each from one record of the person; two parts may come from records of two clinics.`;
}

/** Criteria of each part, in the order of the text, and those that no record is asked for. */
function groupParts<T extends InParts>(
  criteria: readonly T[],
  count: number,
): { readonly parts: readonly (readonly T[])[]; readonly asked: readonly T[] } {
  const parts = Array.from({ length: count }, (_, i) =>
    criteria.filter((criterion) => criterion.parts.includes(i)),
  );
  return { parts, asked: criteria.filter((criterion) => criterion.parts.length === 0) };
}

/** Heading of what people are asked instead of a record. */
const ASKED_OF_PEOPLE = "Asked of people, not of a record:";

/** That a criterion stands in more than one part; empty for the others. */
function alsoIn({ parts }: InParts, index: number): string {
  const others = parts.filter((part) => part !== index).map((part) => part + 1);
  return others.length === 0 ? "" : ` (the rest of it in part ${others.join(" and ")})`;
}

/** A criterion a line; of several parts, under the heading of its part. */
export function linesInParts<T extends InParts>(
  criteria: readonly T[],
  count: number,
  words: (criterion: T) => string,
): string[] {
  const rule = partsRule(count);
  if (rule === undefined) return criteria.map(words);
  const { parts, asked } = groupParts(criteria, count);
  const lines = parts.flatMap((own, i) => [
    `${partName(i, count)}, from one record:`,
    ...own.map((criterion) => `  ${words(criterion)}${alsoIn(criterion, i)}`),
  ]);
  const rest = asked.map((criterion) => `  ${words(criterion)}`);
  return [rule, ...lines, ...(rest.length > 0 ? [ASKED_OF_PEOPLE, ...rest] : [])];
}

/** Parts that a record of nothing but age and sex would pass: a clinic that hardly knows the patient could answer. */
export function partsWarnings(programs: readonly Program[]): Problem[] {
  if (programs.length === 1) return [];
  return programs.flatMap((program, i) => {
    if (!isMetByNothing(program)) return [];
    const message = `${partName(i, programs.length).toLowerCase()} asks only that things are not on record, which a clinic that hardly knows the patient can show`;
    const hint =
      "Ask for a longer minCoverage, or also list a criterion that the patient must meet.";
    return [{ path: "policy", message, hint }];
  });
}

function isMetByNothing({ leaves, gates }: Program): boolean {
  const met: boolean[] = [];
  const isMet = ({ threshold, leaves: own, gates: earlier }: Gate) => {
    const open = own.filter((leaf) => isOpen(leaves[leaf]!)).length;
    return open + earlier.filter((gate) => met[gate]).length >= threshold;
  };
  for (const gate of gates) met.push(isMet(gate));
  return met.at(-1)!;
}
