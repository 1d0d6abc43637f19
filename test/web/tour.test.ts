// The guided tour in a real browser: from an empty exchange to a participant on study, by what its panel says and nothing else.
import { readFileSync } from "node:fs";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { STEPS, TOUR_TRIAL } from "../../client/web/app/tour/steps.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { beginRoster } from "./clinicRoster.ts";
import { type Exchange, exampleTrial, openExchange } from "./exchange.ts";
import { signIn } from "./openPlace.ts";
import { checkPerson, giveAnswer } from "./siteDesk.ts";
import { choose, shoot } from "./sponsorPage.ts";
import {
  DOCUMENT,
  makeWallet,
  openTrialPage,
  SLOW_MS,
  sees,
  sendNow,
  takeRecord,
  visit,
} from "./wallet.ts";

const TRIAL = exampleTrial("vaccine-registry");

let exchange: Exchange;
let browser: Browser;
let context: BrowserContext;
let start: Page;
let sponsor: Page;
let wallet: Page;
/** What the newcomer wrote down at the clinic. */
let born: { birthDate: string; sex: "female" | "male" };
let record: string;

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser()];
  context = await browser.newContext({ acceptDownloads: true, locale: "en-GB" });
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: exchange.url });
  start = await context.newPage();
  await start.goto(exchange.url);
}, SLOW_MS);
afterAll(async () => {
  await browser?.close();
  await exchange?.stop();
});

const panelOf = (page: Page) => page.getByRole("complementary", { name: "Guided tour" });

/** Waits until the panel has seen that the step before is done, and asks for this one. */
async function isAt(number: number, page = start): Promise<void> {
  await page.bringToFront();
  const name = `Step ${number} of ${STEPS.length}: ${STEPS[number - 1]!.title}`;
  await panelOf(page).getByRole("heading", { name }).waitFor();
}

/** Follows the panel to a place: a tab of its own. */
async function goTo(place: string): Promise<Page> {
  const [page] = await Promise.all([
    context.waitForEvent("page"),
    panelOf(start)
      .getByRole("link", { name: `Open the place: ${place}` })
      .click(),
  ]);
  return page;
}

/** A tab that is open already is opened anew. */
async function goBackTo(page: Page, place: string): Promise<void> {
  await Promise.all([
    page.waitForEvent("load"),
    panelOf(start)
      .getByRole("link", { name: `Open the place: ${place}` })
      .click(),
  ]);
}

/** What the page copies when it is asked to. */
async function copied(page: Page): Promise<string> {
  await page.bringToFront();
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  await page.getByRole("button", { name: "Copied", exact: true }).waitFor();
  return await page.evaluate(() => navigator.clipboard.readText());
}

/** "12 Apr 1961" as a date field takes it. */
const isoOf = (day: string) => new Date(`${day} UTC`).toISOString().slice(0, 10);

/** One of the answers to a question. */
const choice = (page: Page, question: string | RegExp, answer: string) =>
  page
    .getByRole("radiogroup", { name: question })
    .getByRole("radio", { name: answer, exact: true });

const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name }).click();

describe("the tour of an empty exchange", () => {
  test("is offered on the start page, and begins with the organisations", async () => {
    expect((await exchange.api.accreditations()).map(({ role }) => role)).toEqual(["governance"]);
    await press(start, "Take the tour");
    await isAt(1);
    expect(await findBarriersInBoth(start)).toEqual([]);
    await shoot(start, "tour-first");
    await press(start, "Accredit them");
    await isAt(2);
    const roles = (await exchange.api.accreditations()).map(({ role }) => role);
    expect(roles.sort()).toEqual(["board", "clinic", "governance", "sponsor"]);
  });

  test("has the sponsor publish a trial", async () => {
    sponsor = await goTo("Sponsor console");
    const page = sponsor;
    await isAt(2, page);
    await panelOf(page).getByText("You are in the right place.").waitFor();
    await signIn(page, "sponsor");
    await page.getByRole("link", { name: "New trial" }).click();
    await press(page, "Use “Vaccine registry”");
    await page.getByRole("tab", { name: /^Sites/ }).click();
    await choose(page, "Signing address of site 1", "site-1");
    await choose(page, "Ethics board that reviews the trial", /Sample Ethics Board/);
    await shoot(page, "tour-sponsor");
    await press(page, "Review and publish");
    await press(page, "Compute terms and digest");
    await press(page, "Sign and publish");
    await isAt(3);
  });

  test("has the board approve it", async () => {
    const page = await goTo("Ethics board");
    await signIn(page, "board");
    await page.getByRole("link", { name: TRIAL.title }).click();
    await press(page, "Approve version 1…");
    await press(page, "Sign the approval");
    await isAt(4);
    expect((await exchange.api.trial(TOUR_TRIAL)).status).toBe("active");
  });

  test("makes a wallet, whose code is copied", async () => {
    wallet = await goTo("Patient wallet");
    await makeWallet(wallet, exchange.url);
    await wallet.getByRole("link", { name: "My code for the clinic" }).click();
    expect(await findBarriersInBoth(wallet)).toEqual([]);
    expect(await copied(wallet)).toMatch(/^czid1/);
    await panelOf(wallet).getByRole("button", { name: "I have copied it" }).click();
    await isAt(5);
  });

  test("has the clinic attest a made-up chart", async () => {
    const code = await copied(wallet);
    const page = await goTo("Clinic desk");
    await signIn(page, "clinic-1");
    await press(page, "Try it with a made-up chart");
    const chart = page.getByRole("list", { name: "Patients" }).getByRole("link");
    await chart.waitFor();
    await chart.click();
    await beginRoster(page);
    await page.getByLabel("Identity code from the patient's wallet").fill(code);
    await press(page, "Use this");
    await page.getByLabel("Identity document you checked").fill(DOCUMENT);
    const line = await page
      .getByText(/, (fe)?male$/)
      .first()
      .textContent();
    const [day, sex] = line!.split(", ");
    // Noted as a person would, from what the page shows.
    born = { birthDate: isoOf(day!), sex: sex as "female" | "male" };
    await shoot(page, "tour-clinic");
    await page.getByRole("button", { name: "Attest", exact: true }).click();
    await page.getByText("Not in the registry yet").waitFor();
    await page.getByRole("link", { name: /^Anchor and hand over/ }).click();
    await press(page, "Anchor 1 record");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      press(page, /^Save the file/),
    ]);
    record = readFileSync(await download.path(), "utf8");
    await isAt(6);
  });

  test("takes the record home, proves that it fits, and consents", async () => {
    await isAt(6, wallet);
    await takeRecord(wallet, record);
    await sees(wallet, "The record is in your wallet");
    await openTrialPage(wallet, TRIAL.title);
    await press(wallet, "Yes: prove that I fit");
    await sees(wallet, "You have shown that you fit");
    const consent = wallet.getByRole("button", { name: "I have read this, and I consent" });
    await consent.waitFor();
    for (const { label, required } of TRIAL.consentForm.permissions) {
      if (required) await wallet.getByRole("checkbox", { name: label }).check();
    }
    for (const { question, answers, right } of TRIAL.information?.questions ?? []) {
      await choice(wallet, question, answers[right]!).check();
    }
    await choice(wallet, /short questionnaire/, "Yes").check();
    await consent.click();
    await sendNow(wallet);
    await isAt(7);
  });

  test("has the sponsor enroll a pseudonym", async () => {
    await goBackTo(sponsor, "Sponsor console");
    await signIn(sponsor, "sponsor");
    await sponsor.getByRole("link", { name: TOUR_TRIAL }).first().click();
    await sponsor.getByRole("link", { name: "Participants", exact: true }).click();
    await sponsor.getByRole("checkbox", { name: /^Choose / }).check();
    await press(sponsor, "Enroll 1 chosen");
    await sponsor.getByRole("dialog").getByRole("button", { name: "Enroll", exact: true }).click();
    await isAt(8);
  });

  test("ends at the site, with a participant on study", async () => {
    const site = await goTo("Site desk");
    await signIn(site, "site-1");
    await site.getByRole("link", { name: TRIAL.title }).click();
    await site.getByRole("link", { name: "Somebody arrives" }).click();
    await press(site, "Make a challenge");
    const challenge = await copied(site);
    await visit(wallet, "Studies");
    await wallet.getByRole("link", { name: TRIAL.title }).click();
    await wallet.getByRole("link", { name: "Check in at the site" }).click();
    await wallet.getByLabel("The site's code").fill(challenge);
    await press(wallet, "Use this");
    await wallet.getByLabel("Your identity document").fill(DOCUMENT);
    await press(wallet, "Make my answer");
    await sees(wallet, "Show this to the site");
    await giveAnswer(site, await copied(wallet));
    await checkPerson(site, { ...born, document: DOCUMENT });
    await site.getByRole("heading", { name: "Everything holds" }).waitFor();
    await choice(site, /^Temperature/, "No").check();
    await shoot(site, "tour-site");
    await press(site, "Sign the arrival");
    await panelOf(start).getByText("A participant is on study.").waitFor();
    expect(await findBarriersInBoth(start)).toEqual([]);
    await shoot(start, "tour-last");
    const { state } = (await exchange.api.participants(TOUR_TRIAL))[0]!;
    expect(state).toBe("on-study");
  });

  test("goes away when it is ended, on every page", async () => {
    await panelOf(start).getByRole("button", { name: "End the tour" }).last().click();
    await expect.poll(() => panelOf(wallet).count()).toBe(0);
    await start.getByRole("button", { name: "Take the tour" }).waitFor();
  });
});
