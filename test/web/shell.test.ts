// The frame that all pages share, in a real browser: policy, size, both themes, and what an attacker would try.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PLACES } from "../../server/pages.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { type Exchange, openExchange } from "./exchange.ts";

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
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (problem) => complaints.push(problem.message));
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

  test("has its first load within 300 kB", async () => {
    const page = await browser.newPage();
    const sizes: number[] = [];
    page.on("requestfinished", async (request) => {
      sizes.push((await request.sizes()).responseBodySize);
    });
    await page.goto(exchange.url);
    await page.waitForLoadState("load");
    await page.waitForLoadState("networkidle");
    expect(sizes.length).toBeGreaterThan(3);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(300_000);
    await page.close();
  });
});
