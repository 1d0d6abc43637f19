// Why a participant is on hold, and what takes them out of it.
import { mandateIn } from "../../../patient/consent.ts";
import type { TrialNow } from "../../prover/ground.ts";
import { t } from "../../shared/language.ts";
import { latestGrant, type Standing } from "./standing.ts";

type Words = { readonly title: string; readonly text: string };
type Now = Pick<TrialNow, "state" | "deployment">;

/** A consent that ended, or one to a version that has been replaced. */
export function holdWords(standing: Standing, { state, deployment }: Now): Words {
  const grant = latestGrant(standing);
  const { chainTime } = deployment;
  const version = state.versions.find(({ version: one }) => one === state.currentVersion);
  const isAsked = version?.terms.requiresReconsent || version?.terms.requiresRescreening;
  const hasChanged =
    grant !== undefined && grant.version < state.currentVersion && isAsked === true;
  if (grant === undefined || hasChanged || grant.validUntil >= chainTime) {
    return {
      title: t("The study has changed"),
      text: t(
        "You are on hold until you agree to the new version: no new data of yours is used meanwhile. You may also withdraw.",
      ),
    };
  }
  const { mandate } = mandateIn(standing.status.participation);
  if (mandate === undefined) {
    return {
      title: t("Your consent has ended"),
      text: t(
        "The time for which you gave it is over. Read the form, and decide again: no new data of yours is used meanwhile. You may also withdraw.",
      ),
    };
  }
  if (mandate.ofAgeAt !== undefined && mandate.ofAgeAt <= chainTime) {
    return {
      title: t("On hold until your own consent"),
      text: t(
        "You are of age now. What was consented to for you has ended: read the form, and decide yourself. No new data of yours is used meanwhile. You may also withdraw.",
      ),
    };
  }
  return {
    title: t("The consent that was given for you has ended"),
    text: t(
      "Whoever gave it may give it again, as long as you are not of age or cannot decide; then only you can. No new data of yours is used meanwhile. You may also withdraw.",
    ),
  };
}
