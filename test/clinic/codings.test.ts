// Which codes a statement is written under: surely, in doubt, or not at all.
import { describe, expect, test } from "vitest";
import type { BaseDomain } from "../../circuits/statement/dictionary/concept.ts";
import { conceptByNumber } from "../../circuits/statement/dictionary/dictionary.ts";
import type { Domain } from "../../circuits/statement/encoding/code.ts";
import { dictionaryClassifier } from "../../client/clinic/codes/classify.ts";
import { systemOf } from "../../client/clinic/codes/codeSystem.ts";
import { classifierOf, EMPTY_TABLE } from "../../client/clinic/codes/codeTable.ts";
import { type CodingRequest, readCodings } from "../../client/clinic/facts/codings.ts";
import type { CodeableConcept } from "../../client/clinic/read/datatypes.ts";

const SNOMED = "http://snomed.info/sct";
const RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm";
const ICD10GM = "http://fhir.de/CodeSystem/bfarm/icd-10-gm";
const ATC = "http://www.whocc.no/atc";
const LOINC = "http://loinc.org";
/** Check digits hold, but SNOMED CT has no such code: nobody has classified it. */
const UNLISTED = { system: SNOMED, code: "999999990000000107" };
const DOMAINS: Readonly<Record<string, readonly Domain[]>> = {
  condition: ["conditionStart", "conditionLast"],
  medication: ["medicationStart", "medicationLast"],
  observation: ["observation", "observationUpper", "observationLower"],
  allergy: ["allergyStart", "allergyLast"],
  immunization: ["immunization"],
};

function read(
  base: BaseDomain,
  concepts: CodeableConcept | CodeableConcept[],
  more: Partial<CodingRequest> = {},
) {
  const context = { codes: dictionaryClassifier };
  const request = { concepts, base, domains: DOMAINS[base]!, context };
  const { known, leftOut } = readCodings({ ...request, ...more });
  const named = (isSure: boolean) =>
    known
      .filter(({ system, doubt }) => system === "concept" && (doubt === undefined) === isSure)
      .map(({ code }) => conceptByNumber(Number(code))!.name);
  return {
    sure: named(true),
    doubt: named(false),
    own: known.filter(({ system }) => system !== "concept").map((c) => `${c.system} ${c.code}`),
    clears: [...new Set(leftOut.flatMap(({ clears }) => clears))],
    unlisted: leftOut.flatMap((left) => left.unlisted ?? []),
    reasons: leftOut.map(({ reason }) => reason),
  };
}
const coded = (...coding: NonNullable<CodeableConcept["coding"]>) => ({ coding });

describe("a statement", () => {
  test("is written under its codes, the categories above them and every concept", () => {
    const { sure, own, clears } = read("condition", coded({ system: ICD10GM, code: "E11.90" }));
    expect(own).toEqual(["icd10gm E11.90", "icd10 E11"]);
    expect(sure).toEqual(expect.arrayContaining(["type-2-diabetes", "diabetes"]));
    expect(clears).toEqual([]);
    const drug = read("medication", coded({ system: ATC, code: "A10BA02" }));
    expect(drug.own).toEqual(["atc A10BA02", "atc A10", "atc A10B", "atc A10BA"]);
  });

  test("in a broader code blocks the narrower concepts", () => {
    const { sure, doubt } = read("condition", coded({ system: SNOMED, code: "73211009" }));
    expect(sure).toContain("diabetes");
    expect(doubt).toEqual(expect.arrayContaining(["type-1-diabetes", "type-2-diabetes"]));
  });

  test("is classified by one of its codings, whatever the others are", () => {
    const { sure, clears } = read(
      "condition",
      coded(UNLISTED, { system: "http://hl7.org/fhir/sid/icd-10", code: "E11.9" }),
    );
    expect(sure).toContain("type-2-diabetes");
    expect(clears).toEqual([]);
  });

  test("that nobody has classified clears its domains and goes on the work list", () => {
    const { sure, clears, unlisted, reasons } = read("condition", coded(UNLISTED));
    expect(sure).toEqual([]);
    expect(clears).toEqual(DOMAINS.condition);
    expect(unlisted).toEqual([{ base: "condition", ...UNLISTED }]);
    expect(reasons[0]).toContain(UNLISTED.code);
    // The list is of codes: what was written into one chart may be about its patient.
    const told = read("condition", { ...coded(UNLISTED), text: "Ann Lee's old trouble" });
    expect(told.unlisted).toEqual(unlisted);
  });

  test("in a clinic's own code goes on the work list too", () => {
    const own = { system: "http://clinic.example/codes", code: "K7", display: "Rektumkarzinom" };
    const { doubt, clears, unlisted } = read("condition", coded(own));
    expect(doubt).toContain("malignancy");
    expect(clears).toEqual(DOMAINS.condition);
    expect(unlisted).toEqual([{ base: "condition", ...own }]);
  });

  test("blocks what an unclassified coding beside names in words", () => {
    const beside = { ...UNLISTED, display: "Insulin glargine 100 units/mL" };
    const { doubt, clears } = read("medication", coded({ system: ATC, code: "N02BE01" }, beside));
    expect(doubt).toContain("insulin");
    expect(clears).toEqual([]);
  });

  test("does not listen to words that a classified coding says too", () => {
    const display = "Insulin something";
    const known = { system: ATC, code: "N02BE01", display };
    const { doubt } = read("medication", coded(known, { ...UNLISTED, display }));
    expect(doubt).not.toContain("insulin");
  });

  test("of two drugs is classified only when both are, or the product is", () => {
    const product = coded(UNLISTED);
    const one = coded({ system: RXNORM, code: "5856" });
    const other = coded({ system: RXNORM, code: "987654321" });
    expect(read("medication", [product, one]).clears).toEqual([]);
    expect(read("medication", [product, one]).sure).toContain("insulin");
    expect(read("medication", [product, one, other]).clears).toEqual(DOMAINS.medication);
    expect(read("medication", [coded({ system: ATC, code: "A10AB01" }), other]).clears).toEqual([]);
  });

  test("without any coding clears its domains", () => {
    expect(read("condition", []).clears).toEqual(DOMAINS.condition);
    expect(read("condition", { text: "Diabetes mellitus" }).doubt).toContain("diabetes");
  });

  test("of a vaccine outside every list is known to be of none", () => {
    const cvx = read("immunization", coded({ system: "http://hl7.org/fhir/sid/cvx", code: "998" }));
    expect(cvx).toMatchObject({ sure: [], clears: [] });
  });
});

describe("words", () => {
  test("match at the start of a word, without case or diacritics", () => {
    const says = (text: string) => read("condition", { text }).doubt;
    expect(says("DIABÈTE sucré")).toContain("diabetes");
    expect(says("Z.n. Rektum-Karzinom")).toContain("malignancy");
    expect(says("prediabetes")).not.toContain("type-1-diabetes");
  });
});

describe("code systems", () => {
  test.each([
    ["http://hl7.org/fhir/sid/icd-10", "icd10"],
    ["urn:oid:2.16.840.1.113883.6.3", "icd10"],
    ["http://fhir.de/CodeSystem/dimdi/icd-10-gm", "icd10gm"],
    ["http://fhir.de/CodeSystem/bfarm/atc", "atc"],
    ["http://fhir.de/CodeSystem/dimdi/atc", "atc"],
    ["http://snomed.info/sct|http://snomed.info/sct/900000000000207008", "snomed"],
    ["http://hl7.org/fhir/sid/icd-9-cm", undefined],
    ["http://hl7.org/fhir/sid/icd-10-nl", undefined],
    ["urn:cohort-zero:concept", undefined],
    ["urn:cohort-zero:pair", undefined],
  ])("%s is %s", (uri, system) => {
    expect(systemOf(uri)).toBe(system);
  });

  test.each([
    ["E11.9†", "icd10gm E11.9"],
    ["G63.2*", "icd10gm G63.2"],
    ["I50.-", "icd10gm I50"],
    ["H36.0!", "icd10gm H36.0"],
  ])("the mark of %s is not part of the code", (code, own) => {
    expect(read("condition", coded({ system: ICD10GM, code })).own).toContain(own);
  });
});

describe("a result", () => {
  const measured = { kind: "number", unit: "mL/min/{1.73_m2}" } as const;
  const unlisted = { system: LOINC, code: "99999-9" };

  test("under an unlisted code clears nothing", () => {
    const { clears, own } = read("observation", coded({ ...unlisted, display: "Something" }));
    expect(clears).toEqual([]);
    expect(own).toEqual(["loinc 99999-9"]);
  });

  test("under an unlisted code blocks the analyte that its words name", () => {
    const named = coded({ ...unlisted, display: "Hemoglobin A1c by magic" });
    expect(read("observation", named).doubt).toContain("hba1c");
    expect(read("observation", { ...coded(unlisted), text: "HbA1c" }).doubt).toContain("hba1c");
  });

  test("without a word blocks what has such a unit", () => {
    const { doubt } = read("observation", coded(unlisted), { measured });
    expect(doubt).toContain("egfr");
    expect(doubt).not.toContain("hba1c");
    const answered = read("observation", coded(unlisted), { measured: { kind: "answer" } }).doubt;
    expect(answered).toContain("smoking-status");
    expect(answered).not.toContain("egfr");
    const bare = read("observation", coded(unlisted), { measured: { kind: "number", unit: "" } });
    expect(bare.doubt).toContain("inr");
    expect(bare.doubt).not.toContain("egfr");
  });

  test("in a local code only clears results", () => {
    const local = coded({ system: "http://clinic.example/lab", code: "GLU", display: "Glucose" });
    const { clears, doubt } = read("observation", local);
    expect(clears).toEqual(DOMAINS.observation);
    expect(doubt).toContain("glucose");
  });

  test("under a listed code hears no words", () => {
    const body = coded({ system: LOINC, code: "8302-2", display: "HbA1c" });
    expect(read("observation", body)).toMatchObject({ clears: [] });
    expect(read("observation", body).doubt).not.toContain("hba1c");
  });
});

describe("a difference of two concepts", () => {
  const name = "diabetes-other-than-type-2";
  const of = (code: string) => read("condition", coded({ system: SNOMED, code }));

  test("holds what is surely in the one and not in the other", () => {
    expect(of("46635009").sure).toContain(name);
  });

  test("does not hold what is excepted", () => {
    const { sure, doubt } = of("44054006");
    expect(sure).toContain("diabetes");
    expect([...sure, ...doubt]).not.toContain(name);
  });

  test("is in doubt where that is", () => {
    expect(of("73211009").doubt).toContain(name);
    expect(read("condition", { text: "diabetes" }).doubt).toContain(name);
  });

  test("is in doubt for a tablet of two drugs, one of them excepted", () => {
    const name = "antidepressants-except-ssris";
    const drug = (...codes: string[]) => {
      const { sure, doubt } = read(
        "medication",
        coded(...codes.map((code) => ({ system: ATC, code }))),
      );
      return sure.includes(name) ? "sure" : doubt.includes(name) ? "doubt" : "out";
    };
    expect(drug("N06AB03")).toBe("out");
    expect(drug("N06AA09")).toBe("sure");
    expect(drug("N06AB03", "N06AA09")).toBe("doubt");
  });

  test("leaves out a complication of what is excepted", () => {
    const { sure, doubt } = read("condition", coded({ system: SNOMED, code: "420279001" }));
    expect(sure).toContain("diabetic-kidney-disease");
    expect([...sure, ...doubt]).not.toContain("diabetes-other-than-type-2");
  });
});

describe("the clinic's table", () => {
  const entry = {
    base: "condition",
    by: "Dr Li",
    at: "2026-11-29",
    dictionaryVersion: 2,
    source: "clinic",
  } as const;
  const table = (...entries: { system: string; code: string; concepts: string[] }[]) => ({
    codes: classifierOf({
      ...EMPTY_TABLE,
      entries: entries.map((one) => ({ ...entry, ...one })),
    }),
  });

  test("comes before the dictionary, and a concept brings those that include it", () => {
    const context = table({ ...UNLISTED, concepts: ["hfref"] });
    const { sure, clears } = read("condition", coded(UNLISTED), { context });
    expect(sure).toEqual(expect.arrayContaining(["hfref", "heart-failure"]));
    expect(clears).toEqual([]);
  });

  test("knows that a code is of no concept", () => {
    const context = table({ ...UNLISTED, concepts: [] });
    expect(read("condition", coded(UNLISTED), { context })).toMatchObject({
      sure: [],
      doubt: [],
      clears: [],
    });
  });

  test("knows the clinic's own codes", () => {
    const own = { system: "http://clinic.example/codes", code: "K7" };
    const context = table({ ...own, concepts: ["malignancy"] });
    const { sure, own: written, clears } = read("condition", coded(own), { context });
    expect(sure).toContain("malignancy");
    expect(written).toEqual([]);
    expect(clears).toEqual([]);
  });

  test("of an older dictionary blocks the concepts added since", () => {
    const codes = classifierOf({
      ...EMPTY_TABLE,
      entries: [{ ...entry, ...UNLISTED, concepts: ["heart-failure"], dictionaryVersion: 1 }],
    });
    const { sure, doubt } = read("condition", coded(UNLISTED), { context: { codes } });
    expect(sure).toContain("heart-failure");
    expect(doubt).toContain("hfref");
    expect(doubt).not.toContain("asthma");
  });
});
