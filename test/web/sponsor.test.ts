// A sponsor's trial from publication to its participants, in a real browser; patient and board act by the library.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { localArtifacts } from "../../client/artifacts/artifacts.node.ts";
import { approveVersion, reviewVersion } from "../../client/board/approve.ts";
import { readBundle } from "../../client/clinic/read/bundle.ts";
import { accredit } from "../../client/governance/accredit.ts";
import { attestAll, join, type Patient } from "../../client/journey/patient.ts";
import type { Cast } from "../../client/journey/setting.ts";
import { createWallet } from "../../client/patient/wallet.ts";
import { KEYS } from "../support/chain.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { CAST, type Exchange, exampleTrial, openExchange } from "./exchange.ts";
import { signIn } from "./openPlace.ts";
import { choose, gatherPeople, openConsole, readFile, textOf } from "./sponsorPage.ts";

const PROTOCOL = "CZ-VAX-004";
const MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script>";

let exchange: Exchange;
let browser: Browser;
let cast: Cast;
let patient: Patient;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser()];
  const { today, bundle } = exchange;
  cast = await gatherPeople(exchange);
  const source = readBundle(bundle(0), "patient");
  patient = { name: "patient", source, wallet: createWallet(), document: "X123" };
  await attestAll(cast.clinics[0]!, [patient], { issuedDay: today });
  ({ page, complaints } = await openConsole(browser, exchange.url));
});
afterAll(async () => {
  await browser?.close();
  await exchange?.stop();
});

/** Fills in what is published beside the trial file, and goes on to the last look. */
async function prepare(on: Page): Promise<void> {
  await on.getByRole("tab", { name: /^Sites/ }).click();
  await on
    .getByRole("combobox", { name: "Signing address of site 1" })
    .fill(CAST["site-1"].address);
  await choose(on, "Ethics board that reviews the trial", /Sample Ethics Board/);
  await on.getByRole("button", { name: "Review and publish" }).click();
  await on.getByRole("button", { name: "Compute terms and digest" }).click();
}

async function useExample(on: Page): Promise<void> {
  await on.getByRole("link", { name: "New trial" }).click();
  await on.getByRole("button", { name: "Use “Vaccine registry”" }).click();
  await on.getByRole("heading", { level: 1, name: "Write a trial" }).waitFor();
}

async function approve(): Promise<void> {
  const review = await reviewVersion({ api: exchange.api, protocolNumber: PROTOCOL });
  const { chainTime } = await exchange.api.deployment();
  await approveVersion(cast.board, { review, expiresAt: chainTime + 100 * 86_400 });
}

const openTab = (name: string) => page.getByRole("link", { name, exact: true }).click();

describe("a trial on the sponsor console", () => {
  test("is published with a digest that is the board's, and markup in it stays text", async () => {
    await useExample(page);
    await page.getByLabel("Title", { exact: true }).fill(MARKUP);
    await prepare(page);
    const digest = await page
      .getByRole("region", { name: "Digest" })
      .getByText(/^0x[0-9a-f]{64}$/)
      .textContent();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await page.getByRole("button", { name: "Sign and publish" }).click();
    await page.getByRole("link", { name: "Go to the trial" }).click();
    await page.getByText("Version 1 is waiting for the board").waitFor();
    await page.getByText(MARKUP).waitFor();
    expect(await page.locator("img[src=x]").count()).toBe(0);
    const { digest: computed } = await reviewVersion({
      api: exchange.api,
      protocolNumber: PROTOCOL,
    });
    expect(computed).toBe(digest);
  });

  test("follows the board's approval without a reload", async () => {
    await page.getByText("Live", { exact: true }).waitFor();
    await approve();
    await page.getByText(/^Approved until/).waitFor();
    await page.getByText("Recruiting").waitFor();
    await page.getByRole("heading", { name: "Nobody has been screened yet" }).waitFor();
  });

  test("shows who was screened and consented as it happens", async () => {
    await openTab("Participants");
    await page.getByRole("heading", { name: "Nobody has consented yet" }).waitFor();
    const { api } = exchange;
    const visit = { api, artifacts: localArtifacts(), protocolNumber: PROTOCOL, say: () => {} };
    await join(patient, visit, 1);
    const table = page.getByRole("table", { name: "Participants" });
    await table.getByText("Consented, waiting").waitFor();
    await table.getByText("Take part, Share the record, Be contacted").waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("filters by state and site, and sorts", async () => {
    await choose(page, "State", "Withdrawn");
    await page.getByText("0 of 1 shown").waitFor();
    await choose(page, "State", "All states");
    await choose(page, "Site", /Health Office/);
    await page.getByText("1 of 1 shown").waitFor();
    const [someone] = await exchange.api.participants(PROTOCOL);
    const digits = String(someone!.pseudonym);
    const search = page.getByLabel("Pseudonym", { exact: true });
    await search.fill(`${digits}0`);
    await page.getByText("0 of 1 shown").waitFor();
    await page.getByText("Nobody here is like that").waitFor();
    await page.getByRole("button", { name: "Show everybody" }).click();
    await page.getByText("1 of 1 shown").waitFor();
    expect(await search.inputValue()).toBe("");
    // As the table shows it.
    await search.fill(`${digits.slice(0, 6)}…${digits.slice(-4)}`);
    await page.getByText("1 of 1 shown").waitFor();
    await search.fill("");
    await page.getByRole("button", { name: "State", exact: true }).click();
    const head = page.getByRole("columnheader", { name: "State", exact: true });
    expect(await head.getAttribute("aria-sort")).toBe("ascending");
  });

  test("enrolls those who were chosen, once that is confirmed", async () => {
    await page.getByText("1 person has consented and can be enrolled.").waitFor();
    await page.getByRole("checkbox", { name: /^Choose / }).check();
    await page.getByRole("button", { name: "Enroll 1 chosen" }).click();
    const dialog = page.getByRole("dialog", { name: "Enroll 1 participant?" });
    expect(await findBarriersInBoth(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "hidden" });
    const [waiting] = await exchange.api.participants(PROTOCOL);
    expect(waiting!.state).toBe("eligible");
    await page.getByRole("button", { name: "Enroll 1 chosen" }).click();
    await dialog.getByRole("button", { name: "Enroll", exact: true }).click();
    await page.getByText("1 enrolled. Each has the trial's days to arrive.").waitFor();
    await page.getByRole("table").getByText("Enrolled, expected").waitFor();
    const { participants } = await exchange.api.publicState(
      (await exchange.api.trial(PROTOCOL)).trialId,
    );
    expect(participants.map(({ state }) => state)).toEqual(["pending-on-study"]);
  });

  test("exports participants as CSV and as FHIR", async () => {
    const pseudonym = (await exchange.api.participants(PROTOCOL))[0]?.pseudonym;
    const download = async (name: string) => {
      const wait = page.waitForEvent("download");
      await page.getByRole("button", { name, exact: true }).click();
      return await textOf(await wait);
    };
    const lines = (await download("CSV")).split("\r\n");
    expect(lines[0]).toMatch(/^subject,pseudonym,state,onHold,siteId,consentVersion,permissions,/);
    // No number that a spreadsheet would round.
    expect(lines[1]).toMatch(/^P-[0-9A-Z]{12},urn:/);
    expect(lines[1]).toContain(
      `,urn:cohort-zero:pseudonym:${pseudonym},pending-on-study,false,1,1,Take part; Share the record; Be contacted,`,
    );
    const subjects = (await download("FHIR")).trim().split("\n");
    expect(subjects.map((line) => JSON.parse(line))).toMatchObject([
      {
        resourceType: "ResearchSubject",
        status: "pending-on-study",
        individual: { identifier: { value: String(pseudonym) } },
      },
    ]);
  });

  test("draws the way from screening to study, with the same in a table", async () => {
    await openTab("Overview");
    const flow = page.getByRole("region", { name: "From screening to study" });
    await flow.locator("svg").first().waitFor();
    await page
      .getByRole("region", { name: "Enrollment over time" })
      .locator("svg")
      .first()
      .waitFor();
    await page.getByText("1 of 500 places are taken.").waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await flow.getByText("Table", { exact: true }).click();
    await flow.getByRole("row", { name: "Enrolled Expected 1" }).waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("shows the same after a reload in the middle", async () => {
    await page.reload();
    await signIn(page, "sponsor");
    await page.getByRole("heading", { level: 1, name: PROTOCOL }).waitFor();
    await page.getByText("1 of 500 places are taken.").waitFor();
  });

  test("is amended with a new consent, its differences in sight", async () => {
    await openTab("Versions");
    await page.getByRole("region", { name: "Version 1" }).waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await page.getByRole("link", { name: "Amend the trial" }).click();
    await page.getByRole("heading", { level: 1, name: `Amend ${PROTOCOL}` }).waitFor();
    await page.getByLabel("Ask for a new consent").check();
    await page.getByLabel("Title", { exact: true }).fill("Registry, amended");
    expect(await readFile(page)).toMatchObject({ requires: { reconsent: true } });
    await page.getByRole("button", { name: "Review and publish" }).click();
    await page.getByRole("button", { name: "Compute terms and digest" }).click();
    const differences = page.getByRole("region", { name: "Differences" });
    await differences.getByText("Registry, amended").waitFor();
    await differences.getByText("Asks those already taking part for a new consent").waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await page.getByRole("button", { name: "Sign and publish the amendment" }).click();
    await page.getByRole("heading", { level: 1, name: /^Version 2/ }).waitFor();
    await page.getByRole("link", { name: "Go to the trial" }).click();
    await page.getByText("Version 2 is waiting for the board").waitFor();
    await approve();
    await openTab("Participants");
    await page.getByRole("table").getByText("On hold").waitFor();
  });

  test("is closed only after a confirmation, and completed after that", async () => {
    await openTab("Versions");
    await page.getByRole("button", { name: "Close to new participants" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Close to new participants" }).click();
    await dialog.getByText("This cannot be taken back.").waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Close the trial" }).click();
    await page.getByRole("button", { name: "Complete the trial" }).click();
    await dialog.getByRole("button", { name: "Complete the trial" }).click();
    await page.getByText("Completed", { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });
});

describe("what the contracts refuse is said in words", () => {
  test("to an account without accreditation, and to a second sponsor of one protocol", async () => {
    const { privateKey, address } = KEYS.stranger;
    const { page: other } = await openConsole(browser, exchange.url, { privateKey });
    await other.getByRole("heading", { name: "No trial yet" }).waitFor();
    await useExample(other);
    await prepare(other);
    await other.getByRole("button", { name: "Sign and publish" }).click();
    await other
      .getByRole("alert")
      .getByText(/NotAccredited/)
      .waitFor();
    await accredit(cast.governance, { role: "sponsor", account: address, name: "Second" });
    await other.getByRole("button", { name: "Sign and publish" }).click();
    await other
      .getByRole("alert")
      .getByText(/ProtocolTaken/)
      .waitFor();
    expect(await findBarriersInBoth(other)).toEqual([]);
    await other.close();
  });

  test("to a sponsor who publishes the same trial again", async () => {
    await page.getByRole("link", { name: "All trials" }).click();
    await useExample(page);
    expect(await readFile(page)).toMatchObject({
      protocolNumber: exampleTrial("vaccine-registry").protocolNumber,
    });
    await prepare(page);
    await page
      .getByRole("alert")
      .getByText(/is published already: amend it instead/)
      .waitFor();
  });
});
