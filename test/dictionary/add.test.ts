// Adding a concept and publishing a version, in a copy of the dictionary's folder.
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  addConcept,
  type NewConcept,
  publishDictionary,
  readDictionary,
} from "../../client/governance/concept.ts";

const ORIGINAL = fileURLToPath(new URL("../../circuits/dictionary", import.meta.url));
const concept: NewConcept = {
  name: "hyponatraemia",
  title: "Hyponatraemia",
  description: "Low sodium as a diagnosis.",
  domain: "condition",
  members: [
    { system: "icd10cm", code: "E87.1", prefix: true },
    { system: "snomed", code: "89627008", prefix: false, display: "Hyponatremia" },
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
    expect(added).toMatchObject({ number: before.concepts.entry.length + 1, version: 2 });
    const published = await publishDictionary(folder);
    expect(published).toMatchObject({ version: 2, concepts: added.number });
    const after = await readDictionary(folder);
    expect(after.published).toHaveLength(before.published.length + 1);
    expect(after.published[0]).toEqual(before.published[0]);
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
      "only ICD-10-CM and ATC",
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
      { domain: "observation", members: [{ system: "loinc", code: "5778-6", prefix: false }] },
      "no unit or answers in the dictionary yet",
    ],
  ])("refuses %s and writes nothing", async (_, change, reason) => {
    const before = await readFile(join(folder, "concepts.json"), "utf8");
    const wrong = { ...concept, ...change };
    await expect(addConcept({ concept: wrong, folder })).rejects.toThrow(reason);
    expect(await readFile(join(folder, "concepts.json"), "utf8")).toBe(before);
  });
});
