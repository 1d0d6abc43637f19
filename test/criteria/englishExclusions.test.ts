// An exclusion as what must not be, and as what the record must show instead.
import { describe, expect, it } from "vitest";
import { exclude, include } from "./fixtures.ts";

const cancer = { condition: { concept: "malignancy" } };
const current = { ...cancer, status: "current" };
const insulin = { medication: { concept: "insulin" } };
const hba1c = { observation: { concept: "hba1c" } };
const value = { min: "7.0", below: "10", unit: "%" };
const newest = (range: object) => ({ ...hba1c, value: { ...range, unit: "%" } });
const multiple = (timesUpperLimit: object) => ({
  observation: { loinc: "1742-6" },
  timesUpperLimit,
});

describe("an exclusion", () => {
  it.each([
    [
      { ...cancer, within: "5 years" },
      "malignancy within the last 5 years",
      "No malignancy within the last 5 years",
    ],
    [cancer, "malignancy", "No malignancy on record since coverage began"],
    [
      { ...insulin, within: "90 days" },
      "on insulin within the last 90 days",
      "No use of insulin within the last 90 days",
    ],
    [
      { ...insulin, status: "current" },
      "on insulin at present",
      "No use of insulin current when the record was issued",
    ],
    [
      { familyHistory: { concept: "malignancy" } },
      "malignancy in a parent, sibling or child",
      "No malignancy in a parent, sibling or child on record since coverage began",
    ],
    [
      { ...hba1c, value },
      "newest hba1c is at least 7.0 and below 10 % (it must have been measured)",
      "Newest hba1c is below 7.0 or at least 10 %",
    ],
    [
      { ...hba1c, within: "1 year" },
      "a result of hba1c within the last year",
      "No result of hba1c within the last year",
    ],
    [{ sex: "male" }, "sex: male", "Sex: female or other"],
    [{ age: { max: 75 } }, "age at most 75 years", "Age at least 76 years"],
    [{ age: { min: 20, max: 75 } }, "age 20 to 75 years", "Age below 20 or above 75 years"],
    [
      { any: [cancer, { not: { ...insulin, status: "current" } }] },
      "any of: malignancy; not on insulin at present",
      "All of: no malignancy on record since coverage began; use of insulin, current when the record was issued",
    ],
  ])(
    "of %j reads as what must not be, and shows what the record must",
    (criterion, words, demanded) => {
      const compiled = exclude(criterion);
      const [one] = compiled.criteria;
      expect(one!.english).toBe(words.charAt(0).toUpperCase() + words.slice(1));
      expect(compiled.english).toBe(`May not take part: ${words}`);
      expect(one!.demanded).toBe(demanded);
      const shown = demanded.charAt(0).toLowerCase() + demanded.slice(1);
      expect(compiled.reviewed).toBe(`May not take part: ${words}. Shown by: ${shown}`);
    },
  );

  it.each([
    [
      "any",
      "newest hba1c is above 9 % or newest loinc 1742-6 is above 3 times the upper limit of normal (each must have been measured)",
    ],
    [
      "all",
      "newest hba1c is above 9 % and newest loinc 1742-6 is above 3 times the upper limit of normal",
    ],
  ])("of %s of two results says that they must be there only where they must", (how, words) => {
    const [one, other] = [newest({ above: "9" }), multiple({ above: "3" })];
    const compiled = exclude({ [how]: [one, other] });
    expect(compiled.english).toBe(`May not take part: ${words}`);
    const nested = exclude({ all: [cancer, { any: [one, other] }] });
    expect(nested.english).not.toContain("must have been measured");
    const opposite = exclude({ not: one });
    expect(opposite.english).toContain("at most 9 % (it must have been measured)");
  });

  it("says once that results may be missing", () => {
    const [one, other] = [newest({ above: "9" }), multiple({ above: "3" })];
    const any = [one, other].map((part) => ({ ...part, whenMissing: "pass" }));
    expect(exclude({ any }).english).toMatch(/ \(no obstacle if one was not measured\)$/);
    const note = exclude({ atLeast: { n: 2, of: [...any, newest({ below: "1" })] } }).english;
    expect(note.match(/no obstacle if it was not measured/g)).toHaveLength(2);
  });

  it("shows alternatives of alternatives as one list, each once", () => {
    const any = [cancer, { any: [{ sex: "female" }, { any: [current, cancer] }] }];
    const compiled = include({ any });
    expect(compiled.criteria[0]!.demanded).toBe(
      "Any of: malignancy on record; sex: female; malignancy, current when the record was issued",
    );
    expect(compiled.programs[0]!.gates).toHaveLength(1);
    const { demanded } = exclude({ any: [cancer, { any: [current] }] }).criteria[0]!;
    expect(demanded).toMatch(/^All of: [^()]+; [^()]+$/);
    expect(exclude({ any: [cancer, { any: [cancer] }] }).criteria[0]!.demanded).toBe(
      "No malignancy on record since coverage began",
    );
  });

  it("says who attests what only a person can say", () => {
    const attestation = { id: "a", text: "Unsuitable", by: "site", when: "site" };
    const { criteria } = exclude(cancer, { attestation });
    expect(criteria[1]!.english).toBe("Unsuitable (asked of the site)");
    expect(criteria[1]!.demanded).toBe("Attested by the site, that this is not so: Unsuitable");
  });
});
