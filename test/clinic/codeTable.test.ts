// The clinic's table of codes: read strictly, written in one step, decided once for all patients.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DICTIONARY_VERSION } from "../../circuits/statement/dictionary/dictionary.ts";
import { readTable, writeTable } from "../../client/clinic/codes/codeTable.node.ts";
import {
  type CodeDecision,
  EMPTY_TABLE,
  parseTable,
  withDecisions,
} from "../../client/clinic/codes/codeTable.ts";
import { readDecision } from "../../client/clinic/codes/decide.ts";
import { ClinicError } from "../../client/clinic/problem.ts";
import { outdatedIn } from "../../client/clinic/record/workList.ts";

const FORMAT = "cohort-zero/clinic-codes@1";
const decision: CodeDecision = {
  system: "http://snomed.info/sct",
  code: "447886005",
  base: "condition",
  concepts: ["malignancy"],
  by: "Dr Li",
  at: "2026-11-29",
  dictionaryVersion: DICTIONARY_VERSION,
  source: "clinic",
};
const signed = { by: "Dr Li", at: "2026-11-29" };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "codes-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("the table's file", () => {
  test("comes back as it was written, an entry a line, and nothing is left beside it", async () => {
    const file = join(folder, "codes.json");
    const table = withDecisions(EMPTY_TABLE, [decision, { ...decision, code: "44054006" }]);
    await writeTable(file, table);
    expect(await readTable(file)).toEqual(table);
    expect(readFileSync(file, "utf8").split("\n")).toHaveLength(8);
    expect(readdirSync(folder)).toEqual(["codes.json"]);
  });

  test("that is not there yet is an empty table", async () => {
    expect(await readTable(join(folder, "codes.json"))).toEqual(EMPTY_TABLE);
  });

  test("that is not JSON is refused by its name", async () => {
    const file = join(folder, "codes.json");
    writeFileSync(file, "{");
    await expect(readTable(file)).rejects.toThrow(`${file}: not JSON`);
  });

  test.each<[string, object, string]>([
    ["another format", { format: "x" }, "codes.format"],
    ["a field that there is not", { more: 1 }, "more"],
    [
      "a concept that there is not",
      { concepts: ["cancr"] },
      "entries.0: the dictionary has no concept cancr",
    ],
    [
      "a concept about something else",
      { concepts: ["insulin"] },
      "about medication, not condition",
    ],
    ["a difference of concepts", { concepts: ["diabetes-other-than-type-2"] }, "name those"],
    ["an invalid day", { at: "29.11.2026" }, "entries.0.at: must be a day"],
    ["nobody who decided", { by: "" }, "entries.0.by"],
    ["a version to come", { dictionaryVersion: 99 }, "update it"],
    ["a kind of statement that there is not", { base: "wish" }, "entries.0.base"],
    ["a server without its software", { source: { server: "https://t" } }, "entries.0.source"],
  ])("with %s is refused with its place", (_, change, message) => {
    const isWhole = "format" in change || "more" in change;
    const table = { format: FORMAT, entries: [{ ...decision, ...(isWhole ? {} : change) }] };
    const value = isWhole ? { ...table, ...change } : table;
    expect(() => parseTable(value, "codes")).toThrow(ClinicError);
    expect(() => parseTable(value, "codes")).toThrow(message);
  });

  test("that decides a code twice is refused, by whatever name of its system", () => {
    const again = { ...decision, system: "urn:oid:2.16.840.1.113883.6.96", concepts: [] };
    const table = { format: FORMAT, entries: [decision, again] };
    expect(() => parseTable(table, "codes")).toThrow("entries.1: decided twice");
  });
});

describe("a decision", () => {
  const listed = [
    { base: "condition", system: decision.system, code: decision.code, display: "X" },
  ] as const;

  test("is read from a line, by the system's short name or its URI", () => {
    for (const system of ["snomed", "SNOMED CT", "http://snomed.info/sct"]) {
      expect(
        readDecision(`${system}|447886005=malignancy, colorectal-cancer`, listed, signed),
      ).toEqual([{ ...decision, display: "X", concepts: ["malignancy", "colorectal-cancer"] }]);
    }
  });

  test("of no concept takes from the work list what the code is about", () => {
    expect(readDecision("snomed|447886005=none", listed, signed)).toEqual([
      { ...decision, display: "X", concepts: [] },
    ]);
    expect(() => readDecision("snomed|44054006=none", listed, signed)).toThrow(
      "not on the work list",
    );
  });

  test.each([
    ["snomed|447886005", "write <system>|<code>=<concept>"],
    ["snomed|447886005=malignacy", "did you mean"],
    ["snomed|447886005=malignancy,insulin", "decide each separately"],
    ["snomed|447886005=diabetes-other-than-type-2", "follows from two others"],
    ["snomd|447886005=none", "give the code system's URI"],
  ])("as %s is refused", (written, message) => {
    expect(() => readDecision(written, listed, signed)).toThrow(message);
  });

  test("takes the place of an earlier one", () => {
    const later = { ...decision, concepts: [] };
    expect(withDecisions(withDecisions(EMPTY_TABLE, [decision]), [later]).entries).toEqual([later]);
  });

  test("by an older dictionary is listed with the concepts added since", () => {
    const [outdated, ...more] = outdatedIn({
      ...EMPTY_TABLE,
      entries: [
        { ...decision, dictionaryVersion: 1 },
        { ...decision, code: "44054006" },
      ],
    });
    expect(more).toEqual([]);
    expect(outdated!.since).toContain("hfref");
    expect(outdated!.since).not.toContain("heart-failure");
  });
});
