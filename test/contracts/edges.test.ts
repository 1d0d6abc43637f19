// The last second and the first number of every range, and what an act leaves behind.
import { describe, expect, test } from "vitest";
import { FIELD_ORDER } from "../../circuits/statement/encoding/field.ts";
import { ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import { DAY, expectRefusal, number, REASON } from "../support/world.ts";
import { openAlice } from "./scene.ts";
import {
  arriveNew,
  CODE,
  consent,
  consentProofOf,
  enrollNew,
  midnightAfter,
  personOf,
  screeningOf,
  signAct,
  standing,
  state,
  statementOf,
  withdrawalOf,
} from "./story.ts";

const { world, story, alice, enrollment, screening, enroll, expectSkipped } = await openAlice();

describe("the terms of a version", () => {
  test("may lie on either edge of their ranges", async () => {
    const { site } = world.actors;
    const sites = Array.from({ length: 256 }, (_, i) => ({
      ...{ siteId: i + 1, signer: site.address, capacity: 1 },
    }));
    const hashes = (hash: bigint, parts: number) => ({
      criteriaHashes: Array(parts).fill(hash),
      successorHashes: Array(parts).fill(hash),
    });
    const few = { ...hashes(1n, 1), capacity: 1, arrivalDays: 1, sites: [sites[0]!] };
    await story.publish(few);
    await story.publish({ ...hashes(FIELD_ORDER - 1n, 4), arrivalDays: 3650, sites });
    await story.approve(3);
    expect(await world.as("anyone").trials.hashesOf(story.trialId, 3)).toEqual(
      Array(2).fill(Array(4).fill(FIELD_ORDER - 1n)),
    );
  });

  test("are approved for some time: not until the very second of approval", async () => {
    const at = (await world.now()) + 100;
    const approve = (until: number) =>
      world.as("board").trials.approve(story.trialId, 1, story.digestOf(1), until);
    await world.at(at);
    await expectRefusal(approve(at), "InvalidExpiry");
    await world.at(at + 10);
    await approve(at + 11);
  });
});

describe("a grant's times", () => {
  /** Sends a grant in a block of this time. */
  async function grantAt(seconds: number, change: object) {
    const statement = await statementOf(story, change);
    const proof = await consentProofOf(story, alice, statement);
    await world.at(seconds);
    return enrollment().consent(statement, proof);
  }

  test("let it be valid from the next second on", async () => {
    const midnight = midnightAfter(await world.now(), 1);
    const at = Number(midnight);
    const submitBy = midnightAfter(at, 1);
    const before = await world.snapshot();
    await grantAt(at - 1, { validUntil: midnight, submitBy });
    await world.revert(before);
    await expectRefusal(grantAt(at, { validUntil: midnight, submitBy }), "ConsentExpired");
  });

  test("let it wait to the end of the next day, to the second", async () => {
    const midnight = Number(midnightAfter(await world.now(), 1));
    const submitBy = midnightAfter(midnight, 2);
    await expectRefusal(grantAt(midnight - 1, { submitBy }), "SubmitByTooFar");
    await grantAt(midnight, { submitBy });
  });

  test("refuses to tell the second of signing: validUntil and submitBy are whole days", async () => {
    const { validUntil, submitBy } = await statementOf(story);
    for (const change of [1n, 3_600n, BigInt(DAY - 1)]) {
      const [until, by] = [validUntil + change, submitBy + change];
      const sent = grantAt((await world.now()) + 10, { validUntil: until });
      await expectRefusal(sent, "NotWholeDay", { time: until });
      const other = grantAt((await world.now()) + 10, { submitBy: by });
      await expectRefusal(other, "NotWholeDay", { time: by });
    }
  });

  test("hold to their last second, for enrolling and for release", async () => {
    const validUntil = Number(midnightAfter(await world.now(), 1));
    await consent(story, alice, { validUntil: BigInt(validUntil) });
    await world.at(validUntil);
    const last = await world.snapshot();
    await enroll(alice);
    await world.revert(last);
    await world.at(validUntil);
    await world.mine();
    expect((await standing(story, alice)).onHold).toBe(false);
    await world.at(validUntil + 1);
    await world.mine();
    expect((await standing(story, alice)).onHold).toBe(true);
    await expectSkipped(alice, "ConsentExpired");
  });
});

describe("a grant", () => {
  test("may be given by a parent with assent, the last of the ways", async () => {
    await consent(story, alice, { givenBy: 3 });
    expect((await standing(story, alice)).participant.givenBy).toBe(3n);
  });

  test("keeps the printed code when a later one names none", async () => {
    await consent(story, alice);
    const later = { sequence: 2n, permissions: 0b001, withdrawalCodeHash: ZERO_BYTES32 };
    await consent(story, alice, later);
    await enrollment().withdrawByCode(story.trialId, alice.pseudonym, CODE);
  });

  test("to another version is no narrowing, though its form is the same", async () => {
    await consent(story, alice, { permissions: 0b111 });
    const { validUntil } = (await standing(story, alice)).participant;
    await story.publish({ capacity: 20 });
    await story.approve(2);
    await world.as("board").trials.suspend(story.trialId, REASON);
    await world.travel(3_600);
    const change = { permissions: 0b001, sequence: 2n, validUntil };
    await expectRefusal(consent(story, alice, { ...change, version: 2 }), "TrialOnHold");
    await consent(story, alice, { ...change, version: 1 });
  });

  test("is refused while nobody has been screened for the version", async () => {
    await story.publish({ requiresRescreening: true });
    await story.approve(2);
    const groupRoot = number("some root");
    const statement = await statementOf(story, { version: 2 });
    const proof = await consentProofOf(story, alice, statement, { groupRoot });
    await expectRefusal(enrollment().consent(statement, proof), "NotScreened");
    await expectRefusal(screening().groupOf(story.trialId, 2), "NotScreened");
  });

  test("takes an eligible person to another site of the version, not to an unknown one", async () => {
    await consent(story, alice);
    await consent(story, alice, { sequence: 2n, siteId: 2 });
    expect((await standing(story, alice)).participant.siteId).toBe(2n);
    await expectRefusal(consent(story, alice, { sequence: 3n, siteId: 3 }), "UnknownSite");
  });
});

describe("the end", () => {
  test("leaves no permission, however somebody withdrew", async () => {
    await consent(story, alice);
    await state(story, alice, withdrawalOf(story));
    const { participant } = await standing(story, alice);
    expect(participant.toObject()).toMatchObject({ permissions: 0n, sequence: 2n });
    const bob = await arriveNew(story, "Bob");
    const { act, signature } = await signAct(story, "Withdrawal", { pseudonym: bob.pseudonym });
    await enrollment().withdrawBySite(act, signature);
    expect((await standing(story, bob)).participant.permissions).toBe(0n);
    await expectRefusal(enrollment().withdrawBySite(act, signature), "WrongState");
  });

  test("by a screen failure comes before arrival only", async () => {
    const bob = await arriveNew(story, "Bob");
    const { act, signature } = await signAct(story, "ScreenFailure", { pseudonym: bob.pseudonym });
    await expectRefusal(enrollment().failScreening(act, signature), "WrongState");
    expect(await enrollment().placesTaken(story.trialId)).toBe(1n);
  });

  test("by a screen failure of someone without a place frees none", async () => {
    await enrollNew(story, "Bob");
    await consent(story, alice);
    const signed = await signAct(story, "ScreenFailure", { pseudonym: alice.pseudonym });
    await enrollment().failScreening(signed.act, signed.signature);
    expect(await enrollment().placesTaken(story.trialId)).toBe(1n);
    expect(await enrollment().sitePlacesTaken(story.trialId, 1)).toBe(1n);
  });
});

describe("a screening", () => {
  test("refuses the field order itself, as nullifier and as commitment", async () => {
    const { proof } = await screeningOf(story, personOf(story, "Bob"));
    const send = (change: object) => screening().screen({ ...proof, ...change });
    await expectRefusal(send({ nullifier: FIELD_ORDER }), "NotInField", { value: FIELD_ORDER });
    await expectRefusal(send({ participantCommitment: FIELD_ORDER }), "NotInField");
  });

  test("joins a group that this contract runs, and whose roots last a century", async () => {
    const { semaphore } = world.as("anyone");
    const group = await screening().groupOf(story.trialId, 1);
    expect(await semaphore.groups(group)).toBe(BigInt(36_525 * DAY));
    expect(await semaphore.getGroupAdmin(group)).toBe(world.deployment.addresses.Screening);
  });
});
