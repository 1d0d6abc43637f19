// What the sponsor console's tests do again and again in a page.
import { mkdirSync, readFileSync } from "node:fs";
import type { Browser, Download, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { type Cast, gatherCast } from "../../client/journey/setting.ts";
import { CAST, type Exchange } from "./exchange.ts";
import { openWatched, signInAt } from "./openPlace.ts";

/** Everybody whom a sponsor needs, accredited; no trial yet. */
export async function gatherPeople({ api }: Exchange): Promise<Cast> {
  return await gatherCast(api, {
    governance: CAST.governance,
    sponsor: CAST.sponsor,
    board: CAST.board,
    clinics: [{ name: "North Clinic", signer: CAST["clinic-1"] }],
    sites: [CAST["site-1"]],
  });
}

/** A page signed in with the sponsor's key or the one given, and what it complained about. */
export async function openConsole(
  browser: Browser,
  url: string,
  { path = "", heading = "Your trials", privateKey = "" } = {},
) {
  const screen = { viewport: { width: 1280, height: 900 }, locale: "en-GB" };
  const { page, complaints } = await openWatched(browser, screen);
  if (privateKey !== "") {
    await page.route("**/development/keys", (route) =>
      route.fulfill({ json: { sponsor: privateKey } }),
    );
  }
  await signInAt(page, `${url}/sponsor${path}`, "sponsor");
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
  return { page, complaints };
}

/** The trial file as the page shows it. */
export async function readFile(page: Page): Promise<Record<string, unknown>> {
  return JSON.parse(await page.getByLabel("Trial file (JSON)").inputValue());
}

/** Rewrites the whole file. */
export async function writeFile(
  page: Page,
  change: (file: Record<string, unknown>) => unknown,
): Promise<void> {
  const changed = JSON.stringify(change(await readFile(page)), null, 2);
  await page.getByLabel("Trial file (JSON)").fill(changed);
}

/** Chooses from a menu's or a select's list. */
export async function choose(page: Page, label: string, option: string | RegExp): Promise<void> {
  await page.getByRole("combobox", { name: label, exact: true }).click();
  await page.getByRole("option", { name: option }).first().click();
}

export async function textOf(download: Download): Promise<string> {
  return readFileSync(await download.path(), "utf8");
}

/** Menus fade: one that is closing still has its items. */
export async function menusClosed(page: Page): Promise<void> {
  await expect.poll(() => page.getByRole("menu").count()).toBe(0);
}

/** A menu is shown before it has the focus: a key pressed in between is lost. */
export async function menuHasFocus(page: Page): Promise<void> {
  const inMenu = () =>
    page.evaluate(() => document.activeElement?.closest('[role="menu"]') != null);
  await expect.poll(inMenu).toBe(true);
}

/** Adds a criterion by a list's button. */
export async function add(
  page: Page,
  within: Page | Locator,
  button: string,
  form: string,
): Promise<void> {
  await menusClosed(page);
  await within.getByRole("button", { name: button, exact: true }).last().click();
  await page.getByRole("menuitem", { name: form, exact: true }).click();
}

/** Types what is looked for and takes the first concept that is found. */
export async function pickConcept(
  page: Page,
  within: Locator,
  words: string,
  found: RegExp,
): Promise<void> {
  const field = within.getByRole("combobox", { name: "Concept" });
  await field.fill(words);
  await expect.poll(() => page.getByRole("option").first().textContent()).toMatch(found);
  await field.press("ArrowDown");
  await field.press("Enter");
}

/** With SHOTS set to a folder: the page as a phone and a desktop show it, in both colour schemes, to be looked at. */
export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env.SHOTS;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  const before = page.viewportSize()!;
  for (const [size, width, height] of [
    ["desktop", 1280, 900],
    ["phone", 390, 844],
  ] as const) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const path = `${folder}/${name}-${size}-${colorScheme}.png`;
      await page.screenshot({ path, fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize(before);
}
