// What the form shows and says, without a browser: its markup, its faults, and what is typed.
import { MantineProvider } from "@mantine/core";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { startResponse, withAnswer } from "../../circuits/statement/exchange/questionnaireDraft.ts";
import { faultsOf } from "../../client/web/shared/questionnaire/faults.ts";
import { QuestionnaireForm } from "../../client/web/shared/questionnaire/QuestionnaireForm.tsx";
import { dateTimeOf, localTime, readNumber } from "../../client/web/shared/questionnaire/values.ts";
import { kilograms, VISIT } from "./forms.ts";

const draft = startResponse(VISIT);
const ill = withAnswer(VISIT, draft, { linkId: "ill", value: { valueBoolean: true } });

const markupOf = (value: typeof draft) => {
  const nothing = () => {};
  const props = { onChange: nothing, onFinish: nothing, finishLabel: "Sign and deposit" };
  const form = createElement(QuestionnaireForm, { questionnaire: VISIT, value, ...props });
  return renderToStaticMarkup(createElement(MantineProvider, {}, form));
};

describe("the form of a questionnaire", () => {
  it("shows what is asked and nothing else", () => {
    expect(markupOf(draft)).not.toContain("Text of what");
    expect(markupOf(ill)).toContain("Text of what");
  });

  it("ties each label to its field, and groups to their names", () => {
    const markup = markupOf(ill);
    const labels = [...markup.matchAll(/<label[^>]* for="([^"]+)"/g)].map(([, id]) => id!);
    expect(labels.length).toBeGreaterThan(5);
    for (const id of labels) expect(markup).toContain(`id="${id}"`);
    expect(markup).toMatch(/<fieldset[^>]*>.*<legend[^>]*>Text of vitals/);
    expect(markup).toMatch(/role="radiogroup"/);
  });

  it("says nothing of what is missing before somebody wants to finish", () => {
    expect(markupOf(draft)).not.toContain("Please answer this");
  });

  it("names what is missing, and what is out of range, by item", () => {
    expect([...faultsOf(VISIT, draft).keys()]).toEqual(["weight", "ill"]);
    const heavy = withAnswer(VISIT, ill, { linkId: "weight", value: kilograms(900) });
    const faults = faultsOf(VISIT, heavy);
    expect([...faults.keys()]).toEqual(["weight", "what"]);
    expect(faults.get("weight")?.text).toBe("Please give a value from 20 to 300");
    expect(faults.get("what")).toEqual({ text: "Please answer this", isMissing: true });
  });
});

describe("what is typed", () => {
  it.each([
    ["1.50", false, 1.5],
    ["1,5", false, 1.5],
    [" -3 ", true, -3],
    ["\u22123", true, -3],
    ["3.0", true, undefined],
    ["1e5", false, undefined],
    ["1.", false, undefined],
    ["", false, undefined],
    ["0x10", false, undefined],
    ["1.000,5", false, undefined],
  ])("%j reads as a number (whole: %s): %s", (text, isWhole, number) => {
    expect(readNumber(text, isWhole)).toBe(number);
  });

  it("is a time where the person is, and travels in UTC", () => {
    const dateTime = dateTimeOf("2026-03-31T08:30");
    expect(dateTime).toMatch(/^2026-03-3\d+T\d\d:\d\d:00Z$/);
    expect(localTime(dateTime)).toBe("2026-03-31T08:30");
    expect(dateTimeOf("")).toBeUndefined();
    expect(localTime(undefined)).toBe("");
  });
});
