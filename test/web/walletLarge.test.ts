// A wallet at a large exchange, in a real browser: what is downloaded, checked and computed stays in the worker, whatever
// its size, and the page that shows it never holds it.
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { trialIdOf } from "../../circuits/statement/trial/trial.ts";
import { WEB_DIR } from "../../scripts/web.ts";
import { freePort } from "../../server/embedded/anvil.ts";
import { openDatabase } from "../../server/store/database.ts";
import { blocks } from "../../server/store/tables.ts";
import { groups } from "../../server/trials/tables.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { writeLargeRegistry, writeLargeTrial } from "../support/synthetic.ts";
import { PUBLIC_STATE } from "../support/visits.ts";
import { startBrowser } from "./browser.ts";
import { type Exchange, exampleTrial, openExchange, setScene } from "./exchange.ts";
import { issueRecord, makeWallet, readCode, SLOW_MS, takeRecord, unlock, visit } from "./wallet.ts";

/** `LARGE_PEOPLE=50000` prints what it measures at that size; the test itself needs no more than many. */
const PEOPLE = Number(process.env.LARGE_PEOPLE ?? 4_000);

/** Far more than what a page shows of a trial, and far less than its rows. */
const MOST_CHARACTERS = 200_000;

let exchange: Exchange;

let server: TestServer;

let browser: Browser;

let context: BrowserContext;

let page: Page;

let trialId: string;

type Measured = { received: number; sent: number; longest: number };

/** Watches what passes between pages and their workers, and how long the page is busy at once. */
function watch() {
  const measured: Measured = { received: 0, sent: 0, longest: 0 };
  const plain = (_: string, one: unknown) => {
    if (ArrayBuffer.isView(one)) return "x".repeat(one.byteLength);
    return typeof one === "bigint" ? String(one) : one;
  };
  const sizeOf = (value: unknown) => JSON.stringify(value, plain)?.length ?? 0;
  const { addEventListener, postMessage } = Worker.prototype;
  Worker.prototype.addEventListener = function (this: Worker, type: string, hear: unknown) {
    const heard = (event: Event) => {
      const { data } = event as MessageEvent;
      measured.received = Math.max(measured.received, sizeOf(data));
      (hear as (event: Event) => void).call(this, event);
    };
    addEventListener.call(this, type, type === "message" ? heard : (hear as EventListener));
  };
  Worker.prototype.postMessage = function (this: Worker, message: unknown, ...rest: never[]) {
    measured.sent = Math.max(measured.sent, sizeOf(message));
    postMessage.call(this, message, ...rest);
  };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      measured.longest = Math.max(measured.longest, duration);
    }
  }).observe({ type: "longtask" });
  Object.assign(globalThis, { measured });
}

beforeAll(async () => {
  const port = String(await freePort());
  exchange = await openExchange({ PORT: port });
  const cast = await setScene(exchange, exampleTrial("vaccine-registry"));
  trialId = trialIdOf((await exchange.api.trials())[0]!.protocolNumber);
  browser = await startBrowser();
  context = await browser.newContext();
  page = await context.newPage();
  await makeWallet(page, exchange.url);
  const code = await readCode(page);
  await takeRecord(page, await issueRecord({ exchange, cast, code, index: 0 }));
  await page.getByText("The record is in your wallet").waitFor();
  await exchange.server.stop();
  await addThousands(join(exchange.server.folder, "database"));
  const { folder } = exchange.server;
  const pages = { WEB_DIR, DEVELOPMENT_KEYS: join(folder, "keys.json"), PORT: port };
  server = await startTestServer(exchange.chain, pages, { folder });
}, SLOW_MS);

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await exchange?.stop();
});

/** People and leaves that were there before anybody came back. */
async function addThousands(folder: string): Promise<void> {
  const { db, close } = await openDatabase({ url: undefined, folder });
  const all = await db.select().from(blocks).orderBy(blocks.number);
  const { number: block, time } = all.at(-1)!;
  const until = Math.floor(time.getTime() / 1000);
  const [group] = await db.select().from(groups);
  const at = { trialId, version: 1, groupId: group!.groupId, block, until };
  await writeLargeTrial(db, at, { people: PEOPLE, consents: 4 * PEOPLE, days: 0 });
  await writeLargeRegistry(db, at, { leaves: Math.ceil(PEOPLE * 0.4), days: 0 });
  await close();
}

const measured = () =>
  page.evaluate(() => (globalThis as unknown as { measured: Measured }).measured);

test(
  "a wallet finds its record, its path and a trial among thousands, off the page",
  async () => {
    const paths: string[] = [];
    page.on("request", (request) => paths.push(new URL(request.url()).pathname));
    await page.addInitScript(watch);
    await page.goto(`${exchange.url}/wallet`);
    const start = performance.now();
    await unlock(page);
    await visit(page, "Studies");
    await page.getByText("Fits you").waitFor();
    const firstMs = performance.now() - start;
    const { received, sent, longest } = await measured();
    expect(received).toBeGreaterThan(0);
    expect(received).toBeLessThan(MOST_CHARACTERS);
    expect(sent).toBeLessThan(MOST_CHARACTERS);
    expect(longest).toBeGreaterThanOrEqual(0);
    // Heads, and what they name.
    const asked = paths.filter((path) => path.startsWith("/state/"));
    for (const path of asked) expect(path).toMatch(PUBLIC_STATE);
    if (process.env.LARGE_PEOPLE) {
      console.log({ people: PEOPLE, firstMs, longestTaskMs: longest, received, sent });
    }
  },
  SLOW_MS,
);

test(
  "comes back to what it has kept, sealed, and asks for nothing of it again",
  async () => {
    await page.waitForLoadState("networkidle");
    const paths: string[] = [];
    page.on("request", (request) => paths.push(new URL(request.url()).pathname));
    await page.goto(`${exchange.url}/wallet`);
    const start = performance.now();
    await unlock(page);
    await visit(page, "Studies");
    await page.getByText("Fits you").waitFor();
    if (process.env.LARGE_PEOPLE)
      console.log({ againMs: performance.now() - start, ...(await measured()) });
    expect(paths.filter((path) => path.startsWith("/state/segments/"))).toEqual([]);
    const names = await page.evaluate(async () => {
      const open = indexedDB.open("cohort-zero-kept");
      await new Promise((resolve) => open.addEventListener("success", resolve));
      const keys = open.result.transaction("public").objectStore("public").getAllKeys();
      await new Promise((resolve) => keys.addEventListener("success", resolve));
      return keys.result.map(String);
    });
    expect(names.length).toBeGreaterThan(3);
    // Which studies they are of is not to be seen.
    for (const name of names) expect(name).toMatch(/^[0-9a-f]{64}$/);
  },
  SLOW_MS,
);
