// Cuts, corrections, purges, erasures, emergencies and the delegation log, out of events alone.
import { id } from "ethers";
import { describe, expect, it } from "vitest";
import { TASKS } from "../../circuits/statement/exchange/delegation.ts";
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { erasureMessage } from "../../circuits/statement/exchange/erasure.ts";
import type { Participant } from "../../client/api/recruitment.ts";
import { noticesFor } from "../../client/exchange/correct.ts";
import {
  chooseCut,
  drawRecipientKey,
  newestEntries,
  requestOf,
} from "../../client/exchange/cut.ts";
import { datasetAnchors } from "../../client/exchange/datasetAnchor.ts";
import { CLOSE_SECONDS, casesOf, emergencyPackages } from "../../client/exchange/emergency.ts";
import { erasureOf } from "../../client/exchange/erase.ts";
import { copiesOf } from "../../client/exchange/purge.ts";
import { hashPerson, isStaffAt, staffLog, tasksOf } from "../../client/exchange/staff.ts";
import { entryOf, event, PLACE, publicEntries, TRIAL_ID } from "./parties.ts";

const NOW = 1_790_000_000;
const PERMISSION = 2;

function participant(pseudonym: bigint, change: Partial<Participant> = {}): Participant {
  return {
    pseudonym: pseudonym as never,
    state: "on-study",
    onHold: false,
    version: 1,
    siteId: 1,
    ...{ enrolledAt: 1, arriveBy: 2, arrivedAt: 3, endedAt: null },
    consent: { version: 1, permissions: 3, recordedAt: 1, validUntil: NOW + 1_000 },
    ...change,
  };
}

describe("a cut", () => {
  const of = (participants: Participant[], entries = publicEntries([entryOf()])) => ({
    ...{ trialId: TRIAL_ID, permission: PERMISSION, participants, entries, events: [], now: NOW },
  });
  const consent = participant(7n).consent!;

  it("holds the packages of those whose consent covers it, in one order", () => {
    const entries = publicEntries([
      entryOf({ pseudonym: 8n }),
      entryOf({ collection: "b" }),
      entryOf({ sequence: 2 }),
      entryOf({ collection: "a" }),
    ]);
    const choice = chooseCut(of([participant(7n), participant(8n)], entries));
    expect(choice.pseudonyms).toEqual([7n, 8n]);
    const names = choice.entries.map(({ entry }) => `${entry.pseudonym} ${entry.collection}`);
    expect(names).toEqual(["7 a", "7 b", "7 visit", "8 visit"]);
    expect(choice.isSmall).toBe(true);
  });

  it.each([
    ["who withdrew", { state: "withdrawn" }, "withdrawn"],
    ["who has not arrived", { state: "pending-on-study" }, "has not arrived"],
    ["on hold", { onHold: true }, "on hold"],
    ["without the permission", { consent: { ...consent, permissions: 1 } }, "does not consent"],
    ["without a consent", { consent: undefined }, "does not consent"],
    ["whose consent has ended", { consent: { ...consent, validUntil: NOW } }, "consent has ended"],
  ] as [string, Partial<Participant>, string][])("leaves out one %s, by name", (_, change, why) => {
    const entries = publicEntries([entryOf(), entryOf({ pseudonym: 8n })]);
    const choice = chooseCut(of([participant(7n), participant(8n, change)], entries));
    expect(choice.pseudonyms).toEqual([7n]);
    expect(choice.left).toEqual([{ pseudonym: 8n, why: expect.stringContaining(why) }]);
  });

  it("leaves out who has not consented to the form that an amendment requires", () => {
    const entries = publicEntries([entryOf({ pseudonym: 8n }), entryOf()]);
    const approved = (consentVersion: string) =>
      event("VersionApproved", { trialId: TRIAL_ID, version: consentVersion, consentVersion });
    const people = [participant(7n, { version: 2 }), participant(8n)];
    const events = [approved("1"), approved("2")];
    const choice = chooseCut({ ...of(people, entries), events });
    expect(choice.pseudonyms).toEqual([7n]);
    expect(choice.left).toEqual([{ pseudonym: 8n, why: expect.stringContaining("form") }]);
  });

  it("leaves out the erased, what waits, what was corrected, keys, and other permissions", () => {
    const first = entryOf();
    const second = entryOf({ sequence: 2, replaces: hashEntry(first), correction: 1 });
    expect(newestEntries(publicEntries([first, second])).map(({ entry }) => entry)).toEqual([
      second,
    ]);
    const key = entryOf({ collection: "participant-key", permission: 0 });
    expect(newestEntries(publicEntries([key]))).toEqual([]);
    const nothing = /NothingToCut/;
    const person = [participant(7n)];
    expect(() => chooseCut(of(person, publicEntries([first], { waiting: 1 })))).toThrow(nothing);
    expect(() => chooseCut({ ...of(person), permission: 4 })).toThrow(nothing);
    expect(() => chooseCut({ ...of(person), collections: ["other"] })).toThrow(nothing);
    const erased = event("ErasureByProof", { trialId: TRIAL_ID, pseudonym: "7" });
    expect(() => chooseCut({ ...of(person), events: [erased] })).toThrow(nothing);
  });

  it("is requested with a key of its own each time, by which its request is found", async () => {
    const [one, other] = [await drawRecipientKey(), await drawRecipientKey()];
    expect(one.recipientKey).not.toBe(other.recipientKey);
    const made = event("Requested", { requestId: "3", recipientKey: one.recipientKey });
    expect(requestOf([made], one.recipientKey)).toBe(3n);
    expect(requestOf([made], other.recipientKey)).toBeUndefined();
  });
});

describe("a correction", () => {
  const first = entryOf();
  const second = entryOf({ sequence: 2, replaces: hashEntry(first), correction: 2 });
  const third = entryOf({ sequence: 3, replaces: hashEntry(second), correction: 1 });
  const cuts = [{ cutId: 1n, entries: [hashEntry(first)] }];
  const asked = event("Requested", { requestId: "4", cutId: "1" });

  it("is told to everybody who asked for what it corrects, a link of the chain each", () => {
    const entries = publicEntries([first, second, third]);
    const found = noticesFor({ cuts, entries, events: [asked] });
    expect(found.map(({ correcting }) => correcting)).toEqual([
      hashEntry(second),
      hashEntry(third),
    ]);
    expect(found[0]).toMatchObject({ reason: "sourceCorrected", acknowledgedAt: undefined });
    expect(noticesFor({ cuts, entries, events: [] })).toEqual([]);
  });

  it("is open until this very request has acknowledged this very entry", () => {
    const entries = publicEntries([first, second]);
    const said = (requestId: string, entry: string) =>
      event("CorrectionAcknowledged", { cutId: "1", requestId, entry }, { time: NOW });
    const at = (one: ReturnType<typeof said>) =>
      noticesFor({ cuts, entries, events: [asked, one] })[0]!.acknowledgedAt;
    expect(at(said("4", hashEntry(second)))).toBe(NOW);
    expect(at(said("5", hashEntry(second)))).toBeUndefined();
    expect(at(said("4", hashEntry(first)))).toBeUndefined();
  });
});

it("lists copies that are outstanding", () => {
  const request = event("Requested", { requestId: "4", cutId: "1", trialId: TRIAL_ID, until: "9" });
  const other = event("Requested", { requestId: "5", cutId: "1", trialId: id("x"), until: "9" });
  const wrongCut = event("CopyPurged", { requestId: "4", cutId: "2", statement: id("s") });
  expect(copiesOf([request, other, wrongCut], TRIAL_ID)).toMatchObject([
    { requestId: 4n, purgedAt: undefined },
  ]);
  const purged = event("CopyPurged", { requestId: "4", cutId: "1", statement: id("s") });
  expect(copiesOf([request, purged], TRIAL_ID)[0]).toMatchObject({ statement: id("s") });
});

it("finds the manifests that were anchored for a request of its cut", () => {
  const manifest = id("manifest");
  const said = (cutId: string, requestId: string) =>
    event("DatasetAnchored", { cutId, requestId, manifest, by: "0xa1" }, { time: NOW });
  const of = { cutId: 1n, requestId: 4n };
  expect(datasetAnchors([said("2", "4"), said("1", "5")], of)).toEqual([]);
  const [anchor, ...more] = datasetAnchors([said("1", "4")], of);
  expect([anchor, more]).toMatchObject([{ manifest, by: "0xa1", anchoredAt: NOW }, []]);
});

describe("an erasure", () => {
  const custodians = ["0xa1", "0xa2", "0xa3"];
  const terms = { custodians, custodianThreshold: 2 };
  const versions = [{ approvedAt: NOW as number | null, terms }];
  const about = { trialId: TRIAL_ID, pseudonym: "7" };
  const asked = event("ErasureByCode", about);
  const destroyed = (custodian: string, of = about) => event("KeyDestroyed", { ...of, custodian });
  const status = (events: Parameters<typeof erasureOf>[0]["events"]) =>
    erasureOf({ trialId: TRIAL_ID, pseudonym: 7n, events, versions });

  it("is done once fewer keys are left than open a package", () => {
    expect(status([])).toMatchObject({ askedAt: undefined, outstanding: [], isUnreadable: false });
    expect(status([asked])).toMatchObject({ by: "code", outstanding: custodians });
    const one = status([asked, destroyed("0xA1")]);
    expect(one).toMatchObject({ outstanding: ["0xa2", "0xa3"], isUnreadable: false });
    expect(status([asked, destroyed("0xA1"), destroyed("0xa3")]).isUnreadable).toBe(true);
  });

  it("is done once that holds for every version that was approved: packages may be of any", () => {
    const other = { custodians: ["0xb1", "0xb2"], custodianThreshold: 2 };
    const of = { trialId: TRIAL_ID, pseudonym: 7n };
    const now = { approvedAt: NOW, terms: other };
    const events = [asked, destroyed("0xb1"), destroyed("0xb2")];
    const amended = erasureOf({ ...of, events, versions: [...versions, now] });
    expect(amended).toMatchObject({ outstanding: custodians, isUnreadable: false });
    const more = [...events, destroyed("0xa1"), destroyed("0xa2")];
    expect(erasureOf({ ...of, events: more, versions: [...versions, now] }).isUnreadable).toBe(
      true,
    );
    const draft = { ...now, approvedAt: null };
    expect(erasureOf({ ...of, events, versions: [draft] }).isUnreadable).toBe(false);
  });

  it("counts neither strangers, nor one custodian twice, nor another participant's keys", () => {
    const others = [destroyed("0xa2", { ...about, pseudonym: "8" }), destroyed("0xff")];
    const found = status([asked, destroyed("0xa1"), destroyed("0xa1"), ...others]);
    expect(found.destroyed).toHaveLength(1);
    expect(found.isUnreadable).toBe(false);
  });

  it("is asked for in one trial, exchange and chain alone", () => {
    const of = { ...PLACE, trialId: TRIAL_ID };
    const all = [
      of,
      { ...of, trialId: id("x") },
      { ...of, chainId: 1 },
      { ...of, custodyLog: PLACE.depositLog },
    ].map(erasureMessage);
    expect(new Set(all).size).toBe(4);
  });
});

describe("an emergency", () => {
  const args = {
    caseId: "0",
    trialId: TRIAL_ID,
    pseudonym: "7",
    clinician: "0xc",
    reason: id("r"),
  };
  const broken = event("GlassBroken", args, { time: NOW });

  it("is overdue after a week, until the board closes it", () => {
    const later = NOW + CLOSE_SECONDS + 1;
    expect(casesOf([broken], { now: NOW + 5 })).toMatchObject([{ isOverdue: false }]);
    expect(casesOf([broken], { now: later })).toMatchObject([{ isOverdue: true }]);
    const closed = event("CaseClosed", { caseId: "0", outcome: id("o") }, { time: later });
    expect(casesOf([broken, closed], { now: later })).toMatchObject([
      { isOverdue: false, outcome: id("o") },
    ]);
    expect(casesOf([broken], { now: NOW, trialId: id("x") })).toEqual([]);
  });

  it("opens the newest of what is marked for it, and of this person alone", () => {
    const entries = publicEntries([
      entryOf({ collection: "summary" }),
      entryOf(),
      entryOf({ collection: "summary", pseudonym: 8n }),
    ]);
    const collections = [{ id: "summary", emergency: true }, { id: "visit" }] as never;
    expect(emergencyPackages({ collections, entries, pseudonym: 7n })).toEqual([
      hashEntry(entries[0]!.entry),
    ]);
  });
});

describe("the delegation log", () => {
  const delegated = (tasks: number, block: number) =>
    event(
      "Delegated",
      {
        ...{ trialId: TRIAL_ID, siteId: "1", key: "0xAA", by: "0xB" },
        delegation: JSON.stringify({ tasks, person: id("p"), from: NOW, until: NOW + 100 }),
      },
      { block, time: NOW + block },
    );

  it("keeps every line, and ends one when the next takes its place", () => {
    const log = staffLog([delegated(1, 3), delegated(2, 6)], TRIAL_ID);
    expect(log).toMatchObject([{ endedIn: 6 }, { endedIn: undefined, tasks: 2 }]);
    expect(tasksOf(TASKS.deposit | TASKS.erase)).toEqual(["deposit", "erase"]);
  });

  it("tells who had a task at a block", () => {
    const log = staffLog([delegated(TASKS.deposit, 3)], TRIAL_ID);
    const of = { siteId: 1, key: "0xaa", task: TASKS.deposit, block: 4, time: NOW + 5, slack: 0 };
    expect(isStaffAt(log, of)).toBe(true);
    const wrong = [
      { block: 2 },
      { siteId: 2 },
      { key: "0xab" },
      { task: TASKS.erase },
      { task: TASKS.deposit | TASKS.erase },
      { time: NOW - 1 },
      { time: NOW + 100 },
    ];
    for (const change of wrong) expect(isStaffAt(log, { ...of, ...change })).toBe(false);
  });

  it("names a person by a salted hash alone", () => {
    const of = { name: "Ada", role: "nurse", salt: id("a") };
    expect(hashPerson(of)).not.toBe(hashPerson({ ...of, salt: id("b") }));
    expect(hashPerson(of)).not.toBe(hashPerson({ ...of, role: "doctor" }));
  });
});
