// What a patient can do in a trial now, or what is waited for.

import type { ParticipantState, Permission } from "../../../../circuits/statement/trial.ts";
import type { AuditEvent } from "../../../api/event.ts";
import { SITE_ACT_KINDS } from "../../../auditor/typedData.ts";
import { permissionsOf } from "../../../patient/consent.ts";
import type { TrialNow, useStanding } from "../data.tsx";

export type Standing = NonNullable<ReturnType<typeof useStanding>["data"]>;

/** `prove`: show that one fits; `consent`: read and sign the form; `arrive`: go to the site. */
export type Next = "prove" | "consent" | "wait" | "arrive" | "on" | "paused" | "over";

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
  none: "Not joined",
  screening: "Shown that you fit",
  eligible: "Consented",
  "pending-on-study": "Enrolled",
  "on-study": "Taking part",
  "off-study": "Finished",
  ineligible: "Did not fit at the site",
  withdrawn: "Withdrawn",
};

/** A consent as the chain has it. */
export type Granted = {
  readonly version: number;
  readonly permissions: readonly Permission[];
  readonly siteId: number;
  readonly validUntil: number;
};

export function grantIn({ name, arguments: values }: AuditEvent): Granted | undefined {
  if (name !== "Consented") return undefined;
  const statement = JSON.parse(values.statement ?? "{}") as Readonly<Record<string, unknown>>;
  return {
    version: Number(statement.version),
    permissions: permissionsOf(Number(statement.permissions)),
    siteId: Number(statement.siteId),
    validUntil: Number(statement.validUntil),
  };
}

/** The newest consent, if there is one. */
export function latestGrant({ own }: Standing): Granted | undefined {
  return own
    .map(grantIn)
    .filter((grant) => grant !== undefined)
    .at(-1);
}

export type Step = {
  readonly id: string;
  readonly at: number;
  readonly who: string;
  readonly what: string;
  readonly grant?: Granted;
};

const SITE_ACTS = {
  Arrival: "Your arrival was confirmed",
  ScreenFailure: "It was found that the study does not fit you",
  Completion: "Your part in the study was completed",
  Withdrawal: "Your withdrawal was recorded",
} as const;

/** What happened to this person in the trial, and to the trial since they joined; oldest first. */
export function stepsOf({ own }: Standing, { events }: TrialNow): Step[] {
  const [first] = own;
  if (first === undefined) return [];
  const ownIds = new Set(own.map(({ id }) => id));
  const since = events.indexOf(events.find(({ id }) => id === first.id)!);
  return events.slice(since).flatMap((event) => {
    const told = ownIds.has(event.id) ? ownStep(event) : trialStep(event);
    return told === undefined ? [] : [{ id: event.id, at: event.blockTime, ...told }];
  });
}

type Told = Omit<Step, "id" | "at"> | undefined;

function ownStep(event: AuditEvent): Told {
  const { name, arguments: values } = event;
  if (name === "Screened")
    return { who: "You", what: `You showed that you fit version ${values.version}` };
  const grant = grantIn(event);
  if (grant !== undefined) {
    return { who: "You", what: `You consented to version ${grant.version}`, grant };
  }
  if (name === "WithdrawnByProof") return { who: "You", what: "You withdrew" };
  if (name === "WithdrawnByCode")
    return { who: "You", what: "You withdrew with your printed code" };
  if (name === "Enrolled") return { who: "Sponsor", what: "You were enrolled" };
  if (name === "NoShow")
    return { who: "Sponsor", what: "Your place was freed: the time to arrive had ended" };
  if (name === "Succeeded")
    return { who: "Site", what: "Your new wallet took the place of the lost one" };
  const act = name === "SiteSigned" ? SITE_ACT_KINDS.get(values.kind ?? "") : undefined;
  return act && { who: "Site", what: SITE_ACTS[act] };
}

function trialStep({ name, arguments: values }: AuditEvent): Told {
  if (name === "VersionApproved") {
    return { who: "Ethics board", what: `Version ${values.version} of the study was approved` };
  }
  if (name === "HeldByGovernance") {
    const what = values.held === "true" ? "The study was put on hold" : "The hold was lifted";
    return { who: "Governance", what };
  }
  return name === "StatusChanged"
    ? { who: "Ethics board or sponsor", what: "The study was paused, resumed or closed" }
    : undefined;
}
