// GraphiQL of an embedded exchange in a real browser: signed in by a link, and nothing fetched from elsewhere.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBrowser } from "./browser.ts";
import { CAST, type Exchange, openExchange } from "./exchange.ts";
import { openWatched } from "./openPlace.ts";
import { shoot } from "./sponsorPage.ts";

let exchange: Exchange;
let browser: Browser;

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser()];
});
afterAll(async () => {
  await browser?.close();
  await exchange?.stop();
});

/** What a part of it shows: its lines wrap in the middle of words. */
const shown = async (page: Page, part: string) =>
  ((await page.locator(`.graphiql-${part}`).textContent()) ?? "").replace(/\s/g, "");

test("a newcomer signs in with a development key, and asks who that is", async () => {
  const { page, sent, complaints } = await openWatched(browser);
  await page.goto(exchange.url);
  await page.getByRole("link", { name: "GraphiQL" }).click();
  const acting = page.getByRole("navigation", { name: "Who is signed in" });
  await expect.poll(() => shown(page, "query-editor")).toContain("protocolNumber");
  await acting.getByRole("link", { name: "sponsor" }).click();
  await expect
    .poll(() => acting.getByRole("link", { name: "sponsor" }).getAttribute("aria-current"))
    .toBe("page");
  await expect.poll(() => shown(page, "query-editor")).toContain("protocolNumber");
  expect(complaints).toEqual([]);
  await page.getByRole("button", { name: /Execute query/ }).click();
  const address = CAST.sponsor.address.toLowerCase();
  await expect.poll(() => shown(page, "response")).toContain(`"address":"${address}"`);
  await shoot(page, "graphiql");
  const own = new RegExp(`^(?:${exchange.url}|blob:|data:)`);
  expect(sent.filter((request) => !own.test(request))).toEqual([]);
  expect(complaints).toEqual([]);
});
