// What a concept's codes say beside its name. A name in an exclusion must reach everybody of whom it is true, one in
// an inclusion nobody else: where a concept is narrower or wider than the word, it is named here.
import { COUNTED_TOO, EVENTS, type Ref, WIDER } from "./conceptTables.ts";

export const countedToo = (concept: string): readonly Ref[] =>
  Object.hasOwn(COUNTED_TOO, concept) ? COUNTED_TOO[concept]! : [];
/** The same for what must be so now: neither past nor latent. */
export const countedNow = (concept: string): readonly Ref[] =>
  countedToo(concept).filter((ref) => !isUndated(ref) && ref.concept !== "latent-tuberculosis");
/** Codes for something in the past that carry no date of their own. */
export const isUndated = ({ concept }: Ref): boolean => /^history-of-|-status$/.test(concept);
export const isWider = (concept: string): boolean => WIDER.has(concept);
export const isEvent = (concept: string): boolean => EVENTS.has(concept);
/** Codes of a past cancer do not say which it was. */
export const isOneCancer = (concept: string): boolean =>
  /cancer|melanoma|leukaemia|lymphoma|myeloma|mesothelioma|metastases/.test(concept) &&
  concept !== "history-of-malignancy";
/** States that pass: "pregnant" is not "was once pregnant". */
export const isPassing = (concept: string): boolean =>
  concept === "pregnancy" || concept === "breastfeeding";
