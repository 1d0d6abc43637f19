// The ethics board at its limits, on a real chain: each word that changed, a phone, expiry, a text published falsely.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hashDocument, termsForContract, trialIdOf } from "../../circuits/statement/trial/trial.ts";
import type { TrialFile } from "../../circuits/statement/trial/trialFile.ts";
import { act } from "../../client/actor/actor.ts";
import { accredit } from "../../client/governance/accredit.ts";
import type { Cast } from "../../client/journey/setting.ts";
import { amendTrial, publishTrial } from "../../client/sponsor/publish.ts";
import { draftTrialDocument, termsOf, writeTrialDocument } from "../../client/trial/document.ts";
import { downloadTrial, reviewTrial } from "../../client/trial/review.ts";
import { KEYS } from "../support/chain.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { CAST, type Exchange, exampleTrial, openExchange, setScene } from "./exchange.ts";
import { signInAt } from "./openPlace.ts";

const MARKUP = '<img src=x onerror="document.title=1"><script>document.title=1</script>';
const KEY = "the board's own passphrase";
const SIGNERS = { 1: CAST["site-1"].address };
const PROTOCOL = "CZ-VAX-004";
const DAY_SECONDS = 86_400;

let exchange: Exchange;
let browser: Browser;
let cast: Cast;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser()];
  cast = await setScene(exchange, trialWith({ title: `Registry ${MARKUP}` }));
  page = await browser.newPage();
  page.on("pageerror", (problem) => complaints.push(problem.message));
  page.on("console", (message) => {
    if (/Content.Security|Trusted/i.test(message.text())) complaints.push(message.text());
  });
  await open("/board");
});
afterAll(async () => {
  await browser?.close();
  await exchange?.stop();
});

function trialWith(change: Partial<TrialFile>): TrialFile {
  return { ...exampleTrial("vaccine-registry"), ...change };
}

/** The second version: one criterion more, one less, one changed, another form. */
function amended(): TrialFile {
  const trial = trialWith({ title: `Registry ${MARKUP}`, capacity: 400 });
  const [first, second, ...rest] = trial.criteria.exclusion;
  return {
    ...trial,
    criteria: {
      ...trial.criteria,
      inclusion: [
        ...trial.criteria.inclusion,
        { id: "I3", label: "Lives nearby", ...attested("nearby", "I live within an hour.") },
      ],
      exclusion: [{ ...first!, within: "9 months" } as typeof second & object, ...rest],
    },
    consentForm: {
      ...trial.consentForm,
      version: 2,
      text: trial.consentForm.text.replace("voluntary", `entirely voluntary ${MARKUP}`),
    },
    requires: { reconsent: true, rescreening: false },
  };
}

function attested(id: string, text: string) {
  return { attestation: { id, text, by: "patient" as const, when: "consent" as const } };
}

const open = (path: string) => signInAt(page, `${exchange.url}${path}`, "board");

const heading = (name: string | RegExp) => page.getByRole("heading", { name }).first();
const button = (name: string | RegExp) => page.getByRole("button", { name });

describe("the ethics board", () => {
  test("sees its trials, and that nothing waits", async () => {
    await heading("Nothing to do").waitFor();
    expect(await page.getByText("Version 1 approved until").count()).toBe(1);
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("reads a version recomputed from its text, with who vouches for what", async () => {
    await page.getByRole("link", { name: /Registry/ }).click();
    await heading("Fingerprint").waitFor();
    const kinds = ["Proven by the record", "Attested by the patient", "Attested by the site"];
    for (const kind of kinds) expect(await page.getByText(kind).count()).toBeGreaterThan(0);
    const asked = page.getByRole("region", { name: "What it asks of people" });
    await asked.getByText("One season, about eight months.").waitFor();
    await asked.getByText("Yes, at any time and without giving a reason (right)").waitFor();
    for (const part of ["What a yes reveals", "Consent form", "Places and sites"]) {
      expect(await page.getByRole("region", { name: part }).count()).toBe(1);
    }
    expect(await page.getByText("Health Office").count()).toBeGreaterThan(0);
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("shows markup in a title as text", async () => {
    expect(await heading(/Registry/).textContent()).toContain(MARKUP);
    expect(await page.title()).toBe("Ethics board · Cohort Zero");
    expect(await page.locator("img[src=x]").count()).toBe(0);
  });

  test("finds an amendment that waits, and what it changes", async () => {
    await amendTrial(cast.sponsor, { trial: amended(), siteSigners: SIGNERS });
    await open("/board");
    await page.getByText("Version 2, an amendment, is waiting for approval").waitFor();
    await page.getByRole("link", { name: /Registry/ }).click();
    await page.getByRole("link", { name: "What changed" }).click();
    await page.getByText(/differences from version 1/).waitFor();
    const cards = (is: string) => page.locator(`[data-change="${is}"]`);
    expect(await cards("added").filter({ hasText: "Inclusion I3" }).count()).toBe(1);
    expect(await cards("removed").filter({ hasText: "Exclusion E2" }).count()).toBe(1);
    const changed = cards("changed").filter({ hasText: "Exclusion E1" });
    expect(await changed.locator("del").allTextContents()).toContain("6");
    expect(await changed.locator("ins").allTextContents()).toContain("9");
    const form = cards("changed").filter({ hasText: "entirely" });
    expect(await form.locator("ins").first().textContent()).toContain("entirely");
    expect(await page.locator("img[src=x]").count()).toBe(0);
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("stacks the two sides on a phone", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const sides = page.locator('[data-change="changed"]').first().locator("p + div");
    const [before, after] = [await sides.nth(0).boundingBox(), await sides.nth(1).boundingBox()];
    expect(after!.y).toBeGreaterThanOrEqual(before!.y + before!.height);
    const { scrollWidth, clientWidth } = await page.evaluate(() => ({
      scrollWidth: document.documentElement.scrollWidth,
      clientWidth: document.documentElement.clientWidth,
    }));
    expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  test("approves exactly that, by keyboard, for as long as it says", async () => {
    await page.getByLabel("Valid for").fill("0");
    expect(await button("Approve version 2…").isDisabled()).toBe(true);
    await page.getByLabel("Valid for").fill("30");
    await button("Approve version 2…").focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Digest").waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Sign the approval" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("Version 2 in force").waitFor();
    const state = await exchange.api.publicState(trialIdOf(PROTOCOL));
    const { chainTime } = await exchange.api.deployment();
    const days =
      (state.versions.find((v) => v.version === 2)!.approvedUntil! - chainTime) / DAY_SECONDS;
    expect(state.currentVersion).toBe(2);
    expect(Math.round(days)).toBe(30);
  });

  test("cannot approve a version that was replaced", async () => {
    await page.getByRole("link", { name: "Version 1", exact: true }).click();
    await page.getByText("A newer version replaced this one").waitFor();
    expect(await button(/^Approve/).count()).toBe(0);
  });

  test("suspends a trial, which then refuses everybody, and resumes it", async () => {
    const review = async () =>
      reviewTrial({ downloads: await downloadTrial(exchange.api, PROTOCOL) });
    await button("Suspend the trial…").click();
    await page.getByLabel("Why you suspend it").fill("To look into it.");
    await page.getByRole("dialog").getByRole("button", { name: "Suspend the trial" }).click();
    await button("Resume the trial…").waitFor();
    await expect(review()).rejects.toMatchObject({ code: "TrialOnHold" });
    await button("Resume the trial…").click();
    await page.getByRole("dialog").getByRole("button", { name: "Resume the trial" }).click();
    await button("Suspend the trial…").waitFor();
    expect((await review()).version.version).toBe(2);
  });

  test("is told that an approval has expired, and renews it", async () => {
    const { provider } = exchange.chain;
    await provider.send("evm_increaseTime", [31 * DAY_SECONDS]);
    await provider.send("evm_mine", []);
    const { approvedUntil } = (await exchange.api.publicState(trialIdOf(PROTOCOL))).versions[1]!;
    const now = async () => (await exchange.api.deployment()).chainTime;
    await expect.poll(now, { timeout: 60_000 }).toBeGreaterThan(approvedUntil!);
    await open(`/board/${PROTOCOL}/2`);
    await heading("Fingerprint").waitFor();
    await page.getByText("Approval expired").waitFor();
    await button("Approve again…").click();
    await button("Sign the approval").click();
    await page.getByText(/Version 2 approved until/).waitFor();
  });
});

describe("a text that cannot be believed", () => {
  test("is neither shown nor approved when it differs from the chain's", async () => {
    const { sponsor } = cast;
    const document = draftTrialDocument({ trial: amended(), today: exchange.today });
    const other = { ...document, trial: trialWith({ capacity: 3, title: "Another trial" }) };
    const published = writeTrialDocument(other);
    const terms = termsOf({
      document,
      published: writeTrialDocument(document),
      isSealed: false,
      siteSigners: SIGNERS,
    });
    await sponsor.api.uploadDocument({ content: published, mediaType: "application/json" });
    const changed = { ...terms, documentHash: hashDocument(published) };
    await act(sponsor, "TrialRegistry", "publishVersion", [
      trialIdOf(PROTOCOL),
      termsForContract(changed),
    ]);
    await open(`/board/${PROTOCOL}/3`);
    await page.getByText("This text is not what the chain holds").waitFor();
    expect(await page.getByText("Another trial").count()).toBe(0);
    expect(await button(/^Approve/).count()).toBe(0);
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("needs a key when it is sealed, and a wrong one is refused", async () => {
    const trial = trialWith({ protocolNumber: "CZ-SEALED-1", title: "A sealed registry" });
    const board = cast.board.address;
    await publishTrial(cast.sponsor, { trial, siteSigners: SIGNERS, board, sealWith: KEY });
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url() + (request.postData() ?? "")));
    await open("/board/CZ-SEALED-1/1");
    await page.getByLabel("Key of the text").fill("wrong");
    await button("Open it").click();
    await page.getByRole("alert").waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await page.getByLabel("Key of the text").fill(KEY);
    await page.keyboard.press("Enter");
    await heading("A sealed registry").waitFor();
    await button("Approve version 1…").waitFor();
    expect(requests.filter((sent) => sent.includes(KEY))).toEqual([]);
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, location.href]));
    expect(kept).not.toContain(KEY);
  });

  test("of another board's trial can be read, and decided by nobody here", async () => {
    const { address: board } = KEYS.stranger;
    await accredit(cast.governance, { role: "board", account: board, name: "Another Board" });
    const trial = trialWith({ protocolNumber: "CZ-OTHER-1" });
    await publishTrial(cast.sponsor, { trial, siteSigners: SIGNERS, board });
    await open("/board/CZ-OTHER-1/1");
    await page.getByText("Not your trial").waitFor();
    await heading("Fingerprint").waitFor();
    expect(await button(/^(Approve|Suspend)/).count()).toBe(0);
    await page.getByRole("link", { name: "All trials" }).click();
    await heading("Trials for your review").waitFor();
    await page.getByRole("link", { name: /Sealed/ }).waitFor();
    expect(await page.getByText("CZ-OTHER-1").count()).toBe(0);
  });

  test("of a version or trial that does not exist is said to be unknown", async () => {
    await open(`/board/${PROTOCOL}/9`);
    await page.getByText(/no such version/).waitFor();
    await open("/board/CZ-NOWHERE/1");
    await page.getByText(/no trial has this id/i).waitFor();
    expect(complaints).toEqual([]);
  });
});
