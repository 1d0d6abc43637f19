// The wallet's languages: every sentence in each of them, nothing bare, one and several, and which way they run.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { formatCount, formatDate } from "../../client/web/shared/format.ts";
import { directionOf, LANGUAGES, speak, t } from "../../client/web/shared/language.ts";
import { bareIn, sentencesIn, sourcesIn } from "./sentences.ts";

const WALLET = "client/web/wallet";
const FRAME = "client/web/app/Frame.tsx";
const FOLDER = "client/web/shared/languages";

/** Parts of the wallet that are in English only: this list only grows shorter. */
const ENGLISH_ONLY: readonly string[] = [];

/** Of what other places use too, the parts that every patient meets. */
const SHARED = [
  "Boundary.tsx",
  "Collections.tsx",
  "Information.tsx",
  "Loading.tsx",
  "NewPassphrase.tsx",
  "NoSuchPage.tsx",
  "YesNo.tsx",
  "strength.ts",
].map((name) => `client/web/shared/${name}`);

type Sentences = Readonly<Record<string, string>>;
const fileOf = (language: string): Sentences =>
  JSON.parse(readFileSync(`${FOLDER}/${language}.json`, "utf8"));
const others = readdirSync(FOLDER)
  .map((name) => name.replace(/\.json$/, ""))
  .filter((language) => language !== "en");

const sentences = new Set(
  [...sourcesIn(WALLET), ...sourcesIn("client/web/shared"), FRAME].flatMap(sentencesIn),
);
/** What says one and several in different words. */
const counted = [...sentences].filter((one) => one.includes("{{count}}"));
const placesIn = (text: string) =>
  [...text.matchAll(/\{\{\w+\}\}|<\/?\w+>/g)].map(([one]) => one).sort();

describe("the wallet's languages", () => {
  it("are English, German and Spanish, and whatever file lies beside them", () => {
    expect(LANGUAGES).toEqual(["de", "en", "es"]);
    expect([...others, "en"].sort()).toEqual(LANGUAGES);
  });

  it.each(others)("have every sentence, and no other: %s", (language) => {
    const file = fileOf(language);
    const wanted = [...sentences, ...counted.map((one) => `${one}_one`)];
    expect(wanted.filter((one) => !file[one])).toEqual([]);
    expect(Object.keys(file).filter((one) => !wanted.includes(one))).toEqual([]);
  });

  it.each(others)("keep each value and each link of a sentence: %s", (language) => {
    // "once" holds no number.
    const torn = Object.entries(fileOf(language)).filter(
      ([key, words]) => !key.endsWith("_one") && placesIn(key).join() !== placesIn(words).join(),
    );
    expect(torn).toEqual([]);
  });

  it("name no part of a sentence like an element that is always empty: its words would stand outside of it", () => {
    const empty = /<(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)>/;
    expect([...sentences].filter((one) => empty.test(one))).toEqual([]);
  });

  it("say one and several in English too", () => {
    expect(Object.keys(fileOf("en")).sort()).toEqual(counted.map((one) => `${one}_one`).sort());
  });

  it("leave no text of the wallet bare", () => {
    const files = [...sourcesIn(WALLET), ...SHARED];
    const bare = files.filter((path) => !ENGLISH_ONLY.includes(path)).flatMap(bareIn);
    expect(bare).toEqual([]);
    // Whatever has been translated since is taken off the list.
    expect(ENGLISH_ONLY.filter((path) => bareIn(path).length === 0)).toEqual([]);
  });

  it("count as their readers do, and write dates and numbers so", async () => {
    const years = (count: number) => t("{{count}} years", { count });
    expect([years(1), years(2)]).toEqual(["1 year", "2 years"]);
    await speak("de");
    expect([years(1), years(2)]).toEqual(["1 Jahr", "2 Jahre"]);
    expect([formatCount(1234.5), formatDate("2026-03-01")]).toEqual(["1.234,5", "01.03.2026"]);
    await speak("es");
    expect([years(1), years(1_000_000)]).toEqual(["1 año", "1000000 años"]);
    expect(formatDate("2026-03-01")).toBe("1 mar 2026");
    expect(t("No file has this sentence, {{name}}.", { name: "<b>&" })).toBe(
      "No file has this sentence, <b>&.",
    );
    await speak("en");
    expect(years(2)).toBe("2 years");
  });

  it("run the way that their script does", () => {
    expect(["de", "es", "en", "ar", "he", "fa", "ar-XB"].map(directionOf)).toEqual([
      ..."ltr ltr ltr rtl rtl rtl rtl".split(" "),
    ]);
  });
});
