// Adding a concept and publishing a version, in a copy of the dictionary's folder.
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DICTIONARY_VERSION } from "../../circuits/statement/dictionary/dictionary.ts";
import { assembleConcepts } from "../../circuits/statement/dictionary/valueSet.ts";
import { addConcept, extendConcept } from "../../client/governance/concept.ts";
import { publishDictionary, readDictionary } from "../../client/governance/dictionaryFiles.ts";

const NEXT = DICTIONARY_VERSION + 1;

const ORIGINAL = fileURLToPath(new URL("../../circuits/dictionary", import.meta.url));
type NewConcept = Parameters<typeof addConcept>[0]["concept"];
const concept: NewConcept = {
  name: "motion-sickness",
  title: "Motion sickness",
  description: "Of any vehicle.",
  domain: "condition",
  members: [
    { system: "icd10cm", code: "T75.3", prefix: true },
    { system: "snomed", code: "37031009", prefix: false, display: "Motion sickness" },
  ],
};
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dictionary-"));
  await cp(ORIGINAL, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

describe("adding a concept", () => {
  test("gives it the next number and the next version, and publishing seals it", async () => {
    const before = await readDictionary(folder);
    const added = await addConcept({ concept, folder });
    const { concepts } = before.published.at(-1)!;
    expect(added).toMatchObject({ number: concepts + 1, version: NEXT });
    const published = await publishDictionary(folder);
    expect(published).toMatchObject({ version: NEXT, concepts: added.number });
    const after = await readDictionary(folder);
    expect(after.published).toHaveLength(before.published.length + 1);
    expect(after.published.slice(0, -1)).toEqual(before.published);
    expect(after.concepts.entry.slice(0, -1)).toEqual(before.concepts.entry);
  });

  test("changes nothing but the lines it adds", async () => {
    const before = (await readFile(join(folder, "concepts.json"), "utf8")).split("\n");
    await addConcept({ concept, folder });
    const after = (await readFile(join(folder, "concepts.json"), "utf8")).split("\n");
    // Only the comma after the entry that was the last one, and the closing brackets, move.
    const unchanged = before.slice(0, -4);
    expect(after.slice(0, unchanged.length)).toEqual(unchanged);
    expect(after.length).toBeGreaterThan(before.length);
  });

  test("refuses to publish when nothing was added", async () => {
    await expect(publishDictionary(folder)).rejects.toThrow("nothing was added");
  });

  test.each<[string, Partial<NewConcept>, string]>([
    ["a name that is taken", { name: "heart-failure" }, "has this name"],
    ["a name that is no slug", { name: "Low Sodium" }, "lower-case words"],
    ["a missing description", { description: " " }, "needs a description"],
    ["no codes", { members: [] }, "at least one code"],
    [
      "a malformed code",
      { members: [{ system: "loinc", code: "45484", prefix: false }] },
      "not a LOINC code",
    ],
    [
      "a prefix where codes have no hierarchy",
      { members: [{ system: "snomed", code: "89627008", prefix: true }] },
      "only ICD-10 and ATC",
    ],
    [
      "a code named twice",
      {
        members: [
          { system: "snomed", code: "89627008", prefix: false },
          { system: "snomed", code: "89627008", prefix: false },
        ],
      },
      "named twice",
    ],
    [
      "observations in different units",
      {
        domain: "observation",
        members: [
          { system: "loinc", code: "2345-7", prefix: false },
          { system: "loinc", code: "2823-3", prefix: false },
        ],
      },
      "different units or answers: mg/dL and mmol/L",
    ],
    [
      "an observation that has no unit yet",
      { domain: "observation", members: [{ system: "loinc", code: "99999-9", prefix: false }] },
      "no unit or answers in the dictionary yet",
    ],
  ])("refuses %s and writes nothing", async (_, change, reason) => {
    const before = await readFile(join(folder, "concepts.json"), "utf8");
    const wrong = { ...concept, ...change };
    await expect(addConcept({ concept: wrong, folder })).rejects.toThrow(reason);
    expect(await readFile(join(folder, "concepts.json"), "utf8")).toBe(before);
  });
});

describe("adding to a concept", () => {
  const addition = {
    name: "syncope",
    members: [{ system: "icd10cm", code: "T67.1", prefix: true }],
    possible: [{ system: "snomed", code: "404640003", prefix: false }],
    words: ["ohnmacht"],
  } as const;
  const assembled = async (upTo: number) => {
    const { concepts, possible } = await readDictionary(folder);
    const sets = (of: typeof concepts) => of.entry.map(({ resource }) => resource);
    return assembleConcepts({ concepts: sets(concepts), possible: sets(possible) }, upTo);
  };
  const syncopeIn = async (upTo: number) =>
    (await assembled(upTo)).find(({ name }) => name === "syncope")!;

  test("leaves it as it was in the versions before, and records the version in which it grew", async () => {
    const before = await syncopeIn(DICTIONARY_VERSION);
    const extended = await extendConcept({ addition, folder });
    expect(extended.grown.at(-1)).toBe(NEXT);
    expect(await syncopeIn(DICTIONARY_VERSION)).toEqual(before);
    const after = await syncopeIn(NEXT);
    expect(after.members).toHaveLength(before.members.length + 1);
    expect(after.words).toContain("ohnmacht");
    const { published } = await readDictionary(folder);
    await publishDictionary(folder);
    expect((await readDictionary(folder)).published.slice(0, -1)).toEqual(published);
  });

  test("reaches what includes it, closed over includes", async () => {
    await addConcept({ concept: { ...concept, members: [], includes: ["syncope"] }, folder });
    await extendConcept({ addition, folder });
    const outer = (await assembled(NEXT)).find(({ name }) => name === "motion-sickness")!;
    expect(outer.members).toContainEqual({ system: "icd10cm", code: "T67.1", prefix: true });
    expect(outer.possible.map(({ code }) => code)).toContain("404640003");
    expect(outer.words).toContain("ohnmacht");
  });

  test.each<[string, object, string]>([
    ["a concept that there is not", { name: "no-such-thing" }, "no concept of this name"],
    [
      "a part about something else",
      { includes: ["insulin"] },
      "no concept insulin about condition",
    ],
    ["itself by a detour", { includes: ["seen-from-afar"] }, "includes itself"],
    ["a word of two letters", { words: ["om"] }, "three letters"],
    ["codes to a difference", { name: "diabetes-other-than-type-2" }, "difference of two concepts"],
  ])("refuses %s and writes nothing", async (_, change, reason) => {
    await addConcept({
      concept: { ...concept, name: "seen-from-afar", includes: ["syncope"] },
      folder,
    });
    const before = await readFile(join(folder, "concepts.json"), "utf8");
    await expect(extendConcept({ addition: { ...addition, ...change }, folder })).rejects.toThrow(
      reason,
    );
    expect(await readFile(join(folder, "concepts.json"), "utf8")).toBe(before);
  });
});
