// Receipts, erasures and what custodians and recipients say that they destroyed.
import { describe, expect, test } from "vitest";
import { TASKS } from "../../circuits/statement/exchange/delegation.ts";
import { erasureMessage } from "../../circuits/statement/exchange/erasure.ts";
import { type Actor, bytes32, expectRefusal, number, REASON, ROLE } from "../support/world.ts";
import { openExchange } from "./exchangeStory.ts";
import {
  CHAIN_ID,
  CODE,
  consentProofOf,
  type Person,
  personOf,
  standing,
  state,
  withdrawalOf,
} from "./story.ts";

const exchange = await openExchange();
const { world, story, arrived, enrolled, withdraw, erasureProofOf, erasureOf } = exchange;
const { seal, request, delegate } = exchange;
const { trialId } = story;
const custody = (by: Actor = "anyone") => world.as(by).custody;
const ZERO = `0x${"00".repeat(32)}`;

const askedAt = async ({ pseudonym }: Person) =>
  Number(await custody().erasureAskedAt(trialId, pseudonym));
const byProof = async (person: Person, change: object = {}) =>
  custody().eraseByProof(trialId, 1, { ...(await erasureProofOf(person)), ...change });
const byCode = ({ pseudonym }: Person, code = CODE) =>
  custody().eraseByCode(trialId, pseudonym, code);
const bySite = async (...args: Parameters<typeof erasureOf>) =>
  custody().eraseBySite(...(await erasureOf(...args)));

describe("receipts", () => {
  const anchor = (root: string, count: number, last: number, by: Actor = "custodian") =>
    custody(by).anchorReceipts(root, count, last);

  test("are anchored by custodians, each with numbers of its own that only grow", async () => {
    await anchor(bytes32("a"), 3, 3);
    await anchor(bytes32("a"), 2, 2, "otherCustodian");
    await anchor(bytes32("b"), 1, 4);
    // All since the first are a batch as well.
    await anchor(bytes32("c"), 5, 5);
    expect(await custody().lastReceiptOf(world.actors.custodian.address)).toBe(5n);
    expect(await custody().lastReceiptOf(world.actors.otherCustodian.address)).toBe(2n);
  });

  test("are not anchored again: a restored backup changes no answer", async () => {
    await anchor(bytes32("a"), 3, 3);
    for (const last of [1, 2, 3]) await expectRefusal(anchor(bytes32("b"), 1, last), "AlreadyUsed");
  });

  test("have a root, and are some, and no more than their numbers", async () => {
    await expectRefusal(anchor(ZERO, 1, 1), "EmptyRoot");
    await expectRefusal(anchor(bytes32("a"), 0, 1), "BatchSize", { size: 0n });
    await expectRefusal(anchor(bytes32("a"), 2, 1), "BatchSize", { size: 2n });
    for (const by of ["sponsor", "operator", "anyone", "governance"] as const) {
      const account = world.actors[by].address;
      await expectRefusal(anchor(bytes32("a"), 1, 1, by), "NotAccredited", { account });
    }
  });
});

describe("an erasure by the participant's proof", () => {
  test("is asked for in any state, also after the withdrawal and in a stopped trial", async () => {
    const [alice, bob] = [await arrived("Alice"), await enrolled("Bob")];
    await byProof(bob);
    expect(await askedAt(bob)).toBe(await world.now());
    await state(story, alice, withdrawalOf(story));
    await world.as("board").trials.suspend(trialId, REASON);
    expect(await askedAt(alice)).toBe(0);
    await byProof(alice);
    expect(await askedAt(alice)).toBe(await world.now());
    expect((await standing(story, bob)).state).toBe(2);
  });

  test("is proven for this pseudonym, trial, contract and chain", async () => {
    const [alice, bob] = [await arrived("Alice"), await arrived("Bob")];
    const { pseudonym } = bob;
    await expectRefusal(byProof(alice, { pseudonym }), "InvalidProof");
    const other = await erasureProofOf(alice, { trialId: bytes32("other") });
    await expectRefusal(custody().eraseByProof(trialId, 1, other), "InvalidProof");
    await expectRefusal(byProof(alice, { groupRoot: number("no root") }), "NotScreened");
    await expectRefusal(byProof(personOf(story, "Nobody")), "UnknownParticipant");
    const proof = await erasureProofOf(alice);
    await expectRefusal(custody().eraseByProof(trialId, 9, proof), "UnknownVersion");
    const at = { chainId: CHAIN_ID, custodyLog: world.deployment.addresses.CustodyLog, trialId };
    expect(await custody().erasureMessage(trialId)).toBe(erasureMessage(at));
    expect(await askedAt(alice)).toBe(0);
  });

  test("is no withdrawal's proof, nor the other way round", async () => {
    const alice = await arrived("Alice");
    const statement = withdrawalOf(story);
    const withdrawal = await consentProofOf(story, alice, statement);
    await expectRefusal(custody().eraseByProof(trialId, 1, withdrawal), "InvalidProof");
    const erasure = await erasureProofOf(alice);
    const { enrollment } = world.as("anyone");
    await expectRefusal(enrollment.consent(statement, erasure), "InvalidProof");
  });

  test("counts once, whoever asks again", async () => {
    const alice = await arrived("Alice");
    await byProof(alice);
    const first = await askedAt(alice);
    await expectRefusal(byProof(alice), "AlreadyUsed");
    await expectRefusal(bySite(alice), "AlreadyUsed");
    await expectRefusal(byCode(alice), "AlreadyUsed");
    expect(await askedAt(alice)).toBe(first);
    // The code was not used up by that.
    await world.as("anyone").enrollment.withdrawByCode(trialId, alice.pseudonym, CODE);
  });

  test("is under a newer version as well", async () => {
    const alice = await arrived("Alice");
    await story.publish({ ...story.published[0]! });
    await story.approve(2);
    const proof = await erasureProofOf(alice);
    await custody().eraseByProof(trialId, 2, proof);
    expect(await askedAt(alice)).toBe(await world.now());
  });
});

describe("an erasure by the printed code", () => {
  test("withdraws in the same call", async () => {
    const alice = await arrived("Alice");
    await expectRefusal(byCode(alice, bytes32("guess")), "WrongCode");
    await byCode(alice);
    expect(await askedAt(alice)).toBe(await world.now());
    const { state: now, participant } = await standing(story, alice);
    expect([now, participant.permissions]).toEqual([6, 0n]);
  });

  test("takes no code that was used before: everybody has read it", async () => {
    const [alice, bob] = [await arrived("Alice"), await arrived("Bob")];
    await world.as("anyone").enrollment.withdrawByCode(trialId, alice.pseudonym, CODE);
    await expectRefusal(byCode(alice), "WrongState");
    await withdraw(bob);
    await expectRefusal(byCode(bob), "WrongState");
    expect(await askedAt(alice)).toBe(0);
    // Who has the wallet, or the site, still can.
    await byProof(alice);
    await bySite(bob);
    await expectRefusal(byCode(personOf(story, "Nobody")), "UnknownParticipant");
  });
});

describe("an erasure by the site", () => {
  test("is ordered by the participant's site, or its staff with the task", async () => {
    const [alice, bob] = [await arrived("Alice"), await arrived("Bob", { siteId: 2 })];
    await expectRefusal(bySite(alice, {}, "otherSite"), "NotStaff");
    await expectRefusal(bySite(bob, { siteId: 2 }), "NotStaff");
    await expectRefusal(bySite(alice, {}, "staff"), "NotStaff");
    await delegate({ tasks: TASKS.deposit | TASKS.correct });
    await expectRefusal(bySite(alice, {}, "staff"), "NotStaff");
    await delegate({ tasks: TASKS.erase });
    await expectRefusal(bySite(bob, { siteId: 2 }, "staff"), "NotStaff");
    await bySite(alice, {}, "staff");
    await bySite(bob, { siteId: 2 }, "otherSite");
    for (const person of [alice, bob]) expect(await askedAt(person)).toBeGreaterThan(0);
    await expectRefusal(bySite(personOf(story, "Nobody")), "UnknownParticipant");
  });

  test("is signed over every field by the key that it names, in time", async () => {
    const [alice, bob] = [await arrived("Alice"), await arrived("Bob")];
    const key = world.actors.site.address;
    await expectRefusal(bySite(alice, { key }, "anyone"), "InvalidSignature");
    await expectRefusal(bySite(alice, { siteId: 2 }), "InvalidSignature");
    const [, , , deadline, signature] = await erasureOf(alice);
    const others = [
      [bob.pseudonym, deadline],
      [alice.pseudonym, deadline + 1n],
    ] as const;
    for (const [pseudonym, until] of others) {
      const sent = custody().eraseBySite(trialId, pseudonym, key, until, signature);
      await expectRefusal(sent, "InvalidSignature");
    }
    const last = (await world.now()) + 100;
    const late = await erasureOf(alice, { deadline: BigInt(last) });
    const before = await world.snapshot();
    await world.at(last + 1);
    await expectRefusal(custody().eraseBySite(...late), "DeadlinePassed");
    await world.revert(before);
    await world.at(last);
    await custody().eraseBySite(...late);
  });

  test("is none of a site that an amendment dropped; the participant needs no site", async () => {
    const alice = await arrived("Alice");
    await story.publish({ ...story.published[0]!, sites: [story.published[0]!.sites[1]!] });
    await story.approve(2);
    await expectRefusal(bySite(alice), "UnknownSite", { siteId: 1n });
    await byProof(alice);
  });

  test("knows the participant's site", async () => {
    const bob = await arrived("Bob", { siteId: 2 });
    expect(await custody().siteIdOf(trialId, bob.pseudonym)).toBe(2n);
    await expectRefusal(custody().siteIdOf(trialId, 1n), "UnknownParticipant");
  });
});

describe("a custodian's word that keys are destroyed", () => {
  test("is given when it was asked for, by each custodian once", async () => {
    const [alice, bob] = [await arrived("Alice"), await arrived("Bob")];
    const both = [alice.pseudonym, bob.pseudonym];
    await byProof(alice);
    await expectRefusal(custody("custodian").destroyed(trialId, both), "NothingToErase");
    await byProof(bob);
    await custody("custodian").destroyed(trialId, both);
    await expectRefusal(custody("custodian").destroyed(trialId, [both[1]!]), "AlreadyUsed");
    const said = (by: Actor) =>
      custody().isDestroyed(trialId, alice.pseudonym, world.actors[by].address);
    expect([await said("custodian"), await said("otherCustodian")]).toEqual([true, false]);
    await custody("otherCustodian").destroyed(trialId, [alice.pseudonym]);
    expect(await said("otherCustodian")).toBe(true);
    const twice = custody("otherCustodian").destroyed(trialId, [both[1]!, both[1]!]);
    await expectRefusal(twice, "AlreadyUsed");
    for (const by of ["sponsor", "site", "operator", "anyone"] as const) {
      await expectRefusal(custody(by).destroyed(trialId, both), "NotAccredited");
    }
  });
});

describe("a recipient's word", () => {
  type Word = "purged" | "acknowledge" | "anchorDataset";
  const say = (what: Word, by: Actor, of: { cut?: number; request?: number; word?: string } = {}) =>
    custody(by)[what](of.cut ?? 0, of.request ?? 0, of.word ?? bytes32("word"));

  test.each<Word>(["purged", "acknowledge", "anchorDataset"])(
    "is of the sponsor or its staff, about a request that there is: %s",
    async (what) => {
      await expectRefusal(say(what, "sponsor"), "UnknownCut", { cutId: 0n });
      await seal([await arrived("Alice")]);
      await expectRefusal(say(what, "sponsor"), "UnknownRequest", { requestId: 0n });
      await request();
      for (const by of ["anyone", "site", "custodian", "otherSponsor", "staff"] as const) {
        await expectRefusal(say(what, by), "NotStaff", { key: world.actors[by].address });
      }
      await expectRefusal(say(what, "sponsor", { word: ZERO }), "InvalidRequest");
      const other = { requestId: 1n };
      await expectRefusal(say(what, "sponsor", { request: 1 }), "UnknownRequest", other);
      await expectRefusal(say(what, "sponsor", { cut: 1 }), "UnknownCut", { cutId: 1n });
      await delegate({ siteId: 0, tasks: TASKS.request }, "sponsor");
      await say(what, "staff");
      await say(what, "sponsor", { word: bytes32("another") });
    },
  );

  test("on a dataset is given once for each manifest of a request, and takes nobody else's away", async () => {
    await seal([await arrived("Alice")]);
    await seal([await arrived("Bob")]);
    await request();
    await request();
    const [manifest, another] = [bytes32("manifest"), bytes32("another")];
    const anchor = (cut: number, of: number, word = manifest) =>
      say("anchorDataset", "sponsor", { cut, request: of, word });
    // Under another cut it is another word: it does not stand in the way of this one.
    await anchor(1, 0);
    await anchor(0, 0);
    await expectRefusal(anchor(0, 0), "AlreadyUsed");
    await expectRefusal(anchor(1, 0), "AlreadyUsed");
    await anchor(0, 0, another);
    await anchor(0, 1);
    const isAnchored = (cut: number, of: number, word: string) =>
      custody().isDatasetAnchored(cut, of, word);
    expect(await isAnchored(0, 0, another)).toBe(true);
    expect(await isAnchored(0, 1, another)).toBe(false);
  });

  test("that it has destroyed its copy is taken when all is over, too", async () => {
    await seal([await arrived("Alice")]);
    await request();
    await world.as("sponsor").trials.close(trialId);
    await world.as("sponsor").trials.complete(trialId);
    const { address } = world.actors.sponsor;
    await world.as("governance").accreditation.deaccredit(ROLE.sponsor, address);
    await say("purged", "sponsor");
  });
});
