// When a derived result is written, and of what.
import { describe, expect, it } from "vitest";
import {
  CONCEPTS,
  type Concept,
  conceptByName,
} from "../../circuits/statement/dictionary/dictionary.ts";
import { parseDay } from "../../circuits/statement/encoding/day.ts";
import { parseDecimal } from "../../circuits/statement/encoding/decimal.ts";
import {
  decodeQuantity,
  encodeQuantity,
  UNUSABLE,
} from "../../circuits/statement/encoding/fact.ts";
import type { LocatedDraft } from "../../client/clinic/facts/map.ts";
import { deriveResults } from "../../client/clinic/record/derived.ts";
import { FORMULAS, MEANS } from "../../client/clinic/record/derivedFormulas.ts";
import { about, coded, factsOf, issue } from "./given.ts";

/** A stand-in for concepts that the dictionary may not have yet: under LOINC codes of the same unit. */
const STAND_INS: Readonly<Record<string, string>> = {
  "egfr-ckd-epi-2021": "98979-8",
  "fib-4": "72106-8",
  "meld-3": "72106-8",
  "corrected-calcium": "17861-6",
  "anion-gap": "2951-2",
  "calculated-bmi": "39156-5",
  "mean-systolic-blood-pressure": "8480-6",
  "mean-diastolic-blood-pressure": "8462-4",
  chloride: "2075-0",
  bicarbonate: "1963-8",
};
const stands = new Map<string, Concept>(
  Object.entries(STAND_INS).map(([name, code], i) => [
    name,
    {
      ...CONCEPTS[0]!,
      number: 9000 + i,
      name,
      title: name,
      domain: "observation",
      members: [{ system: "loinc", code, prefix: false }],
    },
  ]),
);
const find = (name: string) => conceptByName(name) ?? stands.get(name);

type Whose = Parameters<typeof deriveResults>[1];
const WOMAN: Whose = {
  birth: { from: parseDay("1960-05-05"), to: parseDay("1960-05-05") },
  sex: "female",
};

function result(concept: string, value: string, day = "2024-05-01", more = {}): LocatedDraft {
  return {
    domain: "observation",
    system: "concept",
    code: String(find(concept)!.number),
    label: concept,
    day: parseDay(day),
    value: value === "?" ? UNUSABLE : encodeQuantity(value)!,
    path: `Observation/${concept}`,
    ...more,
  };
}

/** "day value" of each derived fact of a concept, newest first. */
function derived(concept: string, drafts: LocatedDraft[], whose = WOMAN): string[] {
  const code = String(find(concept)!.number);
  return deriveResults(drafts, whose, find)
    .filter((draft) => draft.code === code)
    .map(
      ({ day, value }) =>
        `${day - parseDay("2024-05-01")} ${value === UNUSABLE ? "?" : decodeQuantity(value)}`,
    );
}

describe("a derived result", () => {
  it("is written under its own concept, and says that it is derived and from what", () => {
    const [fact] = deriveResults([result("creatinine", "1")], WOMAN, find);
    expect(fact).toMatchObject({
      code: String(find("egfr-ckd-epi-2021")!.number),
      domain: "observation",
      label: expect.stringContaining("(derived)"),
      note: expect.stringContaining("derived, CKD-EPI 2021"),
      path: "Observation/creatinine",
    });
  });

  it("takes the age on the day of the result, not on another", () => {
    const before = derived("egfr-ckd-epi-2021", [result("creatinine", "1", "2024-05-04")]);
    const birthday = derived("egfr-ckd-epi-2021", [result("creatinine", "1", "2024-05-05")]);
    const at = (age: number) =>
      Number(FORMULAS[0]!.compute([parseDecimal("1")!], { age, sex: "female" })).toString();
    expect(before).toEqual([`3 ${at(63)}`]);
    expect(birthday).toEqual([`4 ${at(64)}`]);
  });

  it.each([
    ["born on an uncertain day", { ...WOMAN, birth: { from: 21_000, to: 21_364 } }],
    ["of neither sex", { ...WOMAN, sex: "other" as const }],
  ])("is unusable for somebody %s", (_, whose) => {
    expect(derived("egfr-ckd-epi-2021", [result("creatinine", "1")], whose)).toEqual(["0 ?"]);
  });

  it("is unusable on a day when an input is missing or unusable, and hides an older one", () => {
    const complete = [result("calcium", "8.5", "2024-04-01"), result("albumin", "3", "2024-04-01")];
    const lone = result("calcium", "9");
    expect(derived("corrected-calcium", [...complete, lone])).toEqual(["0 ?", "-30 9.3"]);
    const broken = [lone, result("albumin", "?")];
    expect(derived("corrected-calcium", [...complete, ...broken])).toEqual(["0 ?", "-30 9.3"]);
    expect(derived("corrected-calcium", [...complete, result("albumin", "2")])).toEqual([
      "-30 9.3",
    ]);
  });

  it("is given once as unusable where there is nothing to derive it from", () => {
    const days = ["2024-05-01", "2024-04-01", "2024-03-01"];
    const lone = days.map((day) => result("calcium", "9", day));
    expect(derived("corrected-calcium", lone)).toEqual(["0 ?"]);
  });

  it("gives way to what was reported under the same concept that day", () => {
    const own = [result("creatinine", "1"), result("creatinine", "1", "2024-04-01")];
    const reported = result("egfr-ckd-epi-2021", "70");
    expect(derived("egfr-ckd-epi-2021", [...own, reported])).toHaveLength(1);
    expect(derived("egfr-ckd-epi-2021", [...own, reported])[0]).toMatch(/^-30 /);
  });

  it("takes the last result of a day, and none where two of one time differ", () => {
    const at = (value: string, instant?: number) =>
      result("creatinine", value, "2024-05-01", instant === undefined ? {} : { instant });
    expect(derived("egfr-ckd-epi-2021", [at("1", 5), at("2", 9)])).toEqual(
      derived("egfr-ckd-epi-2021", [at("2")]),
    );
    expect(derived("egfr-ckd-epi-2021", [at("1", 5), at("2", 5)])).toEqual(["0 ?"]);
  });

  it("starts from the digits that storing took away", () => {
    const calcium = result("calcium", "9.00005", "2024-05-01", { exact: "9.00005" });
    const albumin = result("albumin", "4.00006", "2024-05-01", { exact: "4.00006" });
    // 9.00005 + 0.8 x -0.00006 = 9.000002; from stored values it would be 9.0001 - 0.00008 = 9.00002.
    expect(derived("corrected-calcium", [calcium, albumin])).toEqual(["0 9"]);
    expect(deriveResults([calcium, albumin], WOMAN, find)[0]?.exact).toBe("9.000002");
  });

  it("is written for the newest twelve days only", () => {
    const days = Array.from({ length: 20 }, (_, i) => `2024-03-${String(i + 1).padStart(2, "0")}`);
    const drafts = days.map((day) => result("creatinine", "1", day));
    expect(derived("egfr-ckd-epi-2021", drafts)).toHaveLength(12);
    expect(derived("egfr-ckd-epi-2021", drafts)[0]).toMatch(/^-42 /);
  });

  it("is skipped where the dictionary lacks its concept or one of its inputs", () => {
    const lacking = (name: string) => (concept: string) =>
      concept === name ? undefined : find(concept);
    const drafts = [
      result("sodium", "140"),
      result("chloride", "104"),
      result("bicarbonate", "24"),
    ];
    const gap = String(find("anion-gap")!.number);
    const isGiven = (without: string) =>
      deriveResults(drafts, WOMAN, lacking(without)).some(({ code }) => code === gap);
    expect([isGiven("none"), isGiven("anion-gap"), isGiven("chloride")]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("is not a MELD score where dialysis is on the chart: then creatinine counts as 3", () => {
    const values = { bilirubin: "3", sodium: "130", inr: "1.8", creatinine: "1.5", albumin: "2.5" };
    const drafts = Object.entries(values).map(([name, value]) => result(name, value));
    expect(derived("meld-3", drafts)).toEqual(["0 27"]);
    const dialysis = { ...result("dialysis", "1", "2010-01-01"), domain: "procedure" as const };
    expect(derived("meld-3", [...drafts, dialysis])).toEqual(["0 ?"]);
  });
});

describe("a derived body mass index", () => {
  const weight = result("body-weight", "70");

  it("takes the height of the day, or of a grown person the newest of two years before", () => {
    const height = (cm: string, day: string) => result("body-height", cm, day);
    expect(derived("calculated-bmi", [weight, height("175", "2024-05-01")])).toEqual(["0 22.8571"]);
    const heights = [height("180", "2020-01-01"), height("175", "2022-05-02")];
    expect(derived("calculated-bmi", [weight, ...heights])).toEqual(["0 22.8571"]);
    expect(derived("calculated-bmi", [weight, height("175", "2022-04-30")])).toEqual(["0 ?"]);
    expect(derived("calculated-bmi", [weight, height("175", "2024-05-02")])).toEqual(["0 ?"]);
  });

  it("does not take an older height of somebody who may still grow, nor an unusable one", () => {
    const child = { ...WOMAN, birth: { from: parseDay("2005-01-01"), to: parseDay("2005-01-01") } };
    const older = result("body-height", "175", "2024-04-30");
    expect(derived("calculated-bmi", [weight, older], child)).toEqual(["0 ?"]);
    const unusable = result("body-height", "?", "2024-04-30");
    const before = result("body-height", "175", "2024-04-01");
    expect(derived("calculated-bmi", [weight, unusable, before])).toEqual(["0 ?"]);
  });
});

describe("a derived mean blood pressure", () => {
  const MEAN = "mean-systolic-blood-pressure";
  const reading = (value: string, instant?: number) =>
    result(
      "systolic-blood-pressure",
      value,
      "2024-05-01",
      instant === undefined ? {} : { instant },
    );

  it("is that of all readings of the day; a single one stands for itself", () => {
    expect(derived(MEAN, [reading("120", 1), reading("121", 2), reading("121", 3)])).toEqual([
      "0 120.6667",
    ]);
    expect(derived(MEAN, [reading("120")])).toEqual(["0 120"]);
  });

  it("is unusable with an unusable reading, or one that may have been given twice", () => {
    expect(derived(MEAN, [reading("120", 1), reading("?", 2)])).toEqual(["0 ?"]);
    expect(derived(MEAN, [reading("120", 1), reading("120", 1), reading("130", 2)])).toEqual([
      "0 ?",
    ]);
    expect(derived(MEAN, [reading("120", 1), reading("120", 1)])).toEqual(["0 120"]);
  });
});

describe("a record", () => {
  it("holds what follows from its results", () => {
    const creatinine = about("Observation", {
      status: "final",
      code: coded("loinc 2160-0"),
      effectiveDateTime: "2024-05-01",
      valueQuantity: { value: 1, unit: "mg/dL" },
    });
    const code = `concept ${find("egfr-ckd-epi-2021")!.number}`;
    // A woman of 64.
    expect(factsOf(issue([creatinine]), "observation", code)).toEqual([
      `2024-05-01 ${encodeQuantity("62.9103")}`,
    ]);
  });
});

describe("the dictionary", () => {
  const names = [...FORMULAS, ...MEANS].map(({ concept }) => concept);

  it.each(names)("has a concept for %s", (name) => {
    expect(conceptByName(name)?.domain).toBe("observation");
  });
});
