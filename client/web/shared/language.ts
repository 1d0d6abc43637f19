// The language of a page. English stands in the sources, and each other language is one file in `languages/`, loaded when
// it is chosen: the file's name is the language's tag, its keys are the English sentences. A sentence that a file lacks is
// shown in English.
import { createInstance } from "i18next";
import { useSyncExternalStore } from "react";
import { initReactI18next } from "react-i18next";
import { setLocale } from "./format.ts";
import english from "./languages/en.json";

type Sentences = Readonly<Record<string, string>>;

/** `en.json` holds only what English says in two ways: one, and several. */
const FILES = import.meta.glob<Sentences>(["./languages/*.json", "!./languages/en.json"], {
  import: "default",
});
const SOURCE = "en";
const fileOf = (language: string) => FILES[`./languages/${language}.json`];

/** The languages there are, by their tags. */
export const LANGUAGES: readonly string[] = [
  SOURCE,
  ...Object.keys(FILES).map((path) => path.replace(/^.*\/|\.json$/g, "")),
].sort();

/** English words that run from right to left, as CLDR names it: for whoever looks at the layout. Nobody is offered it. */
const PSEUDO = "ar-XB";

const i18n = createInstance();
void i18n.use(initReactI18next).init({
  lng: SOURCE,
  fallbackLng: SOURCE,
  resources: { [SOURCE]: { translation: english } },
  // The keys are sentences: their full stops and colons are no paths.
  keySeparator: false,
  nsSeparator: false,
  initAsync: false,
  // React escapes; the pages' policy takes no markup made from text.
  interpolation: { escapeValue: false },
  react: { useSuspense: false },
});

/** Whatever stands in a sentence in double braces. `count` chooses between one and several. */
type Values = Readonly<Record<string, string | number>>;

/** A sentence in the page's language. `text` is the English one, written out where it is used. */
export function t(text: string, values: Values = {}): string {
  return i18n.t(text, values);
}

/** Marks a sentence that is translated where it is shown, by `t(sentence)`: for tables that are made once. */
export const msg = (text: string): string => text;

const KEY = "cohort-zero/language";
const listeners = new Set<() => void>();
/** Undefined until the first language is loaded. */
let current: string | undefined;

/** The language that was chosen on this device, or the first of the browser's that there is. */
export function preferredLanguage(): string {
  const known = (tag: string) => LANGUAGES.includes(tag) || tag === PSEUDO;
  try {
    const kept = localStorage.getItem(KEY);
    if (kept !== null && known(kept)) return kept;
  } catch {
    // A browser that keeps nothing is asked what it prefers.
  }
  const stems = navigator.languages.map((tag) => tag.split("-")[0]!);
  return stems.find(known) ?? SOURCE;
}

/** Changes the page's language. Throws when its file does not arrive; the language then stays as it was. */
export async function speak(language: string): Promise<void> {
  const load = fileOf(language);
  if (load !== undefined && !i18n.hasResourceBundle(language, "translation")) {
    i18n.addResourceBundle(language, "translation", await load());
  }
  await i18n.changeLanguage(language);
  setLocale(language === PSEUDO ? SOURCE : localeOf(language));
  current = language;
  for (const listener of listeners) listener();
}

/** Keeps the choice on this device, for the next time. */
export function keepLanguage(language: string): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // Then it holds for this page.
  }
}

/** The page's language; undefined while the first one is being loaded. */
export function useLanguage(): string | undefined {
  return useSyncExternalStore(watch, () => current);
}

function watch(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** With the reader's own country, if the browser names one: "de-CH" for German. */
function localeOf(language: string): string {
  return (
    navigator.languages.find((tag) => tag.split("-")[0] === language.split("-")[0]) ?? language
  );
}

const FROM_RIGHT = new Set(["Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg"]);

/** Which way a language is written. */
export function directionOf(language: string): "ltr" | "rtl" {
  return FROM_RIGHT.has(new Intl.Locale(language).maximize().script ?? "") ? "rtl" : "ltr";
}
