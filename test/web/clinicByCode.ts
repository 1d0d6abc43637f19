// Parts of the story of the clinic's desk: a record handed over by a short code, and a desk that survives a reload.
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { fetchByCode } from "../../client/handover/byCode.ts";
import { importRecord } from "../../client/patient/import.ts";
import type { Wallet } from "../../client/patient/wallet.ts";
import { findBarriersInBoth } from "./axe.ts";
import { findStored } from "./clinicRoster.ts";
import type { Exchange } from "./exchange.ts";

/** The first record that is listed goes to its wallet, once. */
export async function handsOverByCode(of: {
  page: Page;
  exchange: Exchange;
  wallet: Wallet;
}): Promise<void> {
  const { page, exchange, wallet } = of;
  const { api } = exchange;
  await page
    .getByRole("button", { name: /^Hand over by a short code/ })
    .first()
    .click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("img", { name: "Code for the patient's wallet" }).waitFor();
  await dialog.getByText("Waiting for the patient's wallet…").waitFor();
  expect(await findBarriersInBoth(page)).toEqual([]);
  const code = (await dialog.getByText(/^R-/).textContent())!;
  const attested = await fetchByCode({ api, code });
  const taken = await importRecord({ wallet, attested, registry: await api.recordsState() });
  expect(taken.clinicName).toBe("North Clinic");
  await dialog.getByText(/^Fetched on/).waitFor();
  expect(await findBarriersInBoth(page)).toEqual([]);
  await expect(fetchByCode({ api, code })).rejects.toMatchObject({ code: "HandoverGone" });
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
}

/** Loads the page again once all of the desk is kept: then nothing is asked before leaving. */
export async function reloadsKept(page: Page, reload: () => Promise<unknown>): Promise<void> {
  await page.getByText("Kept in this browser, encrypted.").waitFor();
  const isLeft = () => dispatchEvent(new Event("beforeunload", { cancelable: true }));
  expect(await page.evaluate(isLeft)).toBe(true);
  await reload();
  await page.getByText(/Work from before is kept in this browser, encrypted/).waitFor();
  expect(await findBarriersInBoth(page)).toEqual([]);
}

/** What this browser keeps of the desk says nothing of anybody. */
export async function storesNobody(page: Page): Promise<void> {
  const kept = await page.evaluate(() =>
    JSON.stringify([{ ...sessionStorage }, { ...localStorage }]),
  );
  expect(kept).not.toMatch(/Patient|record|Eve/);
  const stored = await findStored(page);
  expect(stored).toContain("age-encryption.org/v1");
  expect(stored).not.toMatch(/czid1|P-424242|"commitment"|"Patient"/i);
}

/** What was sent, without what only a code opens: so much noise holds any three letters. */
export function withoutSealed(sent: readonly string[]): string[] {
  const sealed = /"sealed":"[A-Za-z0-9+/=]+"/;
  expect(sent.some((one) => sealed.test(one))).toBe(true);
  return sent.map((one) => one.replace(sealed, ""));
}
