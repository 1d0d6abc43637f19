// The wallet in German and Spanish, as a patient goes: from the first page to the copy of a consent whose form was read in
// that language. And with words that run from right to left.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { languageRead } from "../../circuits/statement/trial/formLanguages.ts";
import { trialIdOf } from "../../circuits/statement/trial/trial.ts";
import type { TrialFile } from "../../circuits/statement/trial/trialFile.ts";
import type { Cast } from "../../client/journey/setting.ts";
import { hashFormIn } from "../../client/trial/document.ts";
import { formatLanguage } from "../../client/web/shared/format.ts";
import { speak, t } from "../../client/web/shared/language.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { type Exchange, exampleTrial, openExchange, setScene } from "./exchange.ts";
import { shoot } from "./sponsorPage.ts";
import {
  answerQuestions,
  atHeading,
  choice,
  issueRecord,
  makeWallet,
  PASSPHRASE,
  SLOW_MS,
  sees,
} from "./wallet.ts";

const english = exampleTrial("vaccine-registry");
const labels = (words: string) =>
  Object.fromEntries(english.consentForm.permissions.map(({ id }) => [id, `${words}: ${id}`]));
const TRIAL: TrialFile = {
  ...english,
  consentForm: {
    ...english.consentForm,
    translations: {
      de: { title: "Teilnahme", text: "Ich nehme teil.", permissions: labels("Ich erlaube") },
      es: { title: "Participación", text: "Yo participo.", permissions: labels("Permito") },
    },
  },
};
const { protocolNumber, title, consentForm } = TRIAL;

let exchange: Exchange;
let browser: Browser;
let cast: Cast;

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser()];
  cast = await setScene(exchange, TRIAL);
}, SLOW_MS);
afterAll(async () => {
  await speak("en");
  await browser?.close();
  await exchange?.stop();
});

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const follow = (page: Page, name: string) =>
  page.getByRole("link", { name, exact: true }).first().click();
const langOf = (page: Page) => page.evaluate(() => document.documentElement.lang);

/** On the first page, in English until then. */
async function chooses(page: Page, language: string): Promise<void> {
  await page.goto(`${exchange.url}/wallet`);
  const own = formatLanguage(language, language);
  const label = `${own.slice(0, 1).toUpperCase()}${own.slice(1)}`;
  await page.getByRole("combobox", { name: "Language" }).selectOption({ label });
  await speak(language);
  await atHeading(page, t("Your wallet"));
  expect(await langOf(page)).toBe(language);
}

describe.each([
  { language: "de", index: 0 },
  { language: "es", index: 2 },
])("a patient who reads $language", ({ language, index }) => {
  let page: Page;
  beforeAll(async () => {
    page = await (await browser.newContext()).newPage();
  });

  test("chooses it on the first page, and makes a wallet", async () => {
    await chooses(page, language);
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, `welcome-${language}`);
    const label = t("Passphrase");
    await page.getByLabel(label, { exact: true }).fill(PASSPHRASE);
    await page.getByLabel(t("{{label}} again", { label })).fill(PASSPHRASE);
    await press(page, t("Make my wallet"));
    await atHeading(page, t("My wallet"));
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, `overview-${language}`);
  });

  test("finds it kept on the device, with the lock and after it", async () => {
    await page.reload();
    await page.getByRole("heading", { name: t("Unlock your wallet") }).waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await page.getByLabel(t("Passphrase"), { exact: true }).fill(PASSPHRASE);
    await press(page, t("Unlock"));
    await atHeading(page, t("My wallet"));
    expect(await langOf(page)).toBe(language);
  });

  test("takes a record in", async () => {
    await follow(page, t("My code for the clinic"));
    const code = (await page.getByTestId("clinic-code").textContent())!.trim();
    const record = await issueRecord({ exchange, cast, code, index });
    await follow(page, t("Overview"));
    await follow(page, t("Add a record"));
    await page.getByLabel(t("The record from your clinic")).fill(record);
    await press(page, t("Use this"));
    await sees(page, t("The record is in your wallet"));
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("reads the form in it, and proves", async () => {
    await follow(page, t("Studies"));
    await sees(page, t("Fits you"));
    await page.getByRole("link", { name: title }).click();
    await atHeading(page, title);
    const form = page.getByRole("region", { name: t("The consent form, to read") });
    const { text } = consentForm.translations![language]!;
    await form.getByText(text).waitFor();
    expect(await form.getByText(text).getAttribute("lang")).toBe(language);
    expect(await form.getByText(consentForm.text).count()).toBe(0);
    await shoot(page, `study-${language}`);
    expect(await findBarriersInBoth(page)).toEqual([]);
    await press(page, t("Yes: prove that I fit"));
    await sees(page, t("You have shown that you fit"));
  });

  test("consents, and the chain says which language was read", async () => {
    const words = consentForm.translations![language]!;
    for (const { id, required } of consentForm.permissions) {
      if (required) await page.getByRole("checkbox", { name: words.permissions[id]! }).check();
    }
    await answerQuestions(page, TRIAL);
    await choice(page, /short questionnaire/, t("Yes")).check();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, `form-${language}`);
    await press(page, t("I have read this, and I consent"));
    await press(page, t("Send it now"));
    await sees(
      page,
      t("You have consented. The sponsor enrolls you next; there is nothing for you to do."),
    );
    const people = await exchange.api.participants(protocolNumber);
    const read = people.map(({ consent }) => languageRead(consentForm, consent!.permissions));
    expect(read).toContain(language);
    expect((await exchange.api.publicState(trialIdOf(protocolNumber))).participants).toHaveLength(
      people.length,
    );
  });

  test("finds in the copy which text it was, with its hash", async () => {
    await page
      .getByRole("link", { name: t("Your copy of the consent, to print or to save") })
      .click();
    await atHeading(page, t("Your consent"));
    await sees(page, hashFormIn(consentForm, language));
    await sees(page, consentForm.translations![language]!.text);
    await sees(page, formatLanguage(language, language));
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, `copy-${language}`);
  });

  test("changes it in the settings, at once", async () => {
    await follow(page, t("Settings"));
    expect(await findBarriersInBoth(page)).toEqual([]);
    await page.getByRole("combobox", { name: t("Language") }).selectOption({ label: "English" });
    await atHeading(page, "Settings");
    expect(await langOf(page)).toBe("en");
  });
});

describe("words that run from right to left", () => {
  test("turn the pages round, and nothing sticks out or becomes unusable", async () => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
    await context.addInitScript(() => localStorage.setItem("cohort-zero/language", "ar-XB"));
    const page = await context.newPage();
    await makeWallet(page, exchange.url);
    const ways = () =>
      page.evaluate(() => {
        const root = document.documentElement;
        return { dir: root.dir, way: getComputedStyle(document.querySelector("h1")!).direction };
      });
    expect(await ways()).toEqual({ dir: "rtl", way: "rtl" });
    for (const name of ["Overview", "Studies", "Settings"]) {
      await page.getByRole("navigation", { name: "Wallet" }).getByRole("link", { name }).click();
      await page.locator("h1").waitFor();
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(over).toBeLessThanOrEqual(0);
      expect(await findBarriersInBoth(page)).toEqual([]);
      await shoot(page, `rtl-${name}`);
    }
    await context.close();
  });
});
