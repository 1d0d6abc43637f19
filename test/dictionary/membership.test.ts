// Samples of who is in a concept and who is not, as a clinician would check them.
import { describe, expect, test } from "vitest";
import { conceptsContaining } from "../../circuits/statement/dictionary/dictionary.ts";
import type { Domain, System } from "../../circuits/statement/encoding/code.ts";

type Sample = [Domain, System, string, string];

const INSIDE: Sample[] = [
  ["conditionStart", "snomed", "44054006", "type-2-diabetes"],
  ["conditionLast", "snomed", "44054006", "diabetes"],
  ["conditionStart", "icd10cm", "E11.65", "type-2-diabetes"],
  ["conditionStart", "icd10cm", "e1165", "type-2-diabetes"],
  ["conditionStart", "icd10cm", "E10.9", "type-1-diabetes"],
  ["conditionStart", "icd10cm", "E11.22", "chronic-kidney-disease"],
  ["conditionStart", "icd10cm", "N18.31", "ckd-stage-3"],
  ["conditionStart", "icd10cm", "N18.6", "end-stage-renal-disease"],
  ["conditionStart", "icd10cm", "I21.4", "myocardial-infarction"],
  ["conditionStart", "icd10cm", "I25.110", "unstable-angina"],
  ["conditionStart", "icd10cm", "I63.9", "stroke"],
  ["conditionStart", "icd10cm", "C50.911", "malignancy"],
  ["conditionStart", "icd10cm", "C43.9", "malignancy"],
  ["conditionStart", "icd10cm", "C4A.9", "malignancy"],
  ["conditionStart", "icd10cm", "C44.91", "non-melanoma-skin-cancer"],
  ["conditionStart", "snomed", "314994000", "malignancy"],
  ["conditionStart", "icd10cm", "B18.1", "hepatitis-b"],
  ["conditionStart", "icd10cm", "B18.2", "hepatitis-c"],
  ["conditionStart", "icd10cm", "Z21", "hiv"],
  ["conditionStart", "snomed", "72892002", "pregnancy"],
  ["medicationStart", "rxnorm", "860975", "metformin"],
  ["medicationLast", "atc", "A10BD20", "metformin"],
  ["medicationStart", "atc", "A10BD20", "sglt2-inhibitors"],
  ["medicationStart", "atc", "A10AE56", "insulin"],
  ["medicationStart", "atc", "A10AE56", "glp-1-agonists"],
  ["medicationStart", "rxnorm", "106892", "insulin"],
  ["medicationStart", "rxnorm", "312617", "systemic-steroids"],
  ["medicationStart", "rxnorm", "855332", "anticoagulants"],
  ["immunization", "cvx", "08", "hepatitis-b-vaccine"],
  ["immunization", "cvx", "8", "hepatitis-b-vaccine"],
  ["allergyStart", "rxnorm", "5856", "insulin-allergy"],
  ["observation", "loinc", "38483-4", "creatinine"],
  ["observationUpper", "loinc", "1742-6", "alt"],
];

const OUTSIDE: Sample[] = [
  ["conditionStart", "icd10cm", "E10.9", "type-2-diabetes"],
  ["conditionStart", "icd10cm", "E11.9", "type-1-diabetes"],
  ["conditionStart", "icd10cm", "O24.410", "diabetes"],
  ["conditionStart", "snomed", "15777000", "diabetes"],
  ["conditionStart", "icd10cm", "N18.5", "end-stage-renal-disease"],
  ["conditionStart", "icd10cm", "I25.2", "myocardial-infarction"],
  ["conditionStart", "icd10cm", "G45.9", "stroke"],
  ["conditionStart", "icd10cm", "C44.91", "malignancy"],
  ["conditionStart", "icd10cm", "D05.10", "malignancy"],
  ["conditionStart", "icd10cm", "Z85.3", "malignancy"],
  ["conditionStart", "icd10cm", "Z85.828", "history-of-malignancy"],
  ["conditionStart", "icd10cm", "I27.0", "hypertension"],
  ["conditionStart", "icd10cm", "B18.2", "hepatitis-b"],
  ["medicationStart", "rxnorm", "106258", "systemic-steroids"],
  ["medicationStart", "atc", "R03BA05", "systemic-steroids"],
  ["medicationStart", "atc", "S01ED01", "beta-blockers"],
  ["medicationStart", "atc", "B01AC06", "anticoagulants"],
  ["medicationStart", "rxnorm", "1803932", "chemotherapy"],
  ["medicationStart", "rxnorm", "243670", "nsaids"],
  ["allergyStart", "rxnorm", "5856", "insulin"],
  ["medicationStart", "rxnorm", "5856", "insulin-allergy"],
  ["immunization", "cvx", "80", "hepatitis-b-vaccine"],
];

const names = (domain: Domain, system: System, code: string) =>
  conceptsContaining(domain, system, code).map((concept) => concept.name);

describe("concept membership", () => {
  test.each(INSIDE)("%s %s %s is in %s", (domain, system, code, name) => {
    expect(names(domain, system, code)).toContain(name);
  });

  test.each(OUTSIDE)("%s %s %s is not in %s", (domain, system, code, name) => {
    expect(names(domain, system, code)).not.toContain(name);
  });

  test("a prefix stops at its own length", () => {
    expect(names("conditionStart", "icd10cm", "E1")).toEqual([]);
    expect(names("conditionStart", "icd10cm", "I4")).toEqual([]);
  });

  test("demographic facts belong to no concept", () => {
    expect(names("demographic", "loinc", "21112-8")).toEqual([]);
  });
});
