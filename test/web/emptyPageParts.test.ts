// A part of the program that does not arrive: the page is loaded once more, and then says so; so do the workers. In a
// real browser.
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { type Exchange, exampleTrial, openExchange, setScene } from "./exchange.ts";
import { type Network, startNetwork } from "./network.ts";
import { makeWallet, PASSPHRASE, sees, visit } from "./wallet.ts";

let exchange: Exchange;
let browser: Browser;
let network: Network;

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser()];
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
/** Does not wait until it is loaded: it may be reloaded before that. */
const open = (page: Page) => page.goto(`${network.url}/wallet`, { waitUntil: "commit" });
const documentsAsked = () => network.asked.filter((path) => path === "/wallet").length;
const lose = (part: RegExp) => network.breakBy((path) => (part.test(path) ? "lose" : undefined));

describe("a part of the program that does not arrive", () => {
  let page: Page;
  beforeEach(async () => {
    // As at the first visit, when nothing is kept yet.
    page = await (await browser.newContext({ serviceWorkers: "block" })).newPage();
  });
  afterEach(() => page.context().close());

  const PARTS = { module: /\/main-.*\.js$/, import: /\/jsx-runtime-.*\.js$/ };
  const STYLES = /\/main-.*\.css$/;
  const memory = () => page.evaluate(() => sessionStorage.getItem("cohort-zero/loaded-again"));

  test.each([...Object.entries(PARTS), ["styles", STYLES] as const])(
    "once (%s) is fetched again by itself",
    async (_, part) => {
      const before = documentsAsked();
      const isFirst = () => documentsAsked() === before + 1;
      network.breakBy((path) => (part.test(path) && isFirst() ? "lose" : undefined));
      await open(page);
      await stands(page);
      expect(documentsAsked()).toBe(before + 2);
      await expect.poll(memory).toBeNull();
    },
  );

  test.each(Object.entries(PARTS))(
    "ever (%s) is said in plain words, after one more try and no other",
    async (_, part) => {
      const before = documentsAsked();
      lose(part);
      await open(page);
      const said = page.getByRole("alert");
      await said.getByRole("heading", { name: "This page could not start" }).waitFor();
      expect(await said.textContent()).toMatch(/A part of the program did not arrive: .*main-/);
      expect(await said.textContent()).toContain("What is saved on this device is still there.");
      expect(documentsAsked()).toBe(before + 2);
      expect(await findBarriersInBoth(page)).toEqual([]);
      network.heal();
      await said.getByRole("button", { name: "Load the page again" }).click();
      await stands(page);
      expect(await page.getByRole("alert").count()).toBe(0);
    },
  );

  test("ever (styles) leaves a page that can be read", async () => {
    lose(STYLES);
    await open(page);
    await stands(page);
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  test("ever, without an error, is reported too, until it comes after all", async () => {
    await page.clock.install();
    network.breakBy((path) => (PARTS.import.test(path) ? "hang" : undefined));
    const before = documentsAsked();
    await open(page);
    await page.locator("#root").waitFor({ state: "attached" });
    await Promise.all([page.waitForEvent("framenavigated"), page.clock.fastForward(21_000)]);
    await page.locator("#root").waitFor({ state: "attached" });
    await page.clock.fastForward(21_000);
    await page.getByText("It has not started, and nothing arrived for 20 seconds.").waitFor();
    await page.clock.resume();
    network.heal();
    await stands(page);
    expect(await page.getByRole("alert").count()).toBe(0);
    expect(documentsAsked()).toBe(before + 2);
  });

  test("of a place, for ever, leaves no page that only waits", async () => {
    await page.clock.install();
    network.breakBy((path) => (/\/WalletPlace-.*\.js$/.test(path) ? "hang" : undefined));
    await open(page);
    await page.getByRole("heading", { level: 1, name: "Loading this page" }).waitFor();
    await page.clock.fastForward(16_000);
    await page.getByText("This is taking longer than it should.").waitFor();
    expect(await page.getByRole("button", { name: "Load the page again" }).isEnabled()).toBe(true);
    await page.clock.resume();
    network.heal();
    await stands(page);
  });

  test("is not tried again and again where nothing can be remembered", async () => {
    await page.addInitScript(() => {
      const denied = () => {
        throw new DOMException("denied", "SecurityError");
      };
      Object.defineProperty(globalThis, "sessionStorage", { get: denied });
    });
    lose(PARTS.module);
    const before = documentsAsked();
    await open(page);
    await page.getByRole("heading", { name: "This page could not start" }).waitFor();
    expect(documentsAsked()).toBe(before + 1);
  });

  test("that is broken and stops the page is reported with the error", async () => {
    network.breakBy((path) =>
      PARTS.module.test(path) ? () => 'throw new Error("it is broken")' : undefined,
    );
    await open(page);
    await page.getByText("An error stopped it: Uncaught Error: it is broken").waitFor();
  });
});

test("the script that says so runs under the policy by its hash, and no other inline script may", async () => {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  const answer = await page.goto(`${network.url}/wallet`);
  await stands(page);
  const policy = answer!.headers()["content-security-policy"]!;
  const sources = /script-src ([^;]+)/.exec(policy)![1]!.split(" ");
  expect(sources).toEqual([
    "'self'",
    "'wasm-unsafe-eval'",
    expect.stringMatching(/^'sha256-[\w+/]{43}='$/),
  ]);
  expect(complaints).toEqual([]);
  // An old browser has to understand it, even if nothing else: the bundler must not put newer words into it.
  const [, script = ""] = /<script>(.+?)<\/script>/s.exec(await answer!.text())!;
  expect(script).toContain("This page could not start");
  expect(script).not.toMatch(/\?\.[a-z[(]|\?\?|catch ?\{|async/);
  await page.close();

  const changed = await browser.newPage();
  network.breakBy((path) =>
    path === "/wallet"
      ? (text) => text.replace("</title>", "</title><script>globalThis.isForeign = true</script>")
      : undefined,
  );
  await changed.goto(`${network.url}/wallet`);
  await stands(changed);
  expect(await changed.evaluate(() => "isForeign" in globalThis)).toBe(false);
  await changed.close();
});

describe("a part that a worker needs", () => {
  let page: Page;
  beforeEach(async () => {
    page = await (await browser.newContext({ serviceWorkers: "block" })).newPage();
  });
  afterEach(() => page.context().close());

  test.each([
    ["the worker itself", /\/proverWorker-.*\.js$/],
    ["what it loads later", /\/sealing-.*\.js$/],
  ])("is said to be missing, and is there at the next try (%s)", async (_, part) => {
    lose(part);
    await page.goto(`${network.url}/wallet`);
    await page.getByLabel("Passphrase", { exact: true }).fill(PASSPHRASE);
    await page.getByLabel("Passphrase again").fill(PASSPHRASE);
    const make = page.getByRole("button", { name: "Make my wallet" });
    await make.click();
    await sees(page, "A part of this page did not arrive");
    network.heal();
    await make.click();
    await page.getByRole("heading", { level: 1, name: "My wallet" }).waitFor();
  });

  test("is reported as missing in the auditor's window, which does not wait for ever", async () => {
    lose(/\/auditing-.*\.js$/);
    await page.goto(`${network.url}/auditor/proof`);
    await page.getByLabel("Your node of the chain").fill(exchange.node);
    await page.getByRole("radio", { name: "On this server's word" }).check();
    await page.getByRole("button", { name: "Use these" }).click();
    await page.getByLabel("Transaction").fill(`0x${"1".repeat(64)}`);
    const verify = page.getByRole("button", { name: "Verify the proof" });
    await verify.click();
    await page.getByRole("alert").filter({ hasText: "A part of it did not arrive" }).waitFor();
    network.heal();
    await verify.click();
    // Now it looks, and finds no such transaction.
    const missing = page.getByRole("alert").filter({ hasText: "A part of it did not arrive" });
    await missing.waitFor({ state: "hidden" });
    await page.getByRole("alert").waitFor();
  });

  test("is fetched each time where it may not use the browser's cache", async () => {
    const closed =
      "self.caches.open = () => Promise.reject(new DOMException('no', 'SecurityError'));";
    network.breakBy((path) =>
      /\/proverWorker-.*\.js$/.test(path) ? (text) => `${closed}${text}` : undefined,
    );
    await makeWallet(page, network.url);
    await sees(page, "Ready on this device");
  });
});

test("a study says when the register of records does not come, and goes on when it does", async () => {
  const trial = exampleTrial("vaccine-registry");
  await setScene(exchange, trial);
  const page = await (await browser.newContext({ serviceWorkers: "block" })).newPage();
  lose(/^\/state\/records$/);
  await makeWallet(page, network.url);
  await visit(page, "Studies");
  await page.getByRole("link", { name: trial.protocolNumber }).click();
  const said = page.getByRole("alert").filter({ hasText: "No connection" });
  await said.waitFor();
  network.heal();
  await said.getByRole("button", { name: "Try again" }).click();
  await sees(page, "Does it fit me?");
  await page.context().close();
});
