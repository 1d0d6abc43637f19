// What the lists of the dictionary promise each other: complete where structure decides, disjoint where they exclude.
import { describe, expect, test } from "vitest";
import {
  type BaseDomain,
  CONCEPTS,
  type Concept,
  classifyCode,
  conceptByName,
  conceptByNumber,
  versionOfCode,
} from "../../circuits/statement/dictionary/dictionary.ts";
import { codesOf, neutralUrl } from "../../circuits/statement/dictionary/valueSet.ts";
import { encodeCode, ICD10_SYSTEMS, type System } from "../../circuits/statement/encoding/code.ts";
import { readDictionary } from "../../client/governance/dictionaryFiles.ts";

const files = await readDictionary();
const lists = ({ members, possible }: Concept, systems: readonly System[]) =>
  [...members, ...possible].some(({ system }) => systems.includes(system));
const without = (base: BaseDomain, systems: readonly System[]) =>
  CONCEPTS.filter((c) => c.domain === base && !c.difference && !lists(c, systems)).map(
    ({ name }) => name,
  );
const names = (found: readonly Concept[]) => found.map(({ name }) => name);
const classify = (base: BaseDomain, system: System, code: string) => {
  const { known, members, possible } = classifyCode(base, system, code);
  return { known, members: names(members), possible: names(possible) };
};

describe("lists that structure relies on", () => {
  test("every condition concept lists ICD-10 codes, every drug concept ATC codes", () => {
    expect(without("condition", ICD10_SYSTEMS)).toEqual([]);
    expect(without("medication", ["atc"])).toEqual([]);
  });

  test("every immunisation concept lists CVX codes", () => {
    expect(without("immunization", ["cvx"])).toEqual([]);
  });

  test("no code of no concept is a member of one, or possibly", () => {
    const placed = new Set(
      CONCEPTS.flatMap(({ domain, members, possible }) =>
        [...members, ...possible].map(
          ({ system, code }) => `${neutralUrl(domain)} ${system} ${code}`,
        ),
      ),
    );
    const both = files.neutral.entry.flatMap(({ fullUrl, resource }) =>
      codesOf(resource)
        .map(({ system, code }) => `${fullUrl} ${system} ${code}`)
        .filter((key) => placed.has(key)),
    );
    expect(both).toEqual([]);
  });

  test("a concept includes only what is of its kind, and never itself", () => {
    for (const { number, domain, includes } of CONCEPTS) {
      expect(includes).not.toContain(number);
      for (const part of includes) expect(conceptByNumber(part)!.domain).toBe(domain);
    }
  });

  test("what a part holds, the whole holds", () => {
    for (const { name, members, includes } of CONCEPTS) {
      const own = new Set(members.map(({ system, code }) => `${system} ${code}`));
      for (const part of includes.map((number) => conceptByNumber(number)!)) {
        const missing = part.members.filter(({ system, code }) => !own.has(`${system} ${code}`));
        expect(missing, `${name} includes ${part.name}`).toEqual([]);
      }
    }
  });
});

describe("classification", () => {
  test("a code of a chapter that no concept names is known to be of none", () => {
    expect(classify("condition", "icd10cm", "H61.20")).toMatchObject({ known: true, members: [] });
    expect(classify("condition", "snomed", "999999000")).toEqual({
      known: false,
      members: [],
      possible: [],
    });
  });

  test("a code that stops before a concept's prefix may be of it", () => {
    expect(classify("medication", "atc", "A10")).toMatchObject({ known: true });
    expect(classify("medication", "atc", "A10").possible).toContain("insulin");
    expect(classify("condition", "icd10cm", "N18").possible).toContain("ckd-stage-3");
  });

  test("other editions share categories with ICD-10-CM, not what is below", () => {
    expect(classify("condition", "icd10gm", "C20").members).toContain("malignancy");
    expect(classify("condition", "icd10", "E11.9").members).toContain("type-2-diabetes");
    const failing = classify("condition", "icd10gm", "I50.13");
    expect(failing.members).toContain("heart-failure");
    expect(failing.members).not.toContain("hfref");
    expect(failing.possible).toContain("hfref");
  });

  test("a category that only WHO has is known where a concept lists it, else not", () => {
    expect(classify("condition", "icd10", "E14.9").members).toContain("diabetes");
    const lone = { known: false, members: [], possible: [] };
    expect(classify("condition", "icd10", "K93.1")).toEqual(lone);
    expect(classify("condition", "icd10cm", "K93.1").known).toBe(true);
  });

  test("a code means different things in two kinds of statements", () => {
    expect(classify("medication", "rxnorm", "5856").members).toContain("insulin");
    expect(classify("allergy", "rxnorm", "5856").members).not.toContain("insulin");
  });

  test("a malformed code is known to nobody", () => {
    expect(classify("condition", "icd10cm", "250.00").known).toBe(false);
    expect(classify("medication", "atc", "10A").known).toBe(false);
  });

  test.each([
    ["ampicillin allergy", "allergy", "rxnorm", "733", "penicillin-allergy"],
    ["insulin glargine as a product", "medication", "rxnorm", "311041", "insulin"],
    ["diabetic on insulin", "condition", "snomed", "314194001", "diabetes"],
    ["rectal adenocarcinoma", "condition", "snomed", "447886005", "malignancy"],
    ["calculated HbA1c", "observation", "loinc", "17855-8", "hba1c"],
    ["HbA1c in SNOMED CT", "observation", "snomed", "43396009", "hba1c"],
    ["an emergency", "encounter", "actCode", "EMER", "emergency-visit"],
  ] as const)("%s is in its concept, or may be", (_, base, system, code, name) => {
    const { members, possible } = classify(base, system, code);
    expect([...members, ...possible]).toContain(name);
  });

  test("a broader code blocks the narrower concepts and shows none of them", () => {
    const broad = classify("condition", "snomed", "73211009");
    expect(broad.members).toContain("diabetes");
    expect(broad.members).not.toContain("type-1-diabetes");
    expect(broad.possible).toEqual(expect.arrayContaining(["type-1-diabetes", "type-2-diabetes"]));
  });
});

describe("the version of a code", () => {
  const conceptCode = (name: string) =>
    encodeCode("conditionLast", "concept", String(conceptByName(name)!.number));

  test("is the newest in which the concept grew, up to the one asked for", () => {
    expect(versionOfCode(conceptCode("type-2-diabetes"))).toBe(2);
    expect(versionOfCode(conceptCode("type-2-diabetes"), 1)).toBe(1);
    expect(versionOfCode(conceptCode("hfref"))).toBe(2);
  });

  test("is 2 for what records of version 1 could not hold", () => {
    expect(versionOfCode(encodeCode("conditionLast", "icd10", "E11"))).toBe(2);
    expect(versionOfCode(encodeCode("encounter", "actCode", "IMP"))).toBe(2);
    expect(versionOfCode(encodeCode("familyHistory", "snomed", "73211009"))).toBe(2);
    expect(versionOfCode(encodeCode("conditionLast", "icd10cm", "E11"))).toBe(1);
  });
});
