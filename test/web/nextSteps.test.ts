// What comes next for a patient, found on the device, and the calendar's file, which tells nobody what it is for.
import { describe, expect, it } from "vitest";
import { parseDay } from "../../circuits/statement/encoding/day.ts";
import { SITE_ACT_KINDS } from "../../circuits/statement/trial/consent.ts";
import type { TrialFile } from "../../circuits/statement/trial/trialFile.ts";
import type { TrialNow } from "../../client/web/prover/ground.ts";
import type { OwnMoment } from "../../client/web/prover/proving.ts";
import { calendarFile } from "../../client/web/wallet/trial/calendarFile.ts";
import { recordStep, stepIn } from "../../client/web/wallet/trial/nextSteps.ts";
import type { Standing } from "../../client/web/wallet/trial/standing.ts";
import { noonOf } from "../patient/support.ts";
import { publish } from "../patient/trial.ts";
import { exampleTrial } from "./exchange.ts";

const TODAY = parseDay("2026-11-21");
const TRIAL = exampleTrial("diabetes");
const [SITE] = TRIAL.sites;
const [ARRIVAL] = [...SITE_ACT_KINDS].find(([, name]) => name === "Arrival")!;
const { deployment, trial, state, accreditations } = publish();
const NOW: TrialNow = { deployment, trial, state, accreditations };

const row = (at: number, of: object) =>
  ({ id: String(at), at, isOwn: true, row: of }) as unknown as OwnMoment;
const enrolled = row(noonOf(TODAY - 3), { kind: "E", who: 0, until: noonOf(TODAY + 11) });
const arrived = (daysAgo: number) =>
  row(noonOf(TODAY - daysAgo), { kind: "D", who: 0, act: ARRIVAL });

type Change = { state: Standing["status"]["state"]; onHold?: boolean } & Partial<
  Omit<Standing, "status">
>;
function step({ state: at, onHold = false, ...rest }: Change, text: TrialFile | undefined = TRIAL) {
  const standing = {
    status: { state: at, onHold, siteId: 1 },
    ...{ stops: [], steps: [], screenedVersions: [1], waiting: undefined },
    ...rest,
  } as unknown as Standing;
  return stepIn({ standing, now: NOW, trial: text, today: TODAY });
}

describe("what comes next", () => {
  it("is to read and decide for whoever has shown that they fit, or is on hold", () => {
    expect(step({ state: "screening" })).toMatchObject({ act: "Read and decide", isYours: true });
    expect(step({ state: "on-study", onHold: true })?.title).toBe("The study has changed");
  });

  it("is nothing before an answer and after the end", () => {
    for (const at of ["none", "withdrawn", "off-study", "ineligible"] as const) {
      expect(step({ state: at })).toBeUndefined();
    }
  });

  it("asks nothing while the study is paused, whatever was due", () => {
    const stops = ["The board has suspended the trial"];
    expect(step({ state: "pending-on-study", stops })).toMatchObject({
      title: "The study is paused",
      isYours: false,
    });
  });

  it("says until when to come, to which address and with which phone", () => {
    const next = step({ state: "pending-on-study", steps: [enrolled] });
    expect(next).toMatchObject({ title: "Come to your site", page: "/check-in", site: SITE });
    expect(next?.days).toEqual({ from: TODAY, until: TODAY + 11 });
    expect(next?.site?.phone).toMatch(/^\+49/);
    expect(step({ state: "pending-on-study", steps: [] }, undefined)?.days).toBeUndefined();
  });

  it("takes visits and answers from the study's own schedule", () => {
    const diary = TRIAL.collections?.find(({ id }) => id === "diary");
    const visits = TRIAL.collections?.find(({ source }) => source === "site");
    const only = (one: typeof diary) => ({ ...TRIAL, collections: [one!] });
    expect(step({ state: "on-study", steps: [arrived(0)] }, only(diary))).toMatchObject({
      isYours: true,
      page: "/data",
      days: { from: TODAY, until: TODAY + 3 },
    });
    expect(step({ state: "on-study", steps: [arrived(5)] }, only(diary))).toMatchObject({
      isYours: false,
      days: { from: TODAY + 2, until: TODAY + 5 },
    });
    const next = step({ state: "on-study", steps: [arrived(40)] }, only(visits));
    expect(next?.title).toMatch(/^Your next visit: /);
    expect(next?.days?.until).toBeGreaterThanOrEqual(TODAY);
    expect(next?.site).toEqual(SITE);
    expect(step({ state: "on-study", steps: [arrived(3000)] }, only(visits))?.text).toBe(
      "Nothing is due.",
    );
  });

  it("tells what to do about a record that is old, or not registered now", () => {
    const of = {
      clinicName: "North Clinic",
      issuedDay: TODAY - 10,
      isAnchored: true,
      today: TODAY,
    };
    expect(recordStep(of)).toBeUndefined();
    expect(recordStep({ ...of, isAnchored: undefined })).toBeUndefined();
    expect(recordStep({ ...of, issuedDay: TODAY - 181 })?.text).toContain("181 days old");
    expect(recordStep({ ...of, isAnchored: false })?.text).toContain("newest file");
  });
});

describe("the calendar's file", () => {
  const days = { from: parseDay("2026-12-01"), until: parseDay("2026-12-04") };

  it("covers the days, with a reminder on the day before the last", () => {
    const text = calendarFile({ ...days, address: SITE!.address });
    expect(text).toContain("DTSTART;VALUE=DATE:20261201");
    expect(text).toContain("DTEND;VALUE=DATE:20261205");
    expect(text).toContain("TRIGGER;VALUE=DATE-TIME:20261203T000000Z");
    expect(text).toContain("LOCATION:12 Garden Street\\, 10115 Berlin");
  });

  it("names neither the exchange, nor a study, a site or an illness", () => {
    const text = calendarFile({ ...days, address: SITE!.address });
    const words = [
      "cohort",
      "study",
      "trial",
      "diabetes",
      "clinic",
      "hospital",
      "metabolic",
      TRIAL.protocolNumber,
    ];
    expect(words.filter((word) => text.toLowerCase().includes(word.toLowerCase()))).toEqual([]);
    expect(text.match(/^SUMMARY:(.*)$/m)?.[1]?.trim()).toBe("Make or keep an appointment");
  });
});
