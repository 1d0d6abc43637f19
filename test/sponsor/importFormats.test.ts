// Protocols in the formats in which they are exchanged: what of each becomes a criterion, and what stays words.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  criteriaOf,
  type Imported,
  problemsTogether,
} from "../../client/sponsor/import/imported.ts";
import { readProtocol, sharesOf } from "../../client/sponsor/import/protocol.ts";

// biome-ignore lint/suspicious/noExplicitAny: changed at will
type Json = any;
const file = (name: string): string =>
  readFileSync(new URL(`../vectors/protocols/${name}.json`, import.meta.url), "utf8");
const json = (name: string): Json => JSON.parse(file(name));
const shares = (imported: Imported) => Object.values(sharesOf(imported)).join(" ");

/** The line whose source begins so. */
function lineOf(imported: Imported, start: string) {
  const found = imported.lines.filter(({ source }) => source.startsWith(start));
  expect(found, start).toHaveLength(1);
  return found[0]!;
}
const importProtocol = (value: unknown) => readProtocol(JSON.stringify(value));
const changed = (name: string, change: (value: Json) => void): Imported => {
  const value = json(name);
  change(value);
  return importProtocol(value);
};

describe.each([
  ["clinicaltrials-heart-failure", "ClinicalTrials.gov v2", "NCT09990001", "17 11 0 6"],
  ["usdm-v3-diabetes", "CDISC USDM 3.0.0", "TIDE-002", "8 6 0 2"],
  ["usdm-v4-asthma", "CDISC USDM 4.0.0", "AER-301", "9 5 0 4"],
  ["ctml-lung-cancer", "CTML", "SMP-21-107", "6 2 1 3"],
  ["circe-hypertension", "OHDSI CIRCE", undefined, "10 4 3 3"],
])("the protocol %s", (name, format, number, counts) => {
  const imported = readProtocol(file(name));

  it("is recognised and read", () => {
    expect(imported).toMatchObject({ format, number });
    expect(imported.title).not.toBe("");
    expect(shares(imported)).toBe(counts);
  });

  it("compiles as a whole, each mapped line with its meaning beside its source", () => {
    expect(problemsTogether(imported)).toEqual([]);
    for (const { outcome, meaning, source, criterion } of imported.lines) {
      expect(source).not.toBe("");
      expect(meaning === undefined).toBe(outcome === "attested");
      expect(JSON.stringify(criterion).includes("attestation")).toBe(outcome !== "mapped");
    }
  });

  it("keeps every line on its list", () => {
    const { inclusion, exclusion } = criteriaOf(imported);
    expect(inclusion.length + exclusion.length).toBe(imported.lines.length);
  });
});

describe("a study of ClinicalTrials.gov", () => {
  const NAME = "clinicaltrials-heart-failure";
  const eligibility = (value: Json) => value.protocolSection.eligibilityModule;

  it("leaves an age in months to people, beside the bound in years", () => {
    const imported = changed(NAME, (value) => {
      eligibility(value).minimumAge = "6 Months";
    });
    expect(lineOf(imported, "Minimum age: 6 Months").outcome).toBe("attested");
    expect(lineOf(imported, "Maximum age").criterion).toMatchObject({ age: { max: 85 } });
  });

  it("takes sex as recorded, but not gender", () => {
    const female = changed(NAME, (value) => {
      eligibility(value).sex = "FEMALE";
    });
    expect(lineOf(female, "Sex: FEMALE").criterion).toMatchObject({ sex: "female" });
    const based = changed(NAME, (value) => {
      Object.assign(eligibility(value), { sex: "FEMALE", genderBased: true });
    });
    expect(lineOf(based, "Sex: FEMALE").outcome).toBe("attested");
  });

  it("leaves as words what only a part of the study asks for", () => {
    const imported = readProtocol(file(NAME));
    expect(lineOf(imported, "Implanted cardiac device")).toMatchObject({
      list: "exclusion",
      outcome: "attested",
    });
  });
});

describe("a study in USDM", () => {
  it("does not ask everybody for what a cohort must meet", () => {
    const imported = readProtocol(file("usdm-v4-asthma"));
    const line = lineOf(imported, "Eosinophils");
    expect(line).toMatchObject({
      outcome: "attested",
      notes: ['only for cohort "High eosinophils"'],
    });
    expect(imported.notes).toContain("not imported: Withdrawal Criteria: Pregnancy");
  });

  it("reads an age with its unit, and only whole years", () => {
    const imported = readProtocol(file("usdm-v4-asthma"));
    expect(lineOf(imported, "Planned minimum age").criterion).toMatchObject({ age: { min: 12 } });
    expect(lineOf(imported, "Planned maximum age: 900 Month").outcome).toBe("attested");
    const approximate = changed("usdm-v3-diabetes", (value) => {
      value.study.versions[0].studyDesigns[0].population.plannedAge.isApproximate = true;
    });
    expect(lineOf(approximate, "Planned minimum age").outcome).toBe("attested");
  });

  it("leaves a criterion without a category as words", () => {
    const imported = changed("usdm-v3-diabetes", (value) => {
      delete value.study.versions[0].studyDesigns[0].population.criteria[3].category;
    });
    expect(lineOf(imported, "Type 1 diabetes").outcome).toBe("attested");
  });
});

describe("a trial in CTML", () => {
  it("shows the cancer and leaves its kind to a person", () => {
    const line = lineOf(
      readProtocol(file("ctml-lung-cancer")),
      "clinical: oncotree primary diagnosis N",
    );
    expect(line.outcome).toBe("partly");
    expect(line.criterion).toMatchObject({
      all: [
        { condition: { concept: "lung-cancer" }, status: "current" },
        { attestation: { text: line.source } },
      ],
    });
  });

  it("says which match was read, and which not", () => {
    const { notes } = readProtocol(file("ctml-lung-cancer"));
    expect(notes).toEqual([
      "read: the match of step 1",
      "not read: the match of step 1, arm B, which is another way in",
    ]);
  });

  it("does not choose between several things that a node says", () => {
    const imported = changed("ctml-lung-cancer", (value) => {
      value.treatment_list.step[0].match = [
        { clinical: { gender: "Male" }, or: [{ clinical: { age_numerical: ">=18" } }] },
      ];
    });
    expect(imported.lines.map(({ outcome }) => outcome)).toEqual(["attested"]);
  });

  it.each(["!Male", "Unknown"])("leaves the gender %s to a person", (gender) => {
    const imported = changed("ctml-lung-cancer", (value) => {
      value.treatment_list.step[0].match = [{ clinical: { gender } }];
    });
    expect(imported.lines[0]?.outcome).toBe("attested");
  });
});

describe("a cohort definition of OHDSI", () => {
  const NAME = "circe-hypertension";
  const ruleOf = (value: Json, i: number) => value.expression.InclusionRules[i];

  it("is read with its envelope, as text in it, and without one", () => {
    const value = json(NAME);
    const plain = importProtocol(value.expression);
    expect(plain.lines).toEqual(importProtocol(value).lines);
    const asText = importProtocol({ ...value, expression: JSON.stringify(value.expression) });
    expect(asText.lines).toEqual(plain.lines);
  });

  it("proves an absence only for all time before", () => {
    const imported = readProtocol(file(NAME));
    expect(lineOf(imported, "No type 1 diabetes").criterion).toMatchObject({
      not: { condition: { concept: "type-1-diabetes" } },
    });
    const within = changed(NAME, (value) => {
      ruleOf(value, 1).expression.CriteriaList[0].StartWindow.Start.Days = 365;
    });
    expect(lineOf(within, "No type 1 diabetes").outcome).toBe("attested");
  });

  it.each([
    ["a window in other units", (w: Json) => Object.assign(w.Start, { TimeUnitValue: 30 })],
    [
      "a window from the end of the index event",
      (w: Json) => Object.assign(w, { UseIndexEnd: true }),
    ],
    ["a window for the event's end", (w: Json) => Object.assign(w, { UseEventEnd: true })],
    ["a window after the index event", (w: Json) => Object.assign(w.Start, { Coeff: 1 })],
    ["a window that ends before", (w: Json) => Object.assign(w.End, { Days: 30, Coeff: -1 })],
  ])("attests %s", (_, change) => {
    const imported = changed(NAME, (value) => {
      change(ruleOf(value, 0).expression.CriteriaList[0].StartWindow);
    });
    expect(lineOf(imported, "On metformin").outcome).toBe("partly");
  });

  it("never turns a group of at most none into a demand", () => {
    const line = lineOf(readProtocol(file(NAME)), "At most one of them");
    expect(line.outcome).toBe("attested");
  });

  it("attests counts, excluded codes, exact codes' descendants and ages at the index event", () => {
    const imported = changed(NAME, (value) => {
      ruleOf(value, 0).expression.CriteriaList[0].Occurrence.Count = 2;
      value.expression.ConceptSets[5].expression.items[0].isExcluded = true;
      ruleOf(value, 6).expression.DemographicCriteriaList[0].Age.Op = "lte";
    });
    expect(lineOf(imported, "On metformin").outcome).toBe("attested");
    expect(lineOf(imported, "No type 1 diabetes").outcome).toBe("attested");
    const women = lineOf(imported, "Women of 50");
    expect(women.outcome).toBe("partly");
    expect(JSON.stringify(women.criterion)).not.toContain("max");
  });

  it.each([
    ["gt", { above: "6.5" }],
    ["gte", { min: "6.5" }],
    ["lt", { below: "6.5" }],
    ["lte", { max: "6.5" }],
    ["bt", { min: "6.5", max: "9" }],
  ])("reads results with the operator %s, any of them", (Op, bounds) => {
    const imported = changed(NAME, (value) => {
      const { Measurement } = ruleOf(value, 2).expression.CriteriaList[0].Criteria;
      Measurement.ValueAsNumber = { Value: 6.5, Extent: 9, Op };
    });
    expect(lineOf(imported, "HbA1c").criterion).toMatchObject({
      observation: { loinc: "4548-4" },
      value: { ...bounds, unit: "%" },
      latest: false,
    });
  });

  it.each(["eq", "!eq", "!bt"])("attests results with the operator %s", (Op) => {
    const imported = changed(NAME, (value) => {
      const { Measurement } = ruleOf(value, 2).expression.CriteriaList[0].Criteria;
      Measurement.ValueAsNumber = { Value: 6.5, Extent: 9, Op };
    });
    expect(lineOf(imported, "HbA1c").outcome).toBe("attested");
  });

  it("reads multiples of the upper limit, and no result without its unit", () => {
    const imported = changed(NAME, (value) => {
      const { Measurement } = ruleOf(value, 2).expression.CriteriaList[0].Criteria;
      delete Measurement.ValueAsNumber;
      delete Measurement.Unit;
      Measurement.RangeHighRatio = { Value: 3, Op: "gt" };
    });
    expect(lineOf(imported, "HbA1c").criterion).toMatchObject({ timesUpperLimit: { above: "3" } });
    const bare = changed(NAME, (value) => {
      delete ruleOf(value, 2).expression.CriteriaList[0].Criteria.Measurement.Unit;
    });
    expect(lineOf(bare, "HbA1c").outcome).toBe("attested");
  });
});

describe("a file that cannot be imported", () => {
  it.each([
    ["", /^is empty$/],
    ["{", /^is not JSON/],
    ["{}", /^is not in a format that can be read: ClinicalTrials/],
    ["[]", /several studies/],
    ['{"studies":[]}', /several studies/],
    ['{"protocolSection":{"identificationModule":{}}}', /^protocolSection.eligibilityModule: /],
    ['{"protocolSection":{"identificationModule":{},"eligibilityModule":{}}}', /holds no criteria/],
    ['{"study":{"versions":[{"studyDesigns":[{}]}]}}', /no eligibility criteria/],
    ['{"treatment_list":{"step":[{"arm":[]}]}}', /no step or arm has a match/],
    ['{"PrimaryCriteria":{"CriteriaList":[]},"ConceptSets":[]}', /nothing to import/],
    ['{"PrimaryCriteria":{"CriteriaList":5},"ConceptSets":[]}', /^PrimaryCriteria.CriteriaList: /],
  ])("%s is refused by name", (text, message) => {
    expect(() => readProtocol(text)).toThrow(message);
  });
});
