// Concepts that are one concept without another: "malignancy other than of the skin".
import {
  type BaseDomain,
  type Concept,
  conceptByNumber,
  DIFFERENCES,
} from "../../../circuits/statement/dictionary/dictionary.ts";
import { KINDS } from "../../../circuits/statement/encoding/domains.ts";

/**
 * The differences a statement belongs to, by the concepts of all its codes. Surely, when it is in the whole and not
 * even possibly in what is excepted. What is surely excepted is out, unless it combines that with another part of the
 * whole.
 */
export function differencesOf(
  base: BaseDomain,
  sure: ReadonlySet<Concept>,
  possible: ReadonlySet<Concept>,
): { concept: Concept; isSure: boolean }[] {
  return DIFFERENCES.filter(({ domain }) => domain === base).flatMap((concept) => {
    const of = conceptByNumber(concept.difference!.of)!;
    const minus = conceptByNumber(concept.difference!.minus)!;
    if (!sure.has(of) && !possible.has(of)) return [];
    if (!sure.has(minus)) return [{ concept, isSure: sure.has(of) && !possible.has(minus) }];
    const isOther = (c: Concept) => c !== minus && !isWithin(c, minus) && !isWithin(minus, c);
    const parts = [...sure, ...possible].filter((c) => isWithin(c, of) && isOther(c));
    return KINDS[base].canCombine && parts.length > 0 ? [{ concept, isSure: false }] : [];
  });
}

function isWithin(part: Concept, whole: Concept): boolean {
  return whole.includes.includes(part.number);
}
