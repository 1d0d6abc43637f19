// The second net: concepts that a text names by the stems of their words. It only ever blocks.
import type { BaseDomain, Concept } from "./concept.ts";

/** Length by which stems are found: none is shorter. */
const KEY_LENGTH = 3;
/** Texts whose concepts are kept. */
const KEPT = 20_000;
type Stem = { readonly text: string; readonly anywhere: boolean; readonly concept: Concept };

/** Lower case without diacritics, words parted by single spaces, one before the first. */
function plainText(text: string): string {
  const letters = text.normalize("NFD").replace(/\p{M}+/gu, "");
  return ` ${letters
    .toLowerCase()
    .replace(/ß/g, "ss")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()}`;
}

/** A function from a text to the concepts of a kind that it names. One pass over the text; texts recur, so results are kept. */
export function indexMentions(
  concepts: readonly Concept[],
): (base: BaseDomain, text: string) => readonly Concept[] {
  const stems = new Map<string, Stem[]>();
  for (const concept of concepts) {
    for (const word of concept.words) {
      const text = plainText(word).slice(1);
      const key = `${concept.domain} ${text.slice(0, KEY_LENGTH)}`;
      const stem = { text, anywhere: word.startsWith("*"), concept };
      stems.set(key, [...(stems.get(key) ?? []), stem]);
    }
  }
  const known = new Map<string, readonly Concept[]>();
  return (base, given) => {
    const key = `${base} ${given}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const found = find(base, plainText(given), stems);
    if (known.size >= KEPT) known.clear();
    known.set(key, found);
    return found;
  };
}

function find(base: BaseDomain, text: string, stems: ReadonlyMap<string, Stem[]>): Concept[] {
  const found = new Set<Concept>();
  for (let at = 1; at < text.length; at++) {
    const startsWord = text[at - 1] === " ";
    for (const stem of stems.get(`${base} ${text.slice(at, at + KEY_LENGTH)}`) ?? []) {
      if ((startsWord || stem.anywhere) && text.startsWith(stem.text, at)) found.add(stem.concept);
    }
  }
  return [...found].sort((a, b) => a.number - b.number);
}
