// Protocol numbers: one spelling, and no registration that nobody approves stands for ever.
import { describe, expect, test } from "vitest";
import {
  isProtocolNumber,
  TRIAL_STATUSES,
  termsForContract,
  trialIdOf,
  versionDigest,
} from "../../circuits/statement/trial/trial.ts";
import { type Actor, DAY, expectRefusal, REASON, ROLE } from "../support/world.ts";
import { openScene } from "./scene.ts";
import { CHAIN_ID, openTrial, personOf, screen, screeningOf, termsOf } from "./story.ts";

const { world, story, screening } = await openScene();
const trials = (actor: Actor) => world.as(actor).trials;
const SQUATTED = "CZ-2031-777";
const squatted = trialIdOf(SQUATTED);

/** Registers by another sponsor, who means nothing by it. */
const squat = () => trials("otherSponsor").register(SQUATTED, world.actors.otherBoard.address);
const take = () => trials("sponsor").register(SQUATTED, world.actors.board.address);
const publish = (by: Actor) =>
  trials(by).publishVersion(squatted, termsForContract(termsOf(world)));
const digestOf = (version: number) =>
  versionDigest({
    ...{ chainId: CHAIN_ID, trialRegistry: world.deployment.addresses.TrialRegistry },
    ...{ trialId: squatted, version, terms: termsOf(world) },
  });
const approve = async (by: Actor, version: number) =>
  trials(by).approve(squatted, version, digestOf(version), (await world.now()) + DAY);

describe("a protocol number", () => {
  const wrong = [
    ...["cz-2030-001", "CZ-2030-001 ", " CZ-2030-001", "CZ-2030-001\u200b", "CZ\u20112030-001"],
    ...["CZ_2030", "CZ,2030", "CZ:2030", "CZ@2030", "CZ[2030", "CZ`2030", "CZ{2030", "ČZ-2030"],
    ...["", "A", "AB", "A".repeat(41), "CZ\n2030", "CZ\0"],
  ];
  const right = ["ABC", "A".repeat(40), "AZ-09/.Q", "2026-500000-12-00", "...", "---", "///"];

  test.each(wrong)(
    "refuses %j: another spelling would be another trial, with another scope",
    async (text) => {
      expect(isProtocolNumber(text)).toBe(false);
      const register = trials("sponsor").register(text, world.actors.board.address);
      await expectRefusal(register, "InvalidProtocolNumber");
    },
  );

  test.each(right)("may be %j", async (text) => {
    expect(isProtocolNumber(text)).toBe(true);
    await trials("sponsor").register(text, world.actors.board.address);
  });
});

describe("a registration that no board approves", () => {
  test("lapses after a year, to the second, and then whoever comes takes it", async () => {
    await squat();
    const lapsesAt = (await world.now()) + 365 * DAY;
    await world.at(lapsesAt - 1);
    await expectRefusal(take(), "ProtocolTaken", { trialId: squatted });
    await world.at(lapsesAt);
    await take();
    const { sponsor, board, status, lapsesAt: next } = await trials("anyone").trialOf(squatted);
    expect([sponsor, board]).toEqual([world.actors.sponsor.address, world.actors.board.address]);
    expect(TRIAL_STATUSES[Number(status)]).toBe("in-review");
    expect(Number(next)).toBe(lapsesAt + 365 * DAY);
    await expectRefusal(squat(), "ProtocolTaken");
  });

  test("is released by governance at once, and then nobody's until somebody takes it", async () => {
    await squat();
    await publish("otherSponsor");
    await trials("governance").release(squatted);
    await expectRefusal(publish("otherSponsor"), "NotYourTrial");
    await expectRefusal(approve("otherBoard", 1), "NotYourTrial");
    const zero = `0x${"00".repeat(20)}`;
    expect(await trials("anyone").sponsorOf(squatted)).toBe(zero);
    expect((await trials("anyone").trialOf(squatted)).board).toBe(zero);
    await take();
    expect(await trials("anyone").sponsorOf(squatted)).toBe(world.actors.sponsor.address);
  });

  test("leaves its versions' numbers, and none of them can be approved", async () => {
    await squat();
    await publish("otherSponsor");
    await publish("otherSponsor");
    await trials("governance").release(squatted);
    await take();
    for (const version of [1, 2]) {
      const code = version === 2 ? "UnknownVersion" : "VersionSuperseded";
      await expectRefusal(approve("board", version), code);
    }
    await expectRefusal(trials("anyone").versionOf(squatted, 2), "UnknownVersion");
    await publish("sponsor");
    expect((await trials("anyone").trialOf(squatted)).latest).toBe(3n);
    await expectRefusal(approve("board", 2), "UnknownVersion");
    await approve("board", 3);
    expect((await trials("anyone").trialOf(squatted)).current).toBe(3n);
  });

  test("that has lapsed may still be approved while nobody took it", async () => {
    await squat();
    await publish("otherSponsor");
    await world.travel(400 * DAY);
    await world.mine();
    await approve("otherBoard", 1);
    await expectRefusal(take(), "ProtocolTaken");
  });

  test("is no one's once approved: neither time nor governance takes a trial away", async () => {
    await expectRefusal(trials("governance").release(story.trialId), "WrongStatus");
    await world.travel(500 * DAY);
    const again = trials("otherSponsor").register("CZ-2030-001", world.actors.board.address);
    await expectRefusal(again, "ProtocolTaken");
  });
});

describe("governance's hold", () => {
  test("refuses the board that would resume what governance stopped", async () => {
    const alice = personOf(story, "Alice");
    const { proof } = await screeningOf(story, alice);
    await trials("governance").hold(story.trialId);
    await expectRefusal(trials("board").resume(story.trialId), "WrongStatus");
    for (const actor of ["board", "sponsor", "otherBoard", "deployer"] as const) {
      await expectRefusal(trials(actor).lift(story.trialId), "NotGovernance");
    }
    // Not even by suspending and resuming.
    await trials("board").suspend(story.trialId, REASON);
    await trials("board").resume(story.trialId);
    await expectRefusal(screening().screen(proof), "TrialOnHold");
    await trials("governance").lift(story.trialId);
    await screening().screen(proof);
  });

  test("leaves a suspension by the board in force when it is lifted", async () => {
    await trials("board").suspend(story.trialId, REASON);
    await trials("governance").hold(story.trialId);
    await trials("governance").lift(story.trialId);
    const rules = trials("anyone").enrollmentRules(story.trialId, false);
    await expectRefusal(rules, "TrialOnHold");
  });

  test("is laid and lifted once", async () => {
    await expectRefusal(trials("governance").lift(story.trialId), "WrongStatus");
    await trials("governance").hold(story.trialId);
    await expectRefusal(trials("governance").hold(story.trialId), "WrongStatus");
  });

  test("is governance's alone, and suspension the board's alone", async () => {
    await expectRefusal(trials("governance").suspend(story.trialId, REASON), "NotYourTrial");
    await expectRefusal(trials("board").hold(story.trialId), "NotGovernance");
  });
});

describe("a trial whose sponsor or board lost accreditation", () => {
  test.each(["sponsor", "board"] as const)("refuses every screening: %s", async (role) => {
    const { proof } = await screeningOf(story, personOf(story, "Alice"));
    const { address } = world.actors[role];
    const { accreditation } = world.as("governance");
    await accreditation.deaccredit(ROLE[role], address);
    await expectRefusal(screening().screen(proof), "NotAccredited", { account: address });
    const many = screening().screenMany(story.trialId, 1, [proof]);
    await expectRefusal(many, "NotAccredited");
    await expectRefusal(screening().openGroup(story.trialId), "NotAccredited");
    for (const recruiting of [true, false]) {
      const rules = trials("anyone").enrollmentRules(story.trialId, recruiting);
      await expectRefusal(rules, "NotAccredited");
      const consent = trials("anyone").consentRules(story.trialId, recruiting, 1);
      await expectRefusal(consent, "NotAccredited");
    }
    await accreditation.accredit(ROLE[role], address, role);
    await screening().screen(proof);
  });

  test("goes on under another board that governance names", async () => {
    const { board, otherBoard } = world.actors;
    await world.as("governance").accreditation.deaccredit(ROLE.board, board.address);
    await trials("governance").changeBoard(story.trialId, otherBoard.address);
    await screen(story, personOf(story, "Alice"));
  });

  test("does not stop another trial", async () => {
    const other = await openTrial(world, { protocol: "CZ-2030-002" });
    await trials("governance").hold(story.trialId);
    await screen(other, personOf(other, "Alice"));
  });
});
