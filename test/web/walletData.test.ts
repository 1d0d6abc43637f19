// The wallet's page of one's own data, as a patient uses it, in a real browser against a served exchange with three
// custodians: what is given, what is seen, and what is done about it.
import { readFileSync } from "node:fs";
import { Decrypter } from "age-encryption";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signInActor } from "../../client/actor/actor.ts";
import { exchangeOf, type PublicEntry } from "../../client/api/exchange.ts";
import { breakGlass } from "../../client/exchange/emergency.ts";
import { startBrowser } from "./browser.ts";
import { CAST } from "./exchange.ts";
import { giveVisit, pseudonymOf } from "./exchangeDeposits.ts";
import { type DataStage, openDataStage } from "./exchangeStage.ts";
import { SLOW_MS, sees, unlock, visit } from "./wallet.ts";
import {
  allowAll,
  type DataWallet,
  judgePage,
  openCut,
  openDataWallet,
  readSteps,
  toData,
  wait,
  withEmergency,
} from "./walletData.ts";

const PURPOSE = "Primary analysis of the season";
const REASON = "Found unconscious in the street";
const DAY = 86_400;
/** Sealing and proving on a busy machine. */
const PROOF_MS = 120_000;

let stage: DataStage;
let browser: Browser;
let wallet: DataWallet;
let page: Page;

beforeAll(async () => {
  stage = await openDataStage({ change: withEmergency });
  await allowAll(stage, stage.patients[0]!);
  browser = await startBrowser();
  wallet = await openDataWallet(browser, stage);
  ({ page } = wallet);
}, SLOW_MS);
afterAll(async () => {
  await browser?.close();
  await stage?.stop();
});

const judge = (name: string) => judgePage(page, name);
const dialogIsGone = () =>
  page.getByRole("dialog").waitFor({ state: "detached", timeout: PROOF_MS });

/** The patient's entries of a collection, as everybody sees them. */
async function entriesOf(collection: string): Promise<PublicEntry[]> {
  const pseudonym = await pseudonymOf(stage, stage.patients[0]!);
  const all = await exchangeOf(stage.api).entries(stage.trialId);
  return all.filter(
    ({ entry }) => entry.pseudonym === pseudonym && entry.collection === collection,
  );
}

describe("what is given", () => {
  test("begins with the wallet's key, without which the site can send nothing", async () => {
    await toData(page, stage);
    await sees(page, "Publish your key");
    await judge("begin");
    await page.getByRole("button", { name: "Publish my key" }).click();
    await page.getByText("Publish your key").waitFor({ state: "detached", timeout: PROOF_MS });
    const [key] = await entriesOf("participant-key");
    expect(key?.recipient).toMatch(/^age1/);
  });

  test("shows the record's facts before they are proven, and counts them", async () => {
    await page.getByRole("button", { name: "Look at it: Where you start from" }).click();
    const shown = page.getByRole("region", { name: "You are showing" });
    await shown.getByText(/^born in \d{4}$/).waitFor();
    await shown.getByText(/^sex: /).waitFor();
    await sees(page, "It counts as an answer to this sponsor");
    expect(await entriesOf("baseline")).toEqual([]);
    await judge("facts");
    await page.getByRole("button", { name: "Prove, seal and send" }).click();
    await dialogIsGone();
    expect(await entriesOf("baseline")).toHaveLength(1);
  });

  test("keeps a draft of answers, shows them finished, and sends them only then", async () => {
    const begin = page.getByRole("button", { name: "Answer: Weekly questions" });
    await begin.click();
    await page.getByRole("radio", { name: "Yes" }).check();
    await sees(page, "Kept on this device, encrypted.");
    // Closed in the middle: what was typed lies encrypted on this device, and nowhere else.
    await page.reload();
    await unlock(page);
    await page.getByRole("heading", { name: "What is due" }).waitFor();
    await begin.click();
    await sees(page, "You go on where you left off.");
    expect(await page.getByRole("radio", { name: "Yes" }).isChecked()).toBe(true);
    await page.getByRole("button", { name: "Look it over" }).click();
    await sees(page, "This is sent, for");
    await judge("review");
    expect(await entriesOf("diary")).toEqual([]);
    await page.getByRole("button", { name: "Seal and send" }).click();
    await dialogIsGone();
    expect(await entriesOf("diary")).toHaveLength(1);
    await begin.waitFor({ state: "detached" });
  });

  test("reads a device's file here, shows what would be sent, and sends whole days once", async () => {
    await wait(stage, 3 * DAY);
    const [me] = await stage.api.participants(stage.trial.protocolNumber);
    const dayOf = (n: number) =>
      new Date((me!.arrivedAt! + n * DAY) * 1000).toISOString().slice(0, 10);
    const rows = [0, 1, 2, 40].map((n) => `${dayOf(n)},${4000 + n}`);
    await readSteps(page, ["day,steps", ...rows].join("\n"));
    const look = page.getByRole("region", { name: "What would be sent" });
    await look.getByText(/^3, from /).waitFor();
    await look.getByText("Left out, and why").click();
    await look.getByText("of a day that is not asked for").waitFor();
    expect(await entriesOf("steps")).toEqual([]);
    await judge("device");
    await page.getByRole("button", { name: "Seal and send 3 days" }).click();
    await page.getByText("All days were sent.").waitFor({ timeout: PROOF_MS });
    expect(await entriesOf("steps")).toHaveLength(3);
    await page.getByRole("button", { name: "Done" }).click();
    // The same file again, with one reading changed.
    await readSteps(page, ["day,steps", ...rows].join("\n").replace("4001", "4444"));
    await look.getByText(/^1, from /).waitFor();
    await look.getByText("Days that were sent before, unchanged").waitFor();
    await page.getByRole("button", { name: "Seal and send 1 day" }).click();
    await page.getByText("All days were sent.").waitFor({ timeout: PROOF_MS });
    const sent = await entriesOf("steps");
    expect(sent.map(({ entry }) => entry.sequence)).toEqual([1, 2, 3, 4]);
    expect(sent.filter(({ entry }) => entry.correction !== 0)).toHaveLength(1);
    await page.getByRole("button", { name: "Done" }).click();
  }, 400_000);
});

describe("what is seen", () => {
  test("tells of the site's corrections, and who opened what, when and why", async () => {
    const [patient] = stage.patients;
    const first = await giveVisit(stage, patient!, { pulse: 70 });
    await giveVisit(stage, patient!, { pulse: 77, corrects: first });
    // Key, facts, answers, two forms of which one counts, days.
    expect(await openCut(stage, { permission: "participate", purpose: PURPOSE })).toBe(2);
    await page.reload();
    await unlock(page);
    await sees(page, "Your site has corrected something");
    await sees(page, "it was entered wrongly");
    const access = page.locator("[data-access]");
    await access.getByText(PURPOSE).waitFor();
    await access.getByText("Could be opened").waitFor();
    await access.getByText(/Weekly questions \(1\)/).waitFor();
    await page
      .locator('[data-collection="diary"]')
      .getByText(/Could be opened once/)
      .waitFor();
    await page
      .locator('[data-collection="baseline"]')
      .getByText(/Nobody has opened it/)
      .waitFor();
    await judge("seen");
    await page.getByRole("button", { name: "I have read it" }).click();
    await page.locator("[data-corrections]").waitFor({ state: "detached" });
    await page.reload();
    await unlock(page);
    await page.locator('[data-collection="visit"]').getByText("Corrected since").waitFor();
    expect(await page.locator("[data-corrections]").count()).toBe(0);
  }, 400_000);

  test("opens a package here, and with the stock age tool", async () => {
    await page
      .locator('[data-collection="diary"]')
      .getByRole("button", { name: /^Open number/ })
      .click();
    await page.getByRole("dialog").getByText("Had a fever this week").waitFor();
    await page.getByRole("button", { name: "Show my key's line" }).click();
    const line = (await page.getByTestId("age-identity").textContent())!.trim();
    await judge("opened");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save the sealed file" }).click(),
    ]);
    const command = await page.getByTestId("age-command").textContent();
    expect(command).toContain(download.suggestedFilename());
    // No more than what the page says: the line is an X25519 identity that every age tool knows.
    const decrypter = new Decrypter();
    decrypter.addIdentity(line);
    const plain = await decrypter.decrypt(new Uint8Array(readFileSync(await download.path())));
    const text = new TextDecoder().decode(plain.slice(4)).replaceAll("\0", "");
    const { content } = JSON.parse(text);
    expect(content.resource.item[0].answer).toEqual([{ valueBoolean: true }]);
    await page.getByRole("dialog").getByRole("button", { name: "Close", exact: true }).click();
  });

  test("hands over everything as one file", async () => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download everything" }).click(),
    ]);
    const bytes = readFileSync(await download.path());
    const names = bytes.toString("latin1");
    for (const name of ["key.txt", "entries.json", "who-opened.ndjson", "HOW-TO-OPEN.txt"]) {
      expect(names).toContain(name);
    }
    expect(names.match(/visit-\d-[\d-]+\.age/g)!.length).toBeGreaterThanOrEqual(4);
    expect(names).toContain("AuditEvent");
  });
});

describe("what is done about it", () => {
  test("corrects an answer by a new entry with its reason", async () => {
    await page
      .locator('[data-collection="diary"]')
      .getByRole("button", { name: /^Correct number/ })
      .click();
    await sees(page, "What you sent before stays");
    expect(await page.getByRole("radio", { name: "Yes" }).isChecked()).toBe(true);
    await page.getByRole("radio", { name: "No" }).check();
    await page.getByRole("button", { name: "Look it over" }).click();
    await page.getByRole("button", { name: "Seal and send" }).click();
    await dialogIsGone();
    const [, second] = await entriesOf("diary");
    expect(second?.entry).toMatchObject({ sequence: 2, correction: 1 });
  });

  test("stops collecting in the wallet alone, and goes on again", async () => {
    const facts = page.getByRole("switch", { name: "Go on sending: Steps" });
    const due = page.locator('[data-due="steps"]');
    await due.waitFor();
    await facts.click({ force: true });
    await due.waitFor({ state: "detached" });
    await page.reload();
    await unlock(page);
    await page.getByRole("heading", { name: "What you can do" }).waitFor();
    expect(await due.count()).toBe(0);
    await facts.click({ force: true });
    await due.waitFor();
  });

  test("takes one permission back: nothing under it is released or sent any more, all else is", async () => {
    const permission = page.locator('[data-permission="futureResearch"]');
    await permission.getByRole("button", { name: /^Take it back/ }).click();
    await judge("take-back");
    await page.getByRole("button", { name: "Yes, take it back" }).click();
    await permission.getByText("Not allowed").waitFor({ timeout: PROOF_MS });
    const nothing = openCut(stage, { permission: "futureResearch", purpose: "Later research" });
    await expect(nothing).rejects.toMatchObject({ code: "NothingToCut" });
    expect(await openCut(stage, { permission: "participate", purpose: PURPOSE })).toBe(2);
    // Its consent is otherwise as it was.
    const [me] = await stage.api.participants(stage.trial.protocolNumber);
    expect(me?.consent?.permissions).not.toBe(0);
  }, 300_000);

  test("is told of an emergency on its first page, and can forbid the next one", async () => {
    const actor = await signInActor({ api: stage.api, signer: CAST.emergency });
    const pseudonym = await pseudonymOf(stage, stage.patients[0]!);
    const { trialId } = stage;
    const again = () =>
      breakGlass(actor, { trialId, pseudonym, reason: REASON, keepKey: async () => {} });
    await again();
    await visit(page, "Overview");
    await page.locator("[data-emergency]").waitFor();
    await judge("emergency");
    await page.getByRole("link", { name: "Who, why, and what came of it" }).click();
    await page.getByText(REASON).waitFor();
    await page.getByText("Emergency Unit").first().waitFor();
    const card = page.getByTestId("emergency-card");
    const digits = (await card.textContent())!.replaceAll(" ", "");
    expect(digits).toContain(String(pseudonym));
    expect(await card.textContent()).toContain(stage.trial.protocolNumber);
    await wait(stage, 3_601);
    await page.getByRole("button", { name: /^Forbid it/ }).click();
    await page.getByRole("button", { name: "Yes, forbid it" }).click();
    await page.getByText("You do not allow it: nobody can.").waitFor({ timeout: PROOF_MS });
    await expect(again()).rejects.toMatchObject({ code: "OptedOut" });
  }, 300_000);

  test("erases: those who hold keys say that they destroyed them, and nothing is opened any more", async () => {
    await page.getByRole("button", { name: "Erase my data" }).click();
    const erase = page.getByRole("button", { name: "Erase it" });
    expect(await erase.isDisabled()).toBe(true);
    await page.getByLabel("I know that this cannot be undone").check();
    await judge("erase");
    await erase.click();
    await sees(page, /You asked for it on/);
    await expect
      .poll(async () => {
        const events = await stage.api.trialEvents(stage.trial.protocolNumber);
        return events.filter(({ name }) => name === "KeyDestroyed").length;
      })
      .toBe(3);
    await page.reload();
    await unlock(page);
    await sees(page, "Nothing can be opened any more.");
    const nothing = openCut(stage, { permission: "participate", purpose: PURPOSE });
    await expect(nothing).rejects.toMatchObject({ code: "NothingToCut" });
    expect(wallet.complaints).toEqual([]);
  }, 300_000);
});
