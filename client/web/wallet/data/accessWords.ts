// Who opened what, in plain words.
import type { Access, CustodianAnswer } from "../../../exchange/access.ts";
import { msg, t } from "../../shared/language.ts";

/** Refusals of custodians in a patient's words; others by their code. */
const REASONS: Readonly<Record<string, string>> = {
  PermissionNotGiven: msg("you did not permit it"),
  ConsentMissing: msg("your consent is to an older form"),
  ConsentExpired: msg("your consent has ended"),
  Withdrawn: msg("you have withdrawn"),
  OnHold: msg("the study stands still, or your consent does not suit it any more"),
  OptedOut: msg("you do not let emergency clinicians open it"),
  Erased: msg("you asked for it to be erased"),
  NoCustodianKey: msg("the key for it is destroyed or was never made"),
  Superseded: msg("it was corrected since"),
  RequestEnded: msg("the request was over"),
  NotInCut: msg("you are not among those who were asked for"),
  OtherPermission: msg("it needs another permission than was asked for"),
  NotAccredited: msg("whoever asked is not accredited any more"),
  NotStaff: msg("whoever asked does not act for the sponsor any more"),
  CaseOverdue: msg("the clinician is suspended"),
};

export type Standing = "opened" | "partly" | "refused" | "unanswered";

/** What came of a request: whether enough custodians released anything of this person's. */
export function standingOf({ opened, answers }: Access): Standing {
  if (opened.length > 0) return "opened";
  if (answers.length === 0) return "unanswered";
  return answers.some(({ outcome }) => outcome === "Released") ? "partly" : "refused";
}

export const STANDING_WORDS: Readonly<Record<Standing, readonly [words: string, color: string]>> = {
  opened: [msg("Could be opened"), "orange"],
  partly: [msg("Not enough keys were released"), "gray"],
  refused: [msg("Refused"), "teal"],
  unanswered: [msg("Not answered"), "gray"],
};

/** Why custodians refused, each reason once. */
export function refusalsOf(answers: readonly CustodianAnswer[]): string[] {
  const codes = answers.flatMap(({ outcome }) => (outcome === "Released" ? [] : [outcome]));
  return [
    ...new Set(
      codes.map((code) =>
        REASONS[code] !== undefined ? t(REASONS[code]) : t("another reason ({{code}})", { code }),
      ),
    ),
  ];
}
