// Consents that wait: when they go out, what they survive, and what stops them.
import { beforeAll, describe, expect, it } from "vitest";
import type { Field } from "../../circuits/statement/encoding/field.ts";
import type { Grant } from "../../client/patient/consent.ts";
import { screeningsPerDay } from "../../client/patient/delay.ts";
import {
  deriveParticipantIdentity,
  pseudonymOf,
  screeningNullifier,
} from "../../client/patient/derive.ts";
import { findSelf } from "../../client/patient/self.ts";
import { countOthers, dueOf, priceOfNow, queueConsent } from "../../client/patient/waiting.ts";
import { sealWallet, unsealWallet, type Wallet } from "../../client/patient/wallet.ts";
import { type Downloads, type ReviewedTrial, reviewTrial } from "../../client/trial/review.ts";
import { PASSPHRASE, QUICK, seededWallet } from "./support.ts";
import { publish } from "./trial.ts";

const GRANT: Grant = { permissions: ["participate"], siteId: 1, years: 2, givenBy: "self" };
const DAY = 86_400;
const me = seededWallet(3);
/** Published once: each publication draws a salt. */
const PUBLISHED = publish();
let reviewed: ReviewedTrial;

beforeAll(async () => {
  reviewed = await reviewTrial({ downloads: PUBLISHED });
});

/** The trial with me screened, so many others, and so many of them consented. */
async function withOthers(others: number, consented = 0, later = 0): Promise<Downloads> {
  const downloads = structuredClone(PUBLISHED);
  const { trialId, scope } = downloads.trial;
  const { commitment } = await deriveParticipantIdentity({ seed: me.seed, trialId, retry: 0 });
  const nullifier = await screeningNullifier({ seed: me.seed, scope });
  const strangers = Array.from({ length: others }, (_, i) => BigInt(i + 1) as Field);
  const members = [...strangers, commitment as Field];
  const screenings = members.map((member, i) => ({
    nullifier: i < others ? ((1000n + BigInt(i)) as Field) : nullifier,
    version: 1,
    commitment: member,
    issuerTags: [BigInt(i + 5) as Field],
  }));
  const participants = strangers.slice(0, consented).map((one) => ({
    pseudonym: (one + 500n) as Field,
    state: "eligible" as const,
    onHold: false,
    sequence: 1n,
    version: 1,
    siteId: 1,
    arriveBy: null,
  }));
  const groups = [{ version: 1, groupId: 0n, members }];
  Object.assign(downloads.state, { groups, screenings, participants });
  Object.assign(downloads.deployment, { chainTime: downloads.deployment.chainTime + later });
  return downloads;
}

async function queue(wallet: Wallet, downloads: Downloads, random = () => 0.5) {
  const { state, deployment } = downloads;
  const now = deployment.chainTime;
  return await queueConsent({ wallet, reviewed, state, grant: GRANT, now, random });
}

async function due(wallet: Wallet, downloads: Downloads, isAsked = false) {
  const [entry] = wallet.waiting;
  return await dueOf({ wallet, entry: entry!, downloads, isAsked, random: () => 0.5 });
}

describe("a consent that waits", () => {
  it("is kept sealed in the wallet, with nothing signed", async () => {
    const { wallet, entry, withdrawalCode } = await queue(me, await withOthers(1));
    expect(entry).toMatchObject({ permissions: ["participate"], years: 2, sent: null });
    expect(entry!.notBefore).toBeGreaterThan(entry!.askedAt);
    expect(entry!.latest - entry!.askedAt).toBeLessThanOrEqual(7 * DAY);
    expect(withdrawalCode).toMatch(/^[0-9A-Z-]{33}$/);
    const bytes = await sealWallet({ wallet, passphrase: PASSPHRASE, workFactor: QUICK });
    const opened = await unsealWallet({ bytes, passphrase: PASSPHRASE });
    expect(opened.waiting).toEqual([entry]);
    expect(opened.participations).toEqual([]);
  });

  it("goes out only when its time has come and enough others could have sent it", async () => {
    const { wallet } = await queue(me, await withOthers(3));
    const [entry] = wallet.waiting;
    const after = entry!.notBefore - entry!.askedAt;
    expect(await due(wallet, await withOthers(3))).toMatchObject({ act: "wait", others: 3 });
    expect(await due(wallet, await withOthers(3, 0, after))).toMatchObject({ act: "send" });
    // Of three others one has consented: two are left, and a new time is drawn.
    const fewer = await due(wallet, await withOthers(3, 1, after));
    expect(fewer).toMatchObject({ act: "wait", others: 2 });
    const again = fewer.act === "wait" ? fewer.wallet.waiting[0]! : undefined;
    expect(again!.notBefore).toBeGreaterThan(entry!.notBefore);
    expect(again!.latest).toBe(entry!.latest);
  });

  it("does not wait for ever where nobody comes", async () => {
    const { wallet } = await queue(me, await withOthers(0));
    const [entry] = wallet.waiting;
    const almost = await withOthers(0, 0, entry!.latest - entry!.askedAt - 1);
    expect(await due(wallet, almost)).toMatchObject({ act: "wait", others: 0 });
    const last = await withOthers(0, 0, entry!.latest - entry!.askedAt);
    expect(await due(wallet, last)).toMatchObject({ act: "send", others: 0 });
  });

  it("goes out at once when asked to, with its price said before", async () => {
    const { wallet } = await queue(me, await withOthers(2));
    expect(await due(wallet, await withOthers(2), true)).toMatchObject({ act: "send", others: 2 });
    expect(priceOfNow(0)).toContain("for certain");
    expect(priceOfNow(1)).toContain("one other");
    expect(priceOfNow(2)).toContain("1 in 3");
  });

  it("does not wait where nothing could be hidden, or the settings say so", async () => {
    const downloads = await withOthers(3);
    const never = { ...me, settings: { ...me.settings, waitForOthers: 0 } };
    expect((await queue(never, downloads)).entry).toBeUndefined();
    // Known under this pseudonym already: changing what is allowed tells nothing new.
    const { trialId, scope } = downloads.trial;
    const identity = await deriveParticipantIdentity({ seed: me.seed, trialId, retry: 0 });
    const pseudonym = pseudonymOf({ identity, scope });
    const participant = { ...(await withOthers(3, 1)).state.participants[0]!, pseudonym };
    Object.assign(downloads.state, { participants: [participant] });
    expect((await queue(me, downloads)).entry).toBeUndefined();
  });

  it("waits again after a re-screening: the group is a new one", async () => {
    const downloads = await withOthers(3);
    const { trialId, scope } = downloads.trial;
    const identity = await deriveParticipantIdentity({ seed: me.seed, trialId, retry: 0 });
    const pseudonym = pseudonymOf({ identity, scope });
    const [first] = downloads.state.versions;
    const before = { ...first!, version: 0, groupId: 7n };
    const participant = {
      ...(await withOthers(1, 1)).state.participants[0]!,
      pseudonym,
      version: 0,
    };
    Object.assign(downloads.state, { versions: [before, first], participants: [participant] });
    expect((await queue(me, downloads)).entry).toBeDefined();
  });

  it("is refused for who was not screened, an unknown site and missing permissions", async () => {
    const downloads = structuredClone(PUBLISHED);
    await expect(queue(me, downloads)).rejects.toMatchObject({ code: "NotScreened" });
    const screened = await withOthers(1);
    const { state, deployment } = screened;
    const now = deployment.chainTime;
    const asking = (grant: Partial<Grant>) =>
      queueConsent({ wallet: me, reviewed, state, grant: { ...GRANT, ...grant }, now });
    await expect(asking({ siteId: 9 })).rejects.toMatchObject({ code: "UnknownSite" });
    await expect(asking({ permissions: [] })).rejects.toMatchObject({ code: "WrongPermissions" });
  });
});

describe("a waiting consent is not sent", () => {
  const stops: [string, string, boolean, (d: Downloads) => void][] = [
    ["held by governance", "TrialOnHold", true, (d) => Object.assign(d.state, { held: true })],
    [
      "suspended",
      "TrialOnHold",
      true,
      (d) => Object.assign(d.state, { status: "temporarily-closed-to-accrual" }),
    ],
    [
      "without an accredited sponsor",
      "NotAccredited",
      true,
      (d) => Object.assign(d.accreditations[0]!, { active: false }),
    ],
    [
      "amended",
      "VersionSuperseded",
      false,
      (d) => {
        const [version] = d.state.versions;
        d.state.versions.push({ ...version!, version: 2 });
        Object.assign(d.state, { currentVersion: 2 });
      },
    ],
    [
      "told with another consent form",
      "TrialTampered",
      false,
      (d) => Object.assign(d.state.versions[0]!.terms, { consentFormHash: `0x${"9".repeat(64)}` }),
    ],
  ];
  it.each(stops)("in a trial that is %s (%s)", async (_, code, isForNow, change) => {
    const { wallet } = await queue(me, await withOthers(3));
    const downloads = await withOthers(3, 0, 8 * DAY);
    change(downloads);
    const answer = await due(wallet, downloads, true);
    expect(answer).toMatchObject({ act: "stuck", refusal: { code }, isForNow });
  });

  it("a second time, once the chain has it", async () => {
    const { wallet } = await queue(me, await withOthers(3));
    const [entry] = wallet.waiting;
    const sent = { ...wallet, waiting: [{ ...entry!, sent: 1 }] };
    const lost = await due(sent, await withOthers(3));
    // Its answer was lost: it is sent again, since whoever saw it has seen it.
    expect(lost).toMatchObject({ act: "send" });
    const downloads = await withOthers(3);
    const self = await findSelf({ wallet: me, place: reviewed, state: downloads.state });
    const participant = {
      ...(await withOthers(1, 1)).state.participants[0]!,
      pseudonym: self.pseudonym as Field,
    };
    Object.assign(downloads.state, { participants: [participant] });
    const done = await due(sent, downloads);
    expect(done).toMatchObject({ act: "done", wallet: { waiting: [] } });
  });
});

describe("the crowd of a consent", () => {
  it("is who was screened into the group and has not consented from it", async () => {
    const { state } = await withOthers(5, 2);
    const self = await findSelf({ wallet: me, place: reviewed, state });
    expect(countOthers({ self, state, version: 1 })).toBe(3);
  });

  it("is told by the trial's rate of screenings since its first approval", async () => {
    const { state, deployment } = await withOthers(9);
    // Ten screenings in the twenty days since approval.
    expect(screeningsPerDay(state, deployment.chainTime)).toBeCloseTo(0.5, 1);
  });
});
