// What goes wrong around a patient: stopped proofs, reloads, no connection, a second tab, an idle hour, damaged keys,
// hostile text. And that who does not fit looks like everybody else.
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { trialIdOf } from "../../circuits/statement/trial/trial.ts";
import type { TrialFile } from "../../circuits/statement/trial/trialFile.ts";
import { type Cast, openTrial } from "../../client/journey/setting.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { type Exchange, exampleTrial, openExchange, setScene } from "./exchange.ts";
import {
  atHeading,
  makeWallet,
  openTrialPage,
  PASSPHRASE,
  preparePatient,
  readStorage,
  recordRequests,
  type Sent,
  SLOW_MS,
  sees,
  unlock,
  visit,
} from "./wallet.ts";

const TRIAL = exampleTrial("vaccine-registry");
const { protocolNumber, title } = TRIAL;
const MARKUP = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>`;
const HOSTILE: TrialFile = {
  ...TRIAL,
  protocolNumber: "CZ-HOSTILE-1",
  title: `Title ${MARKUP}`,
  summary: `Summary ${MARKUP}`,
  sponsor: `Sponsor ${MARKUP}`,
};
/** Made-up patients by number: who fits, and who does not. */
const FITS = 0;
const DOES_NOT_FIT = 1;

let exchange: Exchange;
let browser: Browser;
let cast: Cast;
let context: BrowserContext;
let page: Page;
let sent: Sent[];

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser()];
  cast = await setScene(exchange, TRIAL);
  await openTrial(cast, HOSTILE);
  context = await browser.newContext();
  sent = recordRequests(context);
  page = await context.newPage();
  await preparePatient(page, { exchange, cast, index: FITS });
  await visit(page, "Overview");
  await sees(page, "Ready on this device");
}, SLOW_MS);
afterAll(async () => {
  await browser?.close();
  await exchange?.stop();
});

const mutations = (of: readonly Sent[]) => of.filter(({ body }) => body.includes("mutation"));
/** What was asked for, without who asked and how often. */
const kinds = (of: readonly Sent[]) =>
  [...new Set(of.map(({ url, body }) => `${url} ${/(?:query|mutation) \w+/.exec(body) ?? ""}`))]
    .filter((kind) => !/\/assets\/|blob:/.test(kind))
    .toSorted();

/** Starts a proof and waits until it is being made. */
async function startProof(): Promise<void> {
  await openTrialPage(page, title);
  await page.getByRole("button", { name: "Yes: prove that I fit" }).click();
  await page.getByRole("button", { name: "Stop" }).waitFor();
  await sees(page, /Making the proof, on this device: up to a minute…/);
}

describe("who does not fit", () => {
  test("asks the exchange for the same as who fits, all keys included", async () => {
    await openTrialPage(page, title);
    await sees(page, "You meet everything that your record can show.");
    const other = await browser.newContext();
    const seen = recordRequests(other);
    const tab = await other.newPage();
    await preparePatient(tab, { exchange, cast, index: DOES_NOT_FIT });
    await visit(tab, "Overview");
    await sees(tab, "Ready on this device");
    await openTrialPage(tab, title);
    await sees(tab, "You do not meet all the criteria today.");
    expect(await tab.getByRole("button", { name: "Yes: prove that I fit" }).isDisabled()).toBe(
      true,
    );
    expect(await findBarriersInBoth(tab)).toEqual([]);
    expect(kinds(seen)).toEqual(kinds(sent));
    const keys = kinds(seen).filter((kind) => kind.includes("/artifacts/"));
    expect(keys).toHaveLength(6);
    await other.close();
  });
});

describe("a proof", () => {
  test("can be stopped: nothing is sent and the wallet stays as it was", async () => {
    const before = await readStorage(page);
    await startProof();
    await page.getByRole("button", { name: "Stop" }).click();
    await sees(page, "Nothing was sent, and your wallet is as it was.");
    expect(mutations(sent)).toEqual([]);
    const sealed = (storage: string) => /age-encryption[\s\S]{2000}/.exec(storage)![0];
    expect(sealed(await readStorage(page))).toBe(sealed(before));
    expect((await exchange.api.publicState(trialIdOf(protocolNumber))).screenings).toEqual([]);
  });

  test("ends with a reload in the middle, and can be made again", async () => {
    await startProof();
    await page.reload();
    await unlock(page);
    await sees(page, "What a yes would reveal");
    expect(mutations(sent)).toEqual([]);
    expect(await page.getByRole("button", { name: "Yes: prove that I fit" }).isEnabled()).toBe(
      true,
    );
  });
});

describe("without a connection", () => {
  test("the wallet opens, and shows the record and what was last known of the studies", async () => {
    await page.waitForFunction(async () => {
      const kept = await caches.open("pages");
      const paths = (await kept.keys()).map(({ url }) => new URL(url).pathname);
      return navigator.serviceWorker.controller && paths.some((path) => /proverWorker/.test(path));
    });
    await context.setOffline(true);
    await page.reload();
    await unlock(page);
    await sees(page, "You are offline");
    await visit(page, "My record");
    await page.getByRole("heading", { name: "North Clinic" }).waitFor();
    await sees(page, "Registered: can be used");
    expect(await findBarriersInBoth(page)).toEqual([]);
    await openTrialPage(page, title);
    await sees(page, /^As it was on/);
    await page.getByRole("button", { name: "Yes: prove that I fit" }).click();
    await sees(page, "This step needs the internet.");
    await context.setOffline(false);
    await sees(page, "All studies");
  });
});

describe("the lock", () => {
  test("shows before the library is loaded, and opens only for the passphrase", async () => {
    await page.getByRole("button", { name: "Lock", exact: true }).click();
    await page.getByRole("heading", { name: "Unlock your wallet" }).waitFor();
    const from = sent.length;
    await page.reload();
    await page.getByRole("heading", { name: "Unlock your wallet" }).waitFor();
    expect(sent.slice(from).filter(({ url }) => /OpenWallet|proving|sealing/.test(url))).toEqual(
      [],
    );
    expect(await findBarriersInBoth(page)).toEqual([]);
    await unlock(page, "not the passphrase");
    await sees(page, "That passphrase is wrong");
    await unlock(page);
    await page.getByRole("button", { name: "Lock", exact: true }).waitFor();
  });

  test("closes after the idle time", async () => {
    const tab = await context.newPage();
    await tab.clock.install();
    await tab.goto(`${exchange.url}/wallet`);
    await unlock(tab);
    await atHeading(tab, "My wallet");
    await tab.clock.fastForward("04:00");
    await visit(tab, "My record");
    await tab.clock.fastForward("04:00");
    await atHeading(tab, "My record");
    await tab.clock.fastForward("05:10");
    await sees(tab, "Your wallet locked itself because it was not used for a while.");
    await tab.close();
  });

  test("closes in one tab when the wallet is opened in another, and no change is lost", async () => {
    await page.goto(`${exchange.url}/wallet/settings`);
    await unlock(page);
    await atHeading(page, "Settings");
    const second = await context.newPage();
    await second.goto(`${exchange.url}/wallet/settings`);
    await sees(second, "Your wallet is open in another tab.");
    await unlock(second);
    await atHeading(second, "Settings");
    await sees(page, "You continued with your wallet in another tab");
    await second.getByLabel("Fewest clinics").fill("2");
    await second.getByRole("button", { name: "Save these settings" }).click();
    await second.getByRole("button", { name: "Save these settings", disabled: true }).waitFor();
    await second.getByText("Saving…").waitFor({ state: "detached" });
    await unlock(page);
    await atHeading(page, "Settings");
    expect(await page.getByLabel("Fewest clinics").inputValue()).toBe("2");
    await sees(second, "You continued with your wallet in another tab");
    await second.close();
  });
});

describe("the keyboard", () => {
  /** Presses Tab until a control of this name has the focus, as somebody without a mouse would. */
  async function tabTo(name: string | RegExp): Promise<void> {
    const isThere = () =>
      page
        .locator(":focus")
        .and(page.getByRole("link", { name }).or(page.getByRole("button", { name })))
        .count();
    for (let presses = 0; presses < 80; presses++) {
      await page.keyboard.press("Tab");
      if (await isThere()) return;
    }
    throw new Error(`Tab does not reach ${name}`);
  }

  test("leads from the lock to a yes", async () => {
    await page.goto(`${exchange.url}/wallet`);
    await page.getByRole("heading", { name: "Unlock your wallet" }).waitFor();
    await page.keyboard.type(PASSPHRASE);
    await page.keyboard.press("Enter");
    await atHeading(page, "My wallet");
    await tabTo(/^Studies$/);
    await page.keyboard.press("Enter");
    await atHeading(page, "Studies");
    await page.getByRole("link", { name: title }).waitFor();
    await tabTo(title);
    await page.keyboard.press("Enter");
    await atHeading(page, title);
    await sees(page, "You meet everything that your record can show.");
    await tabTo("See what a yes would reveal");
    await page.keyboard.press("Enter");
    await tabTo("Yes: prove that I fit");
  });
});

describe("the text of a study", () => {
  test("stays text, whatever is in it", async () => {
    await visit(page, "Studies");
    await page.getByRole("link", { name: `Title ${MARKUP}` }).click();
    await atHeading(page, `Title ${MARKUP}`);
    await sees(page, `Summary ${MARKUP}`);
    expect(await page.evaluate(() => "hacked" in globalThis)).toBe(false);
    expect(await page.locator("main img, main script").count()).toBe(0);
  });
});

describe("a key for proving", () => {
  test("that was damaged on the device is fetched again", async () => {
    await page.evaluate(async () => {
      const cache = await caches.open("proving-keys");
      const kept = await cache.match("/artifacts/eligibility-8.wasm");
      const bytes = new Uint8Array(await kept!.arrayBuffer());
      bytes[1_000]! ^= 1;
      await cache.put("/artifacts/eligibility-8.wasm", new Response(bytes));
    });
    const from = sent.length;
    await page.goto(`${exchange.url}/wallet`);
    await unlock(page);
    await sees(page, "Ready on this device");
    const fetched = sent.slice(from).filter(({ url }) => url.includes("/artifacts/"));
    expect(new Set(fetched.map(({ url }) => new URL(url).pathname))).toEqual(
      new Set(["/artifacts/eligibility-8.wasm"]),
    );
  });

  test("that the server damages is refused by its name", async () => {
    const other = await browser.newContext({ serviceWorkers: "block" });
    await other.route("**/artifacts/eligibility-8.wasm", async (route) => {
      const answer = await route.fetch();
      const body = await answer.body();
      body[1_000]! ^= 1;
      const headers = { "content-type": "application/wasm" };
      await route.fulfill({ status: 200, headers, body });
    });
    const tab = await other.newPage();
    await makeWallet(tab, exchange.url);
    await sees(tab, "A file needed for proofs is damaged");
    await sees(tab, /The file eligibility-8\.wasm is not the one that this program expects/);
    await other.close();
  });
});

describe("deleting the wallet", () => {
  test("asks twice, and leaves nothing of it in the browser", async () => {
    await visit(page, "Settings");
    await page.getByRole("button", { name: "Delete the wallet" }).click();
    const last = page.getByRole("button", { name: "Delete for good" });
    expect(await last.isDisabled()).toBe(true);
    await page.getByLabel(/Type “delete”/).fill("delete");
    await last.click();
    await page.getByRole("button", { name: "Make my wallet" }).waitFor();
    expect(await readStorage(page)).not.toContain("age-encryption");
  });
});
