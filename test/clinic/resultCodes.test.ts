// Under which codes a result's value is written, and where only a fact that blocks.
import { describe, expect, it } from "vitest";
import { type Concept, conceptByName } from "../../circuits/statement/dictionary/dictionary.ts";
import type { System } from "../../circuits/statement/encoding/code.ts";
import { encodeQuantity } from "../../circuits/statement/encoding/fact.ts";
import { type Classifier, dictionaryClassifier } from "../../client/clinic/codes/classify.ts";
import { about, coded, factsOf, issue } from "./given.ts";

const HAEMOGLOBIN = conceptByName("haemoglobin")!;
const UNDER = `concept ${HAEMOGLOBIN.number}`;
const at = (decimal: string) => `2024-05-01 ${encodeQuantity(decimal)}`;

/** The dictionary, with one code more. */
function withCode(code: string, members: Concept[], possible: Concept[] = []): Classifier {
  return {
    ...dictionaryClassifier,
    classify: (base, system: System, other) =>
      other === code
        ? { known: true, members, possible }
        : dictionaryClassifier.classify(base, system, other),
  };
}

function result(code: Record<string, unknown>, valueQuantity = { value: 12, unit: "g/dL" }) {
  return about("Observation", {
    status: "final",
    code,
    effectiveDateTime: "2024-05-01",
    valueQuantity,
    referenceRange: [{ low: { value: 6 }, high: { value: 24 } }],
  });
}

describe("a result under a concept", () => {
  it("has the value, and its multiples of the limits, of a LOINC code in the concept's unit", () => {
    const issued = issue([result(coded("loinc 718-7"))]);
    expect(factsOf(issued, "observation", UNDER)).toEqual([at("12")]);
    expect(factsOf(issued, "observationUpper", UNDER)).toEqual([at("0.5")]);
    expect(factsOf(issued, "observationLower", UNDER)).toEqual([at("2")]);
  });

  it.each([
    ["a SNOMED CT code that is a member", "snomed 38082009", [HAEMOGLOBIN], []],
    ["a LOINC code that may be a member", "loinc 99998-4", [], [HAEMOGLOBIN]],
    ["a LOINC code that the dictionary has no unit for", "loinc 99998-4", [HAEMOGLOBIN], []],
    ["a LOINC code in another unit", "loinc 2339-0", [HAEMOGLOBIN], []],
  ])("is unusable, its multiples too, by %s", (_, code, members, possible) => {
    const codes = withCode(code.split(" ")[1]!, members, possible);
    const issued = issue([result(coded(code))], { codes });
    for (const domain of ["observation", "observationUpper", "observationLower"] as const) {
      expect(factsOf(issued, domain, UNDER)).toEqual(["2024-05-01 ?"]);
    }
  });

  it("has the value of its LOINC code beside a SNOMED CT code", () => {
    const codes = withCode("38082009", [HAEMOGLOBIN]);
    const issued = issue([result(coded("snomed 38082009", "loinc 718-7"))], { codes });
    expect(factsOf(issued, "observation", UNDER)).toEqual([at("12")]);
    expect(factsOf(issued, "observation", "snomed 38082009")).toEqual(["2024-05-01 ?"]);
  });

  it("takes no part of a code in another unit", () => {
    const ALT = conceptByName("alt")!;
    const both = coded("loinc 1742-6", "loinc 3016-3");
    const codes = withCode("3016-3", [ALT]);
    const issued = issue([result(both, { value: 2, unit: "U/L" })], { codes });
    // TSH is not in the unit of ALT: its code takes no part.
    expect(factsOf(issued, "observation", `concept ${ALT.number}`)).toEqual([at("2")]);
  });
});
