import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compile } from "../../circuits/statement/criteria/compile.ts";
import { CriteriaError } from "../../circuits/statement/criteria/problem.ts";
import { hashProgram } from "../../circuits/statement/criteria/program.ts";
import {
  type Collection,
  collectionProblems,
  compileFacts,
  factProblems,
  occasionsOf,
} from "../../circuits/statement/exchange/collection.ts";
import {
  collectionWords,
  describeCollection,
} from "../../circuits/statement/exchange/collectionWords.ts";
import { KEY_COLLECTION } from "../../circuits/statement/exchange/entry.ts";
import { parseTrialFile } from "../../circuits/statement/trial/trialFile.ts";
import {
  draftTrialDocument,
  readTrialDocument,
  writeTrialDocument,
} from "../../client/trial/document.ts";
import { item, unitOption, VISIT } from "./forms.ts";

const OFFERED = ["participate", "shareRecord", "emergency"];
const common = { id: "one", title: "One", why: "To know", permission: "participate" };
const visit = (id: string, day: number, more = {}) => ({
  ...{ id, title: id, day, before: 3, after: 3 },
  ...more,
});
const RECORD = {
  ...{ ...common, source: "record" },
  facts: [{ show: "latest", observation: { concept: "hba1c" }, within: "90 days" }],
};
const SITE = { ...common, source: "site", questionnaire: VISIT, visits: [visit("v1", 28)] };
const schedule = { firstDay: 7, everyDays: 7, times: 12, openDays: 3 };
const DIARY = { ...common, source: "participant", questionnaire: VISIT, schedule };
const stream = { loinc: "8867-4", unit: "/min", title: "Heart rate" };
const DEVICE = { ...common, source: "device", streams: [stream], days: 30 };

const problemsIn = (...json: unknown[]) =>
  collectionProblems(json, OFFERED).map(({ path, message }) => `${path}: ${message}`);
const factFaults = (...facts: unknown[]) =>
  factProblems([{ ...RECORD, facts }] as never, {}).map(
    ({ path, message }) => `${path}: ${message}`,
  );

const example = (name: string) => {
  const url = new URL(`../../client/sponsor/examples/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, "utf8"));
};
const WITH_COLLECTIONS = ["diabetes", "heart-failure", "diabetic-kidney-disease", "lung-cancer"];

describe("collections", () => {
  it("are taken from each source", () => {
    const all = [RECORD, SITE, DIARY, DEVICE].map((one, i) => ({ ...one, id: `c${i}` }));
    expect(problemsIn(...all)).toEqual([]);
    expect(factProblems(all as never, {})).toEqual([]);
  });

  it.each<[string, unknown, RegExp]>([
    ["no source", { ...RECORD, source: "cloud" }, /^collections\[0\]\.source: must have a source/],
    [
      "another source's content",
      { ...RECORD, visits: [] },
      /^collections\[0\]\.visits: .*not supp/,
    ],
    ["an id with capitals", { ...RECORD, id: "One" }, /^collections\[0\]\.id: must be lower-case/],
    ["the wallets' own name", { ...RECORD, id: KEY_COLLECTION }, /wallets' own keys/],
    ["no reason", { ...RECORD, why: "" }, /^collections\[0\]\.why/],
    ["a permission not asked for", { ...RECORD, permission: "genetics" }, /does not ask for/],
    ["the emergency permission", { ...RECORD, permission: "emergency" }, /emergency clinicians/],
    ["too many facts", { ...RECORD, facts: Array(129).fill(RECORD.facts[0]) }, /\.facts/],
    ["a visit before arrival", { ...SITE, visits: [visit("v", 2)] }, /visits\[0\]\.before/],
    ["a visit twice", { ...SITE, visits: [visit("v", 9), visit("v", 30)] }, /visits\[1\]\.id/],
    ["visits that overlap", { ...SITE, visits: [visit("v", 9), visit("w", 15)] }, /may fall on/],
    ["visits out of order", { ...SITE, visits: [visit("v", 60), visit("w", 15)] }, /may fall on/],
    [
      "an item that cannot be shown",
      { ...SITE, questionnaire: { ...VISIT, item: [item("a", "reference" as never)] } },
      /^collections\[0\]\.questionnaire\.item\[0\]\.type/,
    ],
    [
      "a unit that is none",
      {
        ...SITE,
        questionnaire: {
          ...VISIT,
          item: [item("a", "quantity", { extension: [unitOption("furlongs")] })],
        },
      },
      /questionnaire\.item\[0\]\.extension: "furlongs" is no UCUM unit/,
    ],
    [
      "a diary that is never closed",
      { ...DIARY, schedule: { ...schedule, openDays: 8 } },
      /schedule\.openDays: one is still open/,
    ],
    [
      "a diary of a century",
      { ...DIARY, schedule: { ...schedule, times: 1000 } },
      /schedule\.times/,
    ],
    [
      "a wrong check digit",
      { ...DEVICE, streams: [{ ...stream, loinc: "8867-5" }] },
      /streams\[0\]\.loinc: 8867-5 is no LOINC/,
    ],
    ["a stream twice", { ...DEVICE, streams: [stream, stream] }, /streams\[1\]\.loinc: .*twice/],
    [
      "a device's unit that is none",
      { ...DEVICE, streams: [{ ...stream, unit: "beats" }] },
      /streams\[0\]\.unit: "beats"/,
    ],
    [
      "a unit of something else",
      { ...DEVICE, streams: [{ ...stream, unit: "kg" }] },
      /streams\[0\]\.unit/,
    ],
  ])("are refused with %s", (_, json, message) => {
    expect(problemsIn(json).join("\n")).toMatch(message);
  });

  it("are refused twice under one id, and beyond 40", () => {
    expect(problemsIn(RECORD, { ...DEVICE })).toEqual(['collections[1].id: "one" stands twice']);
    const many = Array.from({ length: 41 }, (_, i) => ({ ...RECORD, id: `c${i}` }));
    expect(problemsIn(...many)).toEqual([expect.stringMatching(/^collections: /)]);
  });

  it("for emergencies need a form on which people can opt out", () => {
    const json = [{ ...RECORD, permission: "emergency", emergency: true }];
    expect(collectionProblems(json, OFFERED)).toEqual([]);
    const [problem] = collectionProblems(json, ["participate"]);
    expect(problem).toMatchObject({ path: "collections[0].permission" });
    // No custodian would open it.
    const [other] = collectionProblems([{ ...RECORD, emergency: true }], OFFERED);
    expect(other).toMatchObject({ path: "collections[0].emergency" });
  });

  it("give every day to one occasion at most", () => {
    for (const json of [SITE, DIARY]) {
      const occasions = occasionsOf(json as never);
      for (const [i, { from, until }] of occasions.entries()) {
        expect(from).toBeLessThanOrEqual(until);
        expect(from).toBeGreaterThan(occasions[i - 1]?.until ?? -1);
      }
    }
    expect(occasionsOf(DIARY as never)[1]).toEqual({
      ...{ id: "2", title: "2 of 12", day: 14, from: 14, until: 16 },
    });
  });
});

describe("facts of a record collection", () => {
  it.each<[string, unknown, RegExp]>([
    ["nothing", { show: "present" }, /facts\[0\]: shows nothing/],
    ["two things", { show: "present", condition: { concept: "copd" }, person: "sex" }, /at once/],
    [
      "an unknown concept",
      { show: "latest", observation: { concept: "hba1" } },
      /observation\.concept/,
    ],
    ["a concept of another kind", { show: "present", condition: { concept: "hba1c" } }, /about an/],
    ["the newest of what has none", { show: "latest", condition: { concept: "copd" } }, /\.show/],
    [
      "a current event",
      { show: "present", procedure: { snomed: "80146002" }, status: "current" },
      /\.status/,
    ],
    [
      "a time of relatives",
      { show: "present", familyHistory: { concept: "copd" }, within: "1 year" },
      /\.within/,
    ],
    [
      "an absence that nobody can show",
      { show: "absent", condition: { snomed: "13645005" } },
      /absence of/,
    ],
    ["a person's time", { show: "latest", person: "sex", within: "1 year" }, /\.within/],
    ["whether somebody has a sex", { show: "present", person: "sex" }, /\.show/],
  ])("are refused with %s", (_, fact, message) => {
    expect(factFaults(fact).join("\n")).toMatch(message);
  });

  it("compile to the leaves that criteria have", () => {
    const of = { path: "", problems: [] };
    const [latest] = compileFacts(RECORD as never, of);
    expect(latest?.leaves).toEqual([expect.objectContaining({ kind: "latest", far: 90 })]);
    const facts = [
      { show: "absent", medication: { concept: "insulin" }, within: "8 weeks" },
      { show: "latest", person: "birthYear" },
    ];
    const [absent, birth] = compileFacts({ facts } as never, of);
    expect(absent?.leaves[0]).toMatchObject({ kind: "none", far: 56 });
    expect(birth?.leaves).toHaveLength(1);
    expect(birth?.leaves[0]).toMatchObject({ kind: "any", relative: false });
  });
});

describe("a trial's collections", () => {
  it("are problems of its file, beside those of the rest", () => {
    const trial = example("vaccine-registry");
    const json = { ...trial, capacity: 0, collections: [{ ...DEVICE, permission: "genetics" }] };
    try {
      parseTrialFile(json);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(CriteriaError);
      const paths = (error as CriteriaError).problems.map(({ path }) => path);
      expect(paths).toEqual(["capacity", "collections[0].permission"]);
    }
    expect(() => parseTrialFile({ ...trial, collections: [] })).toThrow(/collections/);
    expect(() => parseTrialFile({ ...trial, collections: null })).toThrow(/collections/);
  });

  it("have to fit into a document of 200,000 characters", () => {
    const long = { ...DEVICE, why: "w".repeat(1000), title: "t".repeat(200) };
    const questions = Array.from({ length: 100 }, (_, i) =>
      item(`q${i}`, "text", { text: "q".repeat(2000) }),
    );
    const collections = [
      ...Array.from({ length: 39 }, (_, i) => ({ ...long, id: `c${i}` })),
      { ...SITE, questionnaire: { ...VISIT, item: questions } },
    ];
    const trial = parseTrialFile({ ...example("vaccine-registry"), collections });
    const text = writeTrialDocument(draftTrialDocument({ trial, today: 44_000 }));
    expect(() => readTrialDocument(text)).toThrow(/200,000/);
    const fewer = { ...trial, collections: trial.collections!.slice(0, 39) };
    const fits = writeTrialDocument(draftTrialDocument({ trial: fewer, today: 44_000 }));
    expect(readTrialDocument(fits).trial).toEqual(fewer);
  });

  it("change no hash of the criteria", () => {
    const options = { salt: 1n << 130n, latestIdentitySince: 44_000 as never };
    const hashes = (trial: unknown) =>
      compile((trial as { criteria: unknown }).criteria, options).programs.map(hashProgram);
    const trial = example("vaccine-registry");
    const parsed = parseTrialFile({ ...trial, collections: [DEVICE] });
    expect(hashes(parsed)).toEqual(hashes(trial));
  });

  it.each(WITH_COLLECTIONS)("of the example %s are whole, and said in words", (name) => {
    const { collections } = parseTrialFile(example(name));
    expect(factProblems(collections, {})).toEqual([]);
    for (const collection of collections ?? []) {
      const { from, when, items } = describeCollection(collection);
      expect(collectionWords(collection)).toEqual(expect.arrayContaining([collection.why]));
      expect(`${from} ${when}`).not.toMatch(/undefined|NaN/);
      expect(items.length).toBeGreaterThan(0);
      for (const line of items) expect(line).not.toMatch(/undefined|NaN|\[object/);
    }
  });

  it("of the examples come from every source, and one is for emergencies", () => {
    const all = WITH_COLLECTIONS.flatMap((name) => parseTrialFile(example(name)).collections ?? []);
    const sources = new Set(all.map(({ source }) => source));
    expect([...sources].sort()).toEqual(["device", "participant", "record", "site"]);
    expect(all.some(({ emergency }) => emergency === true)).toBe(true);
  });

  it("say when a question is asked, and what an emergency means", () => {
    const lines = collectionWords({ ...SITE, emergency: true } as unknown as Collection);
    expect(lines.join("\n")).toContain(
      "Once: v1 (28 days after arrival, between day 25 and day 31)",
    );
    expect(lines).toContain("- Text of weight (a number in kg, 20 to 300)");
    expect(lines.join("\n")).toContain('asked only if "Text of ill" is yes');
    expect(lines.at(-1)).toContain("without asking first");
  });
});
