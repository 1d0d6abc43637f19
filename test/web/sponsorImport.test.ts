// A protocol of another format on the sponsor console: read in the page, compared, chosen from, made a draft.
import { fileURLToPath } from "node:url";
import type { Browser, FileChooser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { type Exchange, openExchange } from "./exchange.ts";
import { gatherPeople, openConsole, readFile } from "./sponsorPage.ts";

const STUDY = fileURLToPath(
  new URL("../vectors/protocols/clinicaltrials-heart-failure.json", import.meta.url),
);
const LVEF = "Inclusion 4";

let exchange: Exchange;
let browser: Browser;
let page: Page;
let complaints: string[];
const sent: string[] = [];

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser()];
  await gatherPeople(exchange);
  const heading = "New trial";
  ({ page, complaints } = await openConsole(browser, exchange.url, { path: "/new", heading }));
  page.on("request", (request) => sent.push(`${request.url()} ${request.postData() ?? ""}`));
});
afterAll(async () => {
  await browser?.close();
  await exchange?.stop();
});

/** Hands a file to the button, as a person would choose it. */
async function importFile(file: Parameters<FileChooser["setFiles"]>[0]): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Import a protocol" }).click();
  await (await chooser).setFiles(file);
}

const item = (name: string) => page.getByRole("listitem", { name, exact: true });

describe("a protocol imported on the sponsor console", () => {
  test("is refused by name when it is not a protocol", async () => {
    const buffer = Buffer.from('{"resourceType":"Bundle"}');
    await importFile({ name: "chart.json", mimeType: "application/json", buffer });
    await page
      .getByRole("alert")
      .getByText(/^Chart\.json: is not in a format/)
      .waitFor();
    await page.goBack();
  });

  test("lists each criterion with its source beside its meaning, and says what it covers", async () => {
    await importFile(STUDY);
    await page.getByRole("heading", { level: 1, name: /^Brinolast in Chronic/ }).waitFor();
    await page.getByText("17 criteria: 11 proven, 0 partly, 6 attested by people.").waitFor();
    const lvef = item(LVEF);
    await lvef.getByText("LVEF <= 40% at screening").waitFor();
    await lvef.getByText(/^Newest left ventricular ejection fraction is at most 40/).waitFor();
    await lvef.getByText('"at screening" is read as the newest result on record').waitFor();
    await lvef.getByText("Proven", { exact: true }).waitFor();
    const severe = item("Exclusion 4");
    await severe.getByText("Severe pulmonary disease, unless stable on treatment").waitFor();
    await severe.getByText("A person attests these words.").waitFor();
    expect(await severe.getByRole("checkbox").count()).toBe(0);
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("fits a phone", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(390);
    expect(await findBarriersInBoth(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  test("lets its author turn what is proven into words", async () => {
    await page.getByRole("checkbox", { name: `Have a person attest ${LVEF} instead` }).check();
    await page.getByText("17 criteria: 10 proven, 0 partly, 7 attested by people.").waitFor();
    await item(LVEF).getByText("Attested", { exact: true }).waitFor();
  });

  test("becomes an unsaved draft, as chosen", async () => {
    await page.getByRole("button", { name: "Start a draft with these" }).click();
    await page.getByRole("heading", { level: 1, name: "Write a trial" }).waitFor();
    const draft = await readFile(page);
    expect(draft).toMatchObject({
      protocolNumber: "NCT09990001",
      title: "Brinolast in Chronic Heart Failure With Reduced Ejection Fraction",
      phase: "phase-2",
      sponsor: "Sample Heart Institute",
    });
    const { inclusion, exclusion } = draft.criteria as Record<string, unknown[]>;
    expect([inclusion?.length, exclusion?.length]).toEqual([9, 8]);
    expect(inclusion?.[0]).toMatchObject({ age: { min: 18 } });
    expect(inclusion?.[3]).toMatchObject({
      label: "LVEF <= 40% at screening",
      attestation: { id: "i-4", text: "LVEF <= 40% at screening", by: "site", when: "site" },
    });
  });

  test("asks before another draft is dropped for it", async () => {
    await page.goBack();
    await page.getByRole("button", { name: "Start a draft with these" }).click();
    await page.getByRole("dialog", { name: "Discard your draft?" }).waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
  });

  test("never left the page", () => {
    expect(sent.filter((text) => /brinolast|ejection/i.test(text))).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
