// The auditor's window in a real browser: timelines, one proof, the whole history, against a node that may lie.
import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { releaseProver } from "../../circuits/witness/prove.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { type Exchange, exampleTrial, openExchange, setScene } from "./exchange.ts";
import { type LyingNode, startLyingNode } from "./lyingNode.ts";
import { enrolledPatient } from "./participants.ts";

const TITLE = "<img src=x onerror=alert(1)> Registry";
const trial = { ...exampleTrial("vaccine-registry"), title: TITLE };
const { protocolNumber } = trial;

let exchange: Exchange;
let browser: Browser;
let liar: LyingNode;
let page: Page;
let pseudonym: string;
const [sent, complaints]: [string[], string[]] = [[], []];

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser()];
  const cast = await setScene(exchange, trial);
  await enrolledPatient(exchange, { cast, trial, index: 0 });
  liar = await startLyingNode(exchange.chain.anvil.url);
  const { trialId } = await exchange.api.trial(protocolNumber);
  pseudonym = String((await exchange.api.publicState(trialId)).participants[0]!.pseudonym);
  page = await browser.newPage({ acceptDownloads: true });
  page.on("request", (request) => sent.push(`${request.url()} ${request.postData() ?? ""}`));
  page.on("pageerror", (problem) => complaints.push(problem.message));
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await liar?.stop();
  await exchange?.stop();
  await releaseProver();
});

const button = (name: string | RegExp) => page.getByRole("button", { name });

/** Chooses the node, and the contracts on the server's word. */
async function choose(node: string): Promise<void> {
  const change = button("Change node or deployment");
  const address = page.getByLabel("Your node of the chain");
  await change.or(address).waitFor();
  if (await change.isVisible()) await change.click();
  await address.fill(node);
  await page.getByRole("radio", { name: "On this server's word" }).check();
  await button("Use these").click();
  await change.waitFor();
}

/** The worker and the keys are loaded at the first proof: that takes a while on a busy machine. */
const verdict = (title: string) =>
  page.getByText(title, { exact: true }).waitFor({ timeout: 100_000 });

async function transactionOf(name: string): Promise<string> {
  const events = await exchange.api.trialEvents(protocolNumber);
  return events.find((event) => event.name === name)!.transactionHash;
}

describe("a trial's timeline", () => {
  test("shows everything that happened, and one participant's part, without asking for them", async () => {
    await page.goto(`${exchange.url}/auditor`);
    await page.getByRole("link", { name: protocolNumber }).click();
    const all = (await exchange.api.trialEvents(protocolNumber)).length;
    await page.getByText(`${all} of ${all} events`).waitFor();
    await page
      .getByRole("button", { name: /^Only participant/ })
      .first()
      .click();
    await page.getByText(new RegExp(`^[1-9]\\d* of ${all} events$`)).waitFor();
    const shown = await page.locator("[data-event]").count();
    expect(shown).toBeGreaterThan(0);
    expect(shown).toBeLessThan(all);
    await page.getByRole("combobox", { name: "Participant" }).fill("no such pseudonym");
    await page.getByText("No such event").waitFor();
    await button("Show all").click();
    await page.getByText(`${all} of ${all} events`).waitFor();
    await page.getByText("The participant has consented and can be enrolled").first().waitFor();
    expect(sent.filter((request) => request.includes(pseudonym))).toEqual([]);
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("leads from a row to its transaction and to the check of its proof, and tells nobody which", async () => {
    const consented = await transactionOf("Consented");
    const row = page.locator('[data-event="Consented"]').first();
    await row.getByTitle(consented).click();
    await page.getByRole("link", { name: "All events of the trial" }).waitFor();
    const names = await page
      .locator("[data-event]")
      .evaluateAll((rows) => rows.map((one) => one.getAttribute("data-event")));
    expect(names).toContain("Consented");
    expect(names).not.toContain("Screened");
    expect(await findBarriersInBoth(page)).toEqual([]);
    await row.getByRole("link", { name: /^Verify: Consented/ }).click();
    await page.getByRole("heading", { name: "Verify one proof" }).waitFor();
    expect(await page.getByLabel("Transaction").inputValue()).toBe(consented);
    expect(sent.filter((request) => request.includes(consented))).toEqual([]);
    await page.goBack();
    await page.getByRole("link", { name: "All events of the trial" }).click();
    await page.locator('[data-event="Screened"]').first().waitFor();
  });

  test("opens an event with its arguments, by keyboard", async () => {
    const details = page.getByRole("button", { name: /^Details/ }).first();
    await details.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "All arguments" }).waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect.poll(() => details.evaluate((e) => e === document.activeElement)).toBe(true);
  });

  test("of an unknown trial says that it is unknown", async () => {
    await page.goto(`${exchange.url}/auditor/trial/NO-SUCH`);
    await page.getByRole("alert").filter({ hasText: "Not possible" }).waitFor();
  });
});

describe("one proof", () => {
  test("needs a node that the page may ask", async () => {
    // As `npm start` tells it, of the chain that it started.
    const told = { json: { node: exchange.node } };
    await page.route("**/development/node", (route) => route.fulfill(told));
    await page.goto(`${exchange.url}/auditor/proof`);
    const address = page.getByLabel("Your node of the chain");
    await expect.poll(() => address.inputValue()).toBe(exchange.node);
    expect(await page.getByRole("radio", { name: "On this server's word" }).isChecked()).toBe(true);
    await page.unroute("**/development/node");
    await address.fill("http://elsewhere.example");
    await page.getByText("Use https, or a node on this computer").waitFor();
    expect(await button("Use these").isDisabled()).toBe(true);
  });

  test.each(["Screened", "Consented"])("of a %s event holds, step by step", async (name) => {
    await choose(exchange.node);
    await page.getByLabel("Transaction").fill(await transactionOf(name));
    await button("Verify the proof").click();
    await verdict("The proof holds");
    const holds = await page
      .locator("[data-step]")
      .evaluateAll((steps) => steps.map((step) => step.getAttribute("data-holds")));
    expect(holds.length).toBeGreaterThan(3);
    expect(new Set(holds)).toEqual(new Set(["true"]));
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("that a node falsified does not hold, and the step that fails is named", async () => {
    await choose(liar.url);
    await page.getByLabel("Transaction").fill(await transactionOf("Screened"));
    await button("Verify the proof").click();
    await verdict("The proof does not hold");
    expect(await page.locator('[data-step="proof"]').getAttribute("data-holds")).toBe("false");
  });

  test("without one says what the transaction lacks", async () => {
    await choose(exchange.node);
    await page.getByLabel("Transaction").fill(`0x${"12".repeat(32)}`);
    await button("Verify the proof").click();
    await page.getByRole("alert").waitFor();
  });
});

describe("the whole history", () => {
  test("is clean on an honest node, compared with the server, and can be saved", async () => {
    await page.getByRole("link", { name: "Whole history" }).click();
    await choose(exchange.node);
    await button("Start the check").click();
    await page.locator('[data-verdict="clean"]').waitFor({ timeout: 100_000 });
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      button("report.json").click(),
    ]);
    const report = JSON.parse(readFileSync(await download.path(), "utf8"));
    expect(report).toMatchObject({ verdict: "clean", findings: [] });
    expect(report.checked.proofsVerifiedAgain).toBe(2);
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("is still there after another tab was open", async () => {
    await page.getByRole("link", { name: "One proof" }).click();
    await page.getByLabel("Transaction").waitFor();
    await page.getByRole("link", { name: "Whole history" }).click();
    await page.locator('[data-verdict="clean"]').waitFor();
  });

  test("that a node falsified ends with findings that name rule and transaction", async () => {
    await choose(liar.url);
    await button("Start the check").click();
    await page.locator('[data-verdict="findings"]').waitFor({ timeout: 100_000 });
    const screened = await transactionOf("Screened");
    const findings = page.getByRole("region", { name: "Findings" });
    await findings.getByText(screened).first().waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("is proven from the last block's hash; a node that falsified it gets no verdict", async () => {
    await page.getByRole("checkbox", { name: "Prove that the node leaves nothing out" }).check();
    await button("Start the check").click();
    await page.getByText(/holds? a log that the node told/).waitFor();
    expect(await page.locator("[data-verdict]").count()).toBe(0);
    await choose(exchange.node);
    await button("Start the check").click();
    await page.locator('[data-verdict="clean"]').waitFor({ timeout: 100_000 });
    await page.getByText(/Every log and time was proven from the hash of block \d+/).waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await page.getByRole("checkbox", { name: "Prove that the node leaves nothing out" }).uncheck();
  });

  test("against a node that is down says so, and can be started again", async () => {
    await choose("http://127.0.0.1:9");
    await button("Start the check").click();
    await page.getByRole("alert").waitFor();
    expect(await button("Start the check").isEnabled()).toBe(true);
  });
});

test("the registry lists clinics, records and roots", async () => {
  await page.getByRole("link", { name: "Records registry" }).click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.getByRole("table").first().waitFor();
  expect(await findBarriersInBoth(page)).toEqual([]);
  expect(complaints).toEqual([]);
  expect(sent.filter((request) => request.includes(pseudonym))).toEqual([]);
});
