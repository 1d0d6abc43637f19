// Deposits through the server: who may make which entry, and what becomes of it.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Entry, hashEntry, SOURCES } from "../../circuits/statement/exchange/entry.ts";
import { rootOver } from "../../circuits/statement/exchange/entryTree.ts";
import { PERMISSIONS } from "../../circuits/statement/trial/trial.ts";
import { arriveNew, enrollNew, type Person, state, withdrawalOf } from "../contracts/story.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { STAGE_KEYS } from "../support/stage.ts";
import {
  depositAt,
  type ExchangeStage,
  entryFor,
  keyEntryFor,
  packageFor,
  prepared,
  proofOf,
  provenBy,
  publish,
  putAt,
  sha256,
  signatureOf,
  startExchangeStage,
  stateAt,
} from "./exchangeStage.ts";

let stage: ExchangeStage;
let server: TestServer;
let ann: Person;
let bob: Person;

beforeAll(async () => {
  stage = await startExchangeStage();
  server = await startTestServer(stage.chain, { ANCHOR_SECONDS: "1" }, { keys: STAGE_KEYS });
  await publish(server, stage);
  ann = await arriveNew(stage.story, "Ann");
  bob = await arriveNew(stage.story, "Bob");
}, 180_000);
afterAll(async () => {
  await server?.end();
  await stage?.stop();
});

const byProof = (entry: Entry, of = entry) => provenBy(stage.story, entry, of);
const readState = () => stateAt(server, stage.story.trialId);

describe("a deposit", () => {
  test("is stored with its package, public, and on the chain within its time", async () => {
    const { bytes, entry } = await prepared(server, stage, { person: ann });
    const at = `${server.url}/packages/${entry.ciphertextHash.slice(2)}`;
    expect((await fetch(at)).status).toBe(404);
    const input = await byProof(entry);
    const answer = await depositAt(server, input);
    const hash = hashEntry(entry);
    expect(answer).toMatchObject({ __typename: "Deposit", hash, collectionChecked: true });
    expect(Buffer.from(await (await fetch(at)).arrayBuffer()).equals(bytes)).toBe(true);
    const { entries } = await readState();
    expect(entries[answer.position]).toMatchObject({ entry, authority: { kind: "participant" } });
    await expect
      .poll(async () => (await readState()).anchored, { timeout: 30_000 })
      .toBeGreaterThan(0);
    const { batches } = await readState();
    const { root, first, count } = batches[0]!;
    const hashes = (await readState()).entries.map((row) => hashEntry(row.entry));
    expect(rootOver(hashes.slice(first, first + count))).toBe(root);
    const { deposits } = stage.world.as("anyone");
    expect(await deposits.anchoredAt(root)).not.toBe(0n);
    // The same again is the same, whatever has happened since.
    expect(await depositAt(server, input)).toEqual(answer);
  });

  test("has its packages counted in the metrics, and its rows in the backups", async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toMatch(/^cohort_packages [1-9]/m);
    expect(text).toMatch(/^cohort_deposits_unanchored_seconds \d+$/m);
  });

  test("is there after a restart, and its number is taken", async () => {
    const { entry } = await prepared(server, stage, {
      person: ann,
      change: { collection: "steps", source: SOURCES.device },
    });
    const own = await startTestServer(stage.chain, {}, { keys: STAGE_KEYS });
    await publish(own, stage);
    const other = await prepared(own, stage, { person: ann });
    const first = await depositAt(own, await byProof(other.entry));
    await own.stop();
    const again = await startTestServer(stage.chain, {}, { folder: own.folder, keys: STAGE_KEYS });
    expect(await depositAt(again, await byProof(other.entry))).toEqual(first);
    await again.rebuild();
    expect(await depositAt(again, await byProof(other.entry))).toEqual(first);
    const third = { ...other.entry, day: other.entry.day - 1 };
    expect(await depositAt(again, await byProof(third))).toMatchObject({ code: "PackageTaken" });
    await again.end();
    expect(await depositAt(server, await byProof(entry))).toMatchObject({ __typename: "Deposit" });
  });

  test("is taken with a proof against a root that the group has had before", async () => {
    const { entry } = await prepared(server, stage, { person: ann, change: { sequence: 2 } });
    const input = await byProof(entry);
    await enrollNew(stage.story, "Dora");
    expect(await depositAt(server, input)).toMatchObject({ __typename: "Deposit" });
  });

  test("of two at once with one number is one", async () => {
    const of = { person: bob };
    const made = await Promise.all([prepared(server, stage, of), prepared(server, stage, of)]);
    const inputs = await Promise.all(made.map(({ entry }) => byProof(entry)));
    const answers = await Promise.all(inputs.map((input) => depositAt(server, input)));
    const names = answers.map(({ __typename }) => __typename).sort();
    expect(names).toEqual(["Deposit", "WrongSequence"]);
  });

  test("publishes a participant's key, also before the arrival", async () => {
    const soon = await enrollNew(stage.story, "Carl");
    const { entry, recipient } = await keyEntryFor(stage.story, soon);
    const input = { ...(await byProof(entry)), recipient };
    expect(await depositAt(server, input)).toMatchObject({ __typename: "Deposit" });
    const { entries } = await readState();
    expect(entries.find((row) => row.recipient === recipient)).toBeDefined();
    const next = await keyEntryFor(stage.story, soon, { sequence: 2 });
    const wrong = { ...(await byProof(next.entry)), recipient };
    expect(await depositAt(server, wrong)).toMatchObject({ field: "recipient" });
    const none = await byProof(next.entry);
    expect(await depositAt(server, none)).toMatchObject({ field: "recipient" });
  });
});

describe("refuses an entry", () => {
  /** What is wrong with an entry whose package and proof are as they should be. */
  const WRONG: readonly (readonly [string, Partial<Entry>, object])[] = [
    ["of no collection", { collection: "nothing" }, { code: "UnknownCollection" }],
    ["with another permission", { permission: PERMISSIONS.contact }, { field: "permission" }],
    ["with two permissions", { permission: 0b11 }, { field: "permission" }],
    ["with no permission", { permission: 0 }, { field: "permission" }],
    ["of another source", { source: SOURCES.device }, { field: "source" }],
    ["of an unknown source", { source: 9 }, { field: "source" }],
    ["that skips a number", { sequence: 7 }, { code: "WrongSequence", expected: "3" }],
    ["with number 0", { sequence: 0 }, { field: "sequence" }],
    ["under another form", { formVersion: 2 }, { field: "formVersion" }],
    ["of another size", { sizeStep: 1 }, { field: "sizeStep" }],
    ["whose package is not there", { ciphertextHash: sha256("no") }, { code: "PackageMissing" }],
    ["that corrects nothing, for a reason", { correction: 1 }, { field: "replaces" }],
    [
      "that corrects what is not there",
      { correction: 1, replaces: sha256("none") },
      { code: "NotReplaceable" },
    ],
    ["for an unknown reason", { correction: 5 }, { field: "correction" }],
    ["of an unknown trial", { trialId: sha256("trial") }, { code: "UnknownTrial" }],
    ["of an unknown person", { pseudonym: 5n, sequence: 1 }, { code: "UnknownParticipant" }],
  ];

  beforeAll(async () => {
    const { entry } = await prepared(server, stage, { person: bob, change: { sequence: 2 } });
    expect(await depositAt(server, await byProof(entry))).toMatchObject({ __typename: "Deposit" });
  });

  test.each(WRONG)("%s", async (_, change, refusal) => {
    const { entry } = await prepared(server, stage, {
      person: bob,
      change: { sequence: 3, ...change },
    });
    const told = await depositAt(server, await byProof(entry));
    expect(told).toMatchObject(refusal);
    expect(
      (await readState()).entries.some((row) => hashEntry(row.entry) === hashEntry(entry)),
    ).toBe(false);
  });

  test("of a day that has not begun anywhere", async () => {
    const today = (await entryFor(stage.story, bob)).day;
    const change = { sequence: 3, day: today + 3 };
    const { entry } = await prepared(server, stage, { person: bob, change });
    expect(await depositAt(server, await byProof(entry))).toMatchObject({ field: "day" });
  });

  test("whose package belongs to another's entry", async () => {
    const { entry } = await prepared(server, stage, { person: bob, change: { sequence: 3 } });
    expect(await depositAt(server, await byProof(entry))).toMatchObject({ __typename: "Deposit" });
    const stolen = await entryFor(stage.story, ann, {
      ciphertextHash: entry.ciphertextHash,
      sequence: 2,
    });
    expect(await depositAt(server, await byProof(stolen))).toMatchObject({ code: "PackageTaken" });
  });

  test("whose shares are for other custodians, or for fewer", async () => {
    const [first] = stage.custodians;
    for (const custodians of [[first!], [first!, stage.actors.anyone.address], []]) {
      const bytes = await packageFor(custodians);
      await putAt(server.url, bytes);
      const change = { ciphertextHash: sha256(bytes), sequence: 4 };
      const entry = await entryFor(stage.story, bob, change);
      expect(await depositAt(server, await byProof(entry))).toMatchObject({
        code: "WrongCustodians",
      });
    }
  });

  test("without exactly one who makes it, and with a key where none belongs", async () => {
    const { entry } = await prepared(server, stage, { person: bob, change: { sequence: 4 } });
    const { participant } = await byProof(entry);
    const staff = await signatureOf(stage.story, entry, { signer: stage.actors.site });
    const field = { field: "participant or staff" };
    expect(await depositAt(server, { entry })).toMatchObject(field);
    expect(await depositAt(server, { entry, participant, staff })).toMatchObject(field);
    const { recipient } = await keyEntryFor(stage.story, bob);
    const beside = await depositAt(server, { entry, participant, recipient });
    expect(beside).toMatchObject({ field: "recipient" });
  });

  test("by a proof of another entry, another's proof, or one in no group of the trial", async () => {
    const { entry } = await prepared(server, stage, { person: bob, change: { sequence: 4 } });
    const other = { ...entry, day: entry.day - 1 };
    expect(await depositAt(server, await byProof(entry, other))).toMatchObject({
      code: "InvalidProof",
    });
    const anns = { ...entry, pseudonym: ann.pseudonym };
    expect(await depositAt(server, await byProof(entry, anns))).toMatchObject({
      code: "InvalidProof",
    });
    const strange = { entry, participant: await proofOf(stage.story, entry, { root: 77n }) };
    expect(await depositAt(server, strange)).toMatchObject({ code: "NotScreened" });
    const { participant } = await byProof(entry);
    const version = { entry, participant: { ...participant, version: 9 } };
    expect(await depositAt(server, version)).toMatchObject({ code: "NotScreened" });
  });

  test("for which permission was not given, or whose participant has not arrived", async () => {
    const change = {
      ...{ collection: "gene-panel", source: SOURCES.record },
      permission: PERMISSIONS.genetics,
    };
    const genes = await prepared(server, stage, { person: bob, change });
    expect(await depositAt(server, await byProof(genes.entry))).toMatchObject({
      code: "NotCovered",
      reason: "ConsentMissing",
    });
    const early = await prepared(server, stage, { person: await enrollNew(stage.story, "Eve") });
    expect(await depositAt(server, await byProof(early.entry))).toMatchObject({
      code: "NotCovered",
      reason: "WrongState",
    });
  });

  test("of who has withdrawn in the block before", async () => {
    const fred = await arriveNew(stage.story, "Fred");
    const { entry } = await prepared(server, stage, { person: fred });
    const input = await byProof(entry);
    await state(stage.story, fred, withdrawalOf(stage.story));
    expect(await depositAt(server, input)).toMatchObject({ code: "NotCovered" });
  });
});

test("where a document is sealed, all but the collection is checked, and that is said", async () => {
  const sealed = await startExchangeStage({ isSealed: true });
  const own = await startTestServer(sealed.chain, {}, { keys: STAGE_KEYS });
  const ida = await arriveNew(sealed.story, "Ida");
  const { entry } = await prepared(own, sealed, { person: ida, change: { collection: "secret" } });
  const participant = await proofOf(sealed.story, entry);
  expect(await depositAt(own, { entry, participant })).toMatchObject({
    __typename: "Deposit",
    collectionChecked: false,
  });
  const change = { collection: "secret", sequence: 3 };
  const second = await prepared(own, sealed, { person: ida, change });
  const skips = { ...second, participant: await proofOf(sealed.story, second.entry) };
  const { bytes: _, ...input } = skips;
  expect(await depositAt(own, input)).toMatchObject({ code: "WrongSequence", expected: "2" });
  await own.end();
  await sealed.stop();
}, 120_000);

test("nothing of who deposits is logged", async () => {
  const logged = server.logged();
  for (const { pseudonym } of [ann, bob]) expect(logged).not.toContain(String(pseudonym));
});
