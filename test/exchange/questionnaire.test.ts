import { describe, expect, it } from "vitest";
import type { Item } from "../../circuits/statement/exchange/form/item.ts";
import { problemsOf } from "../../circuits/statement/exchange/form/problems.ts";
import { Questionnaire } from "../../circuits/statement/exchange/questionnaire.ts";
import { item, maxValue, minValue, questionnaireOf, unitOption, VISIT } from "./forms.ts";

function problemsIn(json: unknown) {
  const parsed = Questionnaire.safeParse(json);
  return parsed.success ? [] : problemsOf(parsed.error.issues, json);
}

/** Path and message of what is wrong with a questionnaire of these items. */
const faultsIn = (...items: unknown[]) =>
  problemsIn(questionnaireOf(...(items as Item[]))).map(
    ({ path, message }) => `${path}: ${message}`,
  );

const choice = (more: Partial<Item> = {}) =>
  item("c", "choice", { answerOption: [{ valueString: "x" }, { valueString: "y" }], ...more });

describe("questionnaires", () => {
  it("are taken with every type, groups and conditions", () => {
    expect(problemsIn(VISIT)).toEqual([]);
  });

  it("are refused with the path of what is not supported, and what serves instead", () => {
    const json = questionnaireOf({ ...choice(), answerValueSet: "urn:x", repeats: true } as never);
    expect(problemsIn(json)).toEqual([
      expect.objectContaining({ path: "item[0].repeats", hint: expect.stringContaining("once") }),
      expect.objectContaining({
        path: "item[0].answerValueSet",
        hint: expect.stringContaining("answerOption"),
      }),
    ]);
    const [problem] = problemsIn(questionnaireOf(item("a", "attachment" as never)));
    expect(problem).toMatchObject({ path: "item[0].type", hint: expect.stringMatching(/Files/) });
  });

  it.each<[string, unknown[], RegExp]>([
    ["a linkId twice", [item("a", "string"), item("a", "text")], /item\[1\]\.linkId: .*twice/],
    ["no text", [item("a", "string", { text: undefined })], /item\[0\]\.text: is missing/],
    ["an empty group", [item("g", "group")], /item\[0\]\.item: is missing/],
    ["nothing to answer", [item("d", "display")], /^item: asks nothing/],
    [
      "items under a question",
      [item("a", "string", { item: [item("b", "string")] })],
      /item\[0\]\.item: only a group/,
    ],
    ["a required text", [item("d", "display", { required: true })], /item\[0\]\.required/],
    ["options of a text", [item("a", "text", { answerOption: [{ valueString: "x" }] })], /says no/],
    ["a choice without options", [item("c", "choice")], /answerOption: is missing/],
    [
      "an option twice",
      [choice({ answerOption: [{ valueInteger: 1 }, { valueInteger: 1 }] })],
      /tw/,
    ],
    [
      "an option of two values",
      [choice({ answerOption: [{ valueString: "x", valueInteger: 1 }] })],
      /one value/,
    ],
    [
      "an option without words",
      [choice({ answerOption: [{ valueCoding: { code: "1" } }] })],
      /display/,
    ],
    ["a quantity without a unit", [item("q", "quantity")], /needs a unit/],
    [
      "a unit of a number",
      [item("n", "decimal", { extension: [unitOption("kg")] })],
      /says nothing/,
    ],
    ["a limit of a text", [item("n", "string", { extension: [minValue(1)] })], /says nothing/],
    [
      "a limit of another type",
      [item("n", "date", { extension: [minValue(1)] })],
      /minValue must be one valueDate/,
    ],
    [
      "an inverted range",
      [item("n", "integer", { extension: [minValue(2), maxValue(1)] })],
      /inverted/,
    ],
    [
      "a range in two units",
      [item("q", "quantity", { extension: [unitOption("kg"), unitOption("g"), minValue(1)] })],
      /several units/,
    ],
    [
      "an extension that says more",
      [item("n", "string", { extension: [{ url: "urn:x" }] })],
      /extension\[0\]\.url/,
    ],
    [
      "an initial answer of another type",
      [item("n", "integer", { initial: [{ valueString: "1" }] })],
      /initial/,
    ],
    ["what nobody can answer", [item("n", "string", { required: true, readOnly: true })], /nobody/],
  ])("are refused with %s", (_, items, message) => {
    const faults = faultsIn(...items);
    expect(faults.join("\n")).toMatch(message);
  });

  it.each<[string, NonNullable<Item["enableWhen"]>, RegExp]>([
    ["itself", [{ question: "b", operator: "exists", answerBoolean: true }], /before this one/],
    [
      "a later one",
      [{ question: "z", operator: "exists", answerBoolean: true }],
      /before this one/,
    ],
    ["another type", [{ question: "a", operator: "=", answerBoolean: true }], /no answerBoolean/],
    ["no answer", [{ question: "a", operator: "=" }], /one answer/],
    ["an order of words", [{ question: "s", operator: ">", answerString: "x" }], /no order/],
    ["what cannot be answered", [{ question: "a", operator: "=", answerInteger: 9 }], /never/],
    [
      "two without saying how",
      [
        { question: "a", operator: ">", answerInteger: 1 },
        { question: "a", operator: "<", answerInteger: 3 },
      ],
      /enableBehavior: is missing/,
    ],
  ])("are refused with a condition on %s", (_, enableWhen, message) => {
    const faults = faultsIn(
      item("a", "integer", { extension: [maxValue(5)] }),
      item("s", "string"),
      item("b", "string", { enableWhen }),
      item("z", "string"),
    );
    expect(faults.join("\n")).toMatch(message);
  });

  it("end at a depth, a length and a number, whatever a text holds", () => {
    let deep: Item = item("0", "string");
    for (let i = 1; i < 20_000; i++) deep = item(String(i), "group", { item: [deep] });
    expect(problemsIn(questionnaireOf(deep))[0]?.hint).toMatch(/at most 5 deep/);
    const many = Array.from({ length: 3 }, (_, i) =>
      item(`g${i}`, "group", {
        item: Array.from({ length: 150 }, (_, j) => item(`${i}-${j}`, "string")),
      }),
    );
    expect(faultsIn(...many)).toEqual(["item: has 453 items; at most 400"]);
  });
});
