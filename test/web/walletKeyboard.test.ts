// The wallet's page of one's own data without a mouse: where the focus goes, that it is seen, and each act by keys alone.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBrowser } from "./browser.ts";
import { type DataStage, openDataStage } from "./exchangeStage.ts";
import { SLOW_MS, sees } from "./wallet.ts";
import { allowAll, openDataWallet, toData } from "./walletData.ts";

/** Sealing and proving on a busy machine. */
const PROOF_MS = 120_000;
/** More than a page of this kind has. */
const MOST_STOPS = 60;
/** Around what has the focus: its ring lies outside. */
const RING = 8;

let stage: DataStage;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  stage = await openDataStage();
  await allowAll(stage, stage.patients[0]!);
  browser = await startBrowser();
  ({ page } = await openDataWallet(browser, stage));
  await toData(page, stage);
  await page.getByRole("heading", { name: "What you can do" }).waitFor();
}, SLOW_MS);
afterAll(async () => {
  await browser?.close();
  await stage?.stop();
});

/** What has the focus, by the name that is read out; empty where nothing has. */
const focused = () =>
  page.evaluate(() => {
    const at = document.activeElement as HTMLElement | null;
    if (at === null || at === document.body) return "";
    const { labels } = at as HTMLInputElement;
    return (at.ariaLabel ?? labels?.[0]?.textContent ?? at.textContent ?? "").trim();
  });

/** Whether the page looks another around the focus when it is taken away; it is given back. */
async function isFocusSeen(): Promise<boolean> {
  const at = await page.evaluateHandle(() => document.activeElement as HTMLElement);
  const box = await at.evaluate((element) => {
    // A switch's box is drawn beside its hidden input.
    const shown = element.offsetWidth < 4 ? element.parentElement! : element;
    const { left, top, right, bottom } = shown.getBoundingClientRect();
    return { left, top, right, bottom };
  });
  const size = page.viewportSize()!;
  const [x, y] = [Math.max(0, box.left - RING), Math.max(0, box.top - RING)];
  const width = Math.min(size.width, box.right + RING) - x;
  const height = Math.min(size.height, box.bottom + RING) - y;
  if (width <= 0 || height <= 0) return false;
  const picture = () => page.screenshot({ clip: { x, y, width, height }, animations: "disabled" });
  const lit = await picture();
  await at.evaluate((element) => element.blur());
  const unlit = await picture();
  await at.evaluate((element) => element.focus({ preventScroll: true }));
  return !lit.equals(unlit);
}

/** Goes on by Tab to what has this name, and fails where the focus is not seen there. */
async function tabTo(name: string): Promise<void> {
  const passed: string[] = [];
  while ((await focused()) !== name) {
    if (passed.length === MOST_STOPS) throw new Error(`no "${name}" among ${passed.join(" | ")}`);
    await page.keyboard.press("Tab");
    passed.push(await focused());
  }
  if (!(await isFocusSeen())) throw new Error(`the focus is not seen on "${name}"`);
}

const press = (key: string) => page.keyboard.press(key);
const dialog = () => page.getByRole("dialog");
const isInDialog = () =>
  page.evaluate(() => document.activeElement?.closest('[role="dialog"]') !== null);

test("Tab goes through the page as it is read, and each stop is seen", async () => {
  await tabTo("The study");
  const stops = ["The study"];
  const hidden: string[] = [];
  let before = Number.NEGATIVE_INFINITY;
  for (;;) {
    await press("Tab");
    const name = await focused();
    if (name === "" || name === stops[0] || stops.length === MOST_STOPS) break;
    stops.push(name);
    if (!(await isFocusSeen())) hidden.push(name);
    if (name === "Download everything") break;
    // Never back up the page: by less than a line, as controls of one row may lie.
    const top = await page.evaluate(
      () => document.activeElement!.getBoundingClientRect().top + scrollY,
    );
    expect(top, name).toBeGreaterThan(before - 24);
    before = top;
  }
  expect(hidden).toEqual([]);
  const expected = [
    ...["The study", "Publish my key", "Look at it: Where you start from"],
    ...["Answer: Weekly questions", "Choose a file: Steps"],
    ...["Go on sending: Where you start from", "Go on sending: Weekly questions"],
    ...["Go on sending: Steps", "Erase my data", "Download everything"],
  ];
  expect(stops.filter((one) => expected.includes(one))).toEqual(expected);
}, 240_000);

test("a questionnaire is answered and sent", async () => {
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await tabTo("Answer: Weekly questions");
  await press("Enter");
  await dialog().waitFor();
  await page.getByRole("radio", { name: "Yes" }).waitFor();
  await expect.poll(isInDialog).toBe(true);
  await tabTo("Yes");
  await press("Space");
  expect(await page.getByRole("radio", { name: "Yes" }).isChecked()).toBe(true);
  await tabTo("Look it over");
  await press("Enter");
  await sees(page, "This is sent, for");
  await tabTo("Seal and send");
  expect(await isInDialog()).toBe(true);
  await press("Enter");
  await dialog().waitFor({ state: "detached", timeout: PROOF_MS });
  await page
    .getByRole("button", { name: "Answer: Weekly questions" })
    .waitFor({ state: "detached" });
}, 240_000);

test("collecting is stopped, and a permission taken back", async () => {
  await tabTo("Go on sending: Steps");
  await press("Space");
  await page.locator('[data-due="steps"]').waitFor({ state: "detached" });
  const row = page.locator('[data-permission="futureResearch"]');
  const name = (await row.getByRole("button").getAttribute("aria-label"))!;
  await tabTo(name);
  await press("Enter");
  await dialog().waitFor();
  await expect.poll(isInDialog).toBe(true);
  // Escape changes nothing, and gives the focus back to where it was.
  await press("Escape");
  await dialog().waitFor({ state: "detached" });
  await expect.poll(focused).toBe(name);
  await press("Enter");
  await dialog().waitFor();
  await tabTo("Yes, take it back");
  await press("Enter");
  await row.getByText("Not allowed").waitFor({ timeout: PROOF_MS });
}, 240_000);

test("everything is erased, after it was said to be meant", async () => {
  await tabTo("Erase my data");
  await press("Enter");
  await dialog().waitFor();
  await tabTo("I know that this cannot be undone");
  await press("Space");
  await tabTo("Erase it");
  await press("Enter");
  await sees(page, /You asked for it on/);
}, 240_000);
