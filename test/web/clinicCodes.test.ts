// The clinic's page of codes in a real browser: what is unclassified, what was decided, and the table of decisions.
import { readFileSync } from "node:fs";
import type { Browser, Download, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SYSTEMS } from "../../circuits/statement/encoding/code.ts";
import { type CodeTable, parseTable } from "../../client/clinic/codes/codeTable.ts";
import { identityCodeOf } from "../../client/patient/derive.ts";
import { createWallet } from "../../client/patient/wallet.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { type Bundle, nameOf } from "./charts.ts";
import { beginRoster, openRoster } from "./clinicRoster.ts";
import { type Exchange, openExchange } from "./exchange.ts";
import { openPlace, signInAt, type Watched } from "./openPlace.ts";

/** A drug that no table lists, with words that name insulin; and a diagnosis in the hospital's own codes. */
const DRUG = { system: SYSTEMS.rxnorm.uri, code: "2563431", display: "Insulin glargine pen" };
const OWN = { system: "urn:hospital:diagnoses", code: "K77-4", display: "Odd spell" };
const WHO = "Dr Li Overseer";

let exchange: Exchange;
let browser: Browser;
let watched: Watched;
let page: Page;
let saved: CodeTable;

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser()];
  watched = await openPlace(browser, `${exchange.url}/clinic`, "clinic-1");
  page = watched.page;
});
afterAll(async () => {
  await browser?.close();
  await exchange?.stop();
});

const open = (name: string) => page.getByRole("link", { name, exact: true }).click();
const button = (name: string | RegExp) => page.getByRole("button", { name });
const toDecide = () => page.getByRole("list", { name: "Codes to decide" }).getByRole("listitem");
const dialog = () => page.getByRole("dialog");

/** Two patients with the drug, begun in some month. The first is known since birth; the second also has the diagnosis, and has died. */
function charts(): [Bundle, Bundle] {
  const two = [0, 2].map((index) => structuredClone(exchange.bundle(index)) as Bundle);
  for (const { entry } of two) {
    const subject = { reference: `Patient/${entry[0]!.resource.id}` };
    const order = { status: "active", intent: "order", authoredOn: "2021-04" };
    const medicationCodeableConcept = { coding: [DRUG] };
    const resource = { resourceType: "MedicationRequest", id: "drug", subject };
    entry.push({ resource: { ...resource, ...order, medicationCodeableConcept } });
  }
  const [one, other] = two as [Bundle, Bundle];
  const { id, birthDate } = one.entry[0]!.resource;
  const weight = { system: SYSTEMS.loinc.uri, code: "29463-7" };
  const atBirth = {
    resourceType: "Observation",
    id: "birth-weight",
    status: "final",
    subject: { reference: `Patient/${id}` },
    code: { coding: [weight] },
    effectiveDateTime: birthDate,
    valueQuantity: { value: 3.4, unit: "kg", system: "http://unitsofmeasure.org", code: "kg" },
  };
  one.entry.push({ resource: atBirth });
  const patient = other.entry[0]!.resource;
  patient.deceasedDateTime = "2024-03-03";
  const subject = { reference: `Patient/${patient.id}` };
  const condition = { resourceType: "Condition", id: "odd", subject, code: { coding: [OWN] } };
  other.entry.push({ resource: { ...condition, onsetDateTime: "2020-01-01" } });
  return [one, other];
}

const asFile = (name: string, content: string) => ({
  name,
  mimeType: "application/json",
  buffer: Buffer.from(content),
});

const drop = () =>
  page
    .locator('input[type="file"][multiple]')
    .setInputFiles(charts().map((bundle, i) => asFile(`${i}.json`, JSON.stringify(bundle))));

const openTable = (name: string, content: string) =>
  page.getByLabel("File with the clinic's table").setInputFiles(asFile(name, content));

async function openPatient(n: 0 | 1): Promise<void> {
  await open("Patients");
  await page.getByRole("link", { name: `${n + 1}. ${nameOf(charts()[n])}` }).click();
  await page.getByRole("heading", { name: "What the record holds" }).waitFor();
}

describe("a clinic's codes", () => {
  test("lists the unclassified codes, first those that hold up most patients", async () => {
    await open("Codes");
    await page.getByText("Nothing to decide").waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await open("Patients");
    await drop();
    await page.getByRole("link", { name: nameOf(charts()[1]) }).waitFor();
    await open("Codes");
    await toDecide().first().waitFor();
    expect(await toDecide().count()).toBe(2);
    expect(await toDecide().nth(0).textContent()).toMatch(
      /Insulin glargine pen.*Drug · RxNorm 2563431.*Perhaps .*Insulin.*2 patients/,
    );
    expect(await toDecide().nth(1).textContent()).toMatch(
      /Odd spell.*Condition · urn:hospital:diagnoses K77-4.*1 patient/,
    );
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("tells on the patient's page which codes hold it up, and leads to them", async () => {
    await openPatient(1);
    const section = page.getByRole("region", { name: "Codes that nobody has classified" });
    await section.getByText("Condition: Odd spell, urn:hospital:diagnoses K77-4").waitFor();
    await button(/^Drugs: began.*absence not provable/).waitFor();
    await button(/^Conditions: began.*absence not provable/).waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await section.getByRole("link", { name: "Decide these codes" }).click();
    await page.getByRole("heading", { level: 1, name: "Codes" }).waitFor();
  });

  test("takes no decision without the name of the person who decides", async () => {
    await button(/^Decide Odd spell/).press("Enter");
    await dialog().getByRole("button", { name: "It belongs to none" }).click();
    await dialog().getByText("Say who decides").waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    expect(await toDecide().count()).toBe(2);
  });

  test("decides that a code is of no concept, and the chart is complete again at once", async () => {
    await dialog().getByLabel("Who decides").fill(WHO);
    await dialog().getByRole("button", { name: "It belongs to none" }).click();
    await page.getByRole("list", { name: "Decided codes" }).getByText("In no concept").waitFor();
    expect(await toDecide().count()).toBe(1);
    await openPatient(1);
    await button(/^Conditions: began.*absence provable/).waitFor();
    await button(/^Drugs: began.*absence not provable/).waitFor();
  });

  test("decides membership by search, and the record holds the concept", async () => {
    await open("Codes");
    await button(/^Decide Insulin glargine/).click();
    const search = dialog().getByPlaceholder("Search the dictionary");
    await search.fill("basal");
    await page.getByRole("option", { name: /^Basal insulin/ }).click();
    await search.press("Escape");
    expect(await findBarriersInBoth(page)).toEqual([]);
    await dialog().getByRole("button", { name: "It belongs to this one" }).click();
    await page.getByText("Nothing to decide").waitFor();
    for (const n of [0, 1] as const) {
      await openPatient(n);
      await button(/^Drugs: began.*absence provable/).click();
      const drugs = page.getByRole("table", { name: "Drugs: began" });
      await drugs.getByText("Basal insulin", { exact: true }).first().waitFor();
      expect(await page.getByText("Codes that nobody has classified").count()).toBe(0);
    }
  });

  test("says how the day of a fact is meant, and that a record covers all time since birth", async () => {
    await openPatient(0);
    await page.getByText(/Covers all time since birth,/).waitFor();
    await beginRoster(page);
    const { birthDate } = charts()[0].entry[0]!.resource;
    expect(await page.getByLabel("Patient known since").inputValue()).toBe(birthDate);
    await button(/^Drugs: began/).click();
    const insulin = page
      .getByRole("table", { name: "Drugs: began" })
      .getByRole("row")
      .filter({ hasText: "Basal insulin" });
    await insulin.getByText("on or after Apr 1, 2021", { exact: true }).waitFor();
    await insulin.getByText("on or before Apr 30, 2021", { exact: true }).waitFor();
  });

  test("saves the table as the command line reads it", async () => {
    await open("Codes");
    expect(await findBarriersInBoth(page)).toEqual([]);
    const [download] = await Promise.all([
      page.waitForEvent("download") as Promise<Download>,
      button("Save the table").click(),
    ]);
    saved = parseTable(JSON.parse(readFileSync(await download.path(), "utf8")), "codes.json");
    expect(saved.entries).toHaveLength(2);
    expect(saved.entries).toContainEqual(
      expect.objectContaining({ ...DRUG, concepts: ["basal-insulin"], by: WHO, source: "clinic" }),
    );
    expect(saved.entries).toContainEqual(expect.objectContaining({ ...OWN, concepts: [] }));
  });

  test("keeps the table after a reload, and no patient", async () => {
    await page.reload();
    await signInAt(page, `${exchange.url}/clinic`, "clinic-1");
    await open("Codes");
    await page.getByText(/^2 decisions kept in this browser/).waitFor();
    await page.getByText("Nothing to decide").waitFor();
  });

  test("takes a decision back, and opens a table that has it", async () => {
    await open("Patients");
    await drop();
    await page.getByRole("link", { name: nameOf(charts()[1]) }).waitFor();
    await open("Codes");
    await page.getByText("Nothing to decide").waitFor();
    await button(/^Take back Odd spell/).click();
    await toDecide().first().waitFor();
    await openTable("codes.json", JSON.stringify(saved));
    await page.getByText("2 decisions opened, 1 in place of others.").waitFor();
    await page.getByText("Nothing to decide").waitFor();
  });

  test("refuses a malformed table, names each fault, and keeps what it had", async () => {
    const [first, second] = saved.entries;
    const broken = [
      { ...first, at: "May" },
      { ...second, base: "shoes" },
    ];
    await openTable("bad.json", JSON.stringify({ ...saved, entries: broken }));
    const table = page.getByRole("table", { name: "What could not be read" });
    await table.getByText("bad.json.entries.0.at", { exact: true }).waitFor();
    await table.getByText("bad.json.entries.1.base", { exact: true }).waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    const unknown = [{ ...first, concepts: ["no-such-thing"] }];
    await openTable("bad.json", JSON.stringify({ ...saved, entries: unknown }));
    await table.getByText("the dictionary has no concept no-such-thing").waitFor();
    await openTable("bad.json", "{");
    await table.getByText(/^not JSON/).waitFor();
    await page.getByText(/^2 decisions kept in this browser/).waitFor();
  });

  test("names who has died, and attests such a record only after a tick", async () => {
    await open("Patients");
    await page
      .getByRole("list", { name: "Patients" })
      .getByText(/died on Mar 3, 2024/)
      .waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await openPatient(1);
    await page.getByText("This patient has died").waitFor();
    await page.getByText("The chart says: died on Mar 3, 2024.").waitFor();
    await openRoster(page);
    const code = await identityCodeOf(createWallet().seed);
    await page.getByLabel("Identity code from the patient's wallet").fill(code);
    await button("Use this").click();
    const attest = page.getByRole("button", { name: "Attest", exact: true });
    await page
      .getByText(/Change/i)
      .first()
      .waitFor();
    expect(await attest.isDisabled()).toBe(true);
    expect(await findBarriersInBoth(page)).toEqual([]);
    await page.getByLabel("Attest anyway").check();
    // A site could not admit them: that is never left out unnoticed.
    expect(await attest.isDisabled()).toBe(true);
    await page.getByLabel("Attest without a document").check();
    await attest.click();
    await page.getByText("Not in the registry yet").waitFor();
  });

  test("works on a phone", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await open("Codes");
    await button(/^Take back Odd spell/).click();
    await button(/^Decide Odd spell/).click();
    await dialog().getByLabel("Who decides").waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(390);
  });

  test("sends nothing of charts or decisions, and breaks no policy", () => {
    const everything = watched.sent.join("\n");
    for (const secret of [WHO, OWN.code, OWN.system, OWN.display, DRUG.code, DRUG.display]) {
      expect(everything).not.toContain(secret);
    }
    expect(watched.complaints).toEqual([]);
  });
});
