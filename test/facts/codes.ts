// The codes of generated charts, and what a careful reader knows of each. Shares no code with the product; that the
// dictionary says the same is a test of its own (codes.test.ts).

/** A code with the concepts that it belongs to among {@link CONCEPTS}: "in", or "open" where it may or may not. */
export type Code = {
  readonly system: string;
  readonly code: string;
  readonly display?: string;
  readonly in?: readonly string[];
  readonly open?: readonly string[];
  /** Nobody knows what it is; `open` are the concepts that its display names. */
  readonly unknown?: true;
};

/** What a code may be of; relatives have conditions. */
export type Base =
  | "condition"
  | "medication"
  | "allergy"
  | "procedure"
  | "immunization"
  | "encounter";

export const SNOMED = "http://snomed.info/sct";
const ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm";
const ICD10GM = "http://fhir.de/CodeSystem/bfarm/icd-10-gm";
const ICD10 = "http://hl7.org/fhir/sid/icd-10";
const RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm";
const ATC = "http://www.whocc.no/atc";
const CVX = "http://hl7.org/fhir/sid/cvx";
const ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
export const LOCAL = "http://hospital.example/codes";

const nobody = (system: string, code: string): Code => ({ system, code, unknown: true });
const inWords = (code: string, display: string, open: readonly string[]): Code => ({
  ...nobody(LOCAL, code),
  display,
  open,
});

export const CODES: Readonly<Record<Base, readonly Code[]>> = {
  condition: [
    { system: SNOMED, code: "44054006", in: ["type-2-diabetes", "diabetes"] },
    { system: SNOMED, code: "46635009", in: ["type-1-diabetes", "diabetes"] },
    {
      ...{ system: SNOMED, code: "73211009", in: ["diabetes"] },
      open: ["type-1-diabetes", "type-2-diabetes"],
    },
    { system: ICD10CM, code: "E11.9", in: ["type-2-diabetes", "diabetes"] },
    { system: ICD10GM, code: "E11.90", in: ["type-2-diabetes", "diabetes"] },
    { system: ICD10, code: "E10.9", in: ["type-1-diabetes", "diabetes"] },
    { system: SNOMED, code: "195967001", in: ["asthma"] },
    { system: ICD10CM, code: "J45.909", in: ["asthma"] },
    { system: ICD10CM, code: "J44.9", in: ["copd"] },
    { system: ICD10GM, code: "C20", in: ["malignancy", "colorectal-cancer"] },
    { system: ICD10CM, code: "C50.911", in: ["malignancy", "breast-cancer"] },
    {
      ...{ system: SNOMED, code: "363346000", in: ["malignancy"] },
      open: ["colorectal-cancer", "breast-cancer"],
    },
    { system: ICD10CM, code: "I10", in: ["hypertension"] },
    { system: SNOMED, code: "38341003", in: ["hypertension"] },
    { system: ICD10CM, code: "H52.1" },
    { system: ICD10CM, code: "Z80.3" },
    nobody(SNOMED, "900000000000207008"),
    nobody(LOCAL, "D-17"),
    inWords("D-18", "Asthma bronchiale", ["asthma"]),
  ],
  medication: [
    { system: RXNORM, code: "6809", in: ["metformin"] },
    { system: RXNORM, code: "860975", in: ["metformin"] },
    { system: ATC, code: "A10BA02", in: ["metformin"] },
    { system: RXNORM, code: "5856", in: ["insulin"] },
    { system: RXNORM, code: "311041", in: ["insulin"] },
    { system: ATC, code: "A10AE04", in: ["insulin"] },
    { system: ATC, code: "C10AA05", in: ["statins"] },
    { system: ATC, code: "C10AA", in: ["statins"] },
    { system: ATC, code: "M01AB01", in: ["nsaids", "indomethacin"] },
    { system: RXNORM, code: "5640", in: ["nsaids"] },
    { system: ATC, code: "M01A", in: ["nsaids"], open: ["indomethacin"] },
    { system: ATC, code: "N02BE01" },
    nobody(RXNORM, "99999901"),
    nobody(LOCAL, "M-4"),
    inWords("M-5", "Insulin, long acting", ["insulin"]),
  ],
  allergy: [
    { system: SNOMED, code: "91936005", in: ["penicillin-allergy"] },
    { system: RXNORM, code: "7980", in: ["penicillin-allergy"] },
    { system: RXNORM, code: "733", in: ["penicillin-allergy"] },
    { system: ATC, code: "J01CA04", in: ["penicillin-allergy"] },
    { system: SNOMED, code: "416098002", open: ["penicillin-allergy"] },
    { system: SNOMED, code: "91935009" },
    nobody(SNOMED, "900000000000207008"),
  ],
  procedure: [
    { system: SNOMED, code: "73761001", in: ["colonoscopy"] },
    { system: SNOMED, code: "80146002", in: ["appendicectomy"] },
    { system: SNOMED, code: "430193006" },
    nobody(SNOMED, "900000000000207008"),
    nobody(LOCAL, "P-1"),
  ],
  immunization: [
    { system: CVX, code: "140", in: ["influenza-vaccine"] },
    { system: CVX, code: "8", in: ["hepatitis-b-vaccine"] },
    nobody(LOCAL, "V-1"),
  ],
  encounter: [
    { system: SNOMED, code: "32485007", in: ["hospitalisation"] },
    { system: SNOMED, code: "50849002", in: ["emergency-visit"] },
    {
      ...{ system: SNOMED, code: "183452005", in: ["hospitalisation"] },
      open: ["emergency-visit"],
    },
    { system: SNOMED, code: "185345009" },
    nobody(LOCAL, "E-1"),
  ],
};

/** Encounter.class is one of these; `type` says more. */
export const CLASSES: readonly Code[] = [
  { system: ACT_CODE, code: "IMP", in: ["hospitalisation"] },
  { system: ACT_CODE, code: "EMER", in: ["emergency-visit"] },
  { system: ACT_CODE, code: "AMB" },
  { system: ACT_CODE, code: "SS", open: ["hospitalisation"] },
  nobody(LOCAL, "ward"),
];

export const CONCEPTS: Readonly<Record<Base, readonly string[]>> = {
  condition: [
    ...["type-2-diabetes", "type-1-diabetes", "diabetes", "asthma", "copd", "hypertension"],
    ...["malignancy", "colorectal-cancer", "breast-cancer"],
  ],
  medication: ["metformin", "insulin", "statins", "nsaids", "indomethacin"],
  allergy: ["penicillin-allergy"],
  procedure: ["colonoscopy", "appendicectomy"],
  immunization: ["influenza-vaccine", "hepatitis-b-vaccine"],
  encounter: ["hospitalisation", "emergency-visit"],
};

/** Concepts that are one concept without another. */
export type Difference = { readonly name: string; readonly of: string; readonly minus: string };
export const DIFFERENCES: Readonly<Partial<Record<Base, readonly Difference[]>>> = {
  condition: [
    { name: "diabetes-other-than-type-1", of: "diabetes", minus: "type-1-diabetes" },
    { name: "diabetes-other-than-type-2", of: "diabetes", minus: "type-2-diabetes" },
    {
      ...{ name: "malignancy-other-than-colorectal-cancer", of: "malignancy" },
      minus: "colorectal-cancer",
    },
  ],
  medication: [{ name: "nsaids-except-indomethacin", of: "nsaids", minus: "indomethacin" }],
};
