// A consent form in several languages: one hash binds them all, each has its own, and one bit says which was read.
import { describe, expect, it } from "vitest";
import {
  closestLanguage,
  formIn,
  LANGUAGE_MARKS,
  languageMark,
  languageMarks,
  languageRead,
  languagesOf,
  MAX_FORM_LANGUAGES,
} from "../../circuits/statement/trial/formLanguages.ts";
import { PERMISSIONS } from "../../circuits/statement/trial/trial.ts";
import { type ConsentForm, parseTrialFile } from "../../circuits/statement/trial/trialFile.ts";
import type { Grant } from "../../client/patient/consent.ts";
import { queueConsent } from "../../client/patient/waiting.ts";
import { hashFormIn } from "../../client/trial/document.ts";
import { reviewTrial } from "../../client/trial/review.ts";
import { seededWallet } from "../patient/support.ts";
import { publish } from "../patient/trial.ts";
import { exampleTrial } from "../web/exchange.ts";

const trial = exampleTrial("vaccine-registry");
const asked = trial.consentForm.permissions.map(({ id }) => id);
const labels = (words: string) => Object.fromEntries(asked.map((id) => [id, `${words} ${id}`]));
const translations = {
  es: { title: "Participar", text: "Participo.", permissions: labels("Permito") },
  de: { title: "Teilnehmen", text: "Ich nehme teil.", permissions: labels("Ich erlaube") },
};
const form: ConsentForm = { ...trial.consentForm, translations };
const fileWith = (consentForm: unknown) => ({ ...trial, consentForm });
const problemsOf = (consentForm: unknown): string[] => {
  try {
    parseTrialFile(fileWith(consentForm));
    return [];
  } catch (error) {
    const { problems } = error as { problems: { path: string; message: string }[] };
    return problems.map(({ path, message }) => `${path}: ${message}`);
  }
};

describe("the languages of a consent form", () => {
  it("have a bit each that no permission has, and none where there is one language", () => {
    expect(languagesOf(form)).toEqual(["en", "de", "es"]);
    const marks = ["en", "de", "es"].map((one) => languageMark(form, one));
    expect(marks).toEqual([1 << 16, 1 << 17, 1 << 18]);
    expect(languageMarks(form)).toBe(marks.reduce((sum, one) => sum | one, 0));
    expect(Object.values(PERMISSIONS).some((bit) => bit & LANGUAGE_MARKS)).toBe(false);
    expect(languageMarks(trial.consentForm)).toBe(0);
    expect(languageMark(trial.consentForm, "en")).toBe(0);
    expect(() => languageMark(form, "fr")).toThrow(/no text in "fr"/);
  });

  it("are read back from a consent, unless it marks none or several", () => {
    const mark = languageMark(form, "es");
    expect(languageRead(form, PERMISSIONS.participate | mark)).toBe("es");
    expect(languageRead(form, PERMISSIONS.participate)).toBeUndefined();
    expect(languageRead(form, mark | languageMark(form, "de"))).toBeUndefined();
    expect(languageRead(trial.consentForm, PERMISSIONS.participate)).toBe("en");
  });

  it("show each text alone, and hash each by itself", () => {
    const german = formIn(form, "de");
    expect(german).toMatchObject({ language: "de", title: "Teilnehmen", text: "Ich nehme teil." });
    expect(german.permissions[0]?.label).toBe(`Ich erlaube ${asked[0]}`);
    expect(german).not.toHaveProperty("translations");
    const hashes = languagesOf(form).map((one) => hashFormIn(form, one));
    expect(new Set(hashes).size).toBe(3);
    const changed = { ...translations, de: { ...translations.de, text: "Ich nehme nicht teil." } };
    const other = { ...form, translations: changed };
    expect(hashFormIn(other, "de")).not.toBe(hashes[1]);
    expect(hashFormIn(other, "es")).toBe(hashes[2]);
  });

  it("suit their reader: theirs, the same elsewhere, or the form's own", () => {
    expect(["es", "de-CH", "fr"].map((one) => closestLanguage(form, one))).toEqual([
      "es",
      "de",
      "en",
    ]);
  });

  it("are refused without a label, with one too many, twice, and as no tag", () => {
    expect(problemsOf(form)).toEqual([]);
    const [first] = asked;
    const { [first!]: _, ...fewer } = labels("Ich erlaube");
    const german = (change: object) => ({
      ...form,
      translations: { de: { ...translations.de, ...change } },
    });
    const at = "consentForm.translations.de.permissions";
    expect(problemsOf(german({ permissions: fewer }))).toEqual([`${at}: no label for "${first}"`]);
    const extra = { ...labels("Ich erlaube"), genetics: "Ich erlaube Gentests" };
    expect(problemsOf(german({ permissions: extra }))).toEqual([`${at}: "genetics" is not asked`]);
    expect(problemsOf({ ...form, language: "de" })).toEqual([
      `consentForm.translations.de: "de" is the form's own language`,
    ]);
    expect(problemsOf({ ...form, language: "German" })[0]).toContain("a language is its tag");
    const many = Array.from(
      { length: MAX_FORM_LANGUAGES },
      (_, i) => `q${String.fromCharCode(97 + i)}`,
    );
    const all = Object.fromEntries(many.map((one) => [one, translations.de]));
    expect(problemsOf({ ...form, translations: all })).toEqual([
      `consentForm.translations: a form has at most ${MAX_FORM_LANGUAGES} languages`,
    ]);
  });

  it("bind a consent to one of them, before it is kept or proven", async () => {
    const permissions = { participate: "Ich nehme teil", contact: "Man darf mich anrufen" };
    const german = { title: "Teilnahme", text: "Ich nehme teil.", permissions };
    const downloads = publish({ translations: { de: german } });
    const reviewed = await reviewTrial({ downloads });
    const own = reviewed.document.trial.consentForm;
    const wallet = seededWallet(1);
    const grant: Grant = { permissions: ["participate"], siteId: 1, years: 2, givenBy: "self" };
    const queue = (readIn?: number) =>
      queueConsent({
        ...{ wallet, reviewed, state: downloads.state, now: downloads.deployment.chainTime },
        grant: readIn === undefined ? grant : { ...grant, readIn },
      });
    const [first, second] = ["en", "de"].map((one) => languageMark(own, one));
    const refusal = { code: "WrongPermissions" };
    await expect(queue()).rejects.toMatchObject(refusal);
    await expect(queue(first! | second!)).rejects.toMatchObject(refusal);
    await expect(queue(1 << 20)).rejects.toMatchObject(refusal);
    // With one language it goes on, to the next check.
    await expect(queue(second)).rejects.not.toMatchObject(refusal);
  });
});
