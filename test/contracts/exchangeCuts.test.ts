// A cut holds nobody without consent in its block.
import { describe, expect, test } from "vitest";
import { TASKS } from "../../circuits/statement/exchange/delegation.ts";
import { PERMISSIONS, trialIdOf } from "../../circuits/statement/trial/trial.ts";
import { interfaceOf } from "../../contracts/connect.ts";
import { bytes32, DAY, expectRefusal, number, REASON, ROLE } from "../support/world.ts";
import { ascending, GIVEN, openExchange } from "./exchangeStory.ts";

import {
  CODE,
  consent,
  midnightAfter,
  type Person,
  personOf,
  screen,
  signAct,
  state,
  withdrawalOf,
} from "./story.ts";
import { ON_STUDY, succeed } from "./succession.ts";

const exchange = await openExchange();
const { world, story, arrived, enrolled, finish, withdraw, seal, sealListed, delegate } = exchange;
const { trialId } = story;
const cuts = () => world.as("anyone").cuts;

type Code = Parameters<typeof expectRefusal>[1];
/** Expects that the cut is refused for this one, and that the reason is named. */
async function expectUncovered(person: Person, code: Code, permission?: number): Promise<void> {
  const reason = interfaceOf("CutRegistry").getError(code)!.selector;
  const details = { pseudonym: person.pseudonym, reason };
  const of = permission === undefined ? {} : { permission };
  await expectRefusal(seal([person], of), "NotCovered", details);
  expect(await cuts().cuts()).toBe(0n);
}

describe("a cut", () => {
  test("is of participants whose consent covers it, and keeps what it is of", async () => {
    const people = [await arrived("Alice"), await arrived("Bob"), await arrived("Carol")];
    await seal(people, { packages: 7, root: bytes32("root") });
    const cut = await cuts().cutOf(0);
    expect(cut.toObject()).toMatchObject({
      ...{ trialId, packagesRoot: bytes32("root"), participants: 3n, packages: 7n },
      ...{ permission: BigInt(PERMISSIONS.shareRecord), sealedAt: BigInt(await world.now()) },
    });
    expect(await cuts().trialIdOf(0)).toBe(trialId);
    await seal(people.slice(1));
    expect(await cuts().cuts()).toBe(2n);
  });

  test("holds nobody twice: pseudonyms ascend", async () => {
    const sorted = ascending([await arrived("Alice"), await arrived("Bob")]);
    const [low, high] = sorted as [bigint, bigint];
    for (const listed of [
      [high, low],
      [low, low],
      [low, high, high],
    ]) {
      await expectRefusal(sealListed(listed), "NotInOrder");
    }
    await sealListed([low, high]);
  });

  test("names a permission, somebody, and some package", async () => {
    const alice = await arrived("Alice");
    await expectRefusal(seal([alice], { permission: 0 }), "InvalidCut");
    await expectRefusal(seal([alice], { packages: 0 }), "InvalidCut");
    await expectRefusal(seal([]), "InvalidCut");
    await expectRefusal(seal([alice], { root: `0x${"00".repeat(32)}` }), "EmptyRoot");
    await expectRefusal(cuts().cutOf(0), "UnknownCut", { cutId: 0n });
    await expectRefusal(cuts().trialIdOf(0), "UnknownCut", { cutId: 0n });
  });

  test("holds nothing of what is for emergencies, whoever permits it", async () => {
    const permissions = GIVEN | PERMISSIONS.emergency;
    const alice = await arrived("Alice", { permissions });
    await expectRefusal(seal([alice], { permission: PERMISSIONS.emergency }), "EmergencyOnly");
    await expectRefusal(seal([alice], { permission: permissions }), "EmergencyOnly");
    expect(await cuts().cuts()).toBe(0n);
    await seal([alice], { permission: GIVEN });
  });

  test("is refused as a whole for one, who is named", async () => {
    const [alice, bob] = [await arrived("Alice"), await arrived("Bob", { permissions: 0b001 })];
    const reason = interfaceOf("CutRegistry").getError("ConsentMissing")!.selector;
    const details = { pseudonym: bob.pseudonym, reason };
    await expectRefusal(seal([alice, bob]), "NotCovered", details);
    await seal([alice]);
  });
});

describe("nobody is in a cut", () => {
  test("who is not there, has not arrived, or failed screening", async () => {
    await expectUncovered(personOf(story, "Nobody"), "UnknownParticipant");
    const eligible = personOf(story, "Alice");
    await screen(story, eligible);
    await consent(story, eligible);
    await expectUncovered(eligible, "WrongState");
    const pending = await enrolled("Bob");
    await expectUncovered(pending, "WrongState");
    const { pseudonym } = pending;
    const { act, signature } = await signAct(story, "ScreenFailure", { pseudonym });
    await world.as("anyone").enrollment.failScreening(act, signature);
    await expectUncovered(pending, "WrongState");
  });

  test("who withdrew in the block before, in whatever way", async () => {
    const [alice, bob, carol] = [
      await arrived("Alice"),
      await arrived("Bob"),
      await arrived("Carol"),
    ];
    for (const person of [alice, bob, carol])
      await cuts().requireCovered(trialId, 2, [person.pseudonym]);
    await state(story, alice, withdrawalOf(story));
    await expectUncovered(alice, "WrongState");
    await world.as("anyone").enrollment.withdrawByCode(trialId, bob.pseudonym, CODE);
    await expectUncovered(bob, "WrongState");
    await withdraw(carol);
    await expectUncovered(carol, "WrongState");
  });

  test("who does not permit this; of several permissions all are needed", async () => {
    const alice = await arrived("Alice", { permissions: 0b011 });
    await expectUncovered(alice, "ConsentMissing", PERMISSIONS.contact);
    await expectUncovered(alice, "ConsentMissing", 0b111);
    await expectUncovered(alice, "ConsentMissing", 2 ** 31);
    await seal([alice], { permission: 0b011 });
  });

  test("who gave the permission up", async () => {
    const alice = await arrived("Alice", { permissions: 0b011 });
    await consent(story, alice, { sequence: 2n, permissions: 0b001 });
    await expectUncovered(alice, "ConsentMissing");
    await consent(story, alice, { sequence: 3n, permissions: 0b011 });
    await seal([alice]);
  });

  test("whose consent is to an older form than is required", async () => {
    const alice = await arrived("Alice");
    await story.publish({ ...story.published[0]!, requiresReconsent: true });
    await story.approve(2);
    await expectUncovered(alice, "ConsentMissing");
    await consent(story, alice, { sequence: 2n, permissions: GIVEN });
    await seal([alice]);
  });

  test("whose consent has ended, to the second", async () => {
    const validUntil = midnightAfter(await world.now(), 1);
    const alice = await arrived("Alice", { validUntil });
    const before = await world.snapshot();
    await world.at(Number(validUntil) + 1);
    await expectUncovered(alice, "ConsentExpired");
    await world.revert(before);
    await world.at(Number(validUntil));
    await seal([alice]);
  });

  test("whom a succession retired; who completed the study stays covered", async () => {
    const [alice, bob] = [await arrived("Alice"), await arrived("Bob")];
    await finish(bob);
    await seal([bob]);
    await world.as("anyone").cuts.requireCovered(trialId, GIVEN, [alice.pseudonym]);
    await succeed(story, alice, personOf(story, "Alice's new wallet"), ON_STUDY);
    const reason = interfaceOf("CutRegistry").getError("ConsentMissing")!.selector;
    await expectRefusal(seal([alice]), "NotCovered", { pseudonym: alice.pseudonym, reason });
  });
});

describe("a standing", () => {
  test("is what participantOf says, field by field, for each and in order", async () => {
    const people = [await arrived("Alice"), await enrolled("Bob", { siteId: 2 })];
    const { enrollment } = world.as("anyone");
    const nobody = number("nobody");
    const asked = [people[1]!.pseudonym, nobody, people[0]!.pseudonym];
    const [bob, none, alice] = (await enrollment.standingsOf(trialId, asked)) as bigint[];
    expect(none).toBe(0n);
    for (const [person, standing] of [
      [people[0]!, alice!],
      [people[1]!, bob!],
    ] as const) {
      const [stored] = await enrollment.participantOf(trialId, person.pseudonym);
      const bits = (from: bigint, count: bigint) => (standing >> from) & ((1n << count) - 1n);
      expect(bits(0n, 8n)).toBe(stored.state);
      expect(bits(8n, 32n)).toBe(stored.version);
      expect(bits(40n, 32n)).toBe(stored.permissions);
      expect(bits(72n, 32n)).toBe(stored.siteId);
      expect(bits(104n, 64n)).toBe(stored.sequence);
      expect(bits(168n, 24n) * BigInt(DAY)).toBe(stored.validUntil);
      expect(bits(192n, 40n)).toBe(stored.arriveBy);
    }
    expect(await enrollment.standingsOf(bytes32("none"), asked)).toEqual([0n, 0n, 0n]);
    expect(await enrollment.standingsOf(trialId, [])).toEqual([]);
  });
});

describe("who seals", () => {
  test("is the sponsor, or its staff with the task", async () => {
    const alice = await arrived("Alice");
    for (const by of ["anyone", "site", "board", "governance", "otherSponsor", "staff"] as const) {
      const key = world.actors[by].address;
      await expectRefusal(seal([alice], { by }), "NotStaff", { key });
    }
    const task = { siteId: 0, tasks: TASKS.deposit | TASKS.erase };
    await delegate(task, "sponsor");
    await delegate({ tasks: TASKS.request });
    await expectRefusal(seal([alice], { by: "staff" }), "NotStaff");
    await delegate({ ...task, tasks: TASKS.request }, "sponsor");
    await seal([alice], { by: "staff" });
    await seal([alice]);
  });

  test("does so for a running trial only", async () => {
    const alice = await arrived("Alice");
    const { trials } = world.as("board");
    await trials.suspend(trialId, REASON);
    await expectRefusal(seal([alice]), "TrialOnHold");
    await trials.resume(trialId);
    await world.as("governance").trials.hold(trialId);
    await expectRefusal(seal([alice]), "TrialOnHold");
    await world.as("governance").trials.lift(trialId);
    await world.as("sponsor").trials.close(trialId);
    await seal([alice]);
    await world.as("sponsor").trials.complete(trialId);
    await expectRefusal(seal([alice]), "TrialClosed");
    const other = trialIdOf("CZ-2030-009");
    await expectRefusal(seal([alice], { trialId: other }), "UnknownTrial");
  });

  test.each(["sponsor", "board"] as const)("needs an accredited %s", async (role) => {
    const alice = await arrived("Alice");
    const account = world.actors[role].address;
    await world.as("governance").accreditation.deaccredit(ROLE[role], account);
    await expectRefusal(seal([alice]), "NotAccredited", { account });
  });
});
