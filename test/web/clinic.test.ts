// The clinic's desk in a real browser: charts in, records attested, anchored, handed over, replaced and revoked.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { Browser, Download, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signInActor } from "../../client/actor/actor.ts";
import { accredit } from "../../client/governance/accredit.ts";
import { readIdentityCode } from "../../client/handover/identityCode.ts";
import { identityCodeOf } from "../../client/patient/derive.ts";
import { importRecord } from "../../client/patient/import.ts";
import { createWallet, type Wallet } from "../../client/patient/wallet.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { type Bundle, INJECTED, inject, nameOf } from "./charts.ts";
import { handsOverByCode, reloadsKept, storesNobody, withoutSealed } from "./clinicByCode.ts";
import { beginRoster, openRoster, ROSTER_PASSPHRASE } from "./clinicRoster.ts";
import { CAST, type Exchange, openExchange } from "./exchange.ts";
import { openPlace, signInAt, type Watched } from "./openPlace.ts";

const DOCUMENT = "UTO P-424242";

let exchange: Exchange;
let browser: Browser;
let page: Page;
let watched: Watched;
const wallets: Wallet[] = [createWallet(), createWallet(), createWallet(), createWallet()];

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser()];
  const governance = await signInActor({ api: exchange.api, signer: CAST.governance });
  const account = CAST["clinic-1"].address;
  await accredit(governance, { role: "clinic", account, name: "North Clinic" });
  watched = await openPlace(browser, `${exchange.url}/clinic`, "clinic-1");
  page = watched.page;
});
afterAll(async () => {
  await browser?.close();
  await exchange?.stop();
});

const signIn = (key: "clinic-1" | "clinic-2", path = "") =>
  signInAt(page, `${exchange.url}/clinic${path}`, key);

const file = (name: string, content: string | Buffer) => ({
  name,
  mimeType: "application/json",
  buffer: Buffer.from(content),
});
type Given = ReturnType<typeof file>;
const drop = (files: Given[], on = page) =>
  on.locator('input[type="file"][multiple]').setInputFiles(files);
const button = (name: string | RegExp) => page.getByRole("button", { name });
const alertOf = (text: RegExp) => page.getByRole("alert").getByText(text);
const open = (name: string) => page.getByRole("link", { name, exact: true }).click();

/** A made-up chart, changed by hand. */
function chart(index: number, change: (bundle: Bundle) => void = () => {}): Bundle {
  const bundle = structuredClone(exchange.bundle(index)) as Bundle;
  change(bundle);
  return bundle;
}

const codeOf = (wallet: Wallet) => identityCodeOf(wallet.seed);

async function giveIdentity(code: string): Promise<void> {
  await page.getByLabel("Identity code from the patient's wallet").fill(code);
  await button("Use this").click();
}

/** Opens the patient that stands n-th in the list, and attests the record for a wallet. */
async function attest(n: number, wallet: Wallet): Promise<void> {
  await open("Patients");
  await page.getByRole("list", { name: "Patients" }).getByRole("link").nth(n).click();
  await giveIdentity(await codeOf(wallet));
  // One document is one person's.
  await page.getByLabel("Identity document you checked").fill(`${DOCUMENT}-${n}`);
  await page.getByRole("button", { name: "Attest", exact: true }).click();
  await page.getByText("Not in the registry yet").waitFor();
}

async function savedBy(act: () => Promise<void>): Promise<unknown> {
  const [download] = await Promise.all([page.waitForEvent("download") as Promise<Download>, act()]);
  return JSON.parse(readFileSync(await download.path(), "utf8"));
}

describe("a clinic's desk", () => {
  test("refuses broken files, naming every fault at once, and reads the others on request", async () => {
    expect(await findBarriersInBoth(page)).toEqual([]);
    const two = chart(0, ({ entry }) => entry.push(chart(2).entry[0]!));
    await drop([
      file("cut.json", '{"resourceType": "Bundle",\n "entry": ['),
      file("two.json", JSON.stringify(two)),
      file("notes.txt", "hello"),
      file("good.json", JSON.stringify(chart(0))),
    ]);
    const problems = page.getByRole("table", { name: "What could not be read" });
    await problems.getByText(/not valid JSON at line 2, column 12: it ends too early/).waitFor();
    expect(await problems.getByText(/is one of 2 patients/).count()).toBe(2);
    await problems.getByText("is not a .json, .ndjson or .gz file").waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    expect(await page.getByText("No patients yet").count()).toBe(1);
    await button("Read the other 1 without these").press("Enter");
    await page.getByRole("link", { name: nameOf(chart(0)) }).waitFor();
  });

  test("reads gzipped Bundles and Bulk Data of several patients, and shows markup as text", async () => {
    const lines = [chart(4), chart(5)].flatMap(({ entry }) => entry.map((e) => e.resource));
    // Bulk Data names resources by type and id.
    const bulk = lines.map((line) => JSON.stringify(line).replaceAll("urn:uuid:", "Patient/"));
    await drop([
      file("eve.json.gz", gzipSync(JSON.stringify(chart(2, inject)))),
      file("bulk.ndjson", bulk.join("\n")),
    ]);
    const list = page.getByRole("list", { name: "Patients" });
    await list.getByRole("link", { name: `Eve ${INJECTED}` }).waitFor();
    expect(await list.getByRole("listitem").count()).toBe(4);
    expect(await page.locator("img[src=x]").count()).toBe(0);
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("shows what the record holds, what it leaves out, and where absence is not provable", async () => {
    await page.getByRole("link", { name: /^\d\. Eve/ }).press("Enter");
    await page.getByRole("heading", { level: 1, name: `Eve ${INJECTED}` }).waitFor();
    await button(/^Conditions: began/).press("Enter");
    const facts = page.getByRole("table", { name: "Conditions: began" });
    await facts.getByText(INJECTED, { exact: true }).first().waitFor();
    await page.getByText(`not coded usably: code system urn:${INJECTED}`).waitFor();
    await page.getByText("Absence cannot be proved for: Procedures").waitFor();
    await page.getByText(/eve\.json\.gz: Bundle\.entry\[\d+\] \(Procedure\/odd\)\.code/).waitFor();
    await button(/^Procedures.*absence not provable/).waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("attests nobody before its roster is open", async () => {
    await page.getByRole("heading", { name: "The clinic's roster" }).waitFor();
    expect(await page.getByLabel("Identity document you checked").count()).toBe(0);
    expect(await findBarriersInBoth(page)).toEqual([]);
    await beginRoster(page);
    await page.getByLabel("Identity document you checked").waitFor();
  });

  test("refuses an identity code that is mistyped or another patient's", async () => {
    const code = await codeOf(wallets[0]!);
    for (const wrong of ["1234567890", code.slice(0, -4), code.replace("czid1", "czid2")]) {
      await giveIdentity(wrong);
      await alertOf(/MalformedInput/).waitFor();
    }
    await attest(0, wallets[0]!);
    await open("Patients");
    await page.getByRole("list", { name: "Patients" }).getByRole("link").nth(1).click();
    await giveIdentity(code);
    await page.getByLabel("Attest without a document").check();
    await page.getByRole("button", { name: "Attest", exact: true }).click();
    await alertOf(/IdentityTaken/).waitFor();
    await page.getByRole("switch", { name: /one person under two numbers/ }).waitFor();
    await attest(1, wallets[1]!);
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("hands nothing over before it is anchored, and brings the desk back after a reload", async () => {
    await page.getByRole("link", { name: "Go to anchoring" }).click();
    await page.getByRole("heading", { name: "To anchor: 2" }).waitFor();
    expect(await button(/^Save the file/).count()).toBe(0);
    expect(await findBarriersInBoth(page)).toEqual([]);
    await reloadsKept(page, () => signIn("clinic-1", "/batch"));
    await openRoster(page);
    await page.getByRole("heading", { name: "To anchor: 2" }).waitFor();
  });

  test("anchors a batch for about what it said, and each wallet takes its own file only", async () => {
    const said = await page.getByText(/^About .* a record\./).textContent();
    await button("Anchor 2 records").press("Enter");
    const cost = page.getByRole("status").filter({ hasText: "2 records are in the registry" });
    const took = await cost.getByText(/It took .* gas/).textContent();
    const gas = (text: string | null) =>
      Number(/([\d,]+) gas/.exec(text ?? "")![1]!.replaceAll(",", ""));
    expect(gas(said) / gas(took)).toBeGreaterThan(0.7);
    expect(gas(said) / gas(took)).toBeLessThan(1.3);
    expect(await findBarriersInBoth(page)).toEqual([]);
    const registry = await exchange.api.recordsState();
    for (const n of [0, 1]) {
      const attested = await savedBy(() =>
        button(/^Save the file/)
          .nth(n)
          .click(),
      );
      const taken = await importRecord({ wallet: wallets[n]!, attested, registry });
      expect(taken.clinicName).toBe("North Clinic");
      const other = importRecord({ wallet: wallets[1 - n]!, attested, registry });
      await expect(other).rejects.toMatchObject({ code: "ForeignRecord" });
    }
    await button(/^Show as a code/)
      .first()
      .press("Enter");
    await page.getByRole("img", { name: "Code for the patient's wallet" }).waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await button("The patient has it").press("Enter");
    await page.getByRole("heading", { name: "To hand over: 0" }).waitFor();
  });

  test("hands a record over by a short code, which works once and then says so", async () => {
    await handsOverByCode({ page, exchange, wallet: wallets[0]! });
    expect(watched.sent.join("\n")).not.toMatch(/R-[0-9A-Z]{4}-/);
  });

  test("signs a permit with which the patient anchors the record", async () => {
    await attest(2, wallets[2]!);
    await page.getByRole("link", { name: "Go to anchoring" }).click();
    await button(/^Sign a permit/).click();
    await button(/^Show the permit of/).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("img", { name: "Code for the patient's wallet" }).waitFor();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await dialog.getByRole("button", { name: "Copy" }).click();
    const permit = JSON.parse(await page.evaluate(() => navigator.clipboard.readText())) as object;
    await button("The patient has it").click();
    await exchange.api.settle(await exchange.api.submit("attestedRecord", permit));
  });

  test("replaces a batch, revokes one, and lists what became of each", async () => {
    await attest(3, wallets[3]!);
    await page.getByRole("link", { name: "Go to anchoring" }).click();
    await page.getByRole("radio", { name: /In place of one of yours/ }).check();
    await page.getByRole("combobox", { name: "Which it replaces" }).click();
    await page.getByRole("option", { name: /^Batch of 2/ }).click();
    await page.getByText(/\(2 records\) still counts/).waitFor();
    await page.getByText(/fetch their new record from the clinic's mailbox/).waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await button("Replace with 1 record").click();
    await page.getByText("1 record is in the registry").waitFor();
    await savedBy(() =>
      button(/^Save the file/)
        .last()
        .click(),
    );
    await open("In the registry");
    const table = page.getByRole("table", { name: "Batches and records of this clinic" });
    await table.getByText("Replaced", { exact: true }).waitFor();
    expect(await table.getByText("Anchored", { exact: true }).count()).toBe(3);
    expect(await findBarriersInBoth(page)).toEqual([]);
    await button(/^Revoke…/)
      .first()
      .press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/(be used to prove anything|be proven any more)/).waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Revoke", exact: true }).press("Enter");
    await page.getByText(/Checked: it leads to no valid root \(1 root tried\)/).waitFor();
    await table.getByText("Revoked", { exact: true }).waitFor();
    await page.getByText(/1 of 24 revocations used today/).waitFor();
  });

  test("keeps patients sealed only, and shows them again to who opens the roster", async () => {
    await page.goto(`${exchange.url}/clinic/patients/1`);
    await signIn("clinic-1", "/patients/1");
    await page.getByText("This patient is not on the desk").waitFor();
    await storesNobody(page);
    await openRoster(page);
    await page.getByRole("heading", { level: 1, name: nameOf(chart(0)) }).waitFor();
  });

  test("warns a clinic without accreditation, and the registry refuses it", async () => {
    await signIn("clinic-2");
    await page.getByText("This account is not an accredited clinic").waitFor();
    await drop([file("good.json", JSON.stringify(chart(0)))]);
    await page.getByRole("link", { name: nameOf(chart(0)) }).click();
    await beginRoster(page);
    await attest(0, wallets[0]!);
    await page.getByRole("link", { name: "Go to anchoring" }).click();
    await button("Anchor 1 record").click();
    await alertOf(/NotAccredited/).waitFor();
    expect(await button(/^Save the file/).count()).toBe(0);
  });

  test("sends nothing of a patient, and breaks no policy", async () => {
    const { sent, complaints } = watched;
    // Of mailboxes only that they are sealed: so much noise holds any three letters.
    const isMail = (one: string) => /^\S+ age-encryption\.org\/v1\n-> X25519 /.test(one);
    const everything = withoutSealed(sent.filter((one) => !isMail(one))).join("\n");
    expect(sent.some(isMail)).toBe(true);
    expect(sent.length).toBeGreaterThan(20);
    for (const index of [0, 2, 4, 5]) {
      const { entry } = chart(index);
      type Named = { birthDate: string; name: { family: string }[] };
      const { birthDate, name } = entry[0]!.resource as unknown as Named;
      for (const secret of [birthDate, name[0]!.family]) expect(everything).not.toContain(secret);
      for (const { resource } of entry) expect(everything).not.toContain(resource.id);
    }
    for (const secret of [DOCUMENT, INJECTED, "Condition", "21112-8", "blinding"]) {
      expect(everything).not.toContain(secret);
    }
    for (const wallet of wallets) {
      const { identityCommitment, recipient } = readIdentityCode(await codeOf(wallet));
      for (const told of [String(identityCommitment), recipient, "czid1", ROSTER_PASSPHRASE]) {
        expect(everything).not.toContain(told);
      }
    }
    expect(complaints).toEqual([]);
  });
});
