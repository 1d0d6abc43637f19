// What waits for a person on study, on a served exchange: pictures to look at, a reminder that says nothing, data that were
// asked for, and a study that they left on another device.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TrialFile } from "../../circuits/statement/trial/trialFile.ts";
import { localArtifacts } from "../../client/artifacts/artifacts.node.ts";
import { withdraw } from "../../client/journey/visit.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { giveDiary } from "./exchangeDeposits.ts";
import { type DataStage, openDataStage } from "./exchangeStage.ts";
import { shoot } from "./sponsorPage.ts";
import { atHeading, openTrialPage, SLOW_MS, sees, unlock, visit } from "./wallet.ts";
import { openCut, openDataWallet } from "./walletData.ts";

/** One grey pixel. */
const PICTURE =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";
const MEDIA: NonNullable<TrialFile["information"]>["media"] = [
  { kind: "picture", title: "The way to the site", description: "A map", image: PICTURE },
  {
    ...{ kind: "video", title: "A visit", url: "https://videos.example.org/visit" },
    description: "Three minutes, with subtitles",
  },
];
const withMedia = (trial: TrialFile): TrialFile => ({
  ...trial,
  information: { ...trial.information, media: MEDIA },
});

let stage: DataStage;
let browser: Browser;
let page: Page;
let complaints: readonly string[];

beforeAll(async () => {
  stage = await openDataStage({ change: withMedia });
  browser = await startBrowser();
  ({ page, complaints } = await openDataWallet(browser, stage));
}, SLOW_MS);
afterAll(async () => {
  await browser?.close();
  await stage?.stop();
});

describe("a study's pictures and videos", () => {
  test("stand in its own text, and a link says where it leads before anybody follows it", async () => {
    await openTrialPage(page, stage.trial.title);
    const picture = page.getByRole("img", { name: "A map" });
    await picture.waitFor();
    expect(await picture.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBe(1);
    const link = page.getByRole("link", { name: "Video: A visit" });
    expect(await link.getAttribute("href")).toBe("https://videos.example.org/visit");
    expect(await link.getAttribute("rel")).toContain("noreferrer");
    await sees(page, "Leads to videos.example.org, which then sees that you came.");
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, "media");
  });
});

type Said = { title: string; body: string };
type Watched = { said: Said[]; asked: number };
const saidOn = () => page.evaluate(() => (globalThis as unknown as Watched).said);
const askedOn = () => page.evaluate(() => (globalThis as unknown as Watched).asked);

/** A headless browser denies whatever was granted: here stands a person who grants, and notes what would be shown. */
function watchNotifications(): void {
  const watched: Watched = { said: [], asked: 0 };
  let permission: NotificationPermission = "default";
  Object.defineProperty(Notification, "permission", { get: () => permission });
  Notification.requestPermission = async () => {
    Object.assign(globalThis, { asked: 1 });
    permission = "granted";
    return permission;
  };
  ServiceWorkerRegistration.prototype.showNotification = async (title, options) => {
    watched.said.push({ ...options, title, body: options?.body ?? "" });
  };
  Object.assign(globalThis, watched);
}

describe("reminders", () => {
  test("are asked for by a click in the settings, and nowhere else", async () => {
    await visit(page, "Settings");
    await page.addInitScript(watchNotifications);
    await page.reload();
    await unlock(page);
    const reminders = page.getByRole("region", { name: "Reminders" });
    expect(await reminders.getByText("Reminders are on.").count()).toBe(0);
    expect(await askedOn()).toBe(0);
    await reminders.getByRole("button", { name: "Remind me" }).click();
    await reminders.getByText("Reminders are on.").waitFor();
    expect(await askedOn()).toBe(1);
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, "reminders");
  });

  test("say that something waits while nobody looks, and nothing of what", async () => {
    await visit(page, "Overview");
    const next = page.getByRole("region", { name: "What comes next" });
    await next.getByText(/^Your next visit: |^Questions: /).waitFor();
    await page.evaluate(() => {
      Object.defineProperty(document, "visibilityState", {
        get: () => "hidden",
        configurable: true,
      });
    });
    const [patient] = stage.patients;
    await giveDiary(stage, patient!, true);
    expect(await openCut(stage, { permission: "participate", purpose: "Who gets fever" })).toBe(1);
    await expect.poll(saidOn, { timeout: 90_000 }).toHaveLength(1);
    const [said] = await saidOn();
    expect(said).toMatchObject({ title: "Cohort Zero", body: "Something waits for you." });
    expect(JSON.stringify(said)).not.toMatch(new RegExp(stage.trial.protocolNumber));
  }, 200_000);
});

describe("data that were asked for", () => {
  test("stand among what comes next, until they were read of", async () => {
    await page.reload();
    await unlock(page);
    const next = page.getByRole("region", { name: "What comes next" });
    await next.getByRole("heading", { name: "Your data were asked for" }).waitFor();
    await next.getByText(/asked to open data of yours, last on .*20\d\d/).waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, "asked-for");
    await next.getByRole("link", { name: "Who opened it" }).click();
    await atHeading(page, "Your data");
    await page.locator("[data-access]").getByText("Who gets fever").waitFor();
    await visit(page, "Overview");
    await next.getByRole("button", { name: "I have read it" }).click();
    const card = next.getByRole("heading", { name: "Your data were asked for" });
    await card.waitFor({ state: "detached" });
    await page.reload();
    await unlock(page);
    await next.getByText(/^Your next visit: |^Questions: /).waitFor();
    await page.waitForLoadState("networkidle");
    expect(await card.count()).toBe(0);
  });
});

describe("a study that was left on another device", () => {
  test("closes the form that was open here, says so, and offers no consent any more", async () => {
    await openTrialPage(page, stage.trial.title);
    await page.getByRole("button", { name: "Change what I allow" }).click();
    const consent = page.getByRole("button", { name: "Consent to this instead" });
    await consent.waitFor();
    const { api, trial, cast } = stage;
    const visiting = { api, trial, cast, artifacts: localArtifacts(), memories: new Map() };
    await withdraw(stage.patients[0]!, visiting);
    await sees(page, "You have withdrawn from this study.");
    await sees(page, "That happened while a form was open here.");
    expect(await consent.count()).toBe(0);
    expect(await page.getByRole("button", { name: "Change what I allow" }).count()).toBe(0);
    expect(await page.getByRole("button", { name: /^Yes: prove/ }).count()).toBe(0);
    expect(await findBarriersInBoth(page)).toEqual([]);
    expect(complaints).toEqual([]);
  }, 200_000);
});
