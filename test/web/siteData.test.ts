// A site where data flow, as its people work: the tag at the desk, delegation, forms, corrections, erasure; and an emergency.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { releaseProver } from "../../circuits/witness/prove.ts";
import { reachCustodian } from "../../client/exchange/custodian.ts";
import { evaluateTag, openTagKey, registerTag, tagSetOf } from "../../client/exchange/personTag.ts";
import { hashPerson } from "../../client/exchange/staff.ts";
import type { Patient } from "../../client/journey/patient.ts";
import { findBarriersInBoth } from "./axe.ts";
import { isClosedByBoard, isSuspended, opensInPublic, tellsPatient } from "./emergencyStory.ts";
import { CAST } from "./exchange.ts";
import { anchoredEntries, giveKey, pseudonymOf } from "./exchangeDeposits.ts";
import { atSite, checkAtDesk, openSiteStage, type SiteStage, shoot } from "./siteStage.ts";

let stage: SiteStage;
beforeAll(async () => {
  stage = await openSiteStage();
}, 300_000);
afterAll(async () => {
  await stage?.stop();
  await releaseProver();
});

const button = (name: string | RegExp) => stage.page.getByRole("button", { name });
const link = (name: string | RegExp) => stage.page.getByRole("link", { name });
const own = () => `/${stage.trial.protocolNumber}/1`;
const staffKey = CAST["site-2"];
const events = async (name: string) =>
  (await stage.api.events()).filter((event) => event.name === name);

/** The tag of a document for a pseudonym, as another desk registers it. */
async function tagElsewhere(patient: Patient, document: string): Promise<void> {
  const { api, trialId, chain, cast } = stage;
  const state = await api.publicState(trialId);
  const pseudonym = await pseudonymOf(stage, patient);
  const { addresses, chainId } = chain.deployment;
  const { CustodyLog: custodyLog, PersonTags: personTags } = addresses;
  const place = { chainId, custodyLog, personTags };
  const custodians = await Promise.all(stage.custodians.map(reachCustodian));
  const key = await openTagKey({ set: tagSetOf(state)!, custodians, place });
  const arriveBy = state.participants.find((one) => one.pseudonym === pseudonym)!.arriveBy!;
  const now = (await api.deployment()).chainTime;
  const desk = { signer: cast.sites[0]!, place, siteId: 1, pseudonym, arriveBy, document, now };
  const { tag } = await evaluateTag(desk, key, custodians);
  await registerTag(api, desk, { trialId, tag });
}

describe("the desk", () => {
  test("does not admit a person who is in the trial under another pseudonym", async () => {
    const { page, ann, ben } = stage;
    await tagElsewhere(ann, ben.document);
    await checkAtDesk(stage, ben);
    await shoot(page, "desk");
    await button("Sign the arrival").click();
    await page.getByText("Do not sign").waitFor();
    const first = (await pseudonymOf(stage, ann)).toString().slice(0, 6);
    await page.getByText(first, { exact: false }).first().waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, "tag-taken");
    const { participants } = await stage.api.publicState(stage.trialId);
    expect(participants.map(({ state }) => state)).not.toContain("on-study");
  }, 180_000);

  test("signs without a tag only when the custodians give none, and says so", async () => {
    const { page, ann } = stage;
    await page.route("**/custodians/**", (route) => route.abort());
    await page.route("**/exchange/custodians", (route) => route.fulfill({ json: [] }));
    await checkAtDesk(stage, ann);
    expect(await button("Sign without a tag").count()).toBe(0);
    await button("Sign the arrival").click();
    await page.getByText("The tag is outstanding").waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, "tag-outstanding");
    await page.unroute("**/custodians/**");
    await page.unroute("**/exchange/custodians");
  }, 180_000);

  test("registers the tag before the arrival, and goes by the same key from then on", async () => {
    const { page, ann } = stage;
    await button("Sign the arrival").click();
    await page.getByText("The arrival is on the chain", { exact: false }).waitFor();
    const pseudonym = String(await pseudonymOf(stage, ann));
    const tagged = (await events("PersonTagged")).filter(
      ({ arguments: args }) => args.pseudonym === pseudonym,
    );
    expect(new Set(tagged.map(({ arguments: args }) => args.tag)).size).toBe(2);
    const arrived = (await events("StateChanged")).findLast(
      ({ arguments: args }) => args.pseudonym === pseudonym,
    );
    expect(tagged.at(-1)!.blockNumber).toBeLessThan(arrived!.blockNumber);
    const pins = await page.evaluate(() => localStorage.getItem("cohort-zero/site-tag-keys"));
    expect(Object.keys(JSON.parse(pins!).keys)).toHaveLength(1);
    const sent = stage.watched.sent.filter((one) => one.includes("evaluateTag")).join();
    expect(sent).not.toContain(ann.document);
    expect(sent).not.toContain(ann.document.replace(/\W/g, ""));
  }, 180_000);
});

describe("the delegation log", () => {
  test("takes a person's key from the page, and leaves the name with the site", async () => {
    const { page } = stage;
    await atSite(stage, "site-1", own());
    // What is to be done next stands on the site's first page.
    const due = page.getByRole("region", { name: "Visits due" });
    await due.getByRole("table", { name: "Visits due" }).getByRole("row").nth(1).waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await due.getByRole("link", { name: "See all visits" }).waitFor();
    await link("Visits and forms").click();
    await page.getByText("No task is delegated", { exact: false }).waitFor();
    await page.getByLabel("Account of the person").fill(staffKey.address);
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("Ada Brown");
    await page.getByLabel("Role in the trial").first().fill("Study nurse");
    await page.keyboard.press("Escape");
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Delegate", exact: true }).click();
    const file = JSON.parse(readFileSync(await (await saved).path(), "utf8"));
    expect(hashPerson(file)).toBe(file.person);
    const row = page.getByRole("table", { name: "Delegation log" }).getByRole("row").nth(1);
    await row.getByText("In force").waitFor();
    await row.getByText("fills forms").waitFor();
    const [delegated] = await events("Delegated");
    expect(delegated!.arguments.delegation).toContain(file.person);
    expect(JSON.stringify(stage.watched.sent)).not.toContain("Ada Brown");
    await page
      .locator("input[type=file]")
      .last()
      .setInputFiles({
        ...{ name: "staff.json", mimeType: "application/json" },
        buffer: Buffer.from(JSON.stringify(file)),
      });
    await row.getByText("Ada Brown, Study nurse").waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, "site-data");
  }, 120_000);

  test("shows its site to the person, who fills the form that is due", async () => {
    const { page, ann } = stage;
    await giveKey(stage, ann);
    await atSite(stage, "site-2", "");
    await page.getByText("You work here by delegation", { exact: false }).waitFor();
    await link(stage.trial.title).click();
    await page.getByText("You work here by delegation", { exact: true }).waitFor();
    expect(await link("Somebody arrives").count()).toBe(0);
    await shoot(page, "site-staff");
    // The visit that is due leads to its form, and so does the list of all.
    await page.getByRole("table", { name: "Visits due" }).getByRole("link").first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Pulse at rest, a minute").waitFor();
    await dialog.getByRole("button", { name: "Close" }).first().click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("Published and proven").waitFor();
    await button("Fill in").first().click();
    await dialog.getByLabel("Pulse at rest, a minute").fill("72");
    await dialog.getByRole("radio", { name: "Yes" }).check();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, "form");
    await dialog.getByRole("button", { name: "Sign and deposit" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("table", { name: "Forms sent" }).getByText("Counts").waitFor();
    const [, form] = await anchoredEntries(stage);
    const by = { kind: "staff", siteId: 1, key: staffKey.address.toLowerCase() };
    expect(form!.authority).toMatchObject(by);
  }, 180_000);

  test("does not let the person do what was not delegated, nor anything after its end", async () => {
    const { page } = stage;
    await page.getByText(/^Done \(/).click();
    expect(await button("Correct").isDisabled()).toBe(true);
    expect(await button("Erase…").isDisabled()).toBe(true);
    await atSite(stage, "site-1", `${own()}/data`);
    await button("End it now").click();
    await page.getByText("Ended", { exact: true }).waitFor();
    await atSite(stage, "site-2", `${own()}/data`);
    await page.getByText("This account fills no forms here").waitFor();
    await page.getByText(/^Done \(/).click();
    expect(await button("Correct").isDisabled()).toBe(true);
  }, 120_000);
});

const CORRECTED = {
  ...{ resourceType: "QuestionnaireResponse", status: "completed" },
  questionnaire: "urn:cohort-zero:questionnaire:stage-visit|1",
  item: [
    { linkId: "pulse", answer: [{ valueInteger: 75 }] },
    { linkId: "well", answer: [{ valueBoolean: true }] },
  ],
};

describe("the site's own account", () => {
  test("corrects a form from a FHIR file; the first one stays", async () => {
    const { page } = stage;
    await atSite(stage, "site-1", `${own()}/data`);
    await page.getByText(/^Done \(/).click();
    await button("Correct").click();
    const dialog = page.getByRole("dialog");
    const file = dialog.locator("input[type=file]");
    const give = (content: unknown) =>
      file.setInputFiles({
        ...{ name: "form.json", mimeType: "application/json" },
        buffer: Buffer.from(JSON.stringify(content)),
      });
    await give({
      ...CORRECTED,
      item: [{ linkId: "pulse", answer: [{ valueString: "much" }] }, CORRECTED.item[1]],
    });
    await dialog.getByText(/item\[0\]/i).waitFor();
    await give(CORRECTED);
    await expect.poll(() => dialog.getByLabel("Pulse at rest, a minute").inputValue()).toBe("75");
    await shoot(page, "correction");
    await dialog.getByRole("button", { name: "Sign and deposit" }).click();
    await dialog.waitFor({ state: "detached" });
    const table = page.getByRole("table", { name: "Forms sent" });
    await table.getByText("Corrected").waitFor();
    await table.getByText(/it was entered wrongly/).waitFor();
    const [, first, second] = await anchoredEntries(stage);
    expect(second!.entry).toMatchObject({ sequence: 2, replaces: hashEntry(first!.entry) });
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, "site-data-corrected");
  }, 120_000);
});

describe("a custodian that gives another key than before", () => {
  test("gets no form sealed to it, and is named", async () => {
    const { page } = stage;
    const KEPT = "cohort-zero/site-custodian-keys";
    const kept = (await page.evaluate((name) => localStorage.getItem(name), KEPT))!;
    const changed = kept.replace(/"0x[0-9a-f]{64}"/, `"0x${"09".repeat(32)}"`);
    expect(changed).not.toBe(kept);
    const keep = (text: string) =>
      page.evaluate(([name, value]) => localStorage.setItem(name!, value!), [KEPT, text]);
    await keep(changed);
    const { length } = await anchoredEntries(stage);
    await button("Correct").first().click();
    const dialog = page.getByRole("dialog");
    await dialog.locator("input[type=file]").setInputFiles({
      ...{ name: "form.json", mimeType: "application/json" },
      buffer: Buffer.from(JSON.stringify(CORRECTED)),
    });
    await expect.poll(() => dialog.getByLabel("Pulse at rest, a minute").inputValue()).toBe("75");
    await dialog.getByRole("button", { name: "Sign and deposit" }).click();
    await dialog.getByText(/gives another key for this participant than before/).waitFor();
    await dialog.getByRole("button", { name: "Close" }).first().click();
    expect(await anchoredEntries(stage)).toHaveLength(length);
    await keep(kept);
  }, 120_000);
});

describe("an emergency", () => {
  test("opens the summary in public, and tells what becomes of the case", async () => {
    await opensInPublic(stage, stage.ann);
  }, 180_000);

  test("is told in the patient's wallet: who, when, why, and what of", async () => {
    await tellsPatient(stage, stage.ann);
  }, 180_000);

  test("is refused to a clinician whose case the board has not closed within a week", async () => {
    await isSuspended(stage, stage.ann);
  }, 120_000);

  test("is seen and closed by the board, which the clinician and the patient see", async () => {
    await isClosedByBoard(stage, stage.ann);
  }, 180_000);
});

describe("an erasure", () => {
  test("as declared at the site, is carried out by every custodian and seen here", async () => {
    const { page } = stage;
    await atSite(stage, "site-1", `${own()}/data`);
    await button("Erase…").click();
    const dialog = page.getByRole("dialog");
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, "erase");
    await dialog.getByRole("button", { name: "Sign the erasure" }).click();
    await dialog.waitFor({ state: "detached" });
    await expect
      .poll(async () => (await events("KeyDestroyed")).length, { timeout: 60_000 })
      .toBe(3);
    await atSite(stage, "site-1", `${own()}/data`);
    await page.getByText("Unreadable for good").waitFor();
  }, 120_000);
});
