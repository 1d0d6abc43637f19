import { describe, expect, test } from "vitest";
import {
  type ConsentStatement,
  hashWithdrawalCode,
} from "../../circuits/statement/trial/consent.ts";
import { bytes32, DAY, expectRefusal, number, REASON } from "../support/world.ts";
import { openAlice } from "./scene.ts";
import {
  arriveNew,
  CODE,
  consent,
  consentProofOf,
  enrollNew,
  openTrial,
  personOf,
  screen,
  signAct,
  standing,
  state,
  withdrawalOf,
} from "./story.ts";

const { world, story, alice, enrollment, refuseGrant, stateName } = await openAlice();

describe("narrowing", () => {
  test("drops a permission, also while the trial is suspended, and cannot widen", async () => {
    await consent(story, alice, { permissions: 0b111 });
    await world.as("board").trials.suspend(story.trialId, REASON);
    const { validUntil } = (await standing(story, alice)).participant;
    await consent(story, alice, { permissions: 0b001, sequence: 2n, validUntil });
    expect((await standing(story, alice)).participant.permissions).toBe(1n);
    const wider: Partial<ConsentStatement>[] = [
      { permissions: 0b011 },
      { permissions: 0b000 },
      { siteId: 2 },
      { formHash: bytes32("another form"), validUntil: validUntil - BigInt(DAY) },
    ];
    await world.travel(3_600);
    await world.mine();
    for (const change of wider) {
      const statement = { permissions: 0b001, sequence: 3n, validUntil, ...change };
      await refuseGrant(statement, "TrialOnHold");
    }
    await refuseGrant(
      { permissions: 0b001, sequence: 3n, validUntil: validUntil + BigInt(DAY) },
      "TrialOnHold",
    );
  });

  test("under an older version keeps the old consent's version: the hold stays", async () => {
    await consent(story, alice, { permissions: 0b111 });
    const { validUntil } = (await standing(story, alice)).participant;
    await story.publish({ requiresReconsent: true, consentFormHash: bytes32("form 2") });
    await story.approve(2);
    expect((await standing(story, alice)).onHold).toBe(true);
    await consent(story, alice, { version: 1, permissions: 0b001, sequence: 2n, validUntil });
    expect((await standing(story, alice)).onHold).toBe(true);
    await refuseGrant({ version: 1, permissions: 0b011, sequence: 3n }, "VersionSuperseded");
    await consent(story, alice, { version: 2, sequence: 3n });
    expect((await standing(story, alice)).onHold).toBe(false);
  });
});

describe("a withdrawal", () => {
  test("by proof works in every status and on every approved version", async () => {
    await consent(story, alice);
    await world.as("sponsor").trials.close(story.trialId);
    await world.as("sponsor").trials.complete(story.trialId);
    await state(story, alice, withdrawalOf(story));
    expect(await stateName(alice)).toBe("withdrawn");
    const again = state(story, alice, withdrawalOf(story, { sequence: 9n }));
    await expectRefusal(again, "WrongState");
  });

  test("works for someone who cannot be screened again under an amendment", async () => {
    await consent(story, alice);
    await story.publish({ requiresRescreening: true, criteriaHashes: [number("tighter")] });
    await story.approve(2);
    await state(story, alice, withdrawalOf(story, { version: 1 }));
    expect(await stateName(alice)).toBe("withdrawn");
  });

  test("holds nothing but its trial, version and sequence", async () => {
    await consent(story, alice);
    const filled: Partial<ConsentStatement>[] = [
      { formHash: bytes32("form") },
      { permissions: 1 },
      { siteId: 1 },
      { validUntil: 1n },
      { givenBy: 1 },
      { submitBy: 1n },
      { withdrawalCodeHash: bytes32("x") },
    ];
    for (const change of filled) {
      await expectRefusal(state(story, alice, withdrawalOf(story, change)), "InvalidStatement");
    }
  });

  test("by a third party is refused: no proof, no code, no site, no effect", async () => {
    await consent(story, alice);
    const eve = personOf(story, "Eve");
    await screen(story, eve);
    const statement = withdrawalOf(story);
    const hers = await consentProofOf(story, eve, statement);
    const claimed = { ...hers, pseudonym: alice.pseudonym };
    await expectRefusal(enrollment().consent(statement, claimed), "InvalidProof");
    await expectRefusal(enrollment().consent(statement, hers), "UnknownParticipant");
    const guess = enrollment().withdrawByCode(story.trialId, alice.pseudonym, bytes32("guess"));
    await expectRefusal(guess, "WrongCode");
    const forged = await signAct(story, "Withdrawal", { pseudonym: alice.pseudonym }, "sponsor");
    const bySponsor = world.as("sponsor").enrollment.withdrawBySite(forged.act, forged.signature);
    await expectRefusal(bySponsor, "InvalidSignature");
    expect(await stateName(alice)).toBe("eligible");
  });

  test("by the printed code works from anyone, and in no other trial", async () => {
    await consent(story, alice);
    const other = await openTrial(world, { protocol: "CZ-2030-002" });
    const there = await enrollNew(other, "Alice");
    const hash = hashWithdrawalCode(story.trialId, CODE);
    await consent(other, there, { sequence: 2n, withdrawalCodeHash: hash });
    const wrong = enrollment().withdrawByCode(other.trialId, there.pseudonym, CODE);
    await expectRefusal(wrong, "WrongCode");
    await enrollment().withdrawByCode(story.trialId, alice.pseudonym, CODE);
    expect(await stateName(alice)).toBe("withdrawn");
    const twice = enrollment().withdrawByCode(story.trialId, alice.pseudonym, CODE);
    await expectRefusal(twice, "WrongState");
  });

  test("by the site's signature ends an on-study participant's part, whose place stays used", async () => {
    const bob = await arriveNew(story, "Bob");
    const { act, signature } = await signAct(story, "Withdrawal", { pseudonym: bob.pseudonym });
    await enrollment().withdrawBySite(act, signature);
    expect(await stateName(bob)).toBe("withdrawn");
    expect(await enrollment().placesTaken(story.trialId)).toBe(1n);
    await expectRefusal(enrollment().withdrawBySite(act, signature), "WrongState");
  });

  test("before arrival frees the place", async () => {
    const bob = await enrollNew(story, "Bob");
    expect(await enrollment().placesTaken(story.trialId)).toBe(1n);
    await enrollment().withdrawByCode(story.trialId, bob.pseudonym, CODE);
    expect(await enrollment().placesTaken(story.trialId)).toBe(0n);
    expect(await enrollment().sitePlacesTaken(story.trialId, 1)).toBe(0n);
  });
});
