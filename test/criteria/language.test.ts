// Each form of the language, and the leaves it becomes.
import { describe, expect, it } from "vitest";
import type { Compiled } from "../../circuits/statement/criteria/compile.ts";
import { encodeCode } from "../../circuits/statement/encoding/code.ts";
import { ONGOING } from "../../circuits/statement/encoding/day.ts";
import { MAX_VALUE } from "../../circuits/statement/encoding/fact.ts";
import { conceptCode, exclude, HIV, include, onlyLeaf, quantity } from "./fixtures.ts";

const loinc = (code: string) => encodeCode("observation", "loinc", code);
const hba1c = { concept: "hba1c" };
const programOf = ({ programs }: Compiled) => programs[0]!;

describe("forms of the criteria language", () => {
  it("compiles an age to distances between dates", () => {
    const leaf = onlyLeaf(include({ age: { min: 18, max: 75 } }));
    expect(leaf).toMatchObject({
      kind: "any",
      relative: true,
      valueLo: 180_000n,
      valueHi: 759_999n,
      codeLo: encodeCode("demographic", "loinc", "21112-8"),
      codeHi: encodeCode("demographic", "loinc", "21112-9"),
      far: 365 * 76 + 19 - 1,
    });
    expect(onlyLeaf(include({ age: { min: 18 } }))).toMatchObject({ valueHi: 1_509_999n });
    expect(onlyLeaf(include({ age: { max: 17 } }))).toMatchObject({ valueLo: 0n });
  });

  it("turns an excluded age into the ages on either side", () => {
    const program = programOf(exclude({ age: { min: 30, max: 40 } }));
    expect(program.leaves.map((l) => [l.valueLo, l.valueHi])).toEqual([
      [0n, 299_999n],
      [410_000n, 1_509_999n],
    ]);
    expect(program.gates).toEqual([{ threshold: 1, leaves: [0, 1], gates: [] }]);
  });

  it("compiles a sex, and an excluded one to the other known ones", () => {
    expect(onlyLeaf(include({ sex: "female" }))).toMatchObject({ valueLo: 1n, valueHi: 1n });
    expect(onlyLeaf(exclude({ sex: "female" }))).toMatchObject({ valueLo: 2n, valueHi: 3n });
    expect(onlyLeaf(exclude({ sex: "other" }))).toMatchObject({ valueLo: 1n, valueHi: 2n });
    expect(exclude({ sex: "male" }).programs[0]!.leaves).toHaveLength(2);
  });

  it("reads a diagnosis that is current from its last known day", () => {
    const leaf = onlyLeaf(include({ condition: { concept: "malignancy" }, status: "current" }));
    const code = conceptCode("malignancy", "conditionLast");
    expect(leaf).toMatchObject({ kind: "any", codeLo: code, codeHi: code, near: 0, far: 0 });
  });

  it("counts 5 years as 1,826 days for presence and 1,827 for absence", () => {
    const criterion = { condition: { concept: "malignancy" }, within: "5 years" };
    expect(onlyLeaf(include(criterion))).toMatchObject({ kind: "any", far: 1826 });
    expect(onlyLeaf(exclude(criterion))).toMatchObject({ kind: "none", far: 1827 });
  });

  it("reads when a diagnosis began from its start, and counts 6 months as 184 days", () => {
    const leaf = onlyLeaf(
      include({ condition: { concept: "malignancy" }, atLeastAgo: "6 months" }),
    );
    const code = conceptCode("malignancy", "conditionStart");
    expect(leaf).toMatchObject({ codeLo: code, near: 184, far: ONGOING });
  });

  it("splits a criterion about start and end into both facts", () => {
    const program = programOf(
      include({
        medication: { concept: "insulin" },
        status: "current",
        atLeastAgo: "3 months",
      }),
    );
    expect(program.leaves.map((l) => l.codeLo)).toEqual([
      conceptCode("insulin", "medicationLast"),
      conceptCode("insulin", "medicationStart"),
    ]);
    expect(program.gates).toEqual([{ threshold: 2, leaves: [0, 1], gates: [] }]);
  });

  it("excludes what is both recent and newly begun when either is shown not to be so", () => {
    const times = { within: "1 year", startedWithin: "5 years" };
    const program = programOf(
      exclude({ condition: { concept: "malignancy" }, ...times }, { sex: "male" }),
    );
    expect(program.leaves.slice(0, 2).map((l) => [l.kind, l.codeLo, l.far])).toEqual([
      ["none", conceptCode("malignancy", "conditionLast"), 366],
      ["none", conceptCode("malignancy", "conditionStart"), 1827],
    ]);
    expect(program.gates[0]).toEqual({ threshold: 1, leaves: [0, 1], gates: [] });
  });

  it("counts 'at least 3 months ago' of a procedure as 92 days", () => {
    const criterion = { procedure: { concept: "amputation" }, within: "1 year" };
    const leaf = onlyLeaf(include({ ...criterion, atLeastAgo: "3 months" }));
    expect(leaf).toMatchObject({ near: 92, far: 365 });
  });

  it("excludes a drug that was started recently by its start", () => {
    const leaf = onlyLeaf(
      exclude({ medication: { concept: "insulin" }, startedWithin: "8 weeks" }),
    );
    const code = conceptCode("insulin", "medicationStart");
    expect(leaf).toMatchObject({ kind: "none", codeLo: code, far: 56 });
  });

  it("compiles procedures, vaccinations and allergies in their own domains", () => {
    const codes = [
      include({ procedure: { concept: "amputation" }, atLeastAgo: "1 year" }),
      include({ immunization: { concept: "influenza-vaccine" }, within: "1 year" }),
      include({ allergy: { concept: "penicillin-allergy" }, status: "ever" }),
    ].map((compiled) => onlyLeaf(compiled).codeLo);
    expect(codes).toEqual([
      conceptCode("amputation", "procedure"),
      conceptCode("influenza-vaccine", "immunization"),
      conceptCode("penicillin-allergy", "allergyLast"),
    ]);
  });

  it("takes the newest result by default, within a window and a range", () => {
    const leaf = onlyLeaf(
      include({ observation: hba1c, within: "90 days", value: { min: "7.0", max: 10, unit: "%" } }),
    );
    expect(leaf).toMatchObject({
      kind: "latest",
      far: 90,
      valueLo: quantity("7"),
      valueHi: quantity("10"),
    });
  });

  it("starts 'above' and 'below' at the next representable value", () => {
    const value = { above: "7", below: "10", unit: "%" };
    const leaf = onlyLeaf(include({ observation: hba1c, value }));
    expect(leaf).toMatchObject({ valueLo: quantity("7.0001"), valueHi: quantity("9.9999") });
  });

  it("converts thresholds into the canonical unit", () => {
    const value = { min: "7", unit: "mmol/L" };
    const leaf = onlyLeaf(include({ observation: { loinc: "2345-7" }, value }));
    expect(leaf.valueLo).toBe(quantity("126.1092"));
  });

  it("turns 'not above twice the upper limit' into a newest multiple of at most two", () => {
    const leaf = onlyLeaf(
      exclude({ observation: { loinc: "1742-6" }, timesUpperLimit: { above: "2" } }),
    );
    const code = encodeCode("observationUpper", "loinc", "1742-6");
    expect(leaf).toMatchObject({
      kind: "latest",
      codeLo: code,
      valueLo: 0n,
      valueHi: quantity("2"),
    });
  });

  it("turns an excluded range into the values on either side", () => {
    const program = programOf(
      exclude({
        observation: hba1c,
        value: { min: "6", max: "7", unit: "%" },
      }),
    );
    expect(program.leaves.map((l) => [l.kind, l.valueLo, l.valueHi])).toEqual([
      ["latest", 0n, quantity("5.9999")],
      ["latest", quantity("7.0001"), MAX_VALUE],
    ]);
  });

  it("passes a patient without results only when told to", () => {
    const program = programOf(
      exclude({
        observation: { loinc: "1742-6" },
        timesUpperLimit: { above: "2" },
        within: "90 days",
        whenMissing: "pass",
      }),
    );
    expect(program.leaves.map((l) => [l.kind, l.codeLo])).toEqual([
      ["latest", encodeCode("observationUpper", "loinc", "1742-6")],
      ["none", loinc("1742-6")],
    ]);
    expect(program.gates.at(-1)!.threshold).toBe(1);
  });

  it("compiles coded answers", () => {
    const observation = { loinc: HIV };
    const leaf = onlyLeaf(include({ observation, answer: "negative" }));
    expect(leaf).toMatchObject({ kind: "latest", valueLo: 1n, valueHi: 1n });
    const program = programOf(exclude({ observation, answer: "positive" }));
    expect(program.leaves.map((l) => [l.valueLo, l.valueHi])).toEqual([
      [1n, 1n],
      [3n, 3n],
    ]);
  });

  it("asks for any result, or for none, without a range", () => {
    expect(onlyLeaf(include({ observation: hba1c, within: "1 year" })).kind).toBe("any");
    expect(onlyLeaf(exclude({ observation: hba1c, within: "1 year" })).kind).toBe("none");
    expect(onlyLeaf(include({ observation: hba1c, latest: true })).kind).toBe("latest");
  });

  it.each(["icd10cm", "icd10", "icd10gm"])("takes a category of %s as ICD-10's", (system) => {
    const leaf = onlyLeaf(include({ condition: { [system]: "E11" } }));
    const code = encodeCode("conditionLast", "icd10", "E11");
    expect(leaf).toMatchObject({ codeLo: code, codeHi: code });
  });

  it("takes a span of categories as one range of ICD-10", () => {
    const span = onlyLeaf(include({ condition: { icd10cm: "C00-C97" } }));
    expect(span.codeLo).toBe(encodeCode("conditionLast", "icd10", "C00"));
    expect(span.codeHi).toBeGreaterThan(encodeCode("conditionLast", "icd10", "C97.1"));
    expect(span.codeHi).toBeLessThan(encodeCode("conditionLast", "icd10", "D00"));
  });

  it("takes a longer prefix as one range of its own edition", () => {
    const prefix = onlyLeaf(include({ condition: { icd10gm: "E11.2" } }));
    expect(prefix.codeLo).toBe(encodeCode("conditionLast", "icd10gm", "E11.2"));
    expect(prefix.codeHi).toBeGreaterThan(encodeCode("conditionLast", "icd10gm", "E11.21"));
    expect(prefix.codeHi).toBeLessThan(encodeCode("conditionLast", "icd10gm", "E11.3"));
  });

  it("takes ATC's levels 2 to 4 and whole codes as exact, others as ranges", () => {
    const width = (atc: string) => {
      const { codeLo, codeHi } = onlyLeaf(include({ medication: { atc } }));
      return codeHi === codeLo ? "exact" : "range";
    };
    expect(["A10", "A10A", "A10AB", "A10AB01"].map(width)).toEqual(Array(4).fill("exact"));
    expect(["A", "A10AB0", "A10A-A10B"].map(width)).toEqual(Array(3).fill("range"));
  });

  it.each([
    ["within", { startedWithin: "1 year" }, [1n, 2n]],
    ["at least ... ago", { atLeastAgo: "1 year" }, [2n, 3n]],
    ["both", { startedWithin: "2 years", atLeastAgo: "1 year" }, [2n, 2n]],
    ["neither", {}, [1n, 3n]],
  ])("asks of a day with %s what is true of every day that it may mean", (_, times, values) => {
    const leaf = onlyLeaf(include({ condition: { concept: "malignancy" }, ...times }));
    expect([leaf.valueLo, leaf.valueHi]).toEqual(values);
  });

  it("asks a start that still goes on of one episode", () => {
    const leaf = onlyLeaf(
      include({
        medication: { concept: "insulin" },
        status: "current",
        atLeastAgo: "3 months",
        sameEpisode: true,
      }),
    );
    expect(leaf).toMatchObject({
      codeLo: conceptCode("insulin", "medicationStart"),
      ...{ valueLo: 12n, valueHi: 13n, near: 92, far: ONGOING },
    });
  });

  it("compiles contacts, with a reason as the pair of two concepts", () => {
    const encounter = { concept: "hospital-admission" };
    const plain = onlyLeaf(exclude({ encounter, within: "30 days" }));
    expect(plain).toMatchObject({
      kind: "none",
      codeLo: conceptCode("hospital-admission", "encounter"),
    });
    const pair = onlyLeaf(
      include({ encounter, reason: { concept: "malignancy" }, within: "1 year" }),
    );
    expect(pair).toMatchObject({
      codeLo: encodeCode("encounter", "pair", "8:1"),
      far: 365,
      valueHi: 2n,
    });
    const inpatient = onlyLeaf(include({ encounter: { actCode: "IMP" } }));
    expect(inpatient.codeHi).toBe(encodeCode("encounter", "actCode", "IMP"));
  });

  it("compiles what relatives have under the concepts of conditions", () => {
    const familyHistory = { concept: "malignancy" };
    const code = conceptCode("malignancy", "familyHistory");
    expect(onlyLeaf(include({ familyHistory }))).toMatchObject({ kind: "any", codeLo: code });
    expect(onlyLeaf(exclude({ familyHistory }))).toMatchObject({ kind: "none", codeLo: code });
  });

  it("compiles what is calculated like an observation of that name", () => {
    const value = { min: "30", unit: "mL/min/{1.73_m2}" };
    const leaf = onlyLeaf(include({ derived: "egfr-ckd-epi-2021", within: "90 days", value }));
    const code = conceptCode("egfr-ckd-epi-2021", "observation");
    expect(leaf).toMatchObject({ kind: "latest", codeLo: code, far: 90, valueLo: quantity("30") });
  });

  it("compiles one concept without another to the dictionary's difference", () => {
    const leaf = onlyLeaf(
      exclude({ condition: { concept: "malignancy", minus: "skin-cancer" }, within: "5 years" }),
    );
    const code = conceptCode("malignancy-other-than-skin-cancer", "conditionLast");
    expect(leaf).toMatchObject({ kind: "none", codeLo: code, far: 1827 });
  });
});
