// Who gives a consent, in that person's own words; and who may, by the form.
import { GIVEN_BY, type GivenBy } from "../../../../circuits/statement/trial/consent.ts";
import { type Relation, relationsOf } from "../../../../circuits/statement/trial/representation.ts";
import type { TrialFile } from "../../../../circuits/statement/trial/trialFile.ts";
import { msg, t } from "../../shared/language.ts";
import type { FormOf } from "./answers.ts";

type TrialText = Pick<TrialFile, "consentForm">;

export const GIVER_WORDS: Readonly<Record<GivenBy, string>> = {
  self: msg("I consent for myself"),
  representative: msg("I consent as the legal representative"),
  assentWithParent: msg("I assent, together with a parent"),
};

/** What a representative is to the person. */
export const RELATION_WORDS: Readonly<Record<Relation, string>> = {
  parent: msg("Parent of somebody under age"),
  guardian: msg("Guardian of somebody under age"),
  courtAppointed: msg("Guardian of an adult, whom a court appointed"),
  healthProxy: msg("Holder of a power of attorney for an adult's health care"),
};

/** Those whom the form lets consent: always the person, and others by what it says. */
export function giversOf({ document }: Pick<FormOf, "document">): GivenBy[] {
  const form = document.trial.consentForm;
  const all = Object.keys(GIVEN_BY) as GivenBy[];
  return all.filter((one) => one === "self" || relationsOf(form, one).length > 0);
}

/** Who may consent for whom, and until when, by this form. */
export function whoWords({ representation }: TrialText["consentForm"]): string {
  if (representation === undefined)
    return t("Each person consents for themselves, and nobody for them.");
  const { minors, adults } = representation;
  const sentences = [
    t("Each person consents for themselves, with these exceptions."),
    ...(minors === undefined
      ? []
      : [
          t(
            "For somebody under {{age}}, a parent or guardian consents, alone or with them. That ends before they turn {{age}}; then they are on hold until their own consent.",
            { age: minors.ageOfMajority },
          ),
        ]),
    ...(adults === undefined
      ? []
      : [t("For an adult who cannot decide, their legal representative consents.")]),
    t("The site checks the representative's papers when the person comes."),
  ];
  return sentences.join(" ");
}
