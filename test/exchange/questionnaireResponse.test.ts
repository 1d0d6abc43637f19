import { describe, expect, it } from "vitest";
import type { AnswerValue } from "../../circuits/statement/exchange/form/item.ts";
import {
  checkResponse,
  type QuestionnaireResponse,
  type ResponseItem,
} from "../../circuits/statement/exchange/questionnaire.ts";
import {
  finishResponse,
  startResponse,
  withAnswer,
} from "../../circuits/statement/exchange/questionnaireDraft.ts";
import { item, kilograms, questionnaireOf, VISIT } from "./forms.ts";

const one = (linkId: string, value: AnswerValue): ResponseItem => ({ linkId, answer: [value] });
const WEIGHT: ResponseItem = { linkId: "vitals", item: [one("weight", kilograms(70))] };
const WELL = one("ill", { valueBoolean: false });
const ILL = one("ill", { valueBoolean: true });

const responseOf = (...items: ResponseItem[]): QuestionnaireResponse => ({
  resourceType: "QuestionnaireResponse",
  status: "completed",
  item: items,
});
const pathsIn = (response: unknown) => checkResponse(VISIT, response).map(({ path }) => path);
const messagesIn = (...items: ResponseItem[]) =>
  checkResponse(VISIT, responseOf(...items)).map(({ path, message }) => `${path}: ${message}`);

describe("responses", () => {
  it("are taken when they answer what is required and asked", () => {
    expect(messagesIn(WEIGHT, WELL)).toEqual([]);
    const illness = { linkId: "illness", item: [one("what", { valueString: "flu" })] };
    expect(messagesIn(WEIGHT, ILL, illness)).toEqual([]);
  });

  it("are refused without what is required, also in a group that is left out", () => {
    expect(messagesIn(WELL)).toEqual([
      'item: "weight" (Text of weight) is required and not answered',
    ]);
    expect(messagesIn(WEIGHT, ILL)).toEqual([
      'item: "what" (Text of what) is required and not answered',
    ]);
    expect(pathsIn({ ...responseOf(), item: undefined })).toEqual(["item", "item"]);
  });

  it("are refused with an answer to what is not asked", () => {
    const illness = { linkId: "illness", item: [one("what", { valueString: "flu" })] };
    expect(messagesIn(WEIGHT, WELL, illness)).toEqual([
      "item[2]: is answered although it is not asked, by its conditions",
    ]);
  });

  it.each<[string, ResponseItem, RegExp]>([
    ["a word for a number", one("pulse", { valueString: "70" }), /must be given as valueInteger/],
    ["a fraction for a whole number", one("pulse", { valueInteger: 70.5 }), /whole number/],
    ["a number below its range", one("pulse", { valueInteger: 19 }), /at least 20/],
    ["a number above its range", one("pulse", { valueInteger: 251 }), /at most 250/],
    [
      "another unit",
      one("weight", { valueQuantity: { ...kilograms(70).valueQuantity, code: "g" } }),
      /must be in kg/,
    ],
    ["a quantity out of range", one("weight", kilograms(301)), /at most 300/],
  ])("are refused with %s", (_, given, message) => {
    const rest = given.linkId === "weight" ? [] : WEIGHT.item!;
    const faults = messagesIn({ linkId: "vitals", item: [...rest, given] }, WELL);
    expect(faults).toEqual([expect.stringMatching(message)]);
  });

  it.each<[string, ResponseItem, RegExp]>([
    ["an unknown item", one("nobody", { valueString: "x" }), /no item here/],
    ["an item of another group", one("pulse", { valueInteger: 70 }), /no item here/],
    ["an answer to a text", one("read", { valueString: "x" }), /nothing is asked/],
    ["an answer that is not offered", one("grade", { valueCoding: { code: "3" } }), /none of the/],
    [
      "a code of another system",
      one("grade", { valueCoding: { system: "urn:x", code: "1" } }),
      /none/,
    ],
    ["an empty word", one("name", { valueString: "  " }), /empty/],
    ["a word that is too long", one("name", { valueString: "x".repeat(1001) }), /at most 1000/],
    ["no value", { linkId: "name", answer: [{}] }, /no value/],
    ["two values in one", one("name", { valueString: "x", valueInteger: 1 }), /at once/],
    [
      "two answers",
      { linkId: "name", answer: [{ valueString: "x" }, { valueString: "y" }] },
      /twice/,
    ],
    ["items under an answer", { linkId: "name", item: [WELL] }, /only a group/],
    ["another text", { ...one("name", { valueString: "x" }), text: "Other" }, /differs/],
    ["what is read-only changed", one("arm", { valueString: "B" }), /read-only/],
  ])("are refused with %s", (_, given, message) => {
    expect(messagesIn(WEIGHT, WELL, given)).toEqual([expect.stringMatching(message)]);
  });

  it.each([
    ["since", "valueDate", "2026-02-30"],
    ["since", "valueDate", "2026-02"],
    ["noted", "valueDateTime", "2026-02-03T10:00:00"],
    ["noted", "valueDateTime", "2026-02-30T10:00:00Z"],
  ])("are refused with no such day or time: %s %s %s", (linkId, key, value) => {
    const illness = [one("what", { valueString: "flu" }), one(linkId, { [key]: value } as never)];
    const faults = messagesIn(WEIGHT, ILL, { linkId: "illness", item: illness });
    expect(faults).toEqual([expect.stringMatching(/^item\[2\]\.item\[1\]\.answer\[0\]: must be/)]);
  });

  it("take words of one's own only where the choice is open", () => {
    expect(messagesIn(WEIGHT, WELL, one("why", { valueString: "Lost it" }))).toEqual([]);
    expect(messagesIn(WEIGHT, WELL, one("grade", { valueString: "Lost it" }))).toHaveLength(1);
  });

  it("are refused with an item twice", () => {
    const [fault] = messagesIn(WEIGHT, WELL, WELL);
    expect(fault).toMatch(/^item\[2\]\.linkId: .*twice/);
  });

  it("are refused when they are unfinished, of another questionnaire, or name a person", () => {
    const whole = responseOf(WEIGHT, WELL);
    expect(pathsIn({ ...whole, status: "in-progress" })).toEqual(["status"]);
    expect(pathsIn({ ...whole, questionnaire: "urn:test:visit|1" })).toEqual(["questionnaire"]);
    expect(pathsIn({ ...whole, questionnaire: "urn:test:visit|2" })).toEqual([]);
    const [problem] = checkResponse(VISIT, { ...whole, subject: { reference: "Patient/1" } });
    expect(problem).toMatchObject({ path: "subject", hint: expect.stringMatching(/pseudonym/) });
    expect(pathsIn(null)).toEqual([""]);
  });

  it("end at a depth, whatever a text holds", () => {
    let deep: ResponseItem = WELL;
    for (let i = 0; i < 20_000; i++) deep = { linkId: "vitals", item: [deep] };
    expect(pathsIn(responseOf(deep))).toEqual(["item[0].item[0].item[0].item[0].item[0].item"]);
  });
});

describe("conditions", () => {
  type When = NonNullable<ReturnType<typeof item>["enableWhen"]>[number];
  const isAsked = (condition: Partial<When>, value?: AnswerValue) => {
    const enableWhen = [{ question: "a", operator: "=", ...condition } as When];
    const of = questionnaireOf(item("a", "integer"), item("b", "string", { enableWhen }));
    const items = value === undefined ? [] : [one("a", value)];
    const given = responseOf(...items, one("b", { valueString: "x" }));
    return checkResponse(of, given).length === 0;
  };
  const two = { valueInteger: 2 };

  it.each<[Partial<When>, boolean, boolean]>([
    [{ operator: "exists", answerBoolean: true }, true, false],
    [{ operator: "exists", answerBoolean: false }, false, true],
    [{ operator: "=", answerInteger: 2 }, true, false],
    [{ operator: "!=", answerInteger: 2 }, false, false],
    [{ operator: "!=", answerInteger: 3 }, true, false],
    [{ operator: ">", answerInteger: 1 }, true, false],
    [{ operator: ">", answerInteger: 2 }, false, false],
    [{ operator: "<", answerInteger: 3 }, true, false],
    [{ operator: ">=", answerInteger: 2 }, true, false],
    [{ operator: "<=", answerInteger: 1 }, false, false],
  ])("%j: asked after 2 %s, after nothing %s", (condition, after, without) => {
    expect(isAsked(condition, two)).toBe(after);
    expect(isAsked(condition)).toBe(without);
  });

  it("are all needed, or any, as the text says; an answer that is not asked counts as none", () => {
    const when = (question: string) => ({ question, operator: "=", answerBoolean: true }) as const;
    const of = (enableBehavior: "all" | "any") =>
      questionnaireOf(
        item("a", "boolean"),
        item("b", "boolean", { enableWhen: [when("a")] }),
        item("c", "string", { enableWhen: [when("a"), when("b")], enableBehavior }),
      );
    const yes = (linkId: string) => one(linkId, { valueBoolean: true });
    const c = one("c", { valueString: "x" });
    expect(checkResponse(of("all"), responseOf(yes("a"), c))).toHaveLength(1);
    expect(checkResponse(of("any"), responseOf(yes("a"), c))).toEqual([]);
    expect(checkResponse(of("all"), responseOf(yes("a"), yes("b"), c))).toEqual([]);
    // b is not asked, so its answer does not open c.
    expect(checkResponse(of("any"), responseOf(yes("b"), c))).toHaveLength(2);
  });
});

describe("drafts", () => {
  const answer = (response: QuestionnaireResponse, linkId: string, value?: AnswerValue) =>
    withAnswer(VISIT, response, { linkId, value });

  it("begin with initial answers, and finish to what may be deposited", () => {
    let draft = startResponse(VISIT);
    expect(draft).toMatchObject({ status: "in-progress", questionnaire: "urn:test:visit|2" });
    draft = answer(draft, "weight", kilograms(70));
    draft = answer(draft, "ill", { valueBoolean: false });
    const done = finishResponse(VISIT, draft, "2026-03-31T08:30:00Z");
    expect(checkResponse(VISIT, done)).toEqual([]);
    expect(done.item?.map(({ linkId }) => linkId)).toEqual(["vitals", "ill", "arm"]);
  });

  it("keep what a condition hides until they are finished, and take answers back", () => {
    let draft = answer(startResponse(VISIT), "weight", kilograms(70));
    draft = answer(draft, "ill", { valueBoolean: true });
    draft = answer(draft, "what", { valueString: "flu" });
    draft = answer(draft, "ill", { valueBoolean: false });
    expect(JSON.stringify(draft)).toContain("flu");
    const done = finishResponse(VISIT, draft, "2026-03-31T08:30:00Z");
    expect(JSON.stringify(done)).not.toContain("flu");
    expect(JSON.stringify(answer(draft, "what"))).not.toContain("flu");
  });
});
