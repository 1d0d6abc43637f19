// A hint at how hard a passphrase is to guess. A hint only: it knows no dictionary of leaked ones.

import { t } from "./language.ts";

export type Strength = { readonly level: 0 | 1 | 2 | 3; readonly words: string };

/** As the library demands; sealing refuses shorter ones. */
export const SHORTEST = 10;
const BITS_FAIR = 50;
const BITS_GOOD = 70;
/** A word of a list of 2,000, which is what people draw theirs from in their heads. */
const BITS_A_WORD = 11;
const SETS = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9]/] as const;
const SET_SIZES = [26, 26, 10, 32] as const;

export function judgeStrength(passphrase: string): Strength {
  const text = passphrase.normalize("NFKC");
  const missing = SHORTEST - [...text].length;
  if (missing > 0) {
    return { level: 0, words: t("At least {{count}} more characters", { count: missing }) };
  }
  const bits = Math.min(bitsOfCharacters(text), bitsOfWords(text));
  if (bits < BITS_FAIR) {
    return { level: 1, words: t("Easy to guess. Better: five or six words drawn at random") };
  }
  if (bits < BITS_GOOD) return { level: 2, words: t("Fair. One or two more words make it strong") };
  return { level: 3, words: t("Strong") };
}

function bitsOfCharacters(text: string): number {
  const alphabet = SETS.reduce((sum, set, i) => sum + (set.test(text) ? SET_SIZES[i]! : 0), 0);
  const distinct = new Set(text).size;
  // Repetition adds little: "aaaaaaaaaa" is as easy as "a".
  const length = Math.min([...text].length, distinct * 2);
  return length * Math.log2(Math.max(2, alphabet));
}

function bitsOfWords(text: string): number {
  const words = text
    .toLowerCase()
    .split(/[\s-]+/)
    .filter(Boolean);
  if (words.length < 2) return /^[a-z]+\d{0,4}$/i.test(text) ? 3 * text.length : Infinity;
  const distinct = new Set(words).size;
  return words.every((word) => /^[\p{L}']+$/u.test(word)) ? distinct * BITS_A_WORD + 4 : Infinity;
}
