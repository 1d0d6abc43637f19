// Headings, bullets and what belongs to them in the free text of a registry.
import { describe, expect, it } from "vitest";
import { splitText } from "../../client/sponsor/import/criteriaList.ts";
import { textOf } from "../../client/sponsor/import/markup.ts";

const split = (...lines: string[]) => splitText(lines.join("\n"));

describe("the text of a registry's criteria", () => {
  it("is split at its bullets under each heading", () => {
    const found = split(
      "Key Inclusion Criteria:",
      "",
      "* Age 18 or older",
      "* HbA1c \\>= 7 %",
      "",
      "EXCLUSION CRITERIA",
      "1. Stroke",
      "2. Dementia",
    );
    expect(found).toEqual([
      { list: "inclusion", text: "Age 18 or older" },
      { list: "inclusion", text: "HbA1c >= 7 %" },
      { list: "exclusion", text: "Stroke" },
      { list: "exclusion", text: "Dementia" },
    ]);
  });

  it("keeps what is indented below a bullet with it", () => {
    const found = split("Inclusion:", "* One of:", "  * Stroke", "  * Heart failure", "* Asthma");
    expect(found.map(({ text }) => text)).toEqual([
      "One of:\n  - Stroke\n  - Heart failure",
      "Asthma",
    ]);
    const lettered = split(
      "Exclusion Criteria:",
      "1. Any of",
      "a) Stroke",
      "b) Dementia",
      "2. Asthma",
    );
    expect(lettered.map(({ text }) => text)).toEqual(["Any of\n- Stroke\n- Dementia", "Asthma"]);
  });

  it("keeps everything with an introduction whose reach is open", () => {
    const found = split(
      "Inclusion Criteria:",
      "* Patients will be excluded if they have any of these:",
      "* Pregnancy",
      "* Stroke",
      "Exclusion Criteria:",
      "* Dementia",
    );
    expect(found.map(({ list, text }) => [list, text])).toEqual([
      ["inclusion", "Patients will be excluded if they have any of these:\n- Pregnancy\n- Stroke"],
      ["exclusion", "Dementia"],
    ]);
  });

  it("drops introductions that only say what the list is", () => {
    const found = split(
      "Inclusion Criteria:",
      "Patients must meet all of the following criteria:",
      "* Asthma",
      "Exclusion Criteria:",
      "Patients with any of the following will be excluded:",
      "* Stroke",
    );
    expect(found).toEqual([
      { list: "inclusion", text: "Asthma" },
      { list: "exclusion", text: "Stroke" },
    ]);
  });

  it.each([
    ["Exclusion Criteria:", "Patients who do not have any of the following:"],
    ["Inclusion Criteria:", "Patients must not meet all of the following:"],
    ["Inclusion Criteria:", "At least one of the following:"],
    ["Inclusion Criteria:", "Any of the following:"],
    ["Exclusion Criteria:", "All of the following:"],
  ])("under %s keeps the introduction %s with what follows", (heading, introduction) => {
    const found = split(heading, introduction, "* Asthma", "* Stroke");
    expect(found.map(({ text }) => text)).toEqual([`${introduction}\n- Asthma\n- Stroke`]);
  });

  it.each([
    ["Inclusion Criteria for Part A:", "inclusion"],
    ["Exclusion Criteria - Healthy Volunteers:", "exclusion"],
    ["Exclusion Criteria: Part B:", "exclusion"],
    ["Additional Exclusion Criteria:", "exclusion"],
  ])("leaves words what stands under %s, on its own list", (heading, list) => {
    const found = split("Inclusion Criteria:", "* Asthma", heading, "* Stroke");
    expect(found[0]).toEqual({ list: "inclusion", text: "Asthma" });
    expect(found[1]).toEqual({ list, text: "Stroke", reason: `is under the heading "${heading}"` });
  });

  it("loses no line that may or may not be a heading", () => {
    const found = split("Inclusion Criteria:", "Meets inclusion criteria of trial X", "* Stroke");
    const reason = 'is under the heading "Meets inclusion criteria of trial X"';
    expect(found).toEqual([
      { list: "inclusion", text: "Meets inclusion criteria of trial X", reason },
      { list: "inclusion", text: "Stroke", reason },
    ]);
    const last = split("Inclusion Criteria:", "* Asthma", "Exclusion criteria of Part B:");
    expect(last[1]).toMatchObject({ list: "exclusion", text: "Exclusion criteria of Part B:" });
  });

  it("reads a criterion beside its heading", () => {
    const found = split("Inclusion Criteria: Asthma", "Exclusion Criteria: Stroke");
    expect(found).toEqual([
      { list: "inclusion", text: "Asthma" },
      { list: "exclusion", text: "Stroke" },
    ]);
  });

  it.each([
    [["* At least one of the following", "* Asthma", "* COPD"]],
    [["Have at least one of these", "* Asthma", "* COPD"]],
    [["* Any of", "1. Asthma", "2. COPD"]],
  ])("keeps bullets with an introduction that ends in no colon: %j", (lines) => {
    expect(split("Inclusion Criteria:", ...lines)).toHaveLength(1);
  });

  it("leaves text under no heading as words", () => {
    const reason = "is under no heading that says inclusion or exclusion";
    expect(
      split("DISEASE CHARACTERISTICS:", "* Stroke").every((one) => one.reason === reason),
    ).toBe(true);
    expect(split("Stroke")).toEqual([{ list: "inclusion", text: "Stroke", reason }]);
  });

  it("joins lines that were only wrapped, and parts paragraphs", () => {
    const found = split("Inclusion Criteria:", "", "Type 2", "diabetes", "", "Asthma");
    expect(found.map(({ text }) => text)).toEqual(["Type 2 diabetes", "Asthma"]);
  });

  it("takes no sentence with the word exclusion for a heading", () => {
    const found = split("Inclusion Criteria:", "* Exclusion of pregnancy by a test", "* Asthma");
    expect(found).toHaveLength(2);
    expect(found[1]).toEqual({ list: "inclusion", text: "Asthma" });
  });
});

describe("the markup of USDM", () => {
  it.each([
    ["<p>Age &#8805; 18&nbsp;years</p>", "Age ≥ 18 years"],
    ["<div><p>eGFR &lt; 30 mL/min/1.73 m<sup>2</sup></p></div>", "eGFR < 30 mL/min/1.73 m^2"],
    [
      "<p>Any of:</p>\n<ul>\n<li>Stroke</li>\n<li>Asthma</li>\n</ul>",
      "Any of:\n- Stroke\n- Asthma",
    ],
    [
      '<p>Age at least <usdm:tag name="min_age"></usdm:tag> years</p>',
      "Age at least [min_age] years",
    ],
    ['See <usdm:ref klass="Activity" id="A1" attribute="label"></usdm:ref>', "See [reference]"],
    ["HbA1c < 7 % and BMI > 30", "HbA1c < 7 % and BMI > 30"],
  ])("of %s leaves the words", (html, words) => {
    expect(textOf(html)).toBe(words);
  });
});
