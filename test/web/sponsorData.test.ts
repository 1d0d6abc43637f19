// The sponsor's way to data in a real browser, against an exchange with three custodians: who is due, a cut, a request,
// the fetch with its figures and files, a reload in between, a correction, staff, and the copy's end.
import { readFileSync } from "node:fs";
import type { Browser, Download, Page, Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { localArtifacts } from "../../client/artifacts/artifacts.node.ts";
import { withdraw } from "../../client/journey/visit.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import {
  anchoredEntries,
  giveBaseline,
  giveDiary,
  giveKey,
  giveVisit,
} from "./exchangeDeposits.ts";
import { type DataStage, openDataStage } from "./exchangeStage.ts";
import { signIn, signInAt } from "./openPlace.ts";
import { openConsole, shoot, textOf } from "./sponsorPage.ts";

let stage: DataStage;
let browser: Browser;
let page: Page;
let complaints: string[];
let keyFile: string;
/** Address of the custodian that answered before the tab was closed. */
let answered: string;

beforeAll(async () => {
  stage = await openDataStage({ people: [0, 2] });
  const [ann, ben] = stage.patients as [DataStage["patients"][0], DataStage["patients"][0]];
  for (const patient of [ann, ben]) await giveKey(stage, patient);
  await giveVisit(stage, ann, { pulse: 61 });
  await giveVisit(stage, ben, { pulse: 88 });
  await giveDiary(stage, ann, true);
  await giveBaseline(stage, ann);
  await anchoredEntries(stage);
  const { api, trial, cast } = stage;
  await withdraw(ben, { api, trial, cast, artifacts: localArtifacts() });
  browser = await startBrowser();
  const path = `/trial/${trial.protocolNumber}/data`;
  const heading = `Data of ${trial.protocolNumber}`;
  ({ page, complaints } = await openConsole(browser, stage.url, { path, heading }));
}, 400_000);
afterAll(async () => {
  await browser?.close();
  await stage?.stop();
});

const cut = () => page.locator("[data-cut]").first();
const saved = async (act: () => Promise<void>): Promise<Download> => {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  return download;
};

/** How much fetches have kept in this browser. */
const countHeld = () =>
  page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const open = indexedDB.open("cohort-zero-fetched");
        open.onerror = () => reject(open.error);
        open.onsuccess = () => {
          const count = open.result.transaction("held").objectStore("held").count();
          count.onsuccess = () => resolve(count.result);
        };
      }),
  );

const isRelease = (route: Route) => (route.request().postData() ?? "").includes("mutation Release");

/**
 * Fetches in a tab of its own, with one custodian away, and closes the tab while another one has yet to answer. The
 * address of the one that has answered.
 */
async function closeHalfWay(): Promise<string> {
  const tab = await page.context().newPage();
  const asked: string[] = [];
  await tab.route("**/custodians/**", async (route) => {
    if (!isRelease(route)) return await route.continue();
    const url = route.request().url();
    if (!asked.includes(url)) asked.push(url);
    if (asked[0] === url) await route.abort();
    if (asked[1] === url) await route.continue();
    // The third one says nothing for as long as the tab is open.
  });
  await signInAt(tab, page.url(), "sponsor");
  const own = tab.locator("[data-cut]").first();
  const chooser = tab.waitForEvent("filechooser");
  await own.getByRole("button", { name: "Open the request's key file" }).click();
  await (await chooser).setFiles(keyFile);
  await own.getByRole("button", { name: "Fetch the data" }).click();
  await expect.poll(() => asked.length, { timeout: 60_000 }).toBe(3);
  await tab.close();
  return asked[1]!;
}

describe("a sponsor's data page", () => {
  test("says how complete the data are, and is found from the trial's page", async () => {
    const rows = page.getByRole("table", { name: "Completeness by collection" }).getByRole("row");
    // One person is on study: the other has withdrawn.
    await expect.poll(() => rows.filter({ hasText: "Where you start from" }).count()).toBe(1);
    expect(await rows.filter({ hasText: "Where you start from" }).textContent()).toContain("100 %");
    await page.getByRole("link", { name: "The trial" }).click();
    await page.getByRole("link", { name: "Data", exact: true }).click();
    await page.getByRole("heading", { name: "Seal a cut" }).waitFor();
  });

  test("seals a cut, and says before it who is left out and why", async () => {
    const form = page.getByRole("region", { name: "Seal a cut" });
    await form.getByRole("combobox", { name: "Permission" }).click();
    await page.getByRole("option", { name: "I take part in this study." }).click();
    await expect.poll(() => form.textContent()).toMatch(/1: withdrawn/);
    expect(await form.textContent()).toMatch(/Fewer than 10/);
    await form.getByRole("button", { name: "Seal this cut" }).click();
    await cut().waitFor();
    expect(await cut().textContent()).toMatch(/People\s*1\s*Packages\s*2/);
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, "cut");
  });

  test("asks in public, after it has handed over the request's key", async () => {
    await cut().getByLabel("Ask to open it: what for?").fill("Primary analysis of the first visit");
    const download = await saved(() =>
      cut().getByRole("button", { name: "Ask in public" }).click(),
    );
    keyFile = await download.path();
    expect(JSON.parse(readFileSync(keyFile, "utf8"))).toMatchObject({ cut: { cutId: "0" } });
    await cut().getByText("“Primary analysis of the first visit”").waitFor();
    await cut().getByRole("button", { name: "Fetch the data" }).waitFor();
  });

  test("keeps what had come when the tab is closed in the middle of a fetch", async () => {
    answered = await closeHalfWay();
    // Two packages, and what one custodian answered.
    expect(await countHeld()).toBe(3);
  });

  test("fetches the rest in another tab, verifies and shows what came", async () => {
    // What has come is asked for no more: nobody would give it.
    await page.route("**/packages/*", (route) => route.abort());
    await page.route("**/custodians/**", (route) =>
      isRelease(route) && route.request().url() === answered ? route.abort() : route.continue(),
    );
    await cut().getByRole("button", { name: "Fetch the data" }).click();
    const opened = page.locator("[data-opened]");
    await opened.waitFor();
    await page.unroute("**/packages/*");
    await page.unroute("**/custodians/**");
    expect(await opened.textContent()).toMatch(/Packages opened and verified\s*2 of 2/);
    const pulse = opened.getByRole("table", { name: "Visit: Pulse at rest, a minute" });
    expect(await pulse.textContent()).toMatch(/61\s*1/);
    const first = opened.getByRole("table", { name: "Visit: people at each visit" });
    expect(await first.textContent()).toMatch(/First visit\s*1\s*Second visit\s*0/);
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, "opened");
  });

  test("saves each format, and all of it as one archive", async () => {
    const opened = page.locator("[data-opened]");
    const save = (name: RegExp) => saved(() => opened.getByRole("button", { name }).click());
    expect(await textOf(await save(/^csv\/visit\.csv/))).toMatch(/,61,/);
    const fhir = await textOf(await save(/^fhir\/QuestionnaireResponse\.ndjson/));
    expect(
      fhir
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).resourceType),
    ).toEqual(Array(2).fill("QuestionnaireResponse"));
    expect(JSON.parse(await textOf(await save(/^dataset-json\/visit\.json/)))).toMatchObject({
      datasetJSONVersion: "1.1.0",
      records: 1,
    });
    const parquet = readFileSync(await (await save(/^parquet\/visit\.parquet/)).path());
    expect(parquet.subarray(0, 4).toString()).toBe("PAR1");
    const archive = readFileSync(await (await save(/one archive/)).path());
    expect(archive.includes("-cut-0-request-0/manifest.json")).toBe(true);
  });

  test("anchors the dataset, so that a changed one is no longer taken for it", async () => {
    const opened = page.locator("[data-opened]");
    await opened.getByRole("button", { name: "Anchor this dataset" }).click();
    await page.locator("[data-anchored]").waitFor();
    expect(await opened.textContent()).toMatch(/Anchored on .*, in block \d+/);
    expect(await opened.getByRole("button", { name: "Anchor this dataset" }).count()).toBe(0);
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, "anchored");
  });

  test("goes on after a reload without any custodian, from what it has kept", async () => {
    await page.reload();
    await signIn(page, "sponsor");
    await cut().waitFor();
    // Whoever is away now could not answer again.
    await page.route("**/custodians/**", (route) => route.abort());
    const chooser = page.waitForEvent("filechooser");
    await cut().getByRole("button", { name: "Open the request's key file" }).click();
    await (await chooser).setFiles(keyFile);
    await cut().getByRole("button", { name: "Fetch the data" }).click();
    const opened = page.locator("[data-opened]");
    await opened.waitFor();
    expect(await opened.textContent()).toMatch(/Packages opened and verified\s*2 of 2/);
    expect(await opened.textContent()).toMatch(/did not answer/);
    // Made anew it has another hash, and says so.
    expect(await opened.textContent()).toMatch(/Another dataset of this request is anchored/);
    await page.unroute("**/custodians/**");
  });

  test("tells of a correction until somebody takes note", async () => {
    const [ann] = stage.patients;
    const entries = await anchoredEntries(stage);
    const wrong = entries.find(({ entry }) => entry.collection === "visit")!;
    await giveVisit(stage, ann!, { pulse: 66, corrects: hashEntry(wrong.entry) });
    await anchoredEntries(stage);
    await page.reload();
    await signIn(page, "sponsor");
    const notice = page.locator("[data-correction]");
    await notice.waitFor();
    expect(await notice.textContent()).toMatch(/it was entered wrongly/);
    await notice.getByRole("button", { name: "Take note" }).click();
    await expect.poll(() => notice.textContent()).toMatch(/You took note on/);
  });

  test("delegates to staff, and ends that", async () => {
    const staff = page.getByRole("region", { name: "Delegation log" });
    await staff.getByLabel("Account of the person").fill(`0x${"ab".repeat(20)}`);
    await staff.getByLabel("Name").fill("Mary Example");
    await staff.getByLabel("Role in the trial").fill("Data manager");
    const download = await saved(() =>
      staff.getByRole("button", { name: "Delegate", exact: true }).click(),
    );
    expect(await textOf(download)).toContain("Mary Example");
    await staff.getByText("In force").waitFor();
    expect(await staff.textContent()).toMatch(/asks for data/);
    await staff.getByRole("button", { name: "End it now" }).click();
    await staff.getByText("Ended").waitFor();
  });

  test("declares the copy destroyed, and holds nothing of it any more", async () => {
    await cut().getByRole("button", { name: "Declare the copy destroyed" }).click();
    await cut().getByLabel("What was destroyed, and how").fill("Both disks were wiped");
    await cut().getByRole("button", { name: "Declare it" }).click();
    await page.locator("[data-purged]").waitFor();
    await expect.poll(() => page.locator("[data-purged]").textContent()).toMatch(/Both disks were/);
    expect(
      await cut()
        .getByRole("button", { name: /key file|Fetch/ })
        .count(),
    ).toBe(0);
    expect(await countHeld()).toBe(0);
    await shoot(page, "purged");
  });

  test("complains of nothing", () => {
    expect(complaints.filter((one) => !/ERR_FAILED/.test(one))).toEqual([]);
  });
});
