// What was published never changes: concepts, units and answers are append-only.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  memberProblem,
  textProblem,
  wordProblem,
} from "../../circuits/statement/dictionary/concept.ts";
import {
  CONCEPTS,
  conceptUnit,
  DICTIONARY_VERSION,
  dictionaryHash,
} from "../../circuits/statement/dictionary/dictionary.ts";
import { codesOf } from "../../circuits/statement/dictionary/valueSet.ts";
import { answersOf } from "../../circuits/statement/encoding/answers.ts";
import { unitOf } from "../../circuits/statement/encoding/units.ts";
import { readDictionary } from "../../client/governance/dictionaryFiles.ts";
import {
  type DictionaryFiles,
  formatJson,
  hashDictionary,
} from "../../client/governance/dictionaryText.ts";

const files = await readDictionary();
/** A copy with one thing changed. */
function changed(change: (copy: DictionaryFiles) => void): DictionaryFiles {
  const copy = structuredClone(files);
  change(copy);
  return copy;
}

describe("the published dictionary", () => {
  test.each(files.published)("version $version still has its hash and its count", (entry) => {
    expect(hashDictionary(files, entry.version)).toBe(entry.hash);
    const upTo = files.concepts.entry.filter((e) => Number(e.resource.version) <= entry.version);
    expect(new Set(upTo.map(({ fullUrl }) => fullUrl)).size).toBe(entry.concepts);
  });

  test("versions count up from 1 and the hash is the one the chain gets", () => {
    expect(files.published.map(({ version }) => version)).toEqual(
      files.published.map((_, i) => i + 1),
    );
    expect(dictionaryHash(DICTIONARY_VERSION)).toBe(`0x${files.published.at(-1)!.hash}`);
    expect(() => dictionaryHash(DICTIONARY_VERSION + 1)).toThrow("never published");
  });

  test.each<[string, (copy: DictionaryFiles) => void]>([
    ["a code", (copy) => copy.concepts.entry[0]!.resource.compose.include.pop()],
    ["a concept", (copy) => copy.concepts.entry.shift()],
    ["a unit", (copy) => Object.assign(copy.units[0]!, { unit: "mmol/mol" })],
    ["an answer's number", (copy) => Object.assign(copy.answers.answers[0]!, { number: 99 })],
    ["a graded group", (copy) => copy.answers.groups.shift()],
  ])("changing %s changes the hash", (_, change) => {
    expect(hashDictionary(changed(change), 1)).not.toBe(files.published[0]!.hash);
  });

  test.each<[string, (copy: DictionaryFiles) => void]>([
    ["a code added to an older concept", (copy) => copy.concepts.entry.pop()],
    ["a code that may belong to a concept", (copy) => copy.possible.entry.pop()],
    ["a code of no concept", (copy) => copy.neutral.entry.pop()],
  ])("changing %s changes the hash of version 2, not of version 1", (_, change) => {
    expect(hashDictionary(changed(change), 2)).not.toBe(files.published[1]!.hash);
    expect(hashDictionary(changed(change), 1)).toBe(files.published[0]!.hash);
  });

  test("adding to the next version leaves the hash of the last one", () => {
    const later = changed((copy) => {
      const entry = structuredClone(copy.concepts.entry[0]!);
      entry.resource.version = "3";
      copy.concepts.entry.push(entry);
    });
    expect(hashDictionary(later, 1)).toBe(files.published[0]!.hash);
    expect(hashDictionary(later, 2)).toBe(files.published[1]!.hash);
  });

  test.each([
    ["concepts.json", files.concepts],
    ["possible.json", files.possible],
    ["neutral.json", files.neutral],
    ["units.json", files.units],
    ["answers.json", files.answers],
    ["published.json", files.published],
  ])(
    "%s is laid out as the command writes it, so that an addition is a short diff",
    (name, value) => {
      const path = new URL(`../../circuits/dictionary/${name}`, import.meta.url);
      expect(readFileSync(path, "utf8")).toBe(formatJson(value));
    },
  );
});

describe("the concepts", () => {
  test("there are at least 380, numbered from 1 without gaps, with names of their own", () => {
    expect(CONCEPTS.length).toBeGreaterThanOrEqual(380);
    expect(CONCEPTS.map(({ number }) => number)).toEqual(CONCEPTS.map((_, i) => i + 1));
    expect(new Set(CONCEPTS.map(({ name }) => name)).size).toBe(CONCEPTS.length);
    expect(new Set(CONCEPTS.map(({ title }) => title)).size).toBe(CONCEPTS.length);
  });

  test.each(CONCEPTS.map((concept) => [concept.name, concept] as const))(
    "%s is well formed",
    (_, concept) => {
      const { domain, members, possible, words } = concept;
      expect(textProblem(concept)).toBeUndefined();
      expect(memberProblem(domain, [...members, ...possible])).toBeUndefined();
      expect(wordProblem(words)).toBeUndefined();
      const hasContent = members.length > 0 || concept.difference || concept.measuredAs;
      expect(hasContent).toBeTruthy();
    },
  );

  test("every SNOMED CT code has a valid check digit, in whatever list", () => {
    const listed = [
      ...CONCEPTS.flatMap(({ members, possible }) => [...members, ...possible]),
      ...files.neutral.entry.flatMap(({ resource }) => codesOf(resource)),
    ].filter(({ system }) => system === "snomed");
    const roots = CONCEPTS.flatMap(({ isA, isNotA }) => [...isA, ...isNotA]);
    const codes = new Set([...listed.map(({ code }) => code), ...roots]);
    expect(codes.size).toBeGreaterThan(2000);
    expect([...codes].filter((code) => !verhoeffHolds(code))).toEqual([]);
    expect(verhoeffHolds("44054007")).toBe(false);
  });

  test("every LOINC code has a valid check digit", () => {
    const loincs = [
      ...files.units.map(({ loinc }) => loinc),
      ...files.answers.questions.map(({ loinc }) => loinc),
      ...CONCEPTS.flatMap(({ members, possible }) => [...members, ...possible])
        .filter(({ system }) => system === "loinc")
        .map(({ code }) => code),
      ...files.neutral.entry
        .flatMap(({ resource }) => codesOf(resource))
        .filter(({ system }) => system === "loinc")
        .map(({ code }) => code),
    ];
    expect(loincs.filter((loinc) => !luhnHolds(loinc.replace("-", "")))).toEqual([]);
    expect(luhnHolds("45485")).toBe(false);
  });

  test("the members of an observation concept share a unit or a set of answers", () => {
    for (const { name, domain, members } of CONCEPTS) {
      if (domain !== "observation" || members.length === 0) continue;
      const kinds = members.map(
        ({ code }) =>
          unitOf(code)?.unit ??
          answersOf(code)
            .map((answer) => answer.name)
            .join(),
      );
      expect(new Set(kinds).size, name).toBe(1);
      expect(kinds[0], name).not.toBe("");
    }
    expect(conceptUnit(CONCEPTS.find(({ name }) => name === "hba1c")!)).toBe("%");
  });
});

/** Verhoeff's check digit (SNOMED CT Release File Specification, 6.3). */
function verhoeffHolds(code: string): boolean {
  const product = (a: number, b: number) => {
    const turned = a < 5 ? (b < 5 ? (a + b) % 5 : ((a + b) % 5) + 5) : 0;
    if (a < 5) return turned;
    return b < 5 ? ((a - b) % 5) + 5 : (a - b + 5) % 5;
  };
  const step = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
  const digits = [...code].reverse().map(Number);
  return (
    digits.reduce((check, digit, i) => {
      let permuted = digit;
      for (let round = 0; round < i % 8; round++) permuted = step[permuted]!;
      return product(check, permuted);
    }, 0) === 0
  );
}

/** LOINC's check digit (LOINC Users' Guide): Luhn over the whole number. */
function luhnHolds(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, text, i) => {
    const doubled = Number(text) * (i % 2 === 0 ? 1 : 2);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}
