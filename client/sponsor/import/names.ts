// The names under which protocols speak of the dictionary's concepts.
import { type BaseDomain, CONCEPTS, type Concept } from "../../../circuits/statement/dictionary.ts";

/** Both spellings of English, singular and plural, hyphens, capitals and "mellitus" read alike. */
export function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[’‘`]/g, "'")
    .replace(/\bmellitus\b/g, " ")
    .replace(/'s\b/g, "")
    .replace(/[-‐‑_]+/g, " ")
    .replace(/[ao]e/g, "e")
    .replace(/our\b/g, "or")
    .replace(/is(?=ation|ed\b)/g, "iz")
    .split(/\s+/)
    .filter(Boolean)
    .map(singular)
    .join(" ");
}

function singular(word: string): string {
  if (/ies$/.test(word) && word.length > 4) return `${word.slice(0, -3)}y`;
  return /[^siu]s$/.test(word) && word.length > 3 ? word.slice(0, -1) : word;
}

/** Of the same meaning as the concept: a name that is narrower or wider does not belong here. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
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

/** A name may mean two concepts: it then means neither. */
const named = new Map<string, Concept | undefined>();

function learn(concept: Concept, name: string): void {
  const key = `${concept.domain} ${plain(name)}`;
  const other = named.get(key);
  named.set(key, named.has(key) && other !== concept ? undefined : concept);
}
for (const concept of CONCEPTS) {
  const names = [concept.title, concept.name, ...(ALIASES[concept.name] ?? [])];
  for (const name of new Set(names)) learn(concept, name);
}

/** The names of concepts that have aliases, for the test that none is misspelt. */
export const ALIASED: readonly string[] = Object.keys(ALIASES);

/** The concept that a phrase names exactly, in one domain: with its abbreviation in brackets at most. */
export function conceptNamed(domain: BaseDomain, phrase: string): Concept | undefined {
  const whole = named.get(`${domain} ${plain(phrase)}`);
  if (whole !== undefined) return whole;
  const match = /^([^()]+?)\s*\(([^()]+)\)\s*([^()]*)$/.exec(phrase);
  if (match === null) return undefined;
  const [, before, inner, after] = match;
  const name = `${before} ${after}`.trim();
  const concept = named.get(`${domain} ${plain(name)}`);
  if (concept === undefined) return undefined;
  const isSame = named.get(`${domain} ${plain(inner!)}`) === concept || isShort(inner!, name);
  return isSame ? concept : undefined;
}

/** What a concept is, in and out, for the reader who compares it with the source. */
export function describe({ title, description }: Concept): string {
  const isSame = description.replace(/\.$/, "") === title;
  return isSame ? `read as the dictionary's "${title}"` : `${title}: ${description}`;
}

/** Whether letters are those with which the words of a name begin. */
function isShort(letters: string, name: string): boolean {
  const initials = name.split(/[\s-]+/).map((word) => word.charAt(0).toLowerCase());
  return initials.length > 1 && letters.toLowerCase().replace(/s$/, "") === initials.join("");
}
