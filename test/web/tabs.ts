// Tabs of the wallet, opened and closed two at a time, whose service worker collects garbage all the time.
import type { Browser, BrowserContext } from "playwright-core";

/** What a browser must be started with for that. */
export const GARBAGE_ARGUMENTS = ["--js-flags=--expose-gc"];
const COLLECT_EVERY_MS = 3;

export type Counts = { stood: number; reloaded: number; empty: number };
type Collecting = { gc(): void; collected?: number };

/** A window of its own whose pages come out of the service worker's cache. */
export async function openKeptWindow(browser: Browser, url: string): Promise<BrowserContext> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${url}/wallet`);
  // It is ready once it has kept everything.
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await page.close();
  return context;
}

/** Lets the service worker collect garbage every few milliseconds; how often it has. */
export async function collectGarbage(context: BrowserContext): Promise<number> {
  const [worker] = context.serviceWorkers();
  return await worker!.evaluate((every) => {
    const scope = globalThis as unknown as Collecting;
    if (scope.collected === undefined) {
      scope.collected = 0;
      setInterval(() => {
        scope.gc();
        scope.collected!++;
      }, every);
    }
    return scope.collected;
  }, COLLECT_EVERY_MS);
}

/** Opens and closes this many tabs of the wallet, two at a time. */
export async function openTabs(
  context: BrowserContext,
  of: { url: string; count: number; patienceMs: number; onPair?: (counts: Counts) => void },
): Promise<Counts> {
  const counts: Counts = { stood: 0, reloaded: 0, empty: 0 };
  for (let opened = 0; opened < of.count; opened += 2) {
    await collectGarbage(context);
    for (const one of await Promise.all([openTab(context, of), openTab(context, of)]))
      counts[one]++;
    of.onPair?.({ ...counts });
  }
  return counts;
}

/** What became of a tab: `empty` is whatever is not the wallet, also a page that says why. */
async function openTab(
  context: BrowserContext,
  { url, patienceMs: timeout }: { url: string; patienceMs: number },
): Promise<keyof Counts> {
  const page = await context.newPage();
  try {
    await page.goto(`${url}/wallet`, { waitUntil: "commit" });
    const heading = page.getByRole("heading", { level: 1, name: "Your wallet", exact: true });
    const stands = await heading.waitFor({ timeout }).then(
      () => true,
      () => false,
    );
    if (!stands) return "empty";
    const type = await page.evaluate(
      () => (performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming).type,
    );
    return type === "reload" ? "reloaded" : "stood";
  } finally {
    await page.close();
  }
}
