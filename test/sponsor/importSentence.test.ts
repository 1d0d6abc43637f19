// Sentences of protocols: what is understood whole becomes a criterion, everything else stays words.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Criterion } from "../../circuits/statement/criteria/criteria.ts";
import { conceptByName } from "../../circuits/statement/dictionary/dictionary.ts";
import { ALIASES, COUNTED_TOO, EVENTS, WIDER } from "../../client/sponsor/import/conceptTables.ts";
import { type List, lineOf } from "../../client/sponsor/import/imported.ts";
import { conceptNamed } from "../../client/sponsor/import/names.ts";
import { readSentence } from "../../client/sponsor/import/sentence.ts";

type Case = { readonly list: List; readonly sentence: string; readonly criterion?: Criterion };
/** Without a criterion: stays words. */
const CASES = JSON.parse(
  readFileSync(new URL("../vectors/protocols/sentences.json", import.meta.url), "utf8"),
) as Case[];
const MAPPED = CASES.filter(({ criterion }) => criterion !== undefined);

/** The criterion that a sentence becomes; undefined when a person attests it. */
function become({ list, sentence }: Case): Criterion | undefined {
  const line = lineOf({ list, source: sentence, number: 1, read: readSentence(sentence, list) });
  const { label, ...criterion } = line.criterion;
  expect(label).toBe(sentence);
  if (line.outcome === "mapped") return criterion as Criterion;
  expect(line).toMatchObject({
    outcome: "attested",
    criterion: { attestation: { text: sentence } },
  });
  return undefined;
}

/** The sentence with words put in at every gap. */
function* withInserted(sentence: string, words: string): Generator<string> {
  const parts = sentence.split(" ");
  for (let i = 0; i <= parts.length; i++) {
    yield [...parts.slice(0, i), words, ...parts.slice(i)].join(" ");
  }
}

describe("a sentence of a protocol", () => {
  it("is one of at least 120 that were checked one by one, of both kinds", () => {
    expect(CASES.length).toBeGreaterThan(250);
    expect(MAPPED.length).toBeGreaterThan(120);
    expect(CASES.length - MAPPED.length).toBeGreaterThan(100);
  });

  it.each(CASES)("of the $list list, $sentence, becomes what it says or stays words", (one) => {
    expect(become(one)).toEqual(one.criterion);
  });

  it.each([
    "zorbic",
    "severe",
    "uncontrolled",
    "suspected",
    "stable",
    "unless",
    "except",
    "clinically significant",
    "untreated",
  ])("stays words with one word more: %s", (words) => {
    const kept: string[] = [];
    for (const { list, sentence } of MAPPED) {
      for (const longer of withInserted(sentence, words)) {
        if (readSentence(longer, list).criterion !== undefined) kept.push(longer);
      }
    }
    expect(kept).toEqual([]);
  });

  it("stays words when another sentence follows, on its line or below", () => {
    const kept: string[] = [];
    for (const { list, sentence } of MAPPED) {
      for (const rest of [". Others may ask the sponsor", "\n- but not in Part B", " (see 5.2)"]) {
        if (readSentence(`${sentence}${rest}`, list).criterion !== undefined) kept.push(sentence);
      }
    }
    expect(kept).toEqual([]);
  });

  it("becomes nothing wider than what it says, as an inclusion", () => {
    // Each of these concepts holds others than the word.
    for (const sentence of [
      "Psoriasis",
      "COVID-19",
      "Use of digoxin",
      "Treatment with levothyroxine",
    ]) {
      expect(readSentence(sentence, "inclusion").criterion, sentence).toBeUndefined();
      expect(readSentence(sentence, "exclusion").criterion, sentence).toBeDefined();
    }
  });

  it("covers what is coded as past, as an exclusion, and says what it cannot cover", () => {
    const ever = readSentence("Stroke", "exclusion").criterion;
    expect(JSON.stringify(ever)).toContain("history-of-stroke");
    expect(readSentence("Stroke within 6 months", "exclusion").notes).toContain(
      "codes that only say that it once was have no day: they are not counted",
    );
    // Codes of a past cancer do not say which it was.
    expect(readSentence("History of breast cancer", "exclusion").criterion).toBeUndefined();
  });

  it("says what each concept is, and what was taken to mean the day of the proof", () => {
    const { notes } = readSentence("Treatment with insulin within 3 months", "exclusion");
    expect(notes).toEqual([
      "Insulin: Any insulin, given alone or in a fixed combination.",
      '"3 months" counts back from the day of the proof',
    ]);
    expect(readSentence("Platelets ≥ 100,000/µL", "inclusion").notes).toContain(
      '"100,000" is read as 100000',
    );
    expect(readSentence("HbA1c > 7 % at baseline", "inclusion").notes).toContain(
      '"at baseline" is read as the newest result on record',
    );
    expect(readSentence("Age > 18 years", "inclusion").notes).toEqual([
      "completed years: over 18 is 19 or older",
    ]);
  });

  it("stays words when its criterion does not compile, with the reason", () => {
    const sentence = "Use of systemic antibiotics within 14 days";
    const read = readSentence(sentence, "exclusion");
    const line = lineOf({ list: "exclusion", source: sentence, number: 4, read });
    expect(line).toMatchObject({
      outcome: "attested",
      criterion: { attestation: { id: "e-4", by: "site", when: "site" } },
    });
    expect(line.notes.at(-1)).toMatch(/^not proven: absence within 14 days .*28 days/);
  });

  it("is the patient's to attest where only the patient can know", () => {
    const by = (source: string) =>
      lineOf({ list: "inclusion", source, number: 1, read: {} }).criterion;
    expect(by("Willing to use contraception")).toMatchObject({
      attestation: { by: "patient", when: "consent" },
    });
    expect(by("NYHA class II or III")).toMatchObject({ attestation: { by: "site", when: "site" } });
  });

  it("says when it is too long to be attested whole", () => {
    const source = "word ".repeat(500).trim();
    const line = lineOf({
      list: "inclusion",
      source,
      number: 1,
      read: readSentence(source, "inclusion"),
    });
    expect(line.notes).toContain("cut: an attestation holds 2000 characters");
    expect(line.source).toBe(source);
  });
});

describe("the names by which protocols speak of concepts", () => {
  it("all belong to concepts of the dictionary", () => {
    const counted = Object.values(COUNTED_TOO).flatMap((refs) => refs.map((ref) => ref.concept));
    const keys = [ALIASES, COUNTED_TOO].flatMap((table) => Object.keys(table));
    const named = [...keys, ...counted, ...WIDER, ...EVENTS];
    expect(named.filter((name) => conceptByName(name) === undefined)).toEqual([]);
  });

  it.each([
    ["condition", "Haemophilia", undefined],
    ["condition", "obstructive sleep apnea", "obstructive-sleep-apnoea"],
    ["condition", "Parkinson disease", "parkinsons-disease"],
    ["medication", "statin", "statins"],
    ["condition", "myocardial infarction (MI)", "myocardial-infarction"],
    ["condition", "myocardial infarction (anterior)", undefined],
    ["observation", "hemoglobin A1c (HbA1c)", "hba1c"],
    ["observation", "glucose (fasting)", undefined],
    ["medication", "type 2 diabetes", undefined],
  ] as const)("in %s, %s is %s", (domain, phrase, name) => {
    expect(conceptNamed(domain, phrase)?.name).toBe(name);
  });
});
