// The clinic's roster and its revocations in a real browser: kept sealed over a reload, moved as a file, and a record of a
// batch taken back so that it is gone.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Download, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signInActor } from "../../client/actor/actor.ts";
import { withRoster } from "../../client/clinic/roster/roster.node.ts";
import { accredit } from "../../client/governance/accredit.ts";
import { identityCodeOf } from "../../client/patient/derive.ts";
import { importRecord } from "../../client/patient/import.ts";
import { createWallet, type Wallet } from "../../client/patient/wallet.ts";
import { testFolder } from "../support/server.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { beginRoster, findStored, openRoster, ROSTER_PASSPHRASE } from "./clinicRoster.ts";
import { CAST, type Exchange, openExchange } from "./exchange.ts";
import { openPlace, signInAt } from "./openPlace.ts";

let exchange: Exchange;
let browser: Browser;
let page: Page;
const wallets = [createWallet(), createWallet(), createWallet()] as const;
const files: string[] = [];
const clinic = CAST["clinic-1"].address;

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser()];
  const governance = await signInActor({ api: exchange.api, signer: CAST.governance });
  await accredit(governance, { role: "clinic", account: clinic, name: "North Clinic" });
  page = await (await browser.newContext({ acceptDownloads: true })).newPage();
  await arrive(page);
});
afterAll(async () => {
  await browser?.close();
  await exchange?.stop();
});

const arrive = (on: Page, path = "") => signInAt(on, `${exchange.url}/clinic${path}`, "clinic-1");
const button = (name: string | RegExp) => page.getByRole("button", { name });
/** A mark of what waits may follow its name. */
const section = (name: string) =>
  page
    .getByRole("navigation", { name: "Clinic desk" })
    .getByRole("link", { name: new RegExp(`^${name}`) })
    .click();

async function drop(...charts: number[]): Promise<void> {
  await section("Patients");
  const given = charts.map((index) => ({
    name: `chart-${index}.json`,
    mimeType: "application/json",
    buffer: Buffer.from(JSON.stringify(exchange.bundle(index))),
  }));
  await page.locator('input[type="file"][multiple]').setInputFiles(given);
}

/** Opens the n-th patient of the list and fills in what it takes; the roster is open. */
async function fill(n: number, wallet: Wallet): Promise<void> {
  await section("Patients");
  await page.getByRole("list", { name: "Patients" }).getByRole("link").nth(n).click();
  await page
    .getByLabel("Identity code from the patient's wallet")
    .fill(await identityCodeOf(wallet.seed));
  await button("Use this").click();
}
const attest = async (on = page) => {
  await on.getByLabel("Attest without a document").check();
  await on.getByRole("button", { name: "Attest", exact: true }).click();
};

async function savedBy(act: () => Promise<void>): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent("download") as Promise<Download>, act()]);
  return readFileSync(await download.path());
}

describe("the roster on the page", () => {
  test("is started with a passphrase, and kept sealed in the browser", async () => {
    await drop(0, 2);
    await page.getByRole("list", { name: "Patients" }).getByRole("link").first().click();
    await beginRoster(page);
    for (const n of [0, 1]) {
      await fill(n, wallets[n]!);
      await attest();
      await page.getByText("Not in the registry yet").waitFor();
    }
    const stored = await findStored(page);
    expect(stored).toContain("age-encryption.org/v1");
    expect(stored).not.toContain("clinic-roster/1");
    await section("Anchor and hand over");
    await button("Anchor 2 records").click();
    await page.getByText("2 records are in the registry").waitFor();
    for (const n of [0, 1]) {
      const saved = await savedBy(() =>
        button(/^Save the file/)
          .nth(n)
          .click(),
      );
      files.push(saved.toString());
    }
    await page.getByText("Kept in this browser, encrypted.").waitFor();
  });

  test("survives a reload, opens with its passphrase only, and still knows who has which wallet", async () => {
    await arrive(page, "/roster");
    await openRoster(page, "not the right passphrase");
    await page
      .getByRole("alert")
      .getByText(/WrongPassphrase/)
      .waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await openRoster(page);
    const people = page.getByRole("list", { name: "People in the roster" });
    await people.waitFor();
    expect(await people.getByRole("listitem").count()).toBe(2);
    expect(await findBarriersInBoth(page)).toEqual([]);
    // What was handed over before the reload is on the desk again.
    await section("Patients");
    await button("Forget the 2 handed over").click();
    await drop(0);
    await fill(0, wallets[2]);
    await attest();
    await page
      .getByRole("alert")
      .getByText(/PersonHasIdentity/)
      .waitFor();
  });

  test("re-binds only when it is asked to, says what that does, and what to revoke first", async () => {
    await page.getByRole("switch", { name: /lost their wallet/ }).check();
    await page.getByText(/trials already running refuse it/).waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await attest();
    await page.getByText(/First revoke the records of the lost wallet/).waitFor();
    await section("Anchor and hand over");
    await button("Anchor 1 record").click();
    await page
      .getByRole("alert")
      .getByText(/StillProvable/)
      .waitFor();
  });

  test("moves as a file to the command line and to another browser", async () => {
    await section("Roster");
    const saved = await savedBy(() => button("Save the roster file").click());
    const path = join(testFolder(), "roster.age");
    writeFileSync(path, saved);
    const of = { path, passphrase: ROSTER_PASSPHRASE, clinic };
    const { entries } = await withRoster(of, async ({ roster }) => roster);
    expect(entries.map(({ identities }) => identities.length)).toEqual([2, 1]);
    const address = `${exchange.url}/clinic/roster`;
    const { page: elsewhere } = await openPlace(browser, address, "clinic-1");
    await elsewhere.locator('input[type="file"]').setInputFiles(path);
    await elsewhere.getByLabel("Passphrase of roster.age").fill(ROSTER_PASSPHRASE);
    await elsewhere.getByRole("button", { name: "Open the file" }).click();
    const people = elsewhere.getByRole("list", { name: "People in the roster" });
    await people.waitFor();
    expect(await people.getByRole("listitem").count()).toBe(2);
    await elsewhere.close();
  });

  test("is changed by one tab at a time: the other loses nothing and opens it again", async () => {
    const other = await page.context().newPage();
    await arrive(other, "/roster");
    await openRoster(other);
    await other.getByRole("list", { name: "People in the roster" }).waitFor();
    await drop(4);
    await fill(1, createWallet());
    await attest();
    await page.getByText("Not in the registry yet").waitFor();
    await other.locator('a[href$="/clinic"], a[href$="/clinic/"]').first().click();
    await other.locator('input[type="file"][multiple]').setInputFiles([
      {
        name: "chart-5.json",
        mimeType: "application/json",
        buffer: Buffer.from(JSON.stringify(exchange.bundle(5))),
      },
    ]);
    await other.getByRole("list", { name: "Patients" }).getByRole("link").nth(1).click();
    await other
      .getByLabel("Identity code from the patient's wallet")
      .fill(await identityCodeOf(createWallet().seed));
    await other.getByRole("button", { name: "Use this" }).click();
    await attest(other);
    await other.getByText(/was changed in another tab/).waitFor();
    await other.close();
  });
});

describe("a record of a batch", () => {
  test("is revoked by its file: the batch is rebuilt, and the page says what it tried", async () => {
    await section("In the registry");
    const take = page.getByLabel("Permit, record file or record number");
    await take.fill("not a record");
    await button("Use this").click();
    await page
      .getByRole("alert")
      .getByText(/not a permit, a record file/)
      .waitFor();
    await take.fill(files[0]!);
    await button("Use this").click();
    await page
      .getByRole("status")
      .getByText(/rebuilt without it, with 1 other\. Checked: it leads to no valid root \(1 root/)
      .waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    const registry = await exchange.api.recordsState();
    for (const n of [0, 1]) {
      const attested = JSON.parse(files[n]!) as unknown;
      const taken = importRecord({ wallet: wallets[n]!, attested, registry });
      await expect(taken).rejects.toMatchObject({ code: "RecordNotAnchored" });
    }
    expect(registry.leaves.map(({ kind, size }) => [kind, size])).toEqual([["batch", 1]]);
  });

  test("of a lost wallet makes way for the new one", async () => {
    await section("Anchor and hand over");
    await button(/^Anchor \d records?/).click();
    await page
      .getByText(/in the registry$/)
      .first()
      .waitFor();
  });
});
