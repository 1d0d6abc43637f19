// A legal representative consents for an adult, in two wallets: the person's asks, the representative's own signs.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TrialFile } from "../../circuits/statement/trial/trialFile.ts";
import { localArtifacts } from "../../client/artifacts/artifacts.node.ts";
import { readBundle } from "../../client/clinic/read/bundle.ts";
import { attestAll, join, type Patient } from "../../client/journey/patient.ts";
import { createWallet, sealWallet } from "../../client/patient/wallet.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { type Exchange, exampleTrial, openExchange, setScene } from "./exchange.ts";
import {
  answerQuestions,
  atHeading,
  choice,
  makeWallet,
  openTrialPage,
  PASSPHRASE,
  SLOW_MS,
  sees,
  visit,
} from "./wallet.ts";

const EXAMPLE = exampleTrial("vaccine-registry");
const TRIAL: TrialFile = {
  ...EXAMPLE,
  consentForm: { ...EXAMPLE.consentForm, representation: { adults: true } },
};
const { protocolNumber, title } = TRIAL;
const HOUR_SECONDS = 3_600;

let exchange: Exchange;
let browser: Browser;
/** The person's browser, and the representative's. */
let page: Page;
let other: Page;
let request = "";

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser()];
  const { api, today } = exchange;
  const cast = await setScene(exchange, TRIAL);
  const source = readBundle(exchange.bundle(0), "bundle.json");
  const patient: Patient = { name: "Ann", source, wallet: createWallet(), document: "P X12345" };
  await attestAll(cast.clinics[0]!, [patient], { issuedDay: today });
  const visiting = { api, artifacts: localArtifacts(), protocolNumber, say: () => {} };
  await join(patient, visiting, TRIAL.sites[0]!.id);
  // The chain takes one grant an hour.
  await exchange.chain.provider.send("evm_increaseTime", [HOUR_SECONDS]);
  await exchange.chain.provider.send("evm_mine", []);
  const sealed = await sealWallet({ wallet: patient.wallet, passphrase: PASSPHRASE });
  page = await (await browser.newContext()).newPage();
  other = await (await browser.newContext()).newPage();
  await page.goto(`${exchange.url}/wallet`);
  const upload = { name: "ann.age", mimeType: "application/octet-stream" };
  await page.locator("input[type=file]").setInputFiles({ ...upload, buffer: Buffer.from(sealed) });
  await page.getByLabel("Passphrase of the file").fill(PASSPHRASE);
  await page.getByRole("button", { name: "Restore it" }).click();
  await atHeading(page, "My wallet");
  await makeWallet(other, exchange.url);
}, SLOW_MS);
afterAll(async () => {
  await browser?.close();
  await exchange?.stop();
});

async function choose(label: string, option: string): Promise<void> {
  await page.getByRole("combobox", { name: label }).click();
  await page.getByRole("option", { name: option }).click();
}

/** On the page on which a wallet's person consents for somebody else. */
async function sign(where: Page): Promise<string> {
  await visit(where, "Settings");
  await where.getByRole("link", { name: "Read and sign a request" }).click();
  await atHeading(where, "Consent for somebody");
  await where.getByLabel("Request", { exact: true }).fill("not a request");
  await sees(where, "This is not a request. Copy all of it.");
  await where.getByLabel("Request", { exact: true }).fill(request);
  await sees(where, protocolNumber);
  await where.getByRole("button", { name: /I consent for this person/ }).click();
  await sees(where, "Signed. Send this back to the other wallet");
  expect(await findBarriersInBoth(where)).toEqual([]);
  return await where.getByLabel("Your signature").inputValue();
}

/** The form as it is to be signed by a representative, up to the request. */
async function ask(): Promise<void> {
  await openTrialPage(page, title);
  await page.getByRole("button", { name: "Change what I allow" }).click();
  await choice(page, /short questionnaire/, "Yes").check();
  await answerQuestions(page, TRIAL);
  await choose("Who consents", "I consent as the legal representative");
  await choose("The representative is", "Holder of a power of attorney for an adult's health care");
  await page.getByRole("button", { name: "Make a request for the representative" }).click();
  request = await page.getByLabel("Request", { exact: true }).inputValue();
}

describe("a consent for somebody else", () => {
  test("is in the form that one reads", async () => {
    await openTrialPage(page, title);
    await sees(page, "For an adult who cannot decide, their legal representative consents.");
  });

  test("is not signed without the representative, nor by the person under another name", async () => {
    await ask();
    const button = page.getByRole("button", { name: "Consent to this instead" });
    expect(await button.isDisabled()).toBe(true);
    expect(await findBarriersInBoth(page)).toEqual([]);
    const own = await sign(page);
    await ask();
    await page.getByLabel("What the representative sent back").fill(own);
    await page.getByRole("button", { name: "Use this signature" }).click();
    await sees(page, "A representative's signature is needed");
    expect(await button.isDisabled()).toBe(true);
  });

  test("is signed in the representative's wallet, and says on the chain who gave it", async () => {
    const signed = await sign(other);
    await page.getByLabel("What the representative sent back").fill(signed);
    await page.getByRole("button", { name: "Use this signature" }).click();
    await sees(page, "The representative has signed for what is ticked above.");
    await page.getByRole("button", { name: "Consent to this instead" }).click();
    await page.getByRole("button", { name: "Change what I allow" }).waitFor({ timeout: SLOW_MS });
    await expect.poll(async () => (await lastConsent()).givenBy, { timeout: SLOW_MS }).toBe(2);
    const end = new Date((await lastConsent()).validUntil * 1000);
    expect([end.getUTCDate(), end.getUTCMonth() % 3]).toEqual([1, 0]);
  });
});

async function lastConsent() {
  const events = await exchange.api.trialEvents(protocolNumber);
  const { statement } = events.findLast(({ name }) => name === "Consented")!.arguments;
  const { givenBy, validUntil } = JSON.parse(statement!);
  return { givenBy: Number(givenBy), validUntil: Number(validUntil) };
}
