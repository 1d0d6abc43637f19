// The wallet's kept page never stays empty: while its service worker collects garbage, while a network hangs, and from
// one build to the next. In a real browser.
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startBrowser } from "./browser.ts";
import { type Exchange, openExchange } from "./exchange.ts";
import { type Network, startNetwork } from "./network.ts";
import { collectGarbage, GARBAGE_ARGUMENTS, openKeptWindow, openTabs } from "./tabs.ts";

const TABS = 10;
const PATIENCE_MS = 30_000;

let exchange: Exchange;
let browser: Browser;
let network: Network;

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser(GARBAGE_ARGUMENTS)];
  network = await startNetwork(exchange.url);
}, 300_000);
afterEach(() => network.heal());
afterAll(async () => {
  await browser?.close();
  await network?.stop();
  await exchange?.stop();
});

const stands = (page: Page) =>
  page.getByRole("heading", { level: 1, name: "Your wallet", exact: true }).waitFor();
const isAsset = (path: string) => path.startsWith("/assets/");

describe("kept pages", () => {
  let context: BrowserContext;
  beforeAll(async () => {
    context = await openKeptWindow(browser, network.url);
  });
  afterAll(() => context.close());

  test("stand in every tab, while two at a time open and their worker collects garbage", async () => {
    const [of, collected] = [{ url: network.url, count: TABS, patienceMs: PATIENCE_MS }, 100];
    expect(await openTabs(context, of)).toEqual({ stood: TABS, reloaded: 0, empty: 0 });
    expect(await collectGarbage(context)).toBeGreaterThan(collected);
  });

  test("are fetched again when they cannot be read, and kept anew", async () => {
    const [worker] = context.serviceWorkers();
    await worker!.evaluate(() => {
      const { match } = Cache.prototype;
      Cache.prototype.match = async function (request, options) {
        const found = await match.call(this, request, options);
        if (!/\/main-.*\.js$/.test((request as Request).url)) return found;
        Cache.prototype.match = match;
        // As of a file that is damaged: its body breaks off.
        return new Response(new ReadableStream({ start: (body) => body.error("damaged") }));
      };
    });
    const noted = await noteKept(context);
    const page = await context.newPage();
    await page.goto(`${network.url}/wallet`);
    await stands(page);
    // The visit after that looks at everything.
    await page.reload();
    await stands(page);
    await untilKept(page);
    expect((await noted()).filter(isAsset)).toEqual([expect.stringMatching(/\/main-.*\.js$/)]);
    await page.close();
  });

  // These hold up what keeps files, too: last.
  test.each(["hang", "stall", "lose"] as const)(
    "open although the network does nothing but %s",
    async (fate) => {
      const page = await context.newPage();
      network.breakBy(() => fate);
      await page.goto(`${network.url}/wallet/trials/CZ-1`);
      await stands(page);
      await page.close();
    },
  );

  test("are the newest where the network answers", async () => {
    const page = await context.newPage();
    network.breakBy((path) =>
      path === "/wallet" ? (text) => text.replace("<title>", "<title>Newer ") : undefined,
    );
    const answer = await page.goto(`${network.url}/wallet`);
    expect(await answer!.text()).toContain("<title>Newer ");
    await stands(page);
    await page.close();
  });
});

/** Notes in the service worker which files it keeps from now on. */
async function noteKept(context: BrowserContext): Promise<() => Promise<string[]>> {
  const [worker] = context.serviceWorkers();
  await worker!.evaluate(() => {
    const scope = globalThis as unknown as { noted?: string[] };
    if (scope.noted !== undefined) return void scope.noted.splice(0);
    const noted: string[] = [];
    scope.noted = noted;
    const note = (of: RequestInfo | URL) =>
      noted.push(new URL(of instanceof Request ? of.url : String(of), location.href).pathname);
    const { add, put } = Cache.prototype;
    Cache.prototype.add = function (request) {
      note(request);
      return add.call(this, request);
    };
    Cache.prototype.put = function (request, answer) {
      note(request);
      return put.call(this, request, answer);
    };
  });
  return async () =>
    await worker!.evaluate(() => [...(globalThis as unknown as { noted: string[] }).noted]);
}

/** Until no visit has anything to keep any more. */
async function untilKept(page: Page): Promise<void> {
  const isKeeping = () =>
    page.evaluate(async () => {
      const { held = [], pending = [] } = await navigator.locks.query();
      return [...held, ...pending].some(({ name }) => name === "cohort-zero/keep-pages");
    });
  await expect.poll(isKeeping).toBe(false);
}

const keptPaths = (page: Page) =>
  page.evaluate(async () => {
    const kept = await (await caches.open("pages")).keys();
    return kept.map(({ url }) => new URL(url).pathname);
  });

test("a build is kept once, by whichever of two tabs, and the next one as soon as there is one", async () => {
  const context = await openKeptWindow(browser, network.url);
  const openTwo = async () => {
    const pages = await Promise.all([context.newPage(), context.newPage()]);
    await Promise.all(pages.map((page) => page.goto(`${network.url}/wallet`)));
    await Promise.all(pages.map(stands));
    await untilKept(pages[0]!);
    const paths = await keptPaths(pages[0]!);
    for (const page of pages) await page.close();
    return paths;
  };
  const noted = await noteKept(context);
  const all = await openTwo();
  expect((await noted()).filter(isAsset)).toEqual([]);

  // A build without one of its files: it goes.
  const [files = "", workerFiles = ""] = await Promise.all(
    ["files", "worker-files"].map(async (list) =>
      (await fetch(`${network.url}/${list}.json`)).text(),
    ),
  );
  const gone = `/${(JSON.parse(workerFiles) as string[]).find((name) => !files.includes(name))}`;
  const without = (list: string) =>
    JSON.stringify((JSON.parse(list) as string[]).filter((name) => `/${name}` !== gone));
  network.breakBy((path) => (path === "/worker-files.json" ? without : undefined));
  expect(await openTwo()).not.toContain(gone);

  // And one with it again: of all its files only that one comes, and once.
  network.heal();
  await noteKept(context);
  expect((await openTwo()).toSorted()).toEqual(all.toSorted());
  expect((await noted()).filter(isAsset)).toEqual([gone]);
  await context.close();
});
