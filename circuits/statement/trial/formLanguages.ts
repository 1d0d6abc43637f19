// The languages of a consent form. The form's hash binds all its texts, each text has a hash of its own, and a consent
// says which one was read: by one bit of its permissions, among those that are free for a trial's own. A version offers a
// bit for each language, so no contract and no circuit knows of them.

/** Bits 16 to 30 of the permissions: one for each language of the form. */
export const LANGUAGE_MARKS = 0x7fff_0000;
const FIRST_MARK = 16;
/** Of the form's own language and its translations together. */
export const MAX_FORM_LANGUAGES = 15;

/** The language of a form that does not name it. */
const FIRST_LANGUAGE = "en";

/** Of a form, what its languages are made of. */
type Languages = {
  readonly language?: string | undefined;
  readonly translations?: Readonly<Record<string, Translation>> | undefined;
};
type Translation = {
  readonly title: string;
  readonly text: string;
  readonly permissions: Readonly<Partial<Record<string, string>>>;
};
type Form = Languages & {
  readonly permissions: readonly { readonly id: string; readonly label: string }[];
};

/** The form's own language, then those of its translations in the order of their names. */
export function languagesOf({ language = FIRST_LANGUAGE, translations = {} }: Languages): string[] {
  return [language, ...Object.keys(translations).sort()];
}

/** What a version offers so that a consent can say it: nothing for a form in one language. */
export function languageMarks(form: Languages): number {
  const languages = languagesOf(form);
  if (languages.length === 1) return 0;
  return languages.reduce((marks, _, i) => marks | (1 << (FIRST_MARK + i)), 0);
}

/** The bit of the language that was read; 0 for a form in one language. Throws RangeError for one that it lacks. */
export function languageMark(form: Languages, language: string): number {
  const languages = languagesOf(form);
  const at = languages.indexOf(language);
  if (at < 0)
    throw new RangeError(`the form has no text in "${language}": ${languages.join(", ")}`);
  return languages.length === 1 ? 0 : 1 << (FIRST_MARK + at);
}

/** Which language a consent says was read: the only one, or the one marked. Undefined when it marks none, or several. */
export function languageRead(form: Languages, permissions: number): string | undefined {
  const languages = languagesOf(form);
  if (languages.length === 1) return languages[0];
  const marked = permissions & LANGUAGE_MARKS;
  return languages.find((_, i) => marked === 1 << (FIRST_MARK + i));
}

/** The form as its reader sees it: title, text and labels in that language alone. */
export function formIn<F extends Form>(
  form: F,
  language: string,
): Omit<F, "translations"> & { language: string } {
  const { translations = {}, ...own } = form;
  const words = translations[language];
  if (words === undefined) return { ...own, language: form.language ?? FIRST_LANGUAGE };
  const { title, text } = words;
  const permissions = form.permissions.map((one) => ({
    ...one,
    label: words.permissions[one.id] ?? one.label,
  }));
  return { ...own, language, title, text, permissions };
}

/** Of the form's languages the one that suits a reader best: theirs, the same in another country, or the form's own. */
export function closestLanguage(form: Languages, wanted: string): string {
  const languages = languagesOf(form);
  const stem = (tag: string) => tag.split("-")[0];
  return (
    languages.find((one) => one === wanted) ??
    languages.find((one) => stem(one) === stem(wanted)) ??
    languages[0]!
  );
}
