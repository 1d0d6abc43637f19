// The auditor's window at its limits: nodes that refuse, other deployments, stopping, bundles, sealed texts, files and a
// signature. No proof is made here; those are in auditor.test.ts.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { trialIdOf } from "../../circuits/statement/trial/trial.ts";
import { audit } from "../../client/auditor/audit/audit.ts";
import { recordBundle } from "../../client/auditor/node/bundle.node.ts";
import { openChain } from "../../client/auditor/node/chain.ts";
import { connectNode } from "../../client/auditor/node/rpc.ts";
import { publishedKeys } from "../../client/auditor/proof/published.node.ts";
import { type AuditReport, reportHash } from "../../client/auditor/report/report.ts";
import { isSigned } from "../../client/auditor/report/sign.ts";
import { publishTrial } from "../../client/sponsor/publish.ts";
import { KEYS } from "../support/chain.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { CAST, type Exchange, exampleTrial, openExchange, setScene } from "./exchange.ts";
import { type LyingNode, startLyingNode } from "./lyingNode.ts";

const PATIENCE = { timeout: 100_000 };
const SEAL = "a key that stays where it is typed";
const MARKUP = "<img src=x onerror=alert(1)>";
const trial = exampleTrial("vaccine-registry");
const sealed = { ...trial, protocolNumber: "CZ/SEALED-1", title: `Sealed ${MARKUP}` };

let exchange: Exchange;
let browser: Browser;
let node: LyingNode;
let page: Page;
const [sent, complaints]: [string[], string[]] = [[], []];

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser()];
  const cast = await setScene(exchange, trial);
  const signers = { siteSigners: { 1: CAST["site-1"].address }, board: cast.board.address };
  await publishTrial(cast.sponsor, { trial: sealed, ...signers, sealWith: SEAL });
  node = await startLyingNode(exchange.chain.anvil.url);
  const context = await browser.newContext({ acceptDownloads: true });
  await lendWallet(context);
  page = await context.newPage();
  page.on("request", (request) => sent.push(`${request.url()} ${request.postData() ?? ""}`));
  page.on("pageerror", (problem) => complaints.push(problem.message));
  await page.goto(`${exchange.url}/auditor/history`);
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await node?.stop();
  await exchange?.stop();
});

/** An Ethereum wallet in the browser, as an auditor has it (EIP-1193). */
async function lendWallet(to: BrowserContext): Promise<void> {
  const { stranger } = KEYS;
  await to.exposeFunction("askWallet", async (method: string, params: string[]) => {
    if (method === "eth_chainId") return "0x7a69";
    if (method !== "eth_signTypedData_v4") return [stranger.address];
    const { domain, types, message } = JSON.parse(params[1]!);
    const { EIP712Domain: _, ...rest } = types;
    return await stranger.signTypedData(domain, rest, message);
  });
  await to.addInitScript(() => {
    type Ask = (method: string, params: unknown) => Promise<unknown>;
    const { askWallet } = globalThis as unknown as { askWallet: Ask };
    const request = (call: { method: string; params?: unknown }) =>
      askWallet(call.method, call.params ?? []);
    Object.assign(globalThis, { ethereum: { request } });
  });
}

const button = (name: string | RegExp) => page.getByRole("button", { name });

/** Opens a file with the button that asks for one. */
async function openFile(asks: string, content: string | Buffer, name: string): Promise<void> {
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), button(asks).click()]);
  const buffer = Buffer.from(content);
  await chooser.setFiles({ name, mimeType: "application/octet-stream", buffer });
}

/** Chooses a node, and the contracts from a file. */
async function choose(url: string, change: object = {}): Promise<void> {
  const address = page.getByLabel("Your node of the chain");
  const again = button("Change node or deployment");
  await again.or(address).waitFor();
  if (await again.isVisible()) await again.click();
  await address.fill(url);
  await page.getByRole("radio", { name: "From a deployment file" }).check();
  const deployment = JSON.stringify({ ...exchange.chain.deployment, ...change });
  await openFile("Choose the deployment file", deployment, "deployment.json");
  await page.getByText("deployment.json", { exact: true }).waitFor();
  await button("Use these").click();
  await button("Start the check").waitFor();
}

async function download(name: string): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent("download"), button(name).click()]);
  return readFileSync(await file.path(), "utf8");
}

/** What the server shows as the text of a trial's first version. */
async function textOf(protocolNumber: string): Promise<string> {
  const { versions } = await exchange.api.publicState(trialIdOf(protocolNumber));
  return versions[0]!.documents.document!.content;
}

const verdict = (is: AuditReport["verdict"]) =>
  page.locator(`[data-verdict="${is}"]`).waitFor(PATIENCE);

describe("what keeps a check from starting", () => {
  test("is an invalid address", async () => {
    await page.getByLabel("Your node of the chain").fill("not an address");
    await page.getByText("Write the whole address").waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("is a file that is not a deployment, or one of another chain", async () => {
    await choose(exchange.node, { chainId: 5 });
    await button("Start the check").click();
    await page.getByText(/node is on chain 31337, the deployment on chain 5/).waitFor(PATIENCE);
    await choose(exchange.node, { addresses: {} });
    await button("Start the check").click();
    await page.getByText(/not a deployment file/).waitFor(PATIENCE);
  });

  test("is a node that no page may read, told apart from one that is down", async () => {
    node.behave("closed");
    await choose(node.url);
    await button("Start the check").click();
    await page.getByText(/does not let pages of this origin read it \(CORS\)/).waitFor(PATIENCE);
    await choose("http://127.0.0.1:9");
    await button("Start the check").click();
    await page.getByText(/Nothing answers at the node's address/).waitFor(PATIENCE);
  });
});

test("a running check is stopped, without a verdict and without an alarm", async () => {
  node.behave("silent");
  await choose(node.url);
  await button("Start the check").click();
  await page.getByText("Reading from the source…").waitFor();
  await button("Stop").click();
  await page.getByText("Stopped. There is no verdict.").waitFor(PATIENCE);
  expect(await page.getByRole("alert").count()).toBe(0);
  expect(await page.locator("[data-verdict]").count()).toBe(0);
});

describe("a finished check", () => {
  let report: AuditReport;

  test("of one trial says that it covers only that one", async () => {
    const said = page.getByText(`Only trial ${trial.protocolNumber} was audited.`);
    await choose(exchange.node);
    await page.getByLabel("Only one trial").fill(trial.protocolNumber);
    await button("Start the check").click();
    await verdict("clean");
    await said.waitFor();
    await page.getByLabel("Only one trial").fill("");
    await button("Start the check").click();
    await said.waitFor({ state: "detached" });
    await verdict("clean");
  });

  test("opens a sealed text with its key, and adds it to the report", async () => {
    const text = await textOf(sealed.protocolNumber);
    await openFile("Open a trial file", text, "sealed.age");
    await page.getByRole("alert").filter({ hasText: "Not possible" }).waitFor(PATIENCE);
    await page.getByLabel("Key of a sealed file").fill(SEAL);
    await openFile("Open a trial file", text, "sealed.age");
    await page.getByText("sealed.age is what the board approved as version 1").waitFor(PATIENCE);
    const opened = page.getByRole("heading", { name: /CZ\/SEALED-1, version 1/ });
    expect(await opened.textContent()).toContain(MARKUP);
    expect(await page.locator("img[src=x]").count()).toBe(0);
    expect(sent.filter((one) => one.includes(SEAL))).toEqual([]);
  });

  test("can be saved as data, as a page, as CSV and as FHIR", async () => {
    report = JSON.parse(await download("report.json")) as AuditReport;
    expect(report).toMatchObject({ format: "cohort-zero/audit/2", verdict: "clean" });
    expect(report.criteria.map((one) => one.protocolNumber)).toContain(sealed.protocolNumber);
    await page.getByText(reportHash(report)).first().waitFor();
    const html = await download("report.html");
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).toContain(reportHash(report));
    expect(html).not.toContain("<img src=x");
    const csv = (await download("events.csv")).trim().split("\r\n");
    expect(csv[0]).toMatch(/^time,block,transaction/);
    const events = (await download("AuditEvent.ndjson")).trim().split("\n");
    expect(csv.length).toBe(events.length + 1);
    expect(csv.filter((row) => row.includes("VersionPublished")).length).toBe(2);
    const studies = (await download("ResearchStudy.ndjson")).trim().split("\n");
    const numbers = studies.map((line) => JSON.parse(line).identifier[0].value);
    expect(numbers.sort()).toEqual([sealed.protocolNumber, trial.protocolNumber].sort());
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("is signed by the auditor's Ethereum wallet", async () => {
    const signed = JSON.parse(await download("Sign the report"));
    expect(signed.auditor).toBe(KEYS.stranger.address);
    expect(isSigned(report, signed)).toBe(true);
    await page.getByText(`Signed by ${KEYS.stranger.address}`).waitFor();
  });

  test("names a text that the board never approved", async () => {
    const other = (await textOf(trial.protocolNumber)).replace("every week", "every day");
    await openFile("Open a trial file", other, "other.json");
    await verdict("findings");
    await page.locator('[data-rule="trial/criteria"]').waitFor();
  });
});

test("a bundle is repeated without a request, and a damaged one is refused", async () => {
  const path = join(exchange.server.folder, "history.gz");
  const request = connectNode(exchange.chain.anvil.url);
  const source = await openChain({ request, deployment: exchange.chain.deployment });
  const writer = recordBundle(path, source, {});
  const expected = await audit({ source: writer.source, keys: await publishedKeys() });
  await writer.close();
  const bundle = readFileSync(path);
  await openFile("Repeat from a bundle", bundle.subarray(0, bundle.length - 40), "history.gz");
  await page.getByText(/the bundle is damaged or cut short/).waitFor(PATIENCE);
  sent.length = 0;
  await openFile("Repeat from a bundle", bundle, "history.gz");
  await verdict("clean");
  const report = JSON.parse(await download("report.json")) as AuditReport;
  expect(report.checked.events).toBe(expected.world.counts.events);
  expect(sent.filter((one) => !one.startsWith("blob:"))).toEqual([]);
});

test("a timeline is filtered by kind and by day, on the page alone", async () => {
  await page.getByRole("link", { name: "Timelines" }).click();
  await page.getByRole("link", { name: trial.protocolNumber }).click();
  await page.getByText(/^\d+ of \d+ events$/).waitFor();
  sent.length = 0;
  await page.getByRole("combobox", { name: "Kind of event" }).click();
  await page.getByRole("option", { name: "Version approved" }).click();
  await page.keyboard.press("Escape");
  await page.getByText(/^1 of \d+ events$/).waitFor();
  expect(await page.locator('[data-event="VersionApproved"]').count()).toBe(1);
  await page.getByLabel("From").fill("2999-01-01");
  await page.getByText("No such event").waitFor();
  await button("Show all").click();
  await page.getByText(/^(\d+) of \1 events$/).waitFor();
  expect(sent).toEqual([]);
  // A protocol number may hold a slash.
  await page.getByRole("link", { name: "Timelines" }).click();
  await page.getByRole("link", { name: sealed.protocolNumber }).click();
  await page.getByRole("heading", { name: `Timeline of ${sealed.protocolNumber}` }).waitFor();
  await page.getByText(/^\d+ of \d+ events$/).waitFor();
});

test("nothing that could be a secret is kept, and no script of a text ran", async () => {
  await page.goto(`${exchange.url}/auditor/history`);
  await page.getByLabel("Your node of the chain").fill("https://node.example/v3/a-key");
  await page.getByRole("radio", { name: "On this server's word" }).check();
  await button("Use these").click();
  await button("Start the check").waitFor();
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, location.href]));
  expect(kept).not.toContain("a-key");
  expect(kept).not.toContain(SEAL);
  expect(complaints).toEqual([]);
});
