// What the sponsor console's tests do again and again in a page.
import { readFileSync } from "node:fs";
import type { Browser, Download, Page } from "playwright-core";

/** A page signed in with the sponsor's key or the one given, and what it complained about. */
export async function openConsole(
  browser: Browser,
  url: string,
  { path = "", heading = "Your trials", privateKey = "" } = {},
) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, locale: "en-GB" });
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (problem) => complaints.push(problem.message));
  if (privateKey !== "") {
    await page.route("**/development/keys", (route) =>
      route.fulfill({ json: { sponsor: privateKey } }),
    );
  }
  await page.goto(`${url}/sponsor${path}`);
  await signIn(page);
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
  return { page, complaints };
}

export async function signIn(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Use the development key “sponsor”" }).click();
}

/** The trial file as the page shows it. */
export async function readFile(page: Page): Promise<Record<string, unknown>> {
  return JSON.parse(await page.getByLabel("Trial file (JSON)").inputValue());
}

/** Chooses from a menu's or a select's list. */
export async function choose(page: Page, label: string, option: string | RegExp): Promise<void> {
  await page.getByRole("combobox", { name: label, exact: true }).click();
  await page.getByRole("option", { name: option }).first().click();
}

export async function textOf(download: Download): Promise<string> {
  return readFileSync(await download.path(), "utf8");
}
