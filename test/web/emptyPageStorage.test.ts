// A browser whose storage fails or does not answer: the page says so, and what to do. In a real browser.
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { PLACES } from "../../server/http/pages.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { type Exchange, exampleTrial, openExchange, setScene } from "./exchange.ts";
import { signInAt } from "./openPlace.ts";
import { PASSPHRASE, sees } from "./wallet.ts";

let exchange: Exchange;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser()];
}, 300_000);
beforeEach(async () => {
  page = await (await browser.newContext({ serviceWorkers: "block" })).newPage();
});
afterEach(() => page.context().close());
afterAll(async () => {
  await browser?.close();
  await exchange?.stop();
});

const first = () => page.getByRole("heading", { level: 1, name: /^(?!Loading)/ });
const tryAgain = () => page.getByRole("button", { name: "Try again" }).click();

type Manner = "throws" | "is missing" | "fails" | "is silent";
type Breakable = { isBroken: boolean };

/** Breaks IndexedDB, or one database of it, until `mend`. */
async function breakDatabases(manner: Manner, only?: string): Promise<void> {
  await page.addInitScript(
    ([how, name]) => {
      const scope = globalThis as unknown as Breakable;
      scope.isBroken = true;
      const { open } = IDBFactory.prototype;
      const real = indexedDB;
      if (how === "is missing") {
        const get = () => (scope.isBroken ? undefined : real);
        Object.defineProperty(globalThis, "indexedDB", { get });
      }
      IDBFactory.prototype.open = function (asked) {
        if (!scope.isBroken || (name !== "" && name !== asked)) return open.call(this, asked);
        if (how === "throws") throw new DOMException("denied", "SecurityError");
        const error = new DOMException("damaged", "UnknownError");
        const request = { error } as unknown as IDBOpenDBRequest;
        if (how === "fails") setTimeout(() => request.onerror!(new Event("error")));
        return request;
      };
    },
    [manner, only ?? ""] as const,
  );
}

const mend = () =>
  page.evaluate(() => {
    (globalThis as unknown as Breakable).isBroken = false;
  });

/** Local and session storage that throw at the first look. */
async function denyStorage(): Promise<void> {
  await page.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage"]) {
      const get = () => {
        throw new DOMException("denied", "SecurityError");
      };
      Object.defineProperty(globalThis, name, { get });
    }
  });
}

describe("the wallet's page", () => {
  const SAID: readonly (readonly [Manner, string])[] = [
    ["throws", "The browser's storage is closed to this page (SecurityError)."],
    ["is missing", "The browser's storage is closed to this page (TypeError)."],
    ["fails", "The browser's storage is closed to this page (UnknownError)."],
    ["is silent", "The browser's storage does not answer."],
  ];

  test.each(SAID)("says so when its database %s, and opens once it answers", async (how, words) => {
    if (how === "is silent") await page.clock.install();
    await breakDatabases(how);
    await page.goto(`${exchange.url}/wallet`);
    if (how === "is silent") {
      await page.getByRole("heading", { level: 1, name: "Loading this page" }).waitFor();
      await page.clock.fastForward(11_000);
    }
    await page
      .getByRole("heading", { level: 1, name: "Your wallet cannot be opened here" })
      .waitFor();
    expect(await page.getByRole("alert").textContent()).toContain(words);
    if (how === "throws") expect(await findBarriersInBoth(page)).toEqual([]);
    // What never answers never does; that takes the browser's tabs to be closed.
    if (how === "is silent") return;
    await mend();
    await tryAgain();
    await page.getByRole("button", { name: "Make my wallet" }).waitFor();
  });

  test("says so when the browser knows of no tabs, and waits for none", async () => {
    await page.addInitScript(() => {
      LockManager.prototype.request = () =>
        Promise.reject(new DOMException("denied", "SecurityError"));
    });
    await page.goto(`${exchange.url}/wallet`);
    await page.getByLabel("Passphrase", { exact: true }).fill(PASSPHRASE);
    await page.getByLabel("Passphrase again").fill(PASSPHRASE);
    await page.getByRole("button", { name: "Make my wallet" }).click();
    await sees(page, "Your browser stores nothing for this page");
  });

  test("says so when the wallet cannot be deleted", async () => {
    await page.addInitScript(() => {
      IDBObjectStore.prototype.delete = () => {
        throw new DOMException("damaged", "UnknownError");
      };
    });
    await page.goto(`${exchange.url}/wallet/start-over`);
    await page.getByRole("checkbox").check();
    await page.getByRole("button", { name: "Delete the wallet from this browser" }).click();
    await sees(page, "Your browser stores nothing for this page");
  });
});

test.each(PLACES.map((place) => `/${place}`))(
  "%s stands where local and session storage are closed to it",
  async (path) => {
    const complaints: string[] = [];
    page.on("pageerror", (problem) => complaints.push(problem.message));
    await denyStorage();
    await page.goto(`${exchange.url}${path}`);
    await first().waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
    expect(complaints).toEqual([]);
  },
);

test("the clinic's roster says why nobody can tell whether there is one", async () => {
  await breakDatabases("fails", "cohort-zero-clinic-roster");
  await signInAt(page, `${exchange.url}/clinic/roster`, "clinic-1");
  const said = page.getByRole("alert").filter({ hasText: "The browser's storage is closed" });
  await said.waitFor();
  await mend();
  await tryAgain();
  await page.getByRole("button", { name: "Start a new roster" }).waitFor();
});

test("the site's desk says that it remembers nobody", async () => {
  const trial = exampleTrial("vaccine-registry");
  await setScene(exchange, trial);
  await denyStorage();
  await signInAt(page, `${exchange.url}/site/${trial.protocolNumber}/1`, "site-1");
  await page.getByRole("heading", { name: "Documents seen here" }).waitFor();
  await page.getByRole("alert").filter({ hasText: "The browser's storage is closed" }).waitFor();
});
