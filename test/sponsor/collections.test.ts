// A trial's text with collections: what cannot be compiled or shown is refused before anybody publishes, approves or reads
// it, by its place in the trial file.
import { describe, expect, test } from "vitest";
import { CriteriaError } from "../../circuits/statement/criteria/problem.ts";
import type { TrialCollection } from "../../circuits/statement/trial/trialFile.ts";
import {
  compileTrialDocument,
  draftTrialDocument,
  readTrialDocument,
  termsOf,
  writeTrialDocument,
} from "../../client/trial/document.ts";
import { checkDraft, publishingProblems } from "../../client/web/sponsor/draft/check.ts";
import { trialOf } from "./published.ts";

const account = (n: number) => `0x${n.toString(16).padStart(40, "0")}`;
const record = (...facts: object[]) =>
  ({
    ...{ id: "baseline", title: "Start", why: "To compare.", permission: "participate" },
    ...{ source: "record", facts },
  }) as unknown as TrialCollection;
const form = (item: object) =>
  ({
    ...{ id: "visit", title: "Visit", why: "To see.", permission: "participate", source: "site" },
    questionnaire: { resourceType: "Questionnaire", status: "active", item: [item] },
    visits: [{ id: "first", title: "First", day: 0, before: 0, after: 0 }],
  }) as unknown as TrialCollection;

const SOUND = record({ show: "latest", person: "sex" });
const question = { linkId: "a", type: "integer", text: "Pulse" };
const documentOf = (...collections: TrialCollection[]) =>
  draftTrialDocument({ trial: { ...trialOf(), collections }, today: 46_000 });

function problemsOf(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof CriteriaError) return error.problems.map(({ path }) => path);
    throw error;
  }
  return [];
}

const wrong: [what: string, collection: TrialCollection, path: string][] = [
  [
    "the newest of what has none",
    record({ show: "latest", condition: { concept: "asthma" } }),
    "collections[0].facts[0].show",
  ],
  [
    "a concept that there is not",
    record(
      { show: "latest", person: "sex" },
      { show: "present", condition: { concept: "no-such" } },
    ),
    "collections[0].facts[1].condition.concept",
  ],
];

describe("a document whose collections show what no circuit proves", () => {
  test.each(wrong)("is not compiled: %s", (_, collection, path) => {
    const document = documentOf(collection);
    expect(problemsOf(() => compileTrialDocument(document))).toEqual([path]);
    const published = writeTrialDocument(document);
    const siteSigners = { 1: account(1), 2: account(2) };
    const terms = () => termsOf({ document, published, isSealed: false, siteSigners });
    expect(problemsOf(terms)).toEqual([path]);
  });

  test.each(wrong)("is a draft that cannot be published: %s", (_, collection, path) => {
    const { collections, ...rest } = { ...trialOf(), collections: [collection, SOUND] };
    const second = { ...SOUND, id: "second" };
    const check = checkDraft({ ...rest, collections: [collections[0], second] });
    expect(check.problems.map((problem) => problem.path)).toEqual([path]);
    expect(check.trial).toBeUndefined();
    // What is sound can be read all the same.
    expect(check.collections.map(({ id }) => id)).toEqual(["second"]);
    expect(check.compiled).toBeDefined();
  });

  test("compiles without them, to the same criteria", () => {
    const { collections: _, ...trial } = trialOf();
    const plain = draftTrialDocument({ trial, today: 46_000 });
    const same = { ...plain, trial: { ...trial, collections: [SOUND] } };
    expect(compileTrialDocument(same).programs).toEqual(compileTrialDocument(plain).programs);
  });
});

describe("a form outside of what pages can show", () => {
  const items: [what: string, item: object, path: string][] = [
    ["a file", { ...question, type: "attachment" }, "type"],
    ["a repeated answer", { ...question, repeats: true }, "repeats"],
    ["a value set", { ...question, type: "choice", answerValueSet: "urn:x" }, "answerValueSet"],
  ];
  test.each(items)("is refused when the text is read, by its place: %s", (_, item, path) => {
    const at = `collections[0].questionnaire.item[0].${path}`;
    const text = writeTrialDocument(documentOf(form(item)));
    expect(problemsOf(() => readTrialDocument(text))).toContain(at);
    const check = checkDraft({ ...trialOf(), collections: [form(item)] });
    expect(check.problems.map((problem) => problem.path)).toContain(at);
  });

  test("is taken once it is within", () => {
    const text = writeTrialDocument(documentOf(form(question)));
    expect(problemsOf(() => compileTrialDocument(readTrialDocument(text)))).toEqual([]);
  });
});

describe("publishing collections", () => {
  const publishing = { signers: { 1: account(1), 2: account(2) }, board: account(3) };
  const problems = (threshold: number, members: readonly string[], collections = [SOUND]) => {
    const custodians = { threshold, members };
    return publishingProblems({ ...publishing, custodians }, { ...trialOf(), collections }, false);
  };
  test("needs custodians, and as many as have to agree", () => {
    expect(problems(2, [])).toHaveLength(1);
    expect(problems(2, [account(7)])).toHaveLength(1);
    expect(problems(3, [account(7), account(8)])).toHaveLength(1);
    expect(problems(2, [account(7), account(8)])).toEqual([]);
  });
  test("needs none where nothing is collected", () => {
    expect(problems(2, [], [])).toEqual([]);
  });
});
