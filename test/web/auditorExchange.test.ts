// The auditor's and the board's windows onto research data in a real browser, against an exchange with three custodians: a
// request beside its receipts, a custodian that is away, the whole history, an emergency to close, copies that are owed.
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PERMISSIONS } from "../../circuits/statement/trial/trial.ts";
import type { TrialFile } from "../../circuits/statement/trial/trialFile.ts";
import { signInActor } from "../../client/actor/actor.ts";
import { exchangeOf } from "../../client/api/exchange.ts";
import { localArtifacts } from "../../client/artifacts/artifacts.node.ts";
import { reachCustodian } from "../../client/exchange/custodian.ts";
import { chooseCut, requestCut, sealCut } from "../../client/exchange/cut.ts";
import { breakGlass } from "../../client/exchange/emergency.ts";
import { fetchCut } from "../../client/exchange/fetch.ts";
import { withdraw } from "../../client/journey/visit.ts";
import { amendTrial } from "../../client/sponsor/publish.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { CAST } from "./exchange.ts";
import { anchoredEntries, giveDiary, giveKey, giveVisit, pseudonymOf } from "./exchangeDeposits.ts";
import { type DataStage, openDataStage } from "./exchangeStage.ts";
import { openPlace } from "./openPlace.ts";

const PURPOSE = "Primary analysis of the first visit <b>";
const REASON = "Found unconscious in the street";
const SHOTS = process.env.SHOTS;
let stage: DataStage;
let browser: Browser;

/** The weekly questions may be opened in an emergency, and everybody allows it. */
function withEmergency(trial: TrialFile): TrialFile {
  const { consentForm, collections = [] } = trial;
  const permission = { id: "emergency", required: true, label: "Emergency clinicians may look" };
  const permissions = [...consentForm.permissions, permission] as typeof consentForm.permissions;
  return {
    ...trial,
    consentForm: { ...consentForm, permissions },
    collections: collections.map((one) =>
      one.id === "diary" ? { ...one, permission: "emergency", emergency: true } : one,
    ) as NonNullable<TrialFile["collections"]>,
  };
}

beforeAll(async () => {
  stage = await openDataStage({ people: [0, 2], change: withEmergency, isTagged: true });
  const [ann, ben] = stage.patients;
  for (const patient of [ann!, ben!]) {
    await giveKey(stage, patient);
    await giveVisit(stage, patient, { pulse: 61 });
  }
  await giveDiary(stage, ann!, true);
  await openVisits();
  const { api, trial, cast, trialId } = stage;
  await withdraw(ben!, { api, trial, cast, artifacts: localArtifacts() });
  const clinician = await signInActor({ api, signer: CAST.emergency });
  const pseudonym = await pseudonymOf(stage, ann!);
  await breakGlass(clinician, { trialId, pseudonym, reason: REASON, keepKey: async () => {} });
  browser = await startBrowser();
}, 400_000);
afterAll(async () => {
  await browser?.close();
  await stage?.stop();
});

/** The sponsor seals a cut of both, and all custodians release it. */
async function openVisits(): Promise<void> {
  const { api, cast, trial, trialId, chain } = stage;
  const { protocolNumber } = trial;
  const [participants, events, { chainTime, chainId }, entries] = await Promise.all([
    api.participants(protocolNumber),
    api.events(),
    api.deployment(),
    anchoredEntries(stage),
  ]);
  const ground = { trialId, participants, events, entries, now: chainTime };
  const choice = chooseCut({ ...ground, permission: PERMISSIONS.participate });
  const cut = await sealCut(cast.sponsor, choice, protocolNumber);
  const { cutId } = cut;
  const asked = { protocolNumber, cutId, purpose: PURPOSE, keepKey: async () => {} };
  const request = await requestCut(cast.sponsor, asked);
  const { CustodyLog: custodyLog, DepositLog: depositLog } = chain.deployment.addresses;
  const fetched = await fetchCut({
    exchange: exchangeOf(api),
    ...{ entries, request, cut: cut.entries, threshold: 2 },
    place: { chainId, custodyLog, depositLog },
    custodians: await Promise.all(stage.custodians.map(reachCustodian)),
    verifying: { check: async () => {}, disclosure: undefined as never },
  });
  let opened = 0;
  for await (const _ of fetched.opened()) opened++;
  expect(opened).toBe(2);
}

async function shoot(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return;
  mkdirSync(SHOTS, { recursive: true });
  const size = page.viewportSize();
  for (const [device, width, height] of [
    ["phone", 390, 844],
    ["desktop", 1280, 900],
  ] as const) {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      const path = join(SHOTS, `${name}-${device}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: null });
  if (size !== null) await page.setViewportSize(size);
}

describe("the auditor's page of a trial's data", () => {
  test("shows each request beside what custodians signed, and who is owed what", async () => {
    const { page, complaints } = await openPlace(browser, `${stage.url}/auditor/exchange`);
    await page.getByRole("link", { name: stage.trial.protocolNumber }).click();
    const request = page.locator('[data-request="0"]');
    await request.waitFor();
    const said = await request.innerText();
    expect(said).toContain(PURPOSE);
    expect(said).toMatch(/People in the cut\s+2/);
    expect(said).toMatch(/were left out\s+0/);
    expect(said.match(/released 2/g)).toHaveLength(2);
    expect(said).toMatch(/Copy destroyed\s+not declared/);
    expect(said).toContain("Few people");
    await page.getByText("Nobody has asked for an erasure.").waitFor();
    await page.getByRole("region", { name: "Emergencies" }).getByText(REASON).waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, "auditor-data");
    expect(complaints).toEqual([]);
    await page.close();
  });
});

describe("the whole history", () => {
  const audit = async (page: Page) => {
    await page.getByLabel("Your node of the chain").fill(stage.node);
    await page.getByRole("radio", { name: "On this server's word" }).check();
    await page.getByRole("button", { name: "Use these" }).click();
    await page.getByRole("button", { name: "Start the check" }).click();
    await page.locator("[data-verdict]").waitFor({ timeout: 100_000 });
  };

  test("replays entries and receipts, and says what is owed", async () => {
    const { page } = await openPlace(browser, `${stage.url}/auditor/history`);
    await audit(page);
    expect(await page.locator("[data-rule]").allInnerTexts()).toEqual([]);
    const verdict = page.locator("[data-verdict]");
    expect(await verdict.getAttribute("data-verdict")).toBe("clean");
    const data = page.getByRole("region", { name: "Research data" });
    const said = await data.innerText();
    // Each custodian that a desk asked has a receipt for the tag too.
    expect(said).toMatch(/\d+\s+receipts checked/);
    expect(said).toMatch(/4\s+releases among them/);
    expect(said).toMatch(/1\s+requests/);
    expect(said).toContain("mergency case 0 has yet to be closed");
    expect(said).toMatch(/request 0 opened destroyed: 1 in it withdrew/);
    await page.getByText("Collected: Weekly questions").waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "AuditEvent.disclosures.ndjson" }).click(),
    ]);
    const events = readFileSync(await download.path(), "utf8")
      .trim()
      .split("\n");
    // Both people of the cut, and the emergency.
    expect(events.map((line) => JSON.parse(line).outcome)).toEqual(["0", "0", "8"]);
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, "auditor-history");
    await page.close();
  });

  test("names a custodian that does not answer, on both pages", async () => {
    const [first] = stage.custodians;
    await first!.stop();
    const address = first!.address.toLowerCase();
    const { page } = await openPlace(browser, `${stage.url}/auditor/history`);
    await audit(page);
    await page.getByText(`Custodian ${address} showed no receipts`).waitFor();
    await page.getByText("What 1 custodian released could not be checked").waitFor();
    const path = `/auditor/exchange/${encodeURIComponent(stage.trial.protocolNumber)}`;
    await page.goto(`${stage.url}${path}`);
    const warning = page.getByRole("alert").filter({ hasText: "Not all custodians answer" });
    await warning.waitFor();
    expect((await warning.innerText()).toLowerCase()).toContain(address);
    await shoot(page, "auditor-data-away");
    await page.close();
  });
});

describe("the board's page of data", () => {
  test("flags small cuts and copies that are owed, and closes an emergency", async () => {
    const { page, complaints } = await openPlace(browser, `${stage.url}/board/data`, "board");
    const emergency = page.locator('[data-case="0"]');
    await emergency.getByText(REASON).waitFor();
    await emergency.getByText(/6 days left|7 days left/).waitFor();
    const owed = page.locator('[data-owed="0"]');
    expect(await owed.innerText()).toMatch(/People in it who have left\s+1/);
    const small = page.getByRole("region", { name: "Cuts of few people" });
    expect(await small.innerText()).toMatch(/cut 0 of .*: 2 people/);
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, "board-data");
    await emergency.getByLabel("What you found").fill("The clinician acted well.");
    await emergency.getByRole("button", { name: "Close the case" }).click();
    await emergency.getByText("Closed", { exact: true }).first().waitFor();
    await emergency.getByText("The clinician acted well.").waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("shows what a version collects, and what an amendment changes of it", async () => {
    const { trial, cast, custodians } = stage;
    const collections = (trial.collections ?? []).map((one) =>
      one.id === "visit" ? { ...one, why: "Pulses show how you are." } : one,
    );
    const siteSigners = Object.fromEntries(
      await Promise.all(
        cast.sites.map(async (signer, i) => [String(i + 1), await signer.getAddress()] as const),
      ),
    );
    await amendTrial(cast.sponsor, {
      trial: { ...trial, collections } as TrialFile,
      siteSigners,
      custodians: { threshold: 2, members: custodians.map(({ address }) => address) },
    });
    const path = `/board/${encodeURIComponent(trial.protocolNumber)}/2`;
    const { page } = await openPlace(browser, `${stage.url}${path}`, "board");
    const collected = page.getByRole("region", { name: "What is collected" });
    await collected.getByText("Weekly questions").first().waitFor();
    expect(await collected.innerText()).toContain("Pulses show how you are.");
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, "board-text");
    await page.getByRole("link", { name: "What changed" }).first().click();
    const changed = page.locator('[data-change="changed"]').filter({ hasText: "Pulses" });
    await changed.waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, "board-changes");
    await page.close();
  });
});
