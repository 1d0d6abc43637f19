// One made-up patient for each protocol whom it takes, and what would keep the same patient out. Nobody real.
import { about, coded, condition } from "../clinic/given.ts";

type Json = Record<string, unknown>;
type Limits = { low?: number; high?: number };
/** A week before the day of issue of test/clinic/given.ts. */
const LATELY = "2024-06-08";

const ill = (code: string, since: string) => condition(code, { onsetDateTime: since });
const takes = (code: string, since: string) =>
  about("MedicationStatement", {
    status: "active",
    medicationCodeableConcept: coded(code),
    effectivePeriod: { start: since },
  });
const took = (code: string, start: string, end: string) =>
  about("MedicationStatement", {
    status: "completed",
    medicationCodeableConcept: coded(code),
    effectivePeriod: { start, end },
  });
const done = (code: string, day: string) =>
  about("Procedure", { status: "completed", code: coded(code), performedDateTime: day });

function result(loinc: string, value: number, unit: string, { low, high }: Limits = {}): Json {
  const at = (limit: number | undefined) => limit && { value: limit, code: unit };
  return about("Observation", {
    status: "final",
    code: coded(`loinc ${loinc}`),
    effectiveDateTime: LATELY,
    valueQuantity: { value, code: unit, system: "http://unitsofmeasure.org" },
    ...((low ?? high) && { referenceRange: [{ low: at(low), high: at(high) }] }),
  });
}

function answer(loinc: string, text: string): Json {
  return about("Observation", {
    status: "final",
    code: coded(`loinc ${loinc}`),
    effectiveDateTime: LATELY,
    valueCodeableConcept: { text },
  });
}

const pressure = [result("8480-6", 132, "mm[Hg]"), result("8462-4", 78, "mm[Hg]")];
const egfr = (value: number) => result("33914-3", value, "mL/min/{1.73_m2}");
const neutrophils = result("751-8", 4.1, "10*3/uL");
const platelets = result("777-3", 240, "10*3/uL");
const bilirubin = result("1975-2", 0.6, "mg/dL", { high: 1.2 });
const transaminases = [
  result("1742-6", 30, "U/L", { high: 40 }),
  result("1920-8", 25, "U/L", { high: 40 }),
];

type Story = {
  readonly takes: readonly Json[];
  /** What keeps the patient out, by the criterion that says so. */
  readonly but: Readonly<Record<string, Json>>;
};

export const PATIENT_OF: Readonly<Record<string, Story>> = {
  "lung-cancer.json": {
    takes: [
      ill("icd10cm C34.11", "2024-04-02"),
      answer("21908-9", "Stage IVA"),
      result("83053-9", 70, "%"),
      result("89247-1", 1, "{score}"),
      neutrophils,
      platelets,
      result("718-7", 12.4, "g/dL"),
      result("2160-0", 0.9, "mg/dL", { high: 1.2 }),
      bilirubin,
      ...transaminases,
    ],
    but: {
      I9: result("89247-1", 2, "{score}"),
      E2: took("atc L01FF02", "2021-01-10", "2021-06-30"),
      E10: ill("icd10cm C79.31", "2024-05-20"),
    },
  },
  "preserved-heart-failure.json": {
    takes: [
      ill("icd10cm I50.32", "2022-02-01"),
      answer("88020-3", "NYHA class II"),
      takes("atc C03CA01", "2023-01-15"),
      result("10230-1", 55, "%"),
      result("33762-6", 1200, "pg/mL"),
      egfr(62),
      result("2823-3", 4.3, "mmol/L"),
      ...pressure,
      result("718-7", 13.1, "g/dL"),
      result("39156-5", 29, "kg/m2"),
    ],
    but: {
      E5: took("atc C03DA01", "2024-01-01", "2024-06-01"),
      E3: condition("icd10cm I63.9", { onsetDateTime: "2024-05-01" }),
      E10: ill("icd10cm I48.91", "2023-03-01"),
    },
  },
  "diabetic-kidney-disease.json": {
    takes: [
      ill("icd10cm E11.22", "2012-05-01"),
      takes("atc C09AA03", "2019-09-01"),
      result("14959-1", 450, "mg/g"),
      egfr(45),
      result("2823-3", 4.5, "mmol/L"),
      result("4548-4", 7.8, "%"),
      ...pressure,
    ],
    but: {
      E7: ill("icd10cm I21.4", "2024-06-01"),
      E16: takes("atc C09CA01", "2024-02-01"),
      I6: result("2823-3", 5.2, "mmol/L"),
    },
  },
  "colorectal-cancer.json": {
    takes: [
      ill("icd10cm C18.7", "2023-09-10"),
      done("snomed 43075005", "2023-10-02"),
      took("atc L01BC06", "2023-11-01", "2024-04-20"),
      neutrophils,
      platelets,
      egfr(80),
      bilirubin,
      ...transaminases,
      done("snomed 73761001", "2023-09-05"),
      ...pressure,
    ],
    but: {
      E1: takes("atc B01AC06", "2022-01-01"),
      E7: ill("icd10cm C50.911", "2022-03-01"),
      E12: ill("icd10cm K25.9", "2024-01-01"),
    },
  },
  "alzheimers-disease.json": {
    takes: [
      ill("icd10cm G30.1", "2022-11-01"),
      ill("icd10cm Z78.0", "2015-01-01"),
      result("72106-8", 19, "{score}"),
      done("snomed 34227000", "2024-01-20"),
      result("8867-4", 68, "/min"),
      ...pressure,
      result("3016-3", 2.1, "m[iU]/L", { low: 0.4, high: 4 }),
      result("2132-9", 420, "pg/mL", { low: 200 }),
      result("2284-8", 9, "ng/mL", { low: 4 }),
      takes("atc H03AA01", "2018-01-01"),
      ill("icd10cm E03.9", "2018-01-01"),
    ],
    but: {
      E10a: takes("atc N06DA02", "2023-01-01"),
      E15: ill("icd10cm R55", "2021-05-05"),
      E19c: ill("icd10cm E05.90", "2024-02-01"),
    },
  },
};
