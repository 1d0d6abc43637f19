// What a page shows before any answer has come, and when answers are refused: requests held back, in a real browser.
import type { Browser, Page, Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PLACES } from "../../server/http/pages.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { type Exchange, openExchange } from "./exchange.ts";
import { openPlace } from "./openPlace.ts";

let exchange: Exchange;
let browser: Browser;

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser()];
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await exchange?.stop();
});

/** What a page asks the exchange: the graph, and public state, which has addresses of its own. */
const ASKED = /^[^?]*\/(?:graphql$|state\/)/;

/** Keeps back every such request from now on, until it is said what becomes of them. */
async function hold(page: Page, pattern: string | RegExp) {
  const held: Route[] = [];
  let become: ((route: Route) => Promise<void>) | undefined;
  await page.route(pattern, async (route) => {
    if (become === undefined) held.push(route);
    else await become(route);
  });
  return async (what: (route: Route) => Promise<void>) => {
    become = what;
    expect(held.length).toBeGreaterThan(0);
    for (const route of held) await what(route);
  };
}

const codeOf = (place: string) =>
  `**/assets/${place.slice(0, 1).toUpperCase()}${place.slice(1)}Place-*.js`;
const loading = (page: Page) => page.getByRole("status", { name: /^Loading / }).first();
const first = (page: Page) => page.getByRole("heading", { level: 1 });

/** One part of the pages loads all of them: some in every run, each in `npm run evidence -- pages`. */
const some = <T>(all: readonly T[], most: number) =>
  process.env.PAGES === "all" ? all : all.slice(0, most);
const LOOKED_AT = some(
  PLACES.filter((place) => place !== ""),
  2,
);

describe.each(LOOKED_AT)("/%s", (place) => {
  test("has no barrier while its code is on the way, and stands when it has come", async () => {
    const page = await browser.newPage();
    const release = await hold(page, codeOf(place));
    await page.goto(`${exchange.url}/${place}`);
    await loading(page).waitFor();
    expect(await first(page).textContent()).toBe("Loading this page");
    expect(await findBarriersInBoth(page)).toEqual([]);
    await release((route) => route.continue());
    await loading(page).waitFor({ state: "hidden" });
    await first(page).waitFor();
    await page.close();
  });

  test("says that it cannot be shown when its code does not come", async () => {
    const page = await browser.newPage();
    await page.route(codeOf(place), (route) => route.abort());
    await page.goto(`${exchange.url}/${place}`);
    await page.getByRole("alert").waitFor();
    expect(await first(page).textContent()).toBe("This page cannot be shown");
    expect(await page.getByRole("alert").textContent()).toContain("A part of it did not arrive");
    expect(await findBarriersInBoth(page)).toEqual([]);
    await page.unroute(codeOf(place));
    await page.getByRole("button", { name: "Load the page again" }).click();
    await page.getByRole("alert").waitFor({ state: "hidden" });
    await first(page).waitFor();
    await page.close();
  });
});

/** Who acts at a place; at the auditor's nobody signs in. */
const KEYS = { sponsor: "sponsor", site: "site-1", board: "board", auditor: undefined } as const;

/** Pages that ask for something; of trials that there are none of, so nothing is kept. */
const ASKING = [
  ["sponsor", "/trial/NONE-1"],
  ["site", "/NONE-2/1/arrival"],
  ["auditor", "/trial/NONE-1"],
  ["board", "/NONE-1/1"],
  ["site", "/NONE-1/1"],
  ["sponsor", "/trial/NONE-2/participants"],
  ["sponsor", "/trial/NONE-3/amend"],
] as const;

test.each(some(ASKING, 3))(
  "/%s%s has no barrier while answers are awaited, nor when they refuse",
  async (place, path) => {
    const { page } = await openPlace(browser, `${exchange.url}/${place}`, KEYS[place]);
    await page.waitForLoadState("networkidle");
    const release = await hold(page, ASKED);
    await page.evaluate((to) => history.pushState(null, "", to), `/${place}${path}`);
    await page
      .getByRole("status", { name: /^Loading (?!this page)/ })
      .first()
      .waitFor();
    expect(await first(page).count()).toBe(1);
    expect(await findBarriersInBoth(page)).toEqual([]);
    await release((route) => route.continue());
    await page.getByRole("alert").waitFor();
    expect(await loading(page).count()).toBe(0);
    expect(await first(page).count()).toBe(1);
    expect(await findBarriersInBoth(page)).toEqual([]);
    await page.close();
  },
);
