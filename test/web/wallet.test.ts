// A patient's whole way in a real browser with the real keys, clinic, sponsor and site acting through the library; and
// what the browser sent and kept meanwhile.
import { readFileSync } from "node:fs";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { trialIdOf } from "../../circuits/statement/trial/trial.ts";
import type { Cast } from "../../client/journey/setting.ts";
import {
  deriveRecordSecret,
  identityCodeOf,
  screeningNullifier,
} from "../../client/patient/derive.ts";
import { findSelf } from "../../client/patient/self.ts";
import { unsealWallet, type Wallet } from "../../client/patient/wallet.ts";
import { enroll, enrollable } from "../../client/sponsor/enroll.ts";
import { downloadTrial, placeOf } from "../../client/trial/review.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { type Exchange, exampleTrial, openExchange, setScene } from "./exchange.ts";
import { sitAtDesk } from "./siteDesk.ts";
import {
  atHeading,
  DOCUMENT,
  foundIn,
  issueRecord,
  makeWallet,
  openTrialPage,
  PASSPHRASE,
  readCode,
  readStorage,
  recordRequests,
  reloadsHalfTicked,
  restoreWallet,
  type Sent,
  SLOW_MS,
  sees,
  sendNow,
  takeRecord,
  textsOf,
  unlock,
  visit,
} from "./wallet.ts";
import { takesByCode } from "./walletByCode.ts";
import { answersWrongAndRight, findsCopy, readsFirst, seesNextStep } from "./walletReading.ts";

const TRIAL = exampleTrial("vaccine-registry");
const { protocolNumber, title } = TRIAL;
const trialId = trialIdOf(protocolNumber);
/** This made-up patient fits. */
const INDEX = 0;

let exchange: Exchange;
let browser: Browser;
let cast: Cast;
let context: BrowserContext;
let page: Page;
let sent: Sent[];
/** How many requests had been made when the patient said yes. */
let before = 0;
let recovery: Uint8Array;
let wallet: Wallet;

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser()];
  cast = await setScene(exchange, TRIAL);
  context = await browser.newContext();
  sent = recordRequests(context);
  page = await context.newPage();
}, SLOW_MS);
afterAll(async () => {
  await browser?.close();
  await exchange?.stop();
});

describe("a patient's way", () => {
  test("begins with a wallet, whose code goes to the clinic", async () => {
    await makeWallet(page, exchange.url);
    expect(await findBarriersInBoth(page)).toEqual([]);
    expect(await readCode(page)).toMatch(/^czid1( [02-9a-z]{4,5}){22}$/);
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("refuses a record of another wallet, an unregistered one, and what is not a record", async () => {
    const code = await readCode(page);
    const of = { exchange, cast, index: INDEX };
    await takeRecord(
      page,
      await issueRecord({ ...of, code: await identityCodeOf(new Uint8Array(32)) }),
    );
    await sees(page, "This record was made for another wallet");
    await takeRecord(page, await issueRecord({ ...of, code, isAnchored: false }));
    await sees(page, "The clinic has not registered this record yet");
    await takeRecord(page, '{"format":"something"}');
    await sees(page, "This is not a valid clinic record");
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("imports the clinic's record and shows it in clinical words", async () => {
    const code = await readCode(page);
    const record = await issueRecord({ exchange, cast, code, index: INDEX });
    await takesByCode({ page, clinic: cast.clinics[0]!, record });
    await visit(page, "My record");
    await sees(page, "Registered: can be used");
    await page.getByRole("heading", { name: "North Clinic" }).waitFor();
    await page
      .getByRole("img", { name: /over time/ })
      .first()
      .waitFor();
    await page
      .getByRole("button", { name: /^Show the table of/ })
      .first()
      .click();
    await page.getByRole("table").first().waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await page.getByLabel("Search my record").fill("no such thing at all");
    await sees(page, "Nothing in your record matches.");
  });

  test("shows which criteria hold and what a yes would tell, before anything is proven", async () => {
    await visit(page, "Studies");
    await sees(page, "Fits you");
    expect(await findBarriersInBoth(page)).toEqual([]);
    await openTrialPage(page, title);
    await sees(page, "You meet everything that your record can show.");
    await page.getByRole("heading", { name: "What a yes would reveal" }).waitFor();
    await sees(page, "Asked in person");
    await sees(page, "Health Office");
    await readsFirst(page, TRIAL);
    expect(await findBarriersInBoth(page)).toEqual([]);
    await visit(page, "Overview");
    await sees(page, "Ready on this device");
  });

  test("saves a recovery file that the command line can open", async () => {
    await visit(page, "Settings");
    expect(await findBarriersInBoth(page)).toEqual([]);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save the recovery file" }).click(),
    ]);
    recovery = new Uint8Array(readFileSync(await download.path()));
    wallet = await unsealWallet({ bytes: recovery, passphrase: PASSPHRASE });
    expect(wallet.records).toHaveLength(1);
  });

  test("proves on this device, and then reads the consent form", async () => {
    before = sent.length;
    await openTrialPage(page, title);
    await page.getByRole("button", { name: "Yes: prove that I fit" }).click();
    await sees(page, "You have shown that you fit");
    expect((await exchange.api.publicState(trialId)).screenings).toHaveLength(1);
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("goes on from public state after a reload, with the form as far as it was filled in", async () => {
    await reloadsHalfTicked(page, TRIAL);
    await atHeading(page, title);
    await sees(page, "You have shown that you fit");
  });

  test("consents, each permission by itself, and sees what was agreed to", async () => {
    const consent = page.getByRole("button", { name: "I have read this, and I consent" });
    await consent.waitFor();
    for (const { label, required } of TRIAL.consentForm.permissions) {
      expect(await consent.isDisabled()).toBe(true);
      if (required) await page.getByRole("checkbox", { name: label }).check();
    }
    await answersWrongAndRight(page, TRIAL);
    await consent.click();
    await sees(page, "Your consent waits");
    await sees(page, /it can only be yours: anyone who watches/);
    await page.getByText("Your withdrawal code").waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    expect((await exchange.api.publicState(trialId)).participants).toEqual([]);
  });

  test("keeps a waiting consent while locked, and sends it when asked to", async () => {
    await page.getByRole("button", { name: "Lock", exact: true }).click();
    await unlock(page);
    await openTrialPage(page, title);
    await sendNow(page);
    await sees(page, "You have consented. The sponsor enrolls you next");
    await sees(page, "You consented to version 1");
    const history = page.getByRole("region", { name: "What happened" });
    await history.getByText("I take part in this study.").waitFor();
    await page.getByText("Your withdrawal code").waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("finds a dated copy of the consent, with the form and the signature's facts, to print", async () => {
    const [version] = (await exchange.api.publicState(trialId)).versions;
    await findsCopy(page, TRIAL, version!);
  });

  test("sees without a reload that the sponsor enrolled them", async () => {
    const pseudonyms = await enrollable(cast.sponsor, protocolNumber);
    await enroll(cast.sponsor, { protocolNumber, pseudonyms });
    await sees(page, "You were enrolled");
    await page.getByRole("link", { name: "Check in at the site" }).waitFor();
  });

  test("sees on the overview what comes next, and saves it to a calendar that names no study", async () => {
    await seesNextStep(page, TRIAL);
  });

  test("answers the site's code, and the site lets them in", async () => {
    const desk = await sitAtDesk({ exchange, cast, trial: TRIAL, index: INDEX });
    await page.getByRole("link", { name: "Check in at the site" }).click();
    await page.getByLabel("The site's code").fill(desk.challenge);
    await page.getByRole("button", { name: "Use this" }).click();
    await page.getByLabel("Your identity document").fill(DOCUMENT);
    expect(await findBarriersInBoth(page)).toEqual([]);
    await page.getByRole("button", { name: "Make my answer" }).click();
    await sees(page, "Show this to the site");
    await page.getByRole("img", { name: /Your answer to the site/ }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as a file" }).click(),
    ]);
    await desk.admit(readFileSync(await download.path(), "utf8"));
    await page.getByRole("link", { name: /back to the study/ }).click();
    await sees(page, "Your arrival was confirmed");
    await sees(page, "You take part in this study.");
  });

  test("withdraws in two clicks", async () => {
    await page.getByRole("button", { name: "Withdraw from the study" }).click();
    await page.getByRole("button", { name: "Yes, withdraw" }).click();
    await sees(page, "You withdrew");
    const { participants } = await exchange.api.publicState(trialId);
    expect(participants.map(({ state }) => state)).toEqual(["withdrawn"]);
  });
});

describe("what this browser sent and kept", () => {
  /** Numbers that would name the patient, and what nobody else may have. */
  async function identifiers() {
    const downloads = await downloadTrial(exchange.api, protocolNumber);
    const place = placeOf(downloads);
    const { pseudonym } = await findSelf({ wallet, place, state: downloads.state });
    const secret = await deriveRecordSecret(wallet.seed);
    const nullifier = await screeningNullifier({ seed: wallet.seed, scope: place.scope });
    const [{ record, commitment, idTagSalt }] = wallet.records as [Wallet["records"][number]];
    const secrets = [
      Buffer.from(wallet.seed).toString("hex"),
      Buffer.from(wallet.seed).toString("base64"),
      secret,
      record.identityCommitment,
      record.blinding,
      commitment,
      ...record.facts,
      idTagSalt!.slice(2),
      PASSPHRASE,
      DOCUMENT,
    ];
    const leaves = downloads.registry.leaves.map(({ value }) => value);
    return { secrets: textsOf(secrets), names: textsOf([pseudonym, nullifier, ...leaves]) };
  }

  test("holds no secret in any request, and no identifier before the patient said yes", async () => {
    const { secrets, names } = await identifiers();
    const all = JSON.stringify(sent);
    expect(all).toContain("/artifacts/eligibility-32.zkey");
    expect(foundIn(all, secrets)).toEqual([]);
    expect(foundIn(JSON.stringify(sent.slice(0, before)), names)).toEqual([]);
    // Afterwards only what is submitted names the participant: no address, no question.
    const questions = sent.filter(({ body }) => !body.includes("mutation"));
    expect(foundIn(JSON.stringify(questions), names)).toEqual([]);
    const acts = sent.flatMap(({ body }) => /mutation (\w+)/.exec(body)?.[1] ?? []);
    expect([acts.length, acts.filter((name) => name === "Take").length]).toEqual([5, 2]);
  });

  test("holds no secret in storage: not the seed, the birth date, the passphrase or a permission", async () => {
    const { secrets, names } = await identifiers();
    const storage = await readStorage(page);
    expect(storage).toContain("age-encryption.org");
    const plain = [
      "participate",
      "futureResearch",
      "cohort-zero/record",
      protocolNumber,
      "North Clinic",
    ];
    expect(foundIn(storage, [...secrets, ...names, ...plain])).toEqual([]);
  });
});

describe("another browser", () => {
  test("brings the wallet back from the recovery file and finds the participation in public state", async () => {
    const other = await browser.newContext();
    const restored = await other.newPage();
    await restoreWallet(restored, exchange.url, recovery);
    await atHeading(restored, "My wallet");
    // Whoever restored it has the file.
    expect(await restored.getByText("Save a recovery file").count()).toBe(0);
    await openTrialPage(restored, title);
    await sees(restored, "You withdrew");
    await other.close();
  });
});
