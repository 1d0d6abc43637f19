// What a concept's codes say beside its name. A name in an exclusion must reach everybody of whom it is true, one in
// an inclusion nobody else: where a concept is narrower or wider than the word, it is named here.
import type { BaseDomain } from "../../../circuits/statement/dictionary.ts";

type Ref = { readonly domain: BaseDomain; readonly concept: string };
const condition = (concept: string): Ref => ({ domain: "condition", concept });
const HAS_TRANSPLANT = [condition("transplant-status")];

/** Codes under which the same is written: an exclusion counts them too. */
const COUNTED_TOO: Readonly<Record<string, readonly Ref[]>> = {
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

/** Wider than the word: as an inclusion they would let in others. */
const WIDER: ReadonlySet<string> = new Set([
  ...["digoxin", "levothyroxine", "theophylline", "covid-19", "chemotherapy", "psoriasis"],
  ...["history-of-stroke", "history-of-myocardial-infarction", "history-of-malignancy"],
]);

/** What happens on a day, and does not last: "within 6 months" is said of each in a list. */
const EVENTS: ReadonlySet<string> = new Set([
  ...["stroke", "transient-ischaemic-attack", "myocardial-infarction", "acute-coronary-syndrome"],
  ...["unstable-angina", "cardiac-arrest", "pulmonary-embolism", "deep-vein-thrombosis"],
  ...["venous-thromboembolism", "seizure", "syncope", "hip-fracture", "fracture", "sepsis"],
  ...["gastrointestinal-bleeding", "intracranial-haemorrhage", "diabetic-ketoacidosis"],
  ...["acute-kidney-injury", "anaphylaxis", "traumatic-brain-injury", "pregnancy-loss"],
]);

export const countedToo = (concept: string): readonly Ref[] =>
  Object.hasOwn(COUNTED_TOO, concept) ? COUNTED_TOO[concept]! : [];
/** The same of what is said to be so now: neither what was once, nor what sleeps. */
export const countedNow = (concept: string): readonly Ref[] =>
  countedToo(concept).filter((ref) => !isUndated(ref) && ref.concept !== "latent-tuberculosis");
/** Codes that say that something was once, on no day of its own. */
export const isUndated = ({ concept }: Ref): boolean => /^history-of-|-status$/.test(concept);
export const isWider = (concept: string): boolean => WIDER.has(concept);
export const isEvent = (concept: string): boolean => EVENTS.has(concept);
/** Codes of a past cancer do not say which it was. */
export const isOneCancer = (concept: string): boolean =>
  /cancer|melanoma|leukaemia|lymphoma|myeloma|mesothelioma|metastases/.test(concept) &&
  concept !== "history-of-malignancy";
/** Only true for the time being: "pregnant" is not "was once pregnant". */
export const isPassing = (concept: string): boolean =>
  concept === "pregnancy" || concept === "breastfeeding";

/** Every concept that this file names, for the test that none is misspelt. */
export const NAMED_HERE: readonly string[] = [
  ...Object.keys(COUNTED_TOO),
  ...Object.values(COUNTED_TOO).flatMap((refs) => refs.map(({ concept }) => concept)),
  ...WIDER,
  ...EVENTS,
];
