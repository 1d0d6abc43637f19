// A participation that began on the command line and goes on in the browser: the study is amended, the patient consents
// anew and to less, and in the end leaves with the printed code while the wallet is locked. And a sealed study.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { trialIdOf } from "../../circuits/statement/trial/trial.ts";
import type { TrialFile } from "../../circuits/statement/trial/trialFile.ts";
import { localArtifacts } from "../../client/artifacts/artifacts.node.ts";
import { approveVersion, reviewVersion } from "../../client/board/approve.ts";
import { readBundle } from "../../client/clinic/read/bundle.ts";
import { attestAll, join, type Patient } from "../../client/journey/patient.ts";
import type { Cast } from "../../client/journey/setting.ts";
import { createWallet, sealWallet } from "../../client/patient/wallet.ts";
import { amendTrial, publishTrial } from "../../client/sponsor/publish.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { type Exchange, exampleTrial, openExchange, setScene } from "./exchange.ts";
import {
  answerQuestions,
  atHeading,
  choice,
  openTrialPage,
  PASSPHRASE,
  SLOW_MS,
  sees,
  visit,
} from "./wallet.ts";

const TRIAL = exampleTrial("vaccine-registry");
const { protocolNumber, title } = TRIAL;
const AMENDED: TrialFile = {
  ...TRIAL,
  consentForm: {
    ...TRIAL.consentForm,
    version: 2,
    text: `${TRIAL.consentForm.text} The second version asks less of you.`,
    permissions: TRIAL.consentForm.permissions.map((one) =>
      one.id === "contact" ? { ...one, required: false } : one,
    ),
  },
  requires: { reconsent: true, rescreening: false },
};
const SEALED: TrialFile = { ...TRIAL, protocolNumber: "CZ-SEALED-1", title: "A study under seal" };
const SEAL = "a key for the invited";
const HOUR_SECONDS = 3_600;

let exchange: Exchange;
let browser: Browser;
let cast: Cast;
let page: Page;
let file: Buffer;

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser()];
  const { api, today } = exchange;
  cast = await setScene(exchange, TRIAL);
  const source = readBundle(exchange.bundle(0), "bundle.json");
  const wallet = createWallet();
  const patient: Patient = { name: "Ann", source, wallet, document: "P X12345" };
  await attestAll(cast.clinics[0]!, [patient], { issuedDay: today });
  const visiting = { api, artifacts: localArtifacts(), protocolNumber, say: () => {} };
  await join(patient, visiting, TRIAL.sites[0]!.id);
  const sealed = await sealWallet({ wallet: patient.wallet, passphrase: PASSPHRASE });
  file = Buffer.from(sealed);
  page = await browser.newPage();
}, SLOW_MS);
afterAll(async () => {
  await browser?.close();
  await exchange?.stop();
});

async function approve(protocol: string, documentKey?: string): Promise<void> {
  const { api } = exchange;
  const review = await reviewVersion({
    api: cast.board.api,
    protocolNumber: protocol,
    ...(documentKey !== undefined && { documentKey }),
  });
  const { chainTime } = await api.deployment();
  await approveVersion(cast.board, { review, expiresAt: chainTime + 86_400 });
}

async function siteSigners(): Promise<Record<number, string>> {
  return { [TRIAL.sites[0]!.id]: await cast.sites[0]!.getAddress() };
}

describe("a wallet of the command line", () => {
  test("continues in the browser where it left off", async () => {
    await page.goto(`${exchange.url}/wallet`);
    const upload = { name: "ann.age", mimeType: "application/octet-stream", buffer: file };
    await page.locator("input[type=file]").setInputFiles(upload);
    await page.getByLabel("Passphrase of the file").fill(PASSPHRASE);
    await page.getByRole("button", { name: "Restore it" }).click();
    await atHeading(page, "My wallet");
    await openTrialPage(page, title);
    await sees(page, "You have consented. The sponsor enrolls you next");
  });

  test("tells of an amendment while it is open, and is on hold until the new form is agreed to", async () => {
    await amendTrial(cast.sponsor, { trial: AMENDED, siteSigners: await siteSigners() });
    await approve(protocolNumber);
    await sees(page, "You are on hold until you agree to the new version");
    await sees(page, "Version 2 of the study was approved");
    await sees(page, /The second version asks less of you/);
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("consents to the new version and to less than before", async () => {
    const contact = TRIAL.consentForm.permissions.find(({ id }) => id === "contact")!;
    const box = page.getByRole("checkbox", { name: contact.label });
    expect(await box.isChecked()).toBe(true);
    await box.uncheck();
    await choice(page, /short questionnaire/, "Yes").check();
    await answerQuestions(page, TRIAL);
    const again = page.getByRole("button", { name: "Consent to this instead" });
    await again.click();
    // She consented a moment ago, and the chain takes one grant an hour.
    await sees(page, "You have changed this often recently");
    const { provider } = exchange.chain;
    await provider.send("evm_increaseTime", [HOUR_SECONDS]);
    await provider.send("evm_mine", []);
    await again.click();
    await sees(page, "You consented to version 2");
    await page.getByText("You are on hold").waitFor({ state: "detached" });
    // Only the consent before names it.
    const history = page.getByRole("region", { name: "What happened" });
    expect(await history.getByText(contact.label).count()).toBe(1);
    const state = await exchange.api.publicState(trialIdOf(protocolNumber));
    expect(state.participants).toMatchObject([{ state: "eligible", version: 2, onHold: false }]);
  });
});

describe("the printed code", () => {
  test("is on paper and not on the screen until asked for", async () => {
    await page.emulateMedia({ media: "print" });
    await page.getByRole("heading", { name: "Withdrawal code" }).waitFor();
    expect(await page.getByRole("button", { name: "Lock", exact: true }).isVisible()).toBe(false);
    expect(await page.getByText("About the study").isVisible()).toBe(false);
    const paper = (await page.pdf({ format: "A4" })).toString("latin1");
    expect(paper.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
    await page.emulateMedia({ media: "screen" });
    expect(await page.getByRole("heading", { name: "Withdrawal code", exact: true }).count()).toBe(
      0,
    );
  });

  test("ends the participation while the wallet is locked", async () => {
    await page.getByRole("button", { name: "Show it" }).click();
    const code = (await page.getByTestId("withdrawal-code").textContent())!;
    await page.getByRole("button", { name: "Lock", exact: true }).click();
    await page.getByRole("link", { name: "withdraw with the code" }).click();
    await atHeading(page, "Withdraw with your printed code");
    expect(await findBarriersInBoth(page)).toEqual([]);
    await page.getByLabel("Study number").fill(protocolNumber.toLowerCase());
    const field = page.getByRole("textbox", { name: "Withdrawal code" });
    await field.fill(code.replace(/^./, (first) => (first === "0" ? "1" : "0")));
    const dialog = page.getByRole("dialog", { name: `Withdraw from ${protocolNumber}?` });
    const withdraw = async () => {
      await page.getByRole("button", { name: "Withdraw", exact: true }).click();
      await dialog.getByRole("button", { name: "Yes, withdraw" }).click();
    };
    await withdraw();
    await sees(page, "This code does not fit this study");
    await field.fill(code.toLowerCase());
    // Nothing is sent by the first press.
    await page.getByRole("button", { name: "Withdraw", exact: true }).click();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Stay in" }).click();
    await dialog.waitFor({ state: "hidden" });
    const before = await exchange.api.publicState(trialIdOf(protocolNumber));
    expect(before.participants).toMatchObject([{ state: "eligible" }]);
    await withdraw();
    await sees(page, `You have withdrawn from ${protocolNumber}.`);
    const state = await exchange.api.publicState(trialIdOf(protocolNumber));
    expect(state.participants).toMatchObject([{ state: "withdrawn" }]);
    // The code is used up, so there is no form to send it again.
    expect(await field.count()).toBe(0);
  });
});

describe("a sealed study", () => {
  test("asks for its key, and opens with the right one only", async () => {
    const board = cast.board.address;
    const signers = await siteSigners();
    const publishing = { trial: SEALED, siteSigners: signers, board, sealWith: SEAL };
    await publishTrial(cast.sponsor, publishing);
    await approve(SEALED.protocolNumber, SEAL);
    await page.getByRole("link", { name: "To my wallet" }).click();
    await page.getByLabel("Passphrase", { exact: true }).fill(PASSPHRASE);
    await page.getByRole("button", { name: "Unlock" }).click();
    await atHeading(page, "My wallet");
    await visit(page, "Studies");
    await page.getByRole("link", { name: `Study ${SEALED.protocolNumber}` }).click();
    await page.getByLabel("Key of the study").fill("a wrong key");
    await page.getByRole("button", { name: "Open the text" }).click();
    await sees(page, "This key does not open it");
    expect(await findBarriersInBoth(page)).toEqual([]);
    await page.getByLabel("Key of the study").fill(SEAL);
    await page.getByRole("button", { name: "Open the text" }).click();
    await atHeading(page, SEALED.title);
    await sees(page, "You meet everything that your record can show.");
  });
});
