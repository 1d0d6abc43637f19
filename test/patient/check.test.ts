import { describe, expect, it } from "vitest";
import { hashDocument, versionDigest } from "../../circuits/statement/trial/trial.ts";
import type { TrialVersion } from "../../client/api/trial.ts";
import { countCrowd } from "../../client/patient/anonymity.ts";
import { budgetFor, withAnswer } from "../../client/patient/budget.ts";
import { checkTrial } from "../../client/patient/check.ts";
import { importRecord } from "../../client/patient/import.ts";
import { proveScreening } from "../../client/patient/screen.ts";
import type { Wallet } from "../../client/patient/wallet.ts";
import { chainDay, type Downloads, reviewTrial } from "../../client/trial/review.ts";
import { sealDocument } from "../../client/trial/seal.ts";
import {
  attestedFor,
  CLINIC,
  OTHER_CLINIC,
  PASSPHRASE,
  registryOf,
  seededWallet,
  TODAY,
} from "./support.ts";
import { CRITERIA, publish, SPONSOR } from "./trial.ts";

async function checked(options: {
  criteria?: unknown;
  record?: Parameters<typeof attestedFor>[1];
  change?: (wallet: Wallet) => Wallet;
}) {
  const blank = seededWallet(1);
  const { attested, registry } = await attestedFor(blank, options.record);
  const { wallet } = await importRecord({ wallet: blank, attested, registry });
  const downloads = publish({
    ...(options.criteria ? { criteria: options.criteria } : {}),
    registry,
  });
  const reviewed = await reviewTrial({ downloads });
  const asOfDay = chainDay(downloads.deployment);
  const changed = options.change?.(wallet) ?? wallet;
  return checkTrial({ wallet: changed, reviewed, registry, asOfDay });
}

const codes = (check: { refusals: readonly { code: string }[] }) =>
  check.refusals.map((r) => r.code);

describe("checking a trial on the device", () => {
  it("says yes with each criterion, what a yes reveals, and how small the crowd is", async () => {
    const check = await checked({});
    expect(codes(check)).toEqual([]);
    expect(check.records[0]!.criteria.map(({ id, holds }) => [id, holds])).toEqual([
      ["I1", true],
      ["I2", true],
      ["I3", true],
    ]);
    expect(check.reveals.asserted.length).toBe(3);
    expect(check.reveals.asserted.map(({ words }) => words)).toContain("Age 18 to 80 years");
    expect(check.crowd).toEqual({ leaves: 6, clinics: 1, enough: false });
    expect(check.warnings.join()).toContain("Only 6 records of 1 clinic could");
  });

  it("says no, and why, when a value lies outside", async () => {
    const check = await checked({ record: { hba1c: "6.9" } });
    expect(codes(check)).toEqual(["NotEligible"]);
    const verdict = check.records[0]!.criteria.find(({ id }) => id === "I3");
    expect(verdict!.holds).toBe(false);
    expect(verdict!.parts[0]!.reason).toContain("6.9");
  });

  it("says no when the record is too old for the trial's windows", async () => {
    const check = await checked({ record: { issuedDay: TODAY - 40 } });
    expect(codes(check)).toEqual(["NotEligible"]);
    expect(check.records[0]!.problems.map(({ message }) => message).join()).toMatch(/40 days old/);
  });

  it("refuses a small crowd when the wallet is set to", async () => {
    const belowThat = "refuse" as const;
    const strict = (w: Wallet) => ({ ...w, settings: { ...w.settings, belowThat } });
    expect(codes(await checked({ change: strict }))).toEqual(["SmallCrowd"]);
    const content = (w: Wallet) => ({
      ...w,
      settings: { ...w.settings, belowThat, fewestLeaves: 6, fewestClinics: 1 },
    });
    expect(codes(await checked({ change: content }))).toEqual([]);
  });

  it("accepts an age of one whole year: narrower ranges are refused (narrow.test.ts)", async () => {
    const criteria = { ...CRITERIA, inclusion: [{ all: [{ age: { min: 56, max: 56 } }] }] };
    expect(codes(await checked({ criteria }))).toEqual([]);
  });

  it("stops at the sponsor's budget, and counts a trial once", async () => {
    const spent = (w: Wallet) =>
      [1, 2, 3].reduce(
        (wallet, n) =>
          withAnswer(wallet, {
            sponsor: SPONSOR,
            trialId: `0x${n}${"0".repeat(63)}`,
            day: TODAY - n,
          }),
        w,
      );
    expect(codes(await checked({ change: spent }))).toEqual(["BudgetSpent"]);
  });
});

describe("what the wallet will not prove", () => {
  const artifacts = { load: () => Promise.reject(new Error("nothing may be loaded")) };

  async function proving(change: (downloads: Downloads) => void, record = {}) {
    const blank = seededWallet(1);
    const { attested, registry } = await attestedFor(blank, record);
    const { wallet } = await importRecord({ wallet: blank, attested, registry });
    const downloads = structuredClone(publish({ registry }));
    change(downloads);
    const reviewed = await reviewTrial({ downloads });
    const asOfDay = chainDay(downloads.deployment);
    const check = checkTrial({ wallet, reviewed, registry, asOfDay });
    return await proveScreening({ wallet, reviewed, state: downloads.state, check, artifacts });
  }

  it("is a screening in a trial that is closed to accrual", async () => {
    const close = (d: Downloads) => Object.assign(d.state, { status: "closed-to-accrual" });
    await expect(proving(close)).rejects.toMatchObject({ code: "TrialClosed" });
  });

  it("is a screening that the check refuses", async () => {
    const attempt = proving(() => {}, { hba1c: "6.9" });
    await expect(attempt).rejects.toMatchObject({ code: "NotEligible" });
  });
});

describe("a sponsor's budget", () => {
  it("lets a sponsor that bisects an age learn no more answers than the limit", () => {
    let wallet = seededWallet(1);
    let learnt = 0;
    for (let trial = 0; trial < 50; trial++) {
      const trialId = `0x${trial.toString(16).padStart(64, "0")}`;
      if (!budgetFor({ wallet, sponsor: SPONSOR, trialId, today: TODAY }).allows) continue;
      wallet = withAnswer(wallet, {
        sponsor: SPONSOR.toUpperCase().replace("0X", "0x"),
        trialId,
        day: TODAY,
      });
      learnt++;
    }
    expect(learnt).toBe(wallet.settings.budgetPerSponsor);
    const other = budgetFor({ wallet, sponsor: CLINIC, trialId: "0x1", today: TODAY });
    expect(other).toMatchObject({ used: 0, allows: true });
    const nextYear = budgetFor({ wallet, sponsor: SPONSOR, trialId: "0x1", today: TODAY + 365 });
    expect(nextYear.allows).toBe(true);
  });
});

describe("the crowd behind a yes", () => {
  const policy = {
    maxRecordAge: 30,
    minCoverage: 0,
    minDictionaryVersion: 0,
    domains: [],
    codedIn: [],
    latestIdentitySince: TODAY,
  };
  const count = (leaves: Parameters<typeof registryOf>[0]) =>
    countCrowd({
      registry: registryOf(leaves),
      policies: [policy],
      asOfDay: TODAY,
      settings: { fewestLeaves: 10, fewestClinics: 2 },
    });

  it("counts records and clinics, not leaves of the tree", () => {
    const crowd = count([
      { value: 1n, size: 8 },
      { value: 2n, size: 2, issuer: OTHER_CLINIC },
    ]);
    expect(crowd).toEqual({ leaves: 10, clinics: 2, enough: true });
  });

  it("leaves out what is revoked, and what was anchored too long ago to satisfy the policy", () => {
    const crowd = count([
      { value: 1n, size: 8, day: TODAY - 31 },
      { value: 2n, size: 5, day: TODAY - 30 },
      { value: 3n, size: 9, kind: "revoked", issuer: OTHER_CLINIC },
    ]);
    expect(crowd).toEqual({ leaves: 5, clinics: 1, enough: false });
  });
});

describe("reviewing a trial", () => {
  const tamper: [string, (downloads: Downloads) => void][] = [
    ["other text than was hashed", (d) => changeText(d, (t) => t.replace('"7.0"', '"5.0"'))],
    ["another salt", (d) => changeText(d, (t) => t.replace(/"salt": "\d/, '"salt": "7'))],
    ["other terms than the digest's", (d) => Object.assign(currentOf(d).terms, { capacity: 2 })],
    ["another digest", (d) => Object.assign(currentOf(d), { digest: `0x${"1".repeat(64)}` })],
    ["another criteria hash", (d) => Object.assign(currentOf(d).terms, { criteriaHashes: [7n] })],
    ["one part more", (d) => (currentOf(d).terms.criteriaHashes as bigint[]).push(7n)],
    ["another site's key", (d) => Object.assign(currentOf(d).terms.sites[0]!, { signer: CLINIC })],
    ["another scope", (d) => Object.assign(d.trial, { scope: 9n })],
    ["another trial's number", (d) => Object.assign(d.trial, { protocolNumber: "CZ-TEST-2" })],
    ["another contract", (d) => Object.assign(d.deployment.contracts, { Screening: CLINIC })],
  ];
  it.each(tamper)("refuses %s", async (_, change) => {
    const downloads = structuredClone(publish());
    await reviewTrial({ downloads });
    change(downloads);
    await expect(reviewTrial({ downloads })).rejects.toMatchObject({ code: "TrialTampered" });
  });

  it("refuses an approval that only the server claims, when a node can be asked", async () => {
    const downloads = publish();
    const { version, digest } = currentOf(downloads);
    const chain = (answer: { version: number; digest: string }) => ({
      approvedDigest: async () => answer,
    });
    await reviewTrial({ downloads, chain: chain({ version, digest }) });
    const refused = reviewTrial({ downloads, chain: chain({ version, digest: "0x00" }) });
    await expect(refused).rejects.toMatchObject({ code: "TrialTampered" });
  });

  it("opens a sealed text with its key, and refuses without", async () => {
    const downloads = structuredClone(publish());
    const version = currentOf(downloads);
    const sealed = await sealDocument(version.documents.document!.content, PASSPHRASE);
    Object.assign(version.documents.document!, { content: sealed });
    Object.assign(version.terms, { isSealed: true, documentHash: hashDocument(sealed) });
    const at = { chainId: 31_337, trialId: downloads.trial.trialId, version: 1 };
    const trialRegistry = downloads.deployment.contracts.TrialRegistry!;
    const digest = versionDigest({ ...at, trialRegistry, terms: version.terms });
    Object.assign(version, { digest });
    const reviewed = await reviewTrial({ downloads, documentKey: PASSPHRASE });
    expect(reviewed.document.trial.title).toBe("A test of the wallet");
    const wrong = reviewTrial({ downloads, documentKey: "another key" });
    await expect(wrong).rejects.toMatchObject({ code: "WrongPassphrase" });
  });

  const states: [string, string, (downloads: Downloads) => void][] = [
    ["draft", "TrialNotApproved", (d) => Object.assign(d.state, { status: "in-review" })],
    [
      "suspended",
      "TrialOnHold",
      (d) => Object.assign(d.state, { status: "temporarily-closed-to-accrual" }),
    ],
    ["held by governance", "TrialOnHold", (d) => Object.assign(d.state, { held: true })],
    [
      "of a sponsor that lost its accreditation",
      "NotAccredited",
      (d) => Object.assign(d.accreditations[0]!, { active: false }),
    ],
    [
      "of a board that lost its accreditation",
      "NotAccredited",
      (d) => Object.assign(d.accreditations[1]!, { active: false }),
    ],
    ["completed", "TrialClosed", (d) => Object.assign(d.state, { status: "completed" })],
    ["expired", "ApprovalExpired", (d) => Object.assign(currentOf(d), { approvedUntil: 5 })],
    ["without text", "NotFound", (d) => Object.assign(currentOf(d).documents, { document: null })],
  ];
  it.each(states)("refuses a trial that is %s with %s", async (_, code, change) => {
    const downloads = structuredClone(publish());
    change(downloads);
    await expect(reviewTrial({ downloads })).rejects.toMatchObject({ code });
  });
});

function currentOf(downloads: Downloads): TrialVersion {
  return downloads.state.versions[0]!;
}

function changeText(downloads: Downloads, change: (text: string) => string): void {
  const document = currentOf(downloads).documents.document!;
  const text = change(document.content);
  if (text === document.content) throw new Error("the test changed nothing");
  Object.assign(document, { content: text });
}
