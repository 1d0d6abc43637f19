// The codes sample patients are written in, with both systems where clinics use both.
import type { Coding } from "fhir/r4";
import { SYSTEMS } from "../../../circuits/statement/encoding/code.ts";

const snomed = (code: string, display: string): Coding => ({
  system: SYSTEMS.snomed.uri,
  code,
  display,
});
const pair = (sct: string, icd: string, display: string): Coding[] => [
  snomed(sct, display),
  { system: SYSTEMS.icd10cm.uri, code: icd, display },
];
const drug = (rxnorm: string, atc: string, display: string): Coding[] => [
  { system: SYSTEMS.rxnorm.uri, code: rxnorm, display },
  { system: SYSTEMS.atc.uri, code: atc, display },
];
const vaccine = (cvx: string, display: string): Coding[] => [
  { system: SYSTEMS.cvx.uri, code: cvx, display },
];

export const CONDITIONS = {
  type2: pair("44054006", "E11.9", "Diabetes mellitus type 2"),
  type1: pair("46635009", "E10.9", "Diabetes mellitus type 1"),
  prediabetes: pair("15777000", "R73.03", "Prediabetes"),
  retinopathy: pair("4855003", "E11.319", "Retinopathy due to diabetes mellitus"),
  hypertension: pair("59621000", "I10", "Essential hypertension"),
  hyperlipidemia: pair("55822004", "E78.5", "Hyperlipidemia"),
  obesity: pair("414916001", "E66.9", "Obesity"),
  ckd3: pair("433144002", "N18.30", "Chronic kidney disease stage 3"),
  ckd4: pair("431857002", "N18.4", "Chronic kidney disease stage 4"),
  infarction: pair("22298006", "I21.9", "Myocardial infarction"),
  heartFailure: pair("84114007", "I50.9", "Heart failure"),
  fibrillation: pair("49436004", "I48.91", "Atrial fibrillation"),
  stroke: pair("230690007", "I63.9", "Cerebrovascular accident"),
  breastCancer: pair("254837009", "C50.919", "Malignant neoplasm of breast"),
  colonCancer: pair("363406005", "C18.9", "Malignant neoplasm of colon"),
  prostateCancer: pair("399068003", "C61", "Malignant neoplasm of prostate"),
  asthma: pair("195967001", "J45.909", "Asthma"),
  depression: pair("370143000", "F32.9", "Major depressive disorder"),
  epilepsy: pair("84757009", "G40.909", "Epilepsy"),
  hepatitisC: pair("128302006", "B18.2", "Chronic hepatitis C"),
  hypothyroidism: pair("40930008", "E03.9", "Hypothyroidism"),
  pregnancy: pair("77386006", "Z34.90", "Pregnancy"),
  urinaryInfection: pair("68566005", "N39.0", "Urinary tract infectious disease"),
  bronchitis: pair("10509002", "J20.9", "Acute bronchitis"),
} as const;

export const DRUGS = {
  metformin: drug("6809", "A10BA02", "metformin"),
  glargine: drug("274783", "A10AE04", "insulin glargine"),
  empagliflozin: drug("1545653", "A10BK03", "empagliflozin"),
  semaglutide: drug("1991302", "A10BJ06", "semaglutide"),
  lisinopril: drug("29046", "C09AA03", "lisinopril"),
  amlodipine: drug("17767", "C08CA01", "amlodipine"),
  atorvastatin: drug("83367", "C10AA05", "atorvastatin"),
  metoprolol: drug("6918", "C07AB02", "metoprolol"),
  furosemide: drug("4603", "C03CA01", "furosemide"),
  warfarin: drug("11289", "B01AA03", "warfarin"),
  apixaban: drug("1364430", "B01AF02", "apixaban"),
  prednisone: drug("8640", "H02AB07", "prednisone"),
  salbutamol: drug("435", "R03AC02", "salbutamol"),
  sertraline: drug("36437", "N06AB06", "sertraline"),
  levetiracetam: drug("114477", "N03AX14", "levetiracetam"),
  levothyroxine: drug("10582", "H03AA01", "levothyroxine"),
  tamoxifen: drug("10324", "L02BA01", "tamoxifen"),
  fluorouracil: drug("4492", "L01BC02", "fluorouracil"),
  nitrofurantoin: drug("7454", "J01XE01", "nitrofurantoin"),
} as const;

export const ALLERGIES = {
  penicillin: [snomed("764146007", "Penicillin")],
  peanut: [snomed("762952008", "Peanut")],
  latex: [snomed("111088007", "Latex")],
  sulfonamide: [snomed("387406002", "Sulfonamide")],
} as const;

export const PROCEDURES = {
  mammography: [snomed("71651007", "Mammography")],
  colonoscopy: [snomed("73761001", "Colonoscopy")],
  bypass: [snomed("232717009", "Coronary artery bypass grafting")],
  mastectomy: [snomed("172043006", "Simple mastectomy")],
  prostatectomy: [snomed("90470006", "Prostatectomy")],
  colectomy: [snomed("23968004", "Colectomy")],
  delivery: [snomed("177184002", "Normal delivery procedure")],
} as const;

export const VACCINES = {
  influenza: vaccine("140", "Influenza, seasonal, injectable, preservative free"),
  covid: vaccine("208", "COVID-19, mRNA, 30 mcg/0.3 mL dose"),
  tdap: vaccine("115", "Tdap"),
  pneumococcal: vaccine("33", "Pneumococcal polysaccharide PPV23"),
} as const;

/** LOINC code, name, UCUM unit, decimals, and the report's reference limits. */
export type Lab = {
  readonly loinc: string;
  readonly display: string;
  readonly unit: string;
  readonly decimals: number;
  readonly low?: number;
  readonly high?: number;
};

export const LABS = {
  hba1c: { loinc: "4548-4", display: "Hemoglobin A1c", unit: "%", decimals: 1, low: 4, high: 5.6 },
  glucose: { loinc: "2345-7", display: "Glucose", unit: "mg/dL", decimals: 0, low: 70, high: 99 },
  creatinine: {
    loinc: "2160-0",
    display: "Creatinine",
    unit: "mg/dL",
    decimals: 2,
    low: 0.6,
    high: 1.3,
  },
  egfr: {
    loinc: "98979-8",
    display: "Glomerular filtration rate (CKD-EPI 2021)",
    unit: "mL/min/{1.73_m2}",
    decimals: 0,
    low: 60,
  },
  uacr: { loinc: "9318-7", display: "Albumin/Creatinine", unit: "mg/g", decimals: 1, high: 30 },
  alt: { loinc: "1742-6", display: "ALT", unit: "U/L", decimals: 0, low: 7, high: 45 },
  ast: { loinc: "1920-8", display: "AST", unit: "U/L", decimals: 0, low: 8, high: 40 },
  bilirubin: {
    loinc: "1975-2",
    display: "Bilirubin",
    unit: "mg/dL",
    decimals: 2,
    low: 0.1,
    high: 1.2,
  },
  ldl: { loinc: "13457-7", display: "LDL cholesterol", unit: "mg/dL", decimals: 0, high: 130 },
  triglycerides: {
    loinc: "2571-8",
    display: "Triglycerides",
    unit: "mg/dL",
    decimals: 0,
    high: 150,
  },
  hemoglobin: {
    loinc: "718-7",
    display: "Hemoglobin",
    unit: "g/dL",
    decimals: 1,
    low: 12,
    high: 17,
  },
  platelets: {
    loinc: "777-3",
    display: "Platelets",
    unit: "10*3/uL",
    decimals: 0,
    low: 150,
    high: 400,
  },
  neutrophils: {
    loinc: "751-8",
    display: "Neutrophils",
    unit: "10*3/uL",
    decimals: 1,
    low: 1.8,
    high: 7.7,
  },
  ejection: {
    loinc: "10230-1",
    display: "Left ventricular ejection fraction",
    unit: "%",
    decimals: 0,
    low: 52,
  },
  potassium: {
    loinc: "2823-3",
    display: "Potassium",
    unit: "mmol/L",
    decimals: 1,
    low: 3.5,
    high: 5.1,
  },
  tsh: {
    loinc: "3016-3",
    display: "Thyrotropin",
    unit: "m[iU]/L",
    decimals: 2,
    low: 0.4,
    high: 4,
  },
  ntprobnp: { loinc: "33762-6", display: "NT-proBNP", unit: "pg/mL", decimals: 0, high: 125 },
  inr: { loinc: "6301-6", display: "INR", unit: "{INR}", decimals: 1, low: 0.9, high: 1.2 },
  weight: { loinc: "29463-7", display: "Body weight", unit: "kg", decimals: 1 },
  height: { loinc: "8302-2", display: "Body height", unit: "cm", decimals: 0 },
  bmi: { loinc: "39156-5", display: "Body mass index", unit: "kg/m2", decimals: 1 },
  heartRate: { loinc: "8867-4", display: "Heart rate", unit: "/min", decimals: 0 },
} as const satisfies Record<string, Lab>;

export const SYSTOLIC: Lab = {
  loinc: "8480-6",
  display: "Systolic blood pressure",
  unit: "mm[Hg]",
  decimals: 0,
};
export const DIASTOLIC: Lab = {
  loinc: "8462-4",
  display: "Diastolic blood pressure",
  unit: "mm[Hg]",
  decimals: 0,
};
