// What a patient can do in a trial now, or what is waited for.

import { SITE_ACT_KINDS } from "../../../../circuits/statement/trial/consent.ts";
import { LANGUAGE_MARKS } from "../../../../circuits/statement/trial/formLanguages.ts";
import type { ParticipantState, Permission } from "../../../../circuits/statement/trial/trial.ts";
import { permissionsOf } from "../../../patient/consent.ts";
import type { TrialNow } from "../../prover/ground.ts";
import type { OwnMoment } from "../../prover/proving.ts";
import { msg, t } from "../../shared/language.ts";
import type { useStanding } from "../data.tsx";

export type Standing = NonNullable<ReturnType<typeof useStanding>["data"]>;

/** `prove`: show that one fits; `consent`: read and sign the form; `arrive`: go to the site. */
type Next = "prove" | "consent" | "wait" | "arrive" | "on" | "paused" | "over";

export function nextOf({ status, screenedVersions, stops }: Standing, { state }: TrialNow): Next {
  const { state: standing, onHold } = status;
  if (standing === "withdrawn" || standing === "off-study" || standing === "ineligible")
    return "over";
  if (stops.length > 0) return "paused";
  if (standing === "none") return "prove";
  const { currentVersion, versions } = state;
  const terms = versions.find(({ version }) => version === currentVersion)?.terms;
  const isProofDue =
    terms?.requiresRescreening === true && !screenedVersions.includes(currentVersion);
  if (standing === "screening") return isProofDue ? "prove" : "consent";
  if (onHold) return isProofDue ? "prove" : "consent";
  if (standing === "eligible") return "wait";
  return standing === "pending-on-study" ? "arrive" : "on";
}

export const STATE_WORDS: Readonly<Record<ParticipantState | "screening", string>> = {
  none: msg("Not joined"),
  screening: msg("Shown that you fit"),
  eligible: msg("Consented"),
  "pending-on-study": msg("Enrolled"),
  "on-study": msg("Taking part"),
  "off-study": msg("Finished"),
  ineligible: msg("Did not fit at the site"),
  withdrawn: msg("Withdrawn"),
};

/** A consent as the chain has it. */
export type Granted = {
  readonly version: number;
  readonly permissions: readonly Permission[];
  readonly siteId: number;
  readonly validUntil: number;
  /** The mark of the language in which the form was read; 0 for a form in one language. */
  readonly readIn: number;
};

function grantIn({ row }: OwnMoment): Granted | undefined {
  if (row.kind !== "C" && row.kind !== "R") return undefined;
  return {
    version: row.version,
    permissions: permissionsOf(row.permissions),
    siteId: row.site,
    validUntil: row.until,
    readIn: row.permissions & LANGUAGE_MARKS,
  };
}

/** This person's consents and when the chain took them, oldest first. */
export function grantsOf({ steps }: Pick<Standing, "steps">): { grant: Granted; at: number }[] {
  return steps.flatMap((moment) => {
    const grant = moment.isOwn ? grantIn(moment) : undefined;
    return grant === undefined ? [] : [{ grant, at: moment.at }];
  });
}

/** The newest consent, if there is one. */
export function latestGrant(standing: Pick<Standing, "steps">): Granted | undefined {
  return grantsOf(standing).at(-1)?.grant;
}

export type Step = {
  readonly id: string;
  readonly at: number;
  readonly who: string;
  readonly what: string;
  readonly grant?: Granted;
};

const SITE_ACTS = {
  Arrival: msg("Your arrival was confirmed"),
  ScreenFailure: msg("The study was found not to fit you"),
  Completion: msg("Your part in the study was completed"),
  Withdrawal: msg("Your withdrawal was recorded"),
} as const;

/** What happened to this person in the trial, and to the trial since they joined; oldest first. */
export function stepsOf({ steps }: Standing): Step[] {
  return steps.flatMap((moment) => {
    const told = moment.isOwn ? ownStep(moment) : trialStep(moment);
    return told === undefined ? [] : [{ id: moment.id, at: moment.at, ...told }];
  });
}

type Told = Omit<Step, "id" | "at"> | undefined;

function ownStep(moment: OwnMoment): Told {
  const { row } = moment;
  if (row.kind === "S")
    return {
      who: t("You"),
      what: t("You showed that you fit version {{version}}", { version: row.version }),
    };
  const grant = grantIn(moment);
  if (grant !== undefined) {
    return {
      who: t("You"),
      what: t("You consented to version {{version}}", { version: grant.version }),
      grant,
    };
  }
  if (row.kind === "W") return { who: t("You"), what: t("You withdrew") };
  if (row.kind === "K") return { who: t("You"), what: t("You withdrew with your printed code") };
  if (row.kind === "E") return { who: t("Sponsor"), what: t("You were enrolled") };
  if (row.kind === "N")
    return { who: t("Sponsor"), what: t("Your place was freed: the time to arrive had run out") };
  if (row.kind === "U")
    return { who: t("Site"), what: t("Your new wallet took the place of the lost one") };
  const act = row.kind === "D" ? SITE_ACT_KINDS.get(row.act) : undefined;
  return act && { who: t("Site"), what: t(SITE_ACTS[act]) };
}

function trialStep({ row }: OwnMoment): Told {
  if (row.kind === "V") {
    return {
      who: t("Ethics board"),
      what: t("Version {{version}} of the study was approved", { version: row.version }),
    };
  }
  if (row.kind === "H") {
    const what = row.flag ? t("The study was put on hold") : t("The hold was lifted");
    return { who: t("Governance"), what };
  }
  return row.kind === "P"
    ? { who: t("Ethics board or sponsor"), what: t("The study was paused, resumed or closed") }
    : undefined;
}
