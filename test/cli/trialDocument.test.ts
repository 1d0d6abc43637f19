// The published document remembers the dictionary that its text was written for.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DICTIONARY_VERSION } from "../../circuits/statement/dictionary/dictionary.ts";
import { parseTrialFile } from "../../circuits/statement/trial/trialFile.ts";
import {
  compileTrialDocument,
  draftTrialDocument,
  readTrialDocument,
  writeTrialDocument,
} from "../../client/trial/document.ts";

const example = new URL("../../client/sponsor/examples/vaccine-registry.json", import.meta.url);
const trial = parseTrialFile(JSON.parse(readFileSync(example, "utf8")));

describe("a trial's document", () => {
  it("carries the newest dictionary's version, and comes back as it was written", () => {
    const document = draftTrialDocument({ trial, today: 46_000 });
    expect(document.dictionaryVersion).toBe(DICTIONARY_VERSION);
    const again = readTrialDocument(writeTrialDocument(document));
    expect(again).toEqual(document);
    expect(compileTrialDocument(again).programs).toEqual(compileTrialDocument(document).programs);
  });

  it("is not read when it was written for a dictionary this program does not know", () => {
    const document = draftTrialDocument({ trial, today: 46_000 });
    const later = { ...document, dictionaryVersion: DICTIONARY_VERSION + 1 };
    expect(() => readTrialDocument(writeTrialDocument(later))).toThrow(/dictionaryVersion.*update/);
    const { dictionaryVersion: _, ...without } = document;
    const text = JSON.stringify(without);
    expect(() => readTrialDocument(text)).toThrow("dictionaryVersion");
  });
});
