// What a study asks of a person: optional texts of a trial file, bound by the version's digest.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CriteriaError } from "../../circuits/statement/criteria/problem.ts";
import { informationFacts, reachWords } from "../../circuits/statement/trial/information.ts";
import { parseTrialFile } from "../../circuits/statement/trial/trialFile.ts";
import { draftTrialDocument, termsOf, writeTrialDocument } from "../../client/trial/document.ts";

const file = new URL("../../client/sponsor/examples/vaccine-registry.json", import.meta.url);
const example = () => JSON.parse(readFileSync(file, "utf8"));
const SIGNER = `0x${"44".repeat(20)}`;

function pathsOf(json: unknown): string[] {
  try {
    parseTrialFile(json);
  } catch (error) {
    if (error instanceof CriteriaError) return error.problems.map(({ path }) => path);
    throw error;
  }
  return [];
}

const PNG = "data:image/png;base64,";
const QUESTION = { question: "Is it free?", answers: ["Yes", "No"], right: 0, why: "It is." };

describe("what a study asks of a person", () => {
  it("may be left out, whole or in part", () => {
    const { information: _, ...without } = example();
    expect(pathsOf(without)).toEqual([]);
    expect(pathsOf({ ...without, information: {} })).toEqual([]);
    expect(pathsOf({ ...without, information: { risks: "None known." } })).toEqual([]);
  });

  it.each([
    ["an empty text", { risks: "" }, "information.risks"],
    ["an unknown text", { wonders: "many" }, "information"],
    [
      "a phone that is a link",
      { contacts: [{ name: "A", phone: "javascript:1" }] },
      "information.contacts[0].phone",
    ],
    [
      "a right answer that is not there",
      { questions: [{ ...QUESTION, right: 2 }] },
      "information.questions[0].right",
    ],
    [
      "one answer alone",
      { questions: [{ ...QUESTION, answers: ["Yes"] }] },
      "information.questions[0].answers",
    ],
  ])("is refused with %s", (_, information, path) => {
    expect(pathsOf({ ...example(), information })).toContain(path);
  });

  const about = { title: "A visit", description: "What happens there" };
  it.each([
    ["a picture from elsewhere", { kind: "picture", image: "https://example.org/a.png" }, "image"],
    [
      "a drawing that is a program",
      { kind: "picture", image: "data:image/svg+xml;base64,AA" },
      "image",
    ],
    [
      "a picture that is too large",
      { kind: "picture", image: `${PNG}${"A".repeat(60_000)}` },
      "image",
    ],
    ["a link that is not safe", { kind: "video", url: "http://example.org/" }, "url"],
    ["a link that is a program", { kind: "video", url: "javascript:alert(1)" }, "url"],
    ["a link with a password in it", { kind: "video", url: "https://a:b@example.org/" }, "url"],
  ])("is refused with %s", (_, medium, key) => {
    const information = { media: [{ ...about, ...medium }] };
    expect(pathsOf({ ...example(), information })).toContain(`information.media[0].${key}`);
  });

  it("may bring pictures in its own text and links to videos, bound like the rest of it", () => {
    const media = [
      { ...about, kind: "picture", image: `${PNG}AAAA` },
      { ...about, title: "Film", kind: "video", url: "https://example.org/film?v=1" },
    ] as const;
    expect(pathsOf({ ...example(), information: { media } })).toEqual([]);
    const facts = informationFacts({ media: [...media] });
    expect(facts.map(([name]) => name)).toEqual(["Picture: A visit", "Video: Film"]);
    expect(facts[1]![1]).toContain("https://example.org/film?v=1");
    const other = informationFacts({ media: [{ ...media[0], image: `${PNG}AAAB` }] });
    expect(other[0]![1]).not.toBe(facts[0]![1]);
  });

  it("refuses a site's phone that nobody can dial", () => {
    const trial = example();
    trial.sites[0].phone = "ask at the desk";
    expect(pathsOf(trial)).toEqual(["sites[0].phone"]);
  });

  it("reads as names and words, questions with their right answer", () => {
    const information = {
      risks: "None known.",
      contacts: [{ name: "Dr. A", role: "Doctor", phone: "+49 30 23125 410" }],
      questions: [QUESTION],
    };
    expect(informationFacts(information)).toEqual([
      ["Risks and side effects", "None known."],
      ["Whom to ask", "Dr. A, Doctor: +49 30 23125 410"],
      ["Question 1 on what was read", "Is it free?\n(right) Yes\nNo\nIt is."],
    ]);
    expect(reachWords({ address: "1 Street", phone: undefined })).toBe("1 Street");
  });

  it("changes the document that is approved, and no criterion and no consent form", () => {
    const terms = (change: object) => {
      const trial = parseTrialFile({ ...example(), ...change });
      const document = {
        ...draftTrialDocument({ trial, today: 40_000 }),
        salt: `1${"0".repeat(60)}`,
      };
      const published = writeTrialDocument(document);
      return termsOf({ document, published, isSealed: false, siteSigners: { 1: SIGNER } });
    };
    const [one, other] = [terms({}), terms({ information: { risks: "Many." } })];
    expect(one.documentHash).not.toBe(other.documentHash);
    expect({ ...one, documentHash: "" }).toEqual({ ...other, documentHash: "" });
  });
});
