// The names under which protocols speak of the dictionary's concepts.
import {
  type BaseDomain,
  CONCEPTS,
  type Concept,
} from "../../../circuits/statement/dictionary/dictionary.ts";
import { ALIASES } from "./conceptTables.ts";

/** Both spellings of English, singular and plural, hyphens, capitals and "mellitus" read alike. */
function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[’‘`]/g, "'")
    .replace(/\bmellitus\b/g, " ")
    .replace(/'s\b/g, "")
    .replace(/[-‐‑_]+/g, " ")
    .replace(/[ao]e/g, "e")
    .replace(/our\b/g, "or")
    .replace(/is(?=ation|ed\b)/g, "iz")
    .split(/\s+/)
    .filter(Boolean)
    .map(singular)
    .join(" ");
}

function singular(word: string): string {
  if (/ies$/.test(word) && word.length > 4) return `${word.slice(0, -3)}y`;
  return /[^siu]s$/.test(word) && word.length > 3 ? word.slice(0, -1) : word;
}

/** A name that means two concepts means neither. */
const named = new Map<string, Concept | undefined>();

function learn(concept: Concept, name: string): void {
  const key = `${concept.domain} ${plain(name)}`;
  const other = named.get(key);
  named.set(key, named.has(key) && other !== concept ? undefined : concept);
}
for (const concept of CONCEPTS) {
  const names = [concept.title, concept.name, ...(ALIASES[concept.name] ?? [])];
  for (const name of new Set(names)) learn(concept, name);
}

/** The concept that a phrase names exactly, in one domain: with its abbreviation in brackets at most. */
export function conceptNamed(domain: BaseDomain, phrase: string): Concept | undefined {
  const whole = named.get(`${domain} ${plain(phrase)}`);
  if (whole !== undefined) return whole;
  const match = /^([^()]+?)\s*\(([^()]+)\)\s*([^()]*)$/.exec(phrase);
  if (match === null) return undefined;
  const [, before, inner, after] = match;
  const name = `${before} ${after}`.trim();
  const concept = named.get(`${domain} ${plain(name)}`);
  if (concept === undefined) return undefined;
  const isSame = named.get(`${domain} ${plain(inner!)}`) === concept || isShort(inner!, name);
  return isSame ? concept : undefined;
}

/** What a concept is, in and out, for the reader who compares it with the source. */
export function describe({ title, description }: Concept): string {
  const isSame = description.replace(/\.$/, "") === title;
  return isSame ? `read as the dictionary's "${title}"` : `${title}: ${description}`;
}

/** Whether letters are those with which the words of a name begin. */
function isShort(letters: string, name: string): boolean {
  const initials = name.split(/[\s-]+/).map((word) => word.charAt(0).toLowerCase());
  return initials.length > 1 && letters.toLowerCase().replace(/s$/, "") === initials.join("");
}
