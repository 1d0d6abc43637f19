// The frame that all pages share, in a real browser: policy, size, both themes, and what an attacker would try.
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PLACES } from "../../server/http/pages.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { type Exchange, openExchange } from "./exchange.ts";
import { openWatched } from "./openPlace.ts";

let exchange: Exchange;
let browser: Browser;

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser()];
});
afterAll(async () => {
  await browser?.close();
  await exchange?.stop();
});

/** A page that collects what its policy refused and what it threw. */
async function openPage(path: string) {
  const { page, complaints } = await openWatched(browser);
  const answer = await page.goto(`${exchange.url}${path}`);
  await page.waitForLoadState("networkidle");
  await page.getByRole("heading", { level: 1, name: /^(?!Loading)/ }).waitFor();
  return { page, complaints, headers: answer!.headers() };
}

describe("every place", () => {
  test.each(PLACES.map((place) => `/${place}`))(
    "%s stands under a strict policy without a complaint",
    async (path) => {
      const { page, complaints, headers } = await openPage(path);
      const policy = headers["content-security-policy"]!;
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/'unsafe-inline'|'unsafe-eval'/);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  test.each(PLACES.map((place) => `/${place}`))(
    "%s has no barrier that axe finds, in either colour scheme",
    async (path) => {
      const { page } = await openPage(path);
      expect(await findBarriersInBoth(page)).toEqual([]);
      await page.close();
    },
  );

  test.each([
    ["/elsewhere/deeper", "To the start page", 404],
    ["/auditor/elsewhere", "To the start of this place", 200],
  ])(
    "answers %s with a page that says that there is none, and leads on",
    async (path, way, code) => {
      const { page } = await openWatched(browser);
      const answer = await page.goto(`${exchange.url}${path}`);
      expect(answer!.status()).toBe(code);
      await page.getByRole("heading", { level: 1, name: "There is no such page" }).waitFor();
      expect(await findBarriersInBoth(page)).toEqual([]);
      await page.getByRole("link", { name: way }).click();
      await page.getByRole("heading", { level: 1, name: /^(?!Loading|There is no)/ }).waitFor();
      await page.close();
    },
  );

  test.each(PLACES.map((place) => `/${place}`))(
    "%s has its first load within 300 kB, packed as servers pack",
    async (path) => {
      const page = await browser.newPage();
      const bodies: Promise<Buffer>[] = [];
      page.on("requestfinished", (request) => {
        bodies.push(request.response().then((response) => response!.body()));
      });
      await page.goto(`${exchange.url}${path}`);
      await page.getByRole("heading", { level: 1, name: /^(?!Loading)/ }).waitFor();
      await page.waitForLoadState("networkidle");
      const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body).length);
      expect(sizes.length).toBeGreaterThan(3);
      const sum = sizes.reduce((all, size) => all + size, 0);
      expect(sum).toBeLessThan(300_000);
      await page.close();
    },
  );
});
