// What the import knows about concepts: other names, what counts with them, which are wider than the word.
import type { BaseDomain } from "../../../circuits/statement/dictionary/dictionary.ts";

/** Names that mean the same as the concept; one that is narrower or wider does not belong here. */
export const ALIASES: Readonly<Record<string, readonly string[]>> = {
  "type-2-diabetes": ["t2dm", "t2d", "type II diabetes", "diabetes type 2"],
  "type-1-diabetes": ["t1dm", "t1d", "type I diabetes", "diabetes type 1"],
  copd: ["chronic obstructive pulmonary disease"],
  malignancy: ["cancer", "malignant neoplasm", "malignant disease"],
  hiv: ["human immunodeficiency virus infection"],
  "hepatitis-b": ["hepatitis B infection", "hepatitis B virus infection"],
  "hepatitis-c": ["hepatitis C infection", "hepatitis C virus infection"],
  "myocardial-infarction": ["acute myocardial infarction", "heart attack", "MI"],
  "transient-ischaemic-attack": ["TIA"],
  "coronary-disease": ["ischemic heart disease", "coronary heart disease", "CAD"],
  "chronic-kidney-disease": ["CKD"],
  "atrial-fibrillation": ["AF"],
  "deep-vein-thrombosis": ["deep venous thrombosis", "DVT"],
  cirrhosis: ["liver cirrhosis", "hepatic cirrhosis"],
  lupus: ["systemic lupus erythematosus", "SLE"],
  "rheumatoid-arthritis": ["RA"],
  "obstructive-sleep-apnoea": ["OSA"],
  "gastro-oesophageal-reflux": ["gastroesophageal reflux disease", "GERD"],
  pregnancy: ["pregnant"],
  breastfeeding: ["breast feeding", "lactating", "lactation", "nursing"],
  "brain-metastases": ["cerebral metastases"],
  hba1c: ["A1c", "hemoglobin A1c", "glycated hemoglobin", "glycosylated hemoglobin"],
  egfr: ["estimated glomerular filtration rate", "estimated GFR"],
  "body-mass-index": ["BMI"],
  lvef: ["LV ejection fraction"],
  haemoglobin: ["Hb", "Hgb", "hemoglobin level"],
  neutrophils: ["ANC", "absolute neutrophil count", "neutrophils"],
  lymphocytes: ["absolute lymphocyte count"],
  platelets: ["PLT"],
  leukocytes: ["WBC", "white blood cell count", "leukocyte count", "WBC count"],
  alt: ["alanine aminotransferase", "alanine transaminase", "SGPT"],
  ast: ["aspartate aminotransferase", "aspartate transaminase", "SGOT"],
  bilirubin: ["serum bilirubin", "serum total bilirubin"],
  creatinine: ["serum creatinine"],
  albumin: ["serum albumin"],
  potassium: ["serum potassium"],
  sodium: ["serum sodium"],
  calcium: ["total calcium", "serum calcium"],
  "fasting-glucose": ["fasting plasma glucose", "fasting blood glucose", "FPG"],
  glucose: ["plasma glucose", "blood glucose", "serum glucose"],
  "systolic-blood-pressure": ["SBP", "systolic BP"],
  "diastolic-blood-pressure": ["DBP", "diastolic BP"],
  "ldl-cholesterol": ["LDL-C", "LDL"],
  "hdl-cholesterol": ["HDL-C", "HDL"],
  "c-reactive-protein": ["CRP"],
  tsh: ["thyroid stimulating hormone", "thyrotropin"],
  inr: ["international normalized ratio"],
  "body-weight": ["weight"],
  "body-height": ["height"],
  "ace-inhibitors": ["angiotensin converting enzyme inhibitor", "ACEI"],
  arbs: ["angiotensin II receptor blocker", "ARB"],
  "sglt2-inhibitors": ["SGLT-2 inhibitor", "sodium-glucose cotransporter 2 inhibitor"],
  "glp-1-agonists": ["GLP-1 RA", "glucagon-like peptide 1 receptor agonist"],
  "dpp-4-inhibitors": ["DPP4 inhibitor", "dipeptidyl peptidase 4 inhibitor"],
  nsaids: ["nonsteroidal anti-inflammatory drug", "NSAID"],
  "systemic-steroids": ["systemic steroid", "systemic glucocorticoid"],
  "proton-pump-inhibitors": ["PPI"],
  ssris: ["selective serotonin reuptake inhibitor"],
  doacs: ["DOAC"],
  paracetamol: ["acetaminophen"],
  immunosuppressants: ["immunosuppressive", "immunosuppressive drug"],
  "pde5-inhibitors": ["phosphodiesterase 5 inhibitor"],
  "live-vaccine": ["live attenuated vaccine"],
  "influenza-vaccine": ["seasonal influenza vaccine"],
  "chemotherapy-procedure": ["chemotherapy"],
  hospitalisation: ["hospital admission"],
  "emergency-visit": ["emergency room visit", "ER visit"],
  "organ-transplant": ["solid organ transplant", "solid organ transplantation"],
};

export type Ref = { readonly domain: BaseDomain; readonly concept: string };
const condition = (concept: string): Ref => ({ domain: "condition", concept });
const HAS_TRANSPLANT = [condition("transplant-status")];

/** Codes that say the same: an exclusion counts them too. */
export const COUNTED_TOO: Readonly<Record<string, readonly Ref[]>> = {
  stroke: [condition("history-of-stroke")],
  "myocardial-infarction": [condition("history-of-myocardial-infarction")],
  malignancy: [condition("history-of-malignancy"), condition("non-melanoma-skin-cancer")],
  seizure: [condition("epilepsy")],
  tuberculosis: [condition("latent-tuberculosis")],
  "organ-transplant": HAS_TRANSPLANT,
  "kidney-transplant": HAS_TRANSPLANT,
  "liver-transplant": HAS_TRANSPLANT,
  "heart-transplant": HAS_TRANSPLANT,
  "lung-transplant": HAS_TRANSPLANT,
  "bariatric-surgery": [condition("bariatric-surgery-status")],
  hysterectomy: [condition("hysterectomy-status")],
  dialysis: [condition("end-stage-renal-disease")],
  haemodialysis: [condition("end-stage-renal-disease")],
  chemotherapy: [{ domain: "procedure", concept: "chemotherapy-procedure" }],
  "chemotherapy-procedure": [{ domain: "medication", concept: "chemotherapy" }],
};

/** Concepts wider than the word: as inclusions they would let in others. */
export const WIDER: ReadonlySet<string> = new Set([
  ...["digoxin", "levothyroxine", "theophylline", "covid-19", "chemotherapy", "psoriasis"],
  ...["history-of-stroke", "history-of-myocardial-infarction", "history-of-malignancy"],
]);

/** What happens on a day, and does not last: "within 6 months" is said of each in a list. */
export const EVENTS: ReadonlySet<string> = new Set([
  ...["stroke", "transient-ischaemic-attack", "myocardial-infarction", "acute-coronary-syndrome"],
  ...["unstable-angina", "cardiac-arrest", "pulmonary-embolism", "deep-vein-thrombosis"],
  ...["venous-thromboembolism", "seizure", "syncope", "hip-fracture", "fracture", "sepsis"],
  ...["gastrointestinal-bleeding", "intracranial-haemorrhage", "diabetic-ketoacidosis"],
  ...["acute-kidney-injury", "anaphylaxis", "traumatic-brain-injury", "pregnancy-loss"],
]);
