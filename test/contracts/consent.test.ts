import { describe, expect, test } from "vitest";
import {
  type ConsentStatement,
  consentMessage,
  hashWithdrawalCode,
} from "../../circuits/statement/trial/consent.ts";
import { PARTICIPANT_STATES } from "../../circuits/statement/trial/trial.ts";
import { bytes32, DAY, expectRefusal, number } from "../support/world.ts";
import { openAlice } from "./scene.ts";
import {
  CODE,
  consent,
  consentProofOf,
  midnightAfter,
  openTrial,
  personOf,
  screen,
  standing,
  state,
  statementOf,
  withdrawalOf,
} from "./story.ts";

const { world, story, alice, enrollment, refuseGrant, stateName } = await openAlice();

describe("a grant", () => {
  test("makes the pseudonym eligible and stores what was consented to", async () => {
    await consent(story, alice, { permissions: 0b101, siteId: 2 });
    const { state, onHold, participant } = await standing(story, alice);
    expect(PARTICIPANT_STATES[state]).toBe("eligible");
    expect(onHold).toBe(false);
    expect(participant.toObject()).toMatchObject({
      version: 1n,
      permissions: 0b101n,
      siteId: 2n,
      sequence: 1n,
      givenBy: 1n,
      withdrawalCodeHash: hashWithdrawalCode(story.trialId, CODE).slice(0, 34),
    });
  });

  test("has the message that TypeScript computes, over every field", async () => {
    const statement = await statementOf(story);
    expect(await enrollment().consentMessage(statement)).toBe(consentMessage(statement));
    const changed: Partial<ConsentStatement>[] = [
      { trialId: bytes32("x") },
      { version: 9 },
      { formHash: bytes32("x") },
      { permissions: 1 },
      { siteId: 9 },
      { validUntil: 9n },
      { givenBy: 2 },
      { sequence: 9n },
      { decision: 2 },
      { submitBy: 9n },
      { withdrawalCodeHash: bytes32("x") },
    ];
    const all = changed.map((change) => consentMessage({ ...statement, ...change }));
    expect(new Set([...all, consentMessage(statement)]).size).toBe(12);
  });

  test("refuses each field changed after the proof was made", async () => {
    const statement = await statementOf(story);
    const proof = await consentProofOf(story, alice, statement);
    const changed: Partial<ConsentStatement>[] = [
      { permissions: 0b001 },
      { siteId: 2 },
      { validUntil: statement.validUntil + BigInt(DAY) },
      { givenBy: 2 },
      { sequence: 2n },
      { submitBy: statement.submitBy - BigInt(DAY) },
      { withdrawalCodeHash: bytes32("mine") },
    ];
    for (const change of changed) {
      const send = enrollment().consent({ ...statement, ...change }, proof);
      await expectRefusal(send, "InvalidProof");
    }
    const another = { ...proof, pseudonym: proof.pseudonym + 1n };
    await expectRefusal(enrollment().consent(statement, another), "InvalidProof");
    await enrollment().consent(statement, proof);
  });

  test("refuses another form, site, version or permissions than the version offers", async () => {
    await refuseGrant({ formHash: bytes32("old form") }, "WrongForm");
    await refuseGrant({ siteId: 3 }, "UnknownSite");
    await refuseGrant({ permissions: 0b010 }, "WrongPermissions");
    await refuseGrant({ permissions: 0b1001 }, "WrongPermissions");
    const statement = { ...(await statementOf(story)), version: 2 };
    const proof = await consentProofOf(story, alice, { ...statement, version: 1 });
    await expectRefusal(enrollment().consent(statement, proof), "VersionSuperseded");
  });

  test("refuses a decision, giver or first code hash that is not there", async () => {
    await refuseGrant({ decision: 0 }, "InvalidStatement");
    await refuseGrant({ decision: 3 }, "InvalidStatement");
    await refuseGrant({ givenBy: 0 }, "InvalidStatement");
    await refuseGrant({ givenBy: 4 }, "InvalidStatement");
    await refuseGrant({ withdrawalCodeHash: bytes0 }, "InvalidStatement");
    await refuseGrant({ sequence: 0n }, "StaleSequence");
    await refuseGrant({ validUntil: midnightAfter(await world.now(), 0) }, "ConsentExpired");
  });
  const bytes0 = `0x${"00".repeat(32)}`;

  test("is refused when a relayer submits it late, or kept the right to for longer than the next day", async () => {
    const statement = await statementOf(story);
    const proof = await consentProofOf(story, alice, statement);
    const now = await world.now();
    await refuseGrant({ submitBy: midnightAfter(now, 3) }, "SubmitByTooFar");
    await refuseGrant({ submitBy: midnightAfter(now, 0) }, "SubmitByPassed");
    await world.at(Number(statement.submitBy));
    const onTime = await world.snapshot();
    await enrollment().consent(statement, proof);
    await world.revert(onTime);
    await world.at(Number(statement.submitBy) + 1);
    await expectRefusal(enrollment().consent(statement, proof), "SubmitByPassed");
  });

  test("is refused from someone who was not screened: root of another group, of none, or old group", async () => {
    const statement = await statementOf(story);
    const groupRoot = number("no group's root");
    const proof = await consentProofOf(story, personOf(story, "Eve"), statement, { groupRoot });
    await expectRefusal(enrollment().consent(statement, proof), "NotScreened");
  });

  test("is refused when made for another trial, though the person is in it", async () => {
    const other = await openTrial(world, { protocol: "CZ-2030-002" });
    await screen(other, personOf(other, "Alice"));
    const statement = await statementOf(story);
    const proof = await consentProofOf(story, alice, statement);
    const moved = { ...statement, trialId: other.trialId };
    await expectRefusal(enrollment().consent(moved, proof), "NotScreened");
    const foreign = await consentProofOf(story, alice, statement, { scope: other.scope });
    await expectRefusal(enrollment().consent(statement, foreign), "InvalidProof");
  });

  test("may be proved against an older root of the group", async () => {
    const statement = await statementOf(story);
    const proof = await consentProofOf(story, alice, statement);
    await screen(story, personOf(story, "Bob"));
    await enrollment().consent(statement, proof);
  });

  test("works from any sender", async () => {
    const statement = await statementOf(story);
    const proof = await consentProofOf(story, alice, statement);
    await world.as("otherSponsor").enrollment.consent(statement, proof);
    await expectRefusal(enrollment().consent(statement, proof), "StaleSequence");
  });
});

describe("the sequence", () => {
  test("grows strictly, gaps allowed", async () => {
    await consent(story, alice, { sequence: 5n });
    await refuseGrant({ sequence: 5n }, "StaleSequence");
    await refuseGrant({ sequence: 4n }, "StaleSequence");
    await consent(story, alice, { sequence: 1_000_000n, permissions: 0b001 });
  });

  test("leaves a number for the withdrawal, whatever a grant took", async () => {
    await refuseGrant({ sequence: 2n ** 64n - 1n }, "InvalidStatement");
    await consent(story, alice, { sequence: 2n ** 64n - 2n });
    await state(story, alice, withdrawalOf(story, { sequence: 2n ** 64n - 1n }));
    expect(await stateName(alice)).toBe("withdrawn");
  });

  test("stops the replay of a grant after its withdrawal", async () => {
    const statement = await statementOf(story);
    const proof = await consentProofOf(story, alice, statement);
    await enrollment().consent(statement, proof);
    await state(story, alice, withdrawalOf(story));
    await expectRefusal(enrollment().consent(statement, proof), "StaleSequence");
    await refuseGrant({ sequence: 3n }, "WrongState");
  });

  test("cannot be blocked: a withdrawal with a gap is accepted while a grant is held back", async () => {
    await consent(story, alice);
    const held = await statementOf(story, { sequence: 2n });
    const proof = await consentProofOf(story, alice, held);
    await state(story, alice, withdrawalOf(story, { sequence: 3n }));
    await expectRefusal(enrollment().consent(held, proof), "StaleSequence");
    expect(await stateName(alice)).toBe("withdrawn");
  });
});
