// What waits for this person in a study, and what comes next: out of public data and the study's own schedule, on the
// device alone.
import { type Day, dayOfTimestamp } from "../../../../circuits/statement/encoding/day.ts";
import { SITE_ACT_KINDS } from "../../../../circuits/statement/trial/consent.ts";
import type { TrialFile } from "../../../../circuits/statement/trial/trialFile.ts";
import { type Due, scheduleOf } from "../../../exchange/schedule.ts";
import type { TrialNow } from "../../prover/ground.ts";
import { t } from "../../shared/language.ts";
import { holdWords } from "./holding.ts";
import { nextOf, type Standing } from "./standing.ts";

type Site = TrialFile["sites"][number];

export type NextStep = {
  readonly title: string;
  readonly text: string;
  /** Somebody has to act; otherwise it only says how things stand. */
  readonly isYours: boolean;
  /** The first and the last day on which it can be done. */
  readonly days?: { readonly from: Day; readonly until: Day } | undefined;
  /** Where to go, for what happens there. */
  readonly site?: Site | undefined;
  /** Page of the wallet, under the study's own, and what to call the way there. */
  readonly page: "" | "/check-in" | "/data";
  readonly act: string;
};

type Of = {
  readonly standing: Standing;
  readonly now: TrialNow;
  /** Undefined when the study's text cannot be shown. */
  readonly trial: TrialFile | undefined;
  /** Of the chain. */
  readonly today: Day;
};

/** The step that is next in one study; undefined when there is none, or none any more. */
export function stepIn(of: Of): NextStep | undefined {
  const { standing, now } = of;
  const toStudy = { page: "", act: t("To the study") } as const;
  const next = nextOf(standing, now);
  if (next === "over" || (next === "prove" && standing.status.state === "none")) return undefined;
  if (next === "paused") {
    return {
      title: t("The study is paused"),
      text: t("{{why}}. Nothing is asked of you. You can wait, or withdraw.", {
        why: standing.stops.join(". "),
      }),
      isYours: false,
      ...toStudy,
    };
  }
  if (standing.waiting !== undefined) {
    return {
      title: t("Your consent waits on this device"),
      text: t(
        "It goes out by itself when others could have sent it too. You may take it back until then.",
      ),
      isYours: false,
      ...toStudy,
    };
  }
  if (standing.status.onHold) {
    return {
      ...holdWords(standing, now),
      isYours: true,
      page: "",
      act: t("Read and decide"),
    };
  }
  switch (next) {
    case "prove":
    case "consent":
      return {
        title: t("Read the consent form, and decide"),
        text: t("You have shown that you fit. Nothing goes on before you consent."),
        isYours: true,
        page: "",
        act: t("Read and decide"),
      };
    case "wait":
      return {
        title: t("You have consented"),
        text: t("The sponsor enrolls you next. There is nothing for you to do."),
        isYours: false,
        ...toStudy,
      };
    case "arrive":
      return arrival(of);
    case "on":
      return onStudy(of);
  }
}

const siteOf = ({ standing, trial }: Of): Site | undefined =>
  trial?.sites.find(({ id }) => id === standing.status.siteId);

/** Enrolled: the site is to be reached before the place is freed. */
function arrival(of: Of): NextStep {
  const { standing, trial, today } = of;
  const until = standing.steps
    .flatMap(({ isOwn, row }) => (isOwn && row.kind === "E" ? [row.until] : []))
    .at(-1);
  const document = trial?.identityDocument ?? t("identity document");
  return {
    title: t("Come to your site"),
    text: t("You are enrolled. Bring your {{document}} and this device.", { document }),
    isYours: true,
    days: until === undefined ? undefined : { from: today, until: dayOfTimestamp(until) },
    site: siteOf(of),
    page: "/check-in",
    act: t("Check in at the site"),
  };
}

/** On study: what the schedule has next, answers before visits of the same day. */
function onStudy(of: Of): NextStep {
  const { trial, today } = of;
  const arrivedOn = arrivalDay(of.standing);
  const collections = (trial?.collections ?? []).filter(({ source }) => source !== "record");
  const { due } = scheduleOf({ collections, arrival: arrivedOn, today, entries: [] });
  const ahead = due.filter(({ source, until }) => source !== "device" && (until ?? 0) >= today);
  const [first] = ahead.toSorted((a, b) => Math.max(a.from, today) - Math.max(b.from, today));
  if (first === undefined) {
    return {
      title: t("You take part in this study"),
      text: t("Nothing is due."),
      isYours: false,
      page: "",
      act: t("To the study"),
    };
  }
  return first.source === "site" ? visit(of, first) : answers(first, today);
}

const daysOf = ({ from, until }: Due): NextStep["days"] =>
  until === undefined ? undefined : { from, until };

function visit(of: Of, due: Due): NextStep {
  return {
    title: t("Your next visit: {{name}}", { name: due.occasionTitle }),
    text: t("Make an appointment with your site for one of these days, if you have none yet."),
    isYours: true,
    days: daysOf(due),
    site: siteOf(of),
    page: "",
    act: t("To the study"),
  };
}

function answers(due: Due, today: Day): NextStep {
  const isOpen = due.from <= today;
  return {
    title: t("Questions: {{name}}", { name: due.title }),
    text: isOpen
      ? t("They can be answered now, in this wallet, if you have not answered them yet.")
      : t("They can be answered from the first of these days on, in this wallet."),
    isYours: isOpen,
    days: daysOf(due),
    page: "/data",
    act: t("Your data"),
  };
}

function arrivalDay({ steps }: Standing): Day | undefined {
  const at = steps
    .flatMap(({ isOwn, row, at }) =>
      isOwn && row.kind === "D" && SITE_ACT_KINDS.get(row.act) === "Arrival" ? [at] : [],
    )
    .at(-1);
  return at === undefined ? undefined : dayOfTimestamp(at);
}

/** Records are asked for anew when they are older than this: most studies take none of last year. */
const OLD_DAYS = 180;

/** What is to be done about a record: it is no longer registered, or it grows old. */
export function recordStep(of: {
  readonly clinicName: string;
  readonly issuedDay: number;
  /** Undefined while it is not known. */
  readonly isAnchored: boolean | undefined;
  readonly today: Day;
}): Pick<NextStep, "title" | "text"> | undefined {
  const { clinicName, issuedDay, isAnchored, today } = of;
  if (isAnchored === false) {
    return {
      title: t("A record of yours is not registered now"),
      text: t(
        "The clinic has revoked or replaced it: {{clinic}}. Ask the clinic for its newest file. Your studies go on; new ones cannot be answered with it.",
        { clinic: clinicName },
      ),
    };
  }
  const age = today - issuedDay;
  if (age <= OLD_DAYS) return undefined;
  return {
    title: t("A record of yours grows old"),
    text: t(
      "It is {{count}} days old: {{clinic}}. Many studies ask for a newer one; ask the clinic for it.",
      { count: age, clinic: clinicName },
    ),
  };
}
