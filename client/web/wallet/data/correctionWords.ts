// Why something was corrected, in a patient's words.
import type { CorrectionName } from "../../../exchange/correct.ts";
import { msg } from "../../shared/language.ts";

/** To be translated where it is shown. */
export const CORRECTION_WORDS: Readonly<Record<CorrectionName, string>> = {
  none: msg("no correction"),
  enteredWrongly: msg("it was entered wrongly"),
  sourceCorrected: msg("its source was corrected"),
  participantAsked: msg("you asked for it"),
  incomplete: msg("something was missing"),
};
