// An emergency as its people see it on their pages: the clinician who opens, whoever is opened, and the board.
import { expect } from "vitest";
import { exchangeOf } from "../../client/api/exchange.ts";
import type { Patient } from "../../client/journey/patient.ts";
import { findBarriersInBoth } from "./axe.ts";
import { anchoredEntries, giveDiary, pseudonymOf } from "./exchangeDeposits.ts";
import { signInAt } from "./openPlace.ts";
import { atSite, type SiteStage, shoot } from "./siteStage.ts";
import { openDataWallet } from "./walletData.ts";

const REASON = "Unconscious after a fall, fever?";
const OUTCOME = "Brought in by ambulance: justified.";
const WEEK = 7 * 86_400;

/** The clinician's form, filled with what stands on a card. */
async function fillCard(stage: SiteStage, of: { readonly patient: Patient; readonly why: string }) {
  const { page, trial } = stage;
  await atSite(stage, "emergency", "/emergency");
  const pseudonym = await pseudonymOf(stage, of.patient);
  await page.getByLabel("The code on the card").fill(`${trial.protocolNumber} ${pseudonym}`);
  await page.getByRole("button", { name: "Use this" }).click();
  expect(await page.getByLabel("Trial", { exact: true }).inputValue()).toBe(trial.protocolNumber);
  await page.getByRole("textbox", { name: "Reason" }).fill(of.why);
  return { pseudonym, open: page.getByRole("button", { name: "Break the glass" }) };
}

const broken = async ({ api }: SiteStage) =>
  (await api.events()).filter(({ name }) => name === "GlassBroken");

/** A clinician opens what a patient keeps for emergencies, and sees it. */
export async function opensInPublic(stage: SiteStage, patient: Patient): Promise<void> {
  const { page } = stage;
  await giveDiary(stage, patient, true);
  await anchoredEntries(stage);
  const { pseudonym, open } = await fillCard(stage, { patient, why: "Unconscious" });
  expect(await open.isDisabled()).toBe(true);
  await page.getByRole("textbox", { name: "Reason" }).fill(REASON);
  expect(await findBarriersInBoth(page)).toEqual([]);
  await shoot(page, "emergency");
  await open.click();
  await page.getByText("The person and the board have been told").waitFor();
  await page.getByText("Had a fever this week").waitFor();
  expect(await findBarriersInBoth(page)).toEqual([]);
  await shoot(page, "emergency-opened");
  const [one] = await broken(stage);
  expect(one!.arguments.pseudonym).toBe(String(pseudonym));
  expect(await exchangeOf(stage.api).text(one!.arguments.reason!)).toBe(REASON);
  await page.getByText("Open", { exact: true }).waitFor();
}

/** The clinician is suspended once the board lets a week go by. */
export async function isSuspended(stage: SiteStage, patient: Patient): Promise<void> {
  const { page, chain } = stage;
  await chain.provider.send("evm_increaseTime", [WEEK + 60]);
  await chain.provider.send("evm_mine", []);
  const { open } = await fillCard(stage, { patient, why: "Once more, and for no good reason" });
  await page.getByText("You are suspended").waitFor();
  await open.click();
  await page.getByText(/CaseOverdue/).waitFor();
  expect(await broken(stage)).toHaveLength(1);
}

/** The patient's wallet tells on its first page, and then who it was, when, why and what of. */
export async function tellsPatient(stage: SiteStage, patient: Patient): Promise<void> {
  const { browser, trial } = stage;
  const wallet = await openDataWallet(browser, { ...stage, patients: [patient] });
  const { page } = wallet;
  const notice = page.locator("[data-emergency]");
  await notice.getByText(trial.protocolNumber, { exact: false }).waitFor();
  expect(await findBarriersInBoth(page)).toEqual([]);
  await shoot(page, "emergency-told");
  await page.getByRole("link", { name: "Who, why, and what came of it" }).click();
  const access = page.locator("[data-access]").filter({ hasText: "An emergency" });
  await access.getByText(REASON).waitFor();
  await access.getByText("Emergency Unit").waitFor();
  await access.getByText("Could be opened").waitFor();
  await access.getByText("Weekly questions (1)").waitFor();
  await access.getByText("not yet").waitFor();
  const [one] = await broken(stage);
  const year = new Date(one!.blockTime * 1000).getUTCFullYear();
  expect(await access.textContent()).toMatch(new RegExp(`When.*${year}`));
  expect(wallet.complaints).toEqual([]);
  await wallet.context.close();
}

/** The board sees the case and closes it on its page; then the clinician may act again, and the patient can see it. */
export async function isClosedByBoard(stage: SiteStage, patient: Patient): Promise<void> {
  const { page, api, url } = stage;
  await signInAt(page, `${url}/board/data`, "board");
  const one = page.locator("[data-case]");
  await one.getByText("Overdue: the clinician is suspended").waitFor();
  await one.getByText(REASON).waitFor();
  expect(await findBarriersInBoth(page)).toEqual([]);
  await shoot(page, "emergency-board");
  await one.getByLabel("What you found").fill(OUTCOME);
  await one.getByRole("button", { name: "Close the case" }).click();
  await one.getByText("Closed", { exact: true }).first().waitFor();
  await one.getByText(OUTCOME).waitFor();
  const closed = (await api.events()).filter(({ name }) => name === "CaseClosed");
  expect(closed.map(({ arguments: args }) => args.caseId)).toEqual(["0"]);
  await atSite(stage, "emergency", "/emergency");
  await page.getByText("Closed by the board").waitFor();
  expect(await page.getByText("You are suspended").count()).toBe(0);
  const { browser } = stage;
  const wallet = await openDataWallet(browser, { ...stage, patients: [patient] });
  await wallet.page.getByRole("link", { name: "Who, why, and what came of it" }).click();
  const access = wallet.page.locator("[data-access]").filter({ hasText: "An emergency" });
  await access.getByText("The ethics board looked into it").waitFor();
  expect(await access.getByText("not yet").count()).toBe(0);
  await wallet.context.close();
}
