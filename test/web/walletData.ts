// What the tests of the wallet's data share: a patient of a stage, whose wallet is restored in a browser.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { PERMISSIONS, type Permission } from "../../circuits/statement/trial/trial.ts";
import type { TrialCollection, TrialFile } from "../../circuits/statement/trial/trialFile.ts";
import { exchangeOf } from "../../client/api/exchange.ts";
import { localArtifacts } from "../../client/artifacts/artifacts.node.ts";
import { reachCustodian } from "../../client/exchange/custodian.ts";
import { chooseCut, requestCut, sealCut } from "../../client/exchange/cut.ts";
import { fetchCut } from "../../client/exchange/fetch.ts";
import type { Patient } from "../../client/journey/patient.ts";
import { permissionsOf, proveConsent, submitConsent } from "../../client/patient/consent.ts";
import { sealWallet } from "../../client/patient/wallet.ts";
import { downloadTrial, reviewTrial } from "../../client/trial/review.ts";
import { findBarriersInBoth } from "./axe.ts";
import { anchoredEntries } from "./exchangeDeposits.ts";
import type { DataStage } from "./exchangeStage.ts";
import { atHeading, PASSPHRASE, visit } from "./wallet.ts";

/** A phone's. */
const PHONE = { viewport: { width: 390, height: 844 } } as const;
const DESKTOP = { viewport: { width: 1280, height: 900 } } as const;

/** Between two changes of a consent. */
const HOUR = 3_601;

export type DataWallet = {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the page threw, and what its policy refused. */
  readonly complaints: string[];
};

/** Restores a patient's wallet in a fresh browser, and leaves it open on its first page. */
export async function openDataWallet(
  browser: Browser,
  stage: DataStage,
  of: { readonly patient?: number; readonly options?: BrowserContextOptions } = {},
): Promise<DataWallet> {
  const { patient = 0, options = PHONE } = of;
  const context = await browser.newContext({ acceptDownloads: true, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (problem) => complaints.push(problem.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  const { wallet } = stage.patients[patient]!;
  const bytes = await sealWallet({ wallet, passphrase: PASSPHRASE });
  await page.goto(`${stage.url}/wallet`);
  await page.locator('input[type="file"]').setInputFiles({
    name: "wallet.age",
    mimeType: "application/octet-stream",
    buffer: Buffer.from(bytes),
  });
  await page.getByLabel("Passphrase of the file").fill(PASSPHRASE);
  await page.getByRole("button", { name: "Restore it" }).click();
  await atHeading(page, "My wallet");
  return { context, page, complaints };
}

/** From any page of the open wallet to the data of the stage's study. */
export async function toData(page: Page, { trial }: Pick<DataStage, "trial">): Promise<void> {
  await visit(page, "Studies");
  await page.getByRole("link", { name: trial.title }).click();
  await page.getByRole("link", { name: "Your data" }).click();
  await atHeading(page, "Your data");
  await page.getByRole("heading", { name: "What is due" }).waitFor();
}

/** The trial with a permission that lets emergency clinicians in, and a summary that is given for them. */
export function withEmergency(trial: TrialFile): TrialFile {
  const { consentForm, collections = [] } = trial;
  const permission: TrialFile["consentForm"]["permissions"][number] = {
    ...{ id: "emergency", required: false },
    label: "Emergency clinicians may open my summary without asking me first",
  };
  const summary: TrialCollection = {
    ...{ id: "summary", title: "Summary for emergencies", permission: "emergency" },
    why: "Whoever treats you when you cannot speak has to know it.",
    ...{ source: "record", emergency: true },
    facts: [{ show: "latest", person: "birthYear" }],
  };
  return {
    ...trial,
    consentForm: { ...consentForm, permissions: [...consentForm.permissions, permission] },
    collections: [...collections, summary],
  };
}

/** Lets the chain's clock go on by so many seconds. */
export async function wait({ chain }: Pick<DataStage, "chain">, seconds: number): Promise<void> {
  await chain.provider.send("evm_increaseTime", [seconds]);
  await chain.provider.send("evm_mine", []);
}

/** A patient agrees to everything that the form offers: the journey gives what is needed and no more. */
export async function allowAll(stage: DataStage, patient: Patient): Promise<void> {
  const { api, trial } = stage;
  await wait(stage, HOUR);
  const downloads = await downloadTrial(api, trial.protocolNumber);
  const reviewed = await reviewTrial({ downloads });
  const { version } = reviewed;
  const consented = await proveConsent({
    ...{ wallet: patient.wallet, place: reviewed, state: downloads.state, version },
    ...{ artifacts: localArtifacts(), now: downloads.deployment.chainTime },
    grant: {
      permissions: permissionsOf(version.terms.offeredPermissions),
      ...{ siteId: 1, years: 2, givenBy: "self" },
    },
  });
  patient.wallet = consented.wallet;
  await api.settle(await submitConsent(api, consented.input));
}

/** The sponsor seals a cut, asks for it in public, and opens what custodians release. How many packages that were. */
export async function openCut(
  stage: DataStage,
  of: { readonly permission: Permission; readonly purpose: string },
): Promise<number> {
  const { api, cast, trial, trialId } = stage;
  const { protocolNumber } = trial;
  const entries = await anchoredEntries(stage);
  const { chainId, chainTime } = await api.deployment();
  const choice = chooseCut({
    ...{ trialId, entries, permission: PERMISSIONS[of.permission], now: chainTime },
    participants: await api.participants(protocolNumber),
    events: await api.trialEvents(protocolNumber),
  });
  const cut = await sealCut(cast.sponsor, choice, protocolNumber);
  const { cutId } = cut;
  const asked = { protocolNumber, cutId, purpose: of.purpose, keepKey: async () => {} };
  const request = await requestCut(cast.sponsor, asked);
  const { CustodyLog: custodyLog, DepositLog: depositLog } = stage.chain.deployment.addresses;
  const { opened } = await fetchCut({
    ...{ exchange: exchangeOf(api), entries, request, cut: cut.entries, threshold: 2 },
    place: { chainId, custodyLog, depositLog },
    custodians: await Promise.all(stage.custodians.map(reachCustodian)),
    // What is in them is others' business here.
    verifying: { check: async () => {}, disclosure: undefined as never },
  });
  let count = 0;
  for await (const _ of opened()) count++;
  return count;
}

/** Nothing on the page keeps people out; with SHOTS, pictures to look at. */
export async function judgePage(page: Page, name: string): Promise<void> {
  const barriers = await findBarriersInBoth(page);
  if (barriers.length > 0) throw new Error(barriers.join("\n"));
  const { SHOTS } = process.env;
  if (SHOTS === undefined) return;
  mkdirSync(SHOTS, { recursive: true });
  for (const [device, { viewport }] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const path = join(SHOTS, `${name}-${device}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize(PHONE.viewport);
}

/** Has the wallet read a table of days and steps, up to what it would send. */
export async function readSteps(page: Page, table: string): Promise<void> {
  const columns = { value: "steps", unit: { text: "/d" }, code: "41950-7" };
  const mapping = { start: { columns: ["day"], format: "iso" }, readings: [columns] };
  await page.getByRole("button", { name: "Choose a file: Steps" }).click();
  await page.getByRole("dialog").getByText("Table (CSV)").click();
  const file = { name: "steps.csv", mimeType: "text/csv", buffer: Buffer.from(table) };
  await page.locator('[role="dialog"] input[type="file"]').setInputFiles(file);
  await page.getByLabel("Mapping").fill(JSON.stringify(mapping));
  await page.getByRole("button", { name: "Read the file" }).click();
}
