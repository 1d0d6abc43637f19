// What the wallet's tests share: a clinic and a site that act through the library, and a patient's first clicks.
import type { BrowserContext, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { DOMAINS, type Domain } from "../../circuits/statement/encoding/code.ts";
import type { TrialFile } from "../../circuits/statement/trial/trialFile.ts";
import { readBundle } from "../../client/clinic/read/bundle.ts";
import { attestRecord, drawIdTagSalt } from "../../client/clinic/record/attest.ts";
import { buildRecord } from "../../client/clinic/record/issue.ts";
import { anchorBatch, withPaths } from "../../client/clinic/registry/anchor.ts";
import { readIdentityCode } from "../../client/handover/identityCode.ts";
import type { Cast } from "../../client/journey/setting.ts";
import { findBarriersInBoth } from "./axe.ts";
import type { Exchange } from "./exchange.ts";

export const PASSPHRASE = "granite otter lantern plum 7";
/** What stands in the identity document that the clinic saw. */
export const DOCUMENT = "P X12345";
/** A proof on a busy machine. */
const PROOF_MS = 90_000;
/** A whole exchange that starts on one, with all that happens before the first patient. */
export const SLOW_MS = 300_000;

/** The file that a clinic hands to the owner of this code, anchored in a batch unless said otherwise. */
export async function issueRecord(options: {
  exchange: Exchange;
  cast: Cast;
  code: string;
  index: number;
  isAnchored?: boolean;
}): Promise<string> {
  const { exchange, cast, code, index, isAnchored = true } = options;
  const [clinic] = cast.clinics;
  const idTagSalt = drawIdTagSalt();
  const { record } = buildRecord({
    source: readBundle(exchange.bundle(index), "bundle.json"),
    issuer: clinic!.address,
    issuedDay: exchange.today,
    identityCommitment: readIdentityCode(code).identityCommitment,
    identitySince: 0,
    completeFor: Object.keys(DOMAINS) as Domain[],
    idTag: { salt: idTagSalt, document: DOCUMENT },
  });
  const { attested, commitment } = attestRecord({
    record,
    clinicName: clinic!.name,
    mailbox: null,
    idTagSalt,
  });
  if (!isAnchored) return JSON.stringify(attested);
  const batch = await anchorBatch(clinic!, [commitment]);
  return JSON.stringify(withPaths([attested], batch)[0]);
}

/** Makes a wallet in a fresh browser and leaves it open. */
export async function makeWallet(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/wallet`);
  await page.getByLabel("Passphrase", { exact: true }).fill(PASSPHRASE);
  await page.getByLabel("Passphrase again").fill(PASSPHRASE);
  await page.getByRole("button", { name: "Make my wallet" }).click();
  await atHeading(page, "My wallet");
}

export async function unlock(page: Page, passphrase = PASSPHRASE): Promise<void> {
  await page.getByLabel("Passphrase", { exact: true }).fill(passphrase);
  await page.getByRole("button", { name: "Unlock" }).click();
}

/** Brings a wallet back from its recovery file, with a wrong passphrase first. */
export async function restoreWallet(page: Page, url: string, recovery: Uint8Array): Promise<void> {
  await page.goto(`${url}/wallet`);
  await page.getByRole("button", { name: "Recovery file" }).waitFor();
  expect(await findBarriersInBoth(page)).toEqual([]);
  const buffer = Buffer.from(recovery);
  const file = { name: "recovery.age", mimeType: "application/octet-stream", buffer };
  await page.locator("input[type=file]").setInputFiles(file);
  await page.getByLabel("Passphrase of the file").fill("not the passphrase");
  await page.getByRole("button", { name: "Restore it" }).click();
  await sees(page, "That passphrase is wrong");
  await page.getByLabel("Passphrase of the file").fill(PASSPHRASE);
  await page.getByRole("button", { name: "Restore it" }).click();
}

/** The code that the patient shows at the clinic. */
export async function readCode(page: Page): Promise<string> {
  await visit(page, "Overview");
  await page.getByRole("link", { name: "My code for the clinic" }).click();
  return (await page.getByTestId("clinic-code").textContent())!.trim();
}

/** Pastes a record and takes it in. */
export async function takeRecord(page: Page, file: string): Promise<void> {
  await visit(page, "Overview");
  await page.getByRole("link", { name: "Add a record" }).click();
  await page.getByLabel("The record from your clinic").fill(file);
  await page.getByRole("button", { name: "Use this" }).click();
}

/** A page of the open wallet, by its link. */
export async function visit(page: Page, name: string): Promise<void> {
  const pages = page.getByRole("navigation", { name: "Wallet" });
  await pages.getByRole("link", { name, exact: true }).click();
}

export async function openTrialPage(page: Page, title: string): Promise<void> {
  await visit(page, "Studies");
  await page.getByRole("link", { name: title }).click();
  await atHeading(page, title);
}

export async function atHeading(page: Page, name: string): Promise<void> {
  await page.getByRole("heading", { level: 1, name }).waitFor({ timeout: PROOF_MS });
}

/** One answer of a question on a page. */
export function choice(page: Page, question: string | RegExp, answer: string): Locator {
  const asked = page.getByRole("radiogroup", { name: question });
  return asked.getByRole("radio", { name: answer, exact: true });
}

/** Answers the questions on what was read, each as it should be. */
export async function answerQuestions(page: Page, { information }: TrialFile): Promise<void> {
  for (const { question, answers, right } of information?.questions ?? []) {
    await choice(page, question, answers[right]!).check();
  }
}

/** Fills in half of the vaccine registry's form: after a reload it is as it was, and nothing in storage tells of it. */
export async function reloadsHalfTicked(page: Page, trial: TrialFile): Promise<void> {
  const { consentForm, information } = trial;
  const [asked] = information!.questions!;
  const answered = choice(page, asked!.question, asked!.answers[asked!.right]!);
  const optional = consentForm.permissions.find(({ required }) => !required)!;
  const box = page.getByRole("checkbox", { name: optional.label });
  const stated = choice(page, /short questionnaire/, "Yes");
  await box.check();
  await stated.check();
  await answered.check();
  await sees(page, "Kept on this device, encrypted.");
  await page.reload();
  await page.getByRole("heading", { name: "Unlock your wallet" }).waitFor();
  expect(await readStorage(page)).not.toContain(optional.id);
  await unlock(page);
  await sees(page, "You go on where you left off.");
  const kept = [box, stated, answered].map((one) => one.isChecked());
  expect(await Promise.all(kept)).toEqual([true, true, true]);
  await box.uncheck();
  // What stands is not enough to sign it.
  await choice(page, /short questionnaire/, "No").check();
}

/** Fills the vaccine registry's form, signs it and sends it: what is needed, each question, the one statement. */
export async function consentNow(page: Page, trial: TrialFile): Promise<void> {
  for (const { label, required } of trial.consentForm.permissions) {
    if (required) await page.getByRole("checkbox", { name: label }).check();
  }
  await answerQuestions(page, trial);
  await choice(page, /short questionnaire/, "Yes").check();
  await page.getByRole("button", { name: "I have read this, and I consent" }).click();
  await sendNow(page);
}

/** Sends a consent that waits, whatever it costs. */
export async function sendNow(page: Page): Promise<void> {
  await sees(page, "Your consent waits");
  await page.getByRole("button", { name: "Send it now" }).click();
}

/** Waits for a text, as long as a proof may take. */
export async function sees(page: Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).first().waitFor({ timeout: PROOF_MS });
}

/** Makes a wallet with a record of this made-up patient. */
export async function preparePatient(
  page: Page,
  of: { exchange: Exchange; cast: Cast; index: number },
): Promise<void> {
  await makeWallet(page, of.exchange.url);
  await takeRecord(page, await issueRecord({ ...of, code: await readCode(page) }));
  await sees(page, "The record is in your wallet");
}

export type Sent = { readonly url: string; readonly method: string; readonly body: string };

/** Everything that this browser asks for from now on, workers included. */
export function recordRequests(context: BrowserContext): Sent[] {
  const sent: Sent[] = [];
  context.on("request", (request) => {
    sent.push({ url: request.url(), method: request.method(), body: request.postData() ?? "" });
  });
  return sent;
}

/** Numbers in each way in which they are written, and words as they are. */
export function textsOf(of: readonly (string | bigint)[]): string[] {
  return of.flatMap((one) => (typeof one === "bigint" ? [String(one), one.toString(16)] : [one]));
}

/** Those of the words that stand in a text; very short ones would be found by chance. */
export function foundIn(text: string, words: readonly string[]): string[] {
  return words.filter((word) => word.length > 6 && text.includes(word));
}

/** All that the origin's storage holds, as one text: databases, caches (but for files of the pages), local storage. */
export async function readStorage(page: Page): Promise<string> {
  return await page.evaluate(async () => {
    const words = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes);
    const flat = (value: unknown): string => {
      if (value instanceof Uint8Array) return words(value);
      if (value instanceof ArrayBuffer) return words(new Uint8Array(value));
      if (typeof value === "object" && value !== null) {
        return Object.entries(value)
          .map(([key, part]) => `${key}=${flat(part)}`)
          .join(";");
      }
      return String(value);
    };
    const wait = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const parts = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie];
    for (const { name } of await indexedDB.databases()) {
      const database = await wait(indexedDB.open(name!));
      for (const store of database.objectStoreNames) {
        const content = database.transaction(store).objectStore(store);
        const [keys, values] = [await wait(content.getAllKeys()), await wait(content.getAll())];
        parts.push(`${name} ${store}`, flat(keys), flat(values));
      }
      database.close();
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const { url } of await cache.keys()) parts.push(`${name} ${url}`);
    }
    return parts.join("\n");
  });
}
