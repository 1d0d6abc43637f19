// What a trial collects, written in the sponsor's console: a collection of each source, a form out of a FHIR file, what is
// wrong by its place, the words that board and patients read, and the custodians who will hold the keys.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reviewVersion } from "../../client/board/approve.ts";
import { accredit } from "../../client/governance/accredit.ts";
import { testFolder } from "../support/server.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { CAST, type Exchange, openExchange } from "./exchange.ts";
import {
  choose,
  gatherPeople,
  menusClosed,
  openConsole,
  readFile,
  shoot,
  writeFile,
} from "./sponsorPage.ts";

const PROTOCOL = "CZ-VAX-004";
const CUSTODIANS = ["a1", "b2", "c3"].map((byte) => `0x${byte.repeat(20)}`);
const FORM = {
  resourceType: "Questionnaire",
  status: "active",
  meta: { versionId: "7" },
  title: "Visit",
  url: "urn:example:visit",
  version: "1",
  item: [
    { linkId: "pulse", type: "integer", text: "Pulse at rest, a minute", required: true },
    { linkId: "note", type: "text", text: "Anything else?" },
  ],
};
/** A photograph cannot be asked for. */
const WRONG = {
  ...FORM,
  item: [...FORM.item, { linkId: "photo", type: "attachment", text: "A photograph" }],
};

let exchange: Exchange;
let browser: Browser;
let page: Page;
let complaints: string[];
let folder: string;

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser()];
  const cast = await gatherPeople(exchange);
  for (const [i, account] of CUSTODIANS.entries()) {
    await accredit(cast.governance, { role: "custodian", account, name: `Trustee ${i + 1}` });
  }
  folder = testFolder();
  ({ page, complaints } = await openConsole(browser, exchange.url));
  await page.getByRole("link", { name: "New trial" }).click();
  await page.getByRole("button", { name: "Use “Vaccine registry”" }).click();
  await page.getByRole("tab", { name: /^Data/ }).click();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await exchange?.stop();
});

const card = (index: number): Locator => page.locator(`[data-path="collections[${index}]"]`);

async function addCollection(kind: string, title: string): Promise<void> {
  await menusClosed(page);
  await page.getByRole("button", { name: "Add a collection" }).click();
  await page.getByRole("menuitem", { name: kind }).click();
  // The new one is where one goes on.
  await page.locator(":focus").fill(title);
}

async function openForm(index: number, form: object): Promise<void> {
  const path = join(folder, "form.json");
  writeFileSync(path, JSON.stringify(form));
  const chooser = page.waitForEvent("filechooser");
  await card(index)
    .getByRole("button", { name: /^Open (a FHIR|another)/ })
    .click();
  await (await chooser).setFiles(path);
}

describe("the editor of collections", () => {
  test("adds facts of the record, which are compiled and told in words", async () => {
    await addCollection("Facts of the record", "Where you start from");
    await card(0).getByLabel("What it is for, in plain words").fill("To compare.");
    await card(0).getByRole("button", { name: "Add a fact" }).click();
    await expect.poll(() => card(0).textContent()).toMatch(/problem/);
    const fact = card(0).locator("[data-item=fact]").nth(1);
    await fact.getByRole("combobox", { name: "Concept" }).fill("type 2 diabetes");
    await page
      .getByRole("option", { name: /Type 2 diabetes/ })
      .first()
      .click();
    await expect.poll(() => card(0).textContent()).not.toMatch(/problem/);
    await page.getByRole("tab", { name: "Collected" }).click();
    const words = page.locator("[data-collection=record]");
    await expect.poll(() => words.textContent()).toMatch(/Sex, as the clinic recorded it/);
    expect(await words.textContent()).toMatch(/diabetes.*if it is on record/i);
  });

  test("opens a visit's form from a FHIR file, and says where one cannot be used", async () => {
    await addCollection("Form of a visit at the site", "Visit");
    await card(1).getByLabel("What it is for, in plain words").fill("To see how you are.");
    await card(1).getByLabel("Name of the visit").fill("First visit");
    await openForm(1, WRONG);
    await expect
      .poll(() => card(1).textContent())
      .toMatch(/item\[2\]\.type: .*Files are not asked/s);
    await openForm(1, FORM);
    await card(1)
      .getByText(/form\.json was opened\. Left out: meta\./)
      .waitFor();
    await expect.poll(() => card(1).textContent()).not.toMatch(/problem/);
    await card(1).getByText("Try it: Visit").click();
    await card(1).getByLabel("Pulse at rest, a minute").fill("61");
    await card(1).getByRole("button", { name: "See whether it is whole" }).click();
    await card(1).getByText("These answers could be deposited. Nothing was sent.").waitFor();
    await card(1).getByText("Try it: Visit").click();
  });

  test("adds questions to participants and readings of devices", async () => {
    await addCollection("Questions to the participant", "Your week");
    await card(2).getByLabel("What it is for, in plain words").fill("Only you know.");
    await openForm(2, { ...FORM, url: "urn:example:week", title: "Week" });
    await card(2).getByLabel("Times in all").fill("4");
    await addCollection("Readings of personal devices", "Pulse");
    await card(3).getByLabel("What it is for, in plain words").fill("To see your days.");
    await card(3).getByLabel("What is measured").fill("Heart rate");
    await card(3).getByLabel("LOINC code").fill("8867-4");
    await card(3).getByLabel("Unit").fill("/min");
    await card(3).getByLabel("Unit").press("Escape");
    const words = page.locator("[data-collection=device]");
    await expect.poll(() => words.textContent()).toMatch(/Heart rate, in \/min \(LOINC 8867-4\)/);
    expect(await page.locator("[data-collection=participant]").textContent()).toMatch(/4 times|4/);
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, "editor");
  });

  test("refuses facts that do not compile, by their place in the file", async () => {
    await page.getByRole("tab", { name: /^File/ }).click();
    const before = await readFile(page);
    await writeFile(page, (file) => {
      const changed = structuredClone(file) as { collections: { facts: object[] }[] };
      changed.collections[0]!.facts[1] = { show: "latest", condition: { concept: "asthma" } };
      return changed;
    });
    await expect.poll(() => page.getByText("collections[0].facts[1].show").count()).toBe(1);
    await expect
      .poll(() => page.getByRole("button", { name: "Review and publish" }).isDisabled())
      .toBe(true);
    await writeFile(page, () => before);
    await expect
      .poll(() => page.getByRole("button", { name: "Review and publish" }).isDisabled())
      .toBe(false);
  });
});

describe("publishing what collects data", () => {
  test("needs custodians, of those whom governance accredited", async () => {
    await page.getByRole("tab", { name: /^Sites/ }).click();
    await page
      .getByRole("combobox", { name: "Signing address of site 1" })
      .fill(CAST["site-1"].address);
    await choose(page, "Ethics board that reviews the trial", /Sample Ethics Board/);
    await page.getByRole("button", { name: "Review and publish" }).click();
    await page.getByText(/The trial collects data, and too few hold the keys/).waitFor();
    const compute = page.getByRole("button", { name: "Compute terms and digest" });
    expect(await compute.isDisabled()).toBe(true);
    const holders = page.getByRole("combobox", { name: "Who holds the keys" });
    await holders.click();
    for (const name of [/Trustee 1/, /Trustee 2/, /Trustee 3/]) {
      await page.getByRole("option", { name }).click();
    }
    await page.keyboard.press("Escape");
    await choose(page, "How many of them have to agree", "3");
    const collected = page.getByRole("region", { name: "What is collected" });
    await expect.poll(() => collected.textContent()).toMatch(/3 of 3 independent custodians/);
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, "publish");
    await compute.click();
  });

  test("publishes them with the collections, as the board reads it", async () => {
    await page.getByRole("button", { name: "Sign and publish" }).click();
    await page.getByRole("link", { name: "Go to the trial" }).waitFor();
    const { api } = exchange;
    const { document, version } = await reviewVersion({ api, protocolNumber: PROTOCOL });
    expect(version.terms).toMatchObject({ custodians: CUSTODIANS, custodianThreshold: 3 });
    expect(document.trial.collections?.map(({ source }) => source)).toEqual([
      ...["record", "site", "participant", "device"],
    ]);
    expect(document.trial.collections?.[1]).not.toHaveProperty("questionnaire.meta");
    expect(complaints).toEqual([]);
  });
});
