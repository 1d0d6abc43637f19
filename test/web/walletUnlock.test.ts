// Ways into the wallet and back to it: a passkey besides the passphrase, a warning before it locks, guardians, and the
// wallet as an app. And practice, which leads nowhere.
import { readFileSync } from "node:fs";
import type { Browser, BrowserContext, CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { type Exchange, openExchange } from "./exchange.ts";
import { shoot } from "./sponsorPage.ts";
import {
  atHeading,
  makeWallet,
  PASSPHRASE,
  readCode,
  readStorage,
  recordRequests,
  SLOW_MS,
  sees,
  unlock,
  visit,
} from "./wallet.ts";

const GUARDIANS = ["my aunt's own words", "my brother's own words", "my friend's own words"];

let exchange: Exchange;
let browser: Browser;

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser()];
}, SLOW_MS);
afterAll(async () => {
  await browser?.close();
  await exchange?.stop();
});

/** An authenticator of this page's browser, which says yes to everything. */
async function plugIn(page: Page, hasPrf: boolean): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      ...{ protocol: "ctap2", ctap2Version: "ctap2_1", transport: "internal", hasPrf },
      ...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
    },
  });
  return session;
}

async function addPasskey(page: Page, passphrase = PASSPHRASE): Promise<void> {
  await page.getByLabel("Your passphrase, to add a passkey").fill(passphrase);
  await page.getByRole("button", { name: "Add a passkey" }).click();
}

const lock = (page: Page) => page.getByRole("button", { name: "Lock", exact: true }).click();

/** A wallet at an address with a name, which passkeys need. */
async function openAtName(): Promise<Page> {
  const page = await browser.newPage();
  await makeWallet(page, exchange.url.replace("127.0.0.1", "localhost"));
  await visit(page, "Settings");
  return page;
}

describe("a passkey", () => {
  test("is refused in plain words where it cannot work", async () => {
    const page = await browser.newPage();
    await makeWallet(page, exchange.url);
    await visit(page, "Settings");
    await addPasskey(page);
    await sees(page, /Passkeys do not work at an address of digits. Open http:\/\/localhost:/);
    await page.close();
    const old = await openAtName();
    await plugIn(old, false);
    await addPasskey(old);
    await sees(old, /no PRF extension/);
    expect(await old.getByText("added on").count()).toBe(0);
    await old.close();
  });

  test("unlocks the same wallet as the passphrase, which it takes to add one", async () => {
    const page = await openAtName();
    await plugIn(page, true);
    await addPasskey(page, "not the passphrase");
    await sees(page, "That passphrase is wrong");
    await addPasskey(page);
    await sees(page, /this device, added on/);
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, "settings");
    const code = await readCode(page);
    await lock(page);
    await page.getByRole("button", { name: "Unlock with this device" }).waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, "unlock");
    expect(await readStorage(page)).not.toContain(PASSPHRASE);
    await page.getByRole("button", { name: "Unlock with this device" }).click();
    expect(await readCode(page)).toBe(code);
    // What is saved then opens with the passphrase.
    await visit(page, "Settings");
    await page.getByLabel("Fewest clinics").fill("2");
    await page.getByRole("button", { name: "Save these settings" }).click();
    await page.getByRole("button", { name: "Save these settings", disabled: true }).waitFor();
    await page.getByText("Saving…").waitFor({ state: "detached" });
    await lock(page);
    await page.getByLabel("Passphrase", { exact: true }).fill(PASSPHRASE);
    await page.getByRole("button", { name: "Unlock", exact: true }).click();
    await atHeading(page, "Settings");
    expect(await page.getByLabel("Fewest clinics").inputValue()).toBe("2");
    await page.close();
  });

  test("unlocks no more once it is removed, or the passphrase is another", async () => {
    const page = await openAtName();
    await plugIn(page, true);
    await addPasskey(page);
    await page.getByRole("button", { name: "Remove this device" }).click();
    await page.getByText(/this device, added on/).waitFor({ state: "detached" });
    await addPasskey(page);
    await sees(page, /this device, added on/);
    await page.getByLabel("Current passphrase").fill(PASSPHRASE);
    await page.getByLabel("New passphrase", { exact: true }).fill("another otter lantern 8");
    await page.getByLabel("New passphrase again").fill("another otter lantern 8");
    await page.getByRole("button", { name: "Change the passphrase" }).click();
    await sees(page, "The passphrase has been changed.");
    await lock(page);
    await unlock(page, "another otter lantern 8");
    await atHeading(page, "Settings");
    expect(await page.getByText(/this device, added on/).count()).toBe(0);
    await page.close();
  });
});

describe("a wallet that nobody uses", () => {
  test("says so before it locks, and stays open for whoever is there", async () => {
    const page = await browser.newPage();
    await page.clock.install();
    await makeWallet(page, exchange.url);
    const warning = page.getByRole("alert").filter({ hasText: "Your wallet is about to lock" });
    await page.keyboard.press("Shift");
    await page.clock.fastForward("03:30");
    expect(await warning.count()).toBe(0);
    await page.clock.fastForward("01:05");
    await warning.waitFor();
    await shoot(page, "warning");
    await page.getByRole("button", { name: "Keep it open" }).click();
    await warning.waitFor({ state: "detached" });
    await page.clock.fastForward("03:30");
    await atHeading(page, "My wallet");
    await page.clock.fastForward("01:40");
    await sees(page, "Your wallet locked itself because it was not used for a while.");
    await page.close();
  });
});

describe("guardians", () => {
  let context: BrowserContext;
  const files: Buffer[] = [];
  let [code, checkCode] = ["", ""];

  /** Brings one of the shares to a page that recovers a wallet. */
  async function bring(page: Page, number: number, secret = GUARDIANS[number - 1]!): Promise<void> {
    const file = { name: `share-${number}.age`, mimeType: "application/octet-stream" };
    const buffer = files[number - 1]!;
    await page.locator("input[type=file]").setInputFiles({ ...file, buffer });
    await page.getByLabel("What opens it").fill(secret);
    await page.getByRole("button", { name: "Add this share" }).click();
  }

  test("get a file each, and nothing of it is sent", async () => {
    context = await browser.newContext({ acceptDownloads: true });
    const page = await context.newPage();
    await makeWallet(page, exchange.url);
    code = await readCode(page);
    await visit(page, "Settings");
    await page.getByRole("link", { name: "Choose guardians" }).click();
    await atHeading(page, "Guardians");
    expect(await findBarriersInBoth(page)).toEqual([]);
    for (const [i, secret] of GUARDIANS.entries()) {
      await page.getByLabel(`Guardian ${i + 1}`, { exact: true }).fill(secret);
    }
    const sent = recordRequests(context);
    await page.getByRole("button", { name: "Make the shares" }).click();
    for (const number of [1, 2, 3]) {
      const button = page.getByRole("button", { name: `Save share ${number}` });
      const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
      files.push(readFileSync(await download.path()));
    }
    checkCode = (await page.getByTestId("check-code").textContent())!;
    expect(checkCode).toMatch(/^\d{5}( \d{5}){5}$/);
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, "guardians");
    expect(new Set(files.map(({ length }) => length)).size).toBe(1);
    expect(sent.filter(({ body }) => body.includes("mutation"))).toEqual([]);
    expect(JSON.stringify(sent)).not.toContain(checkCode);
    await context.close();
  });

  test("bring the wallet back on a new device, two of the three", async () => {
    context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${exchange.url}/wallet`);
    await page.getByRole("link", { name: "Bring it back with your guardians" }).click();
    await bring(page, 3, "not what she chose");
    await sees(page, "That passphrase is wrong");
    await bring(page, 3);
    await sees(page, "1 here, 2 needed.");
    const passphrase = "one lantern more than before";
    await page.getByLabel("New passphrase", { exact: true }).fill(passphrase);
    await page.getByLabel("New passphrase again").fill(passphrase);
    await page.getByRole("button", { name: "Bring my wallet back" }).click();
    await sees(page, "More shares are needed");
    await bring(page, 1);
    await sees(page, "2 here, 2 needed.");
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, "recover");
    await page.getByLabel("Check code, if you have it").fill("0".repeat(30));
    await page.getByRole("button", { name: "Bring my wallet back" }).click();
    await sees(page, "None of these shares belongs to this check code");
    await page.getByLabel("Check code, if you have it").fill(checkCode);
    await page.getByRole("button", { name: "Bring my wallet back" }).click();
    await atHeading(page, "My wallet");
    expect(await readCode(page)).toBe(code);
    await lock(page);
    await unlock(page, passphrase);
    await page.getByTestId("clinic-code").waitFor();
    await context.close();
  });
});

describe("practice", () => {
  test("leads from a record to a consent, and asks, keeps and sends nothing", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${exchange.url}/wallet`);
    await page.getByRole("link", { name: "Practise with a made-up record" }).click();
    const sent = recordRequests(context);
    await sees(page, "This person and this study do not exist.");
    for (const next of ["Look at a study", "See whether it fits"]) {
      await page.getByRole("button", { name: next }).waitFor();
      expect(await findBarriersInBoth(page)).toEqual([]);
      await shoot(page, `practice-${next}`);
      await page.getByRole("button", { name: next }).click();
    }
    await page.getByRole("heading", { name: "What a yes would reveal" }).waitFor();
    await page.getByText(/What fits: \d/).waitFor();
    expect(await page.locator("[data-criterion=no]").count()).toBe(0);
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, "practice-fit");
    await page.getByRole("button", { name: "Yes, in practice" }).click();
    const sign = page.getByRole("button", { name: "Sign, in practice" });
    expect(await sign.isDisabled()).toBe(true);
    expect(await findBarriersInBoth(page)).toEqual([]);
    for (const box of await page.getByRole("checkbox").all()) await box.check();
    await page.getByRole("radio", { name: "Yes, at any time and without giving a reason" }).check();
    await page
      .getByRole("radiogroup", { name: /short questionnaire/ })
      .getByLabel("Yes")
      .check();
    await sign.click();
    await sees(page, "That was practice: nothing was signed or sent.");
    await sees(page, "This person and this study do not exist.");
    expect(await findBarriersInBoth(page)).toEqual([]);
    expect(sent.filter(({ url, body }) => body !== "" || url.includes("graphql"))).toEqual([]);
    expect(await readStorage(page)).not.toContain("Practice Clinic");
    await page.getByRole("link", { name: "To the wallet" }).click();
    await page.getByRole("button", { name: "Make my wallet" }).waitFor();
    await context.close();
  });
});

describe("the wallet as an app", () => {
  test("has a manifest without a fault, icons of the sizes it says, and keeps both", async () => {
    const page = await browser.newPage();
    await page.goto(`${exchange.url}/wallet`);
    await atHeading(page, "Your wallet");
    const session = await page.context().newCDPSession(page);
    const { errors, data, url } = await session.send("Page.getAppManifest");
    expect(errors).toEqual([]);
    expect(url).toBe(`${exchange.url}/wallet.webmanifest`);
    const manifest = JSON.parse(data!);
    expect(manifest).toMatchObject({ start_url: "/wallet", display: "standalone" });
    const sized = manifest.icons.filter(({ sizes }: { sizes: string }) => sizes !== "any");
    expect(sized.map(({ sizes }: { sizes: string }) => sizes)).toContain("192x192");
    for (const { src, sizes } of sized) {
      const answer = await page.request.get(`${exchange.url}${src}`);
      const bytes = await answer.body();
      // PNG: width and height stand at 16 and 20.
      expect(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`).toBe(sizes);
    }
    await expect
      .poll(() => readStorage(page), { timeout: SLOW_MS })
      .toMatch(/pages \S+\/icon-512\.png[\s\S]*pages \S+\/wallet\.webmanifest/);
    await page.close();
  });
});
