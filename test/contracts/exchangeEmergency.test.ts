import { describe, expect, test } from "vitest";
import { PERMISSIONS } from "../../circuits/statement/trial/trial.ts";
import { type Actor, bytes32, DAY, expectRefusal, REASON, ROLE } from "../support/world.ts";
import { told } from "./events.ts";
import { GIVEN, openExchange } from "./exchangeStory.ts";
import { CODE, consent, midnightAfter, type Person, personOf } from "./story.ts";
import { ON_STUDY, succeed } from "./succession.ts";

const { world, story, arrived } = await openExchange();
const { trialId } = story;
const OPEN = { permissions: GIVEN | PERMISSIONS.emergency };
const WEEK = 7 * DAY;
const ZERO = `0x${"00".repeat(32)}`;
const clinician = world.actors.clinician.address;

const emergency = (by: Actor = "anyone") => world.as(by).emergency;
type Change = { readonly by?: Actor; readonly reason?: string; readonly key?: string };
const breakGlass = ({ pseudonym }: Pick<Person, "pseudonym">, change: Change = {}) => {
  const { by = "clinician", reason = bytes32("unconscious"), key = bytes32("key") } = change;
  return emergency(by).breakGlass(trialId, pseudonym, reason, key);
};
const close = (caseId: number, { by = "board" as Actor, outcome = bytes32("fine") } = {}) =>
  emergency(by).closeCase(caseId, outcome);
const open = async () => [...((await emergency().openCasesOf(clinician)) as bigint[])];

describe("breaking the glass", () => {
  test("is public, at once, and kept as a case", async () => {
    const alice = await arrived("Alice", OPEN);
    const about = { trialId, pseudonym: alice.pseudonym, clinician };
    const said = { reason: bytes32("unconscious"), recipientKey: bytes32("key") };
    expect(await told(breakGlass(alice))).toEqual([
      ["GlassBroken", { caseId: 0n, ...about, ...said }],
    ]);
    expect((await emergency().caseOf(0)).toObject()).toEqual({
      ...{ ...about, recipientKey: said.recipientKey, isClosed: false },
      openedAt: BigInt(await world.now()),
    });
    expect(await open()).toEqual([0n]);
    await expectRefusal(emergency().caseOf(1), "UnknownCase", { caseId: 1n });
  });

  test("is for accredited emergency clinicians, with a reason and a key", async () => {
    const alice = await arrived("Alice", OPEN);
    for (const by of ["sponsor", "site", "board", "clinic", "custodian", "anyone"] as const) {
      const account = world.actors[by].address;
      await expectRefusal(breakGlass(alice, { by }), "NotAccredited", { account });
    }
    await expectRefusal(breakGlass(alice, { reason: ZERO }), "InvalidRequest");
    await expectRefusal(breakGlass(alice, { key: ZERO }), "InvalidRequest");
    const { accreditation } = world.as("governance");
    await accreditation.deaccredit(ROLE.emergencyClinician, clinician);
    await expectRefusal(breakGlass(alice), "NotAccredited");
  });

  test("opens nobody who did not permit it, gave it up, withdrew or is retired", async () => {
    await expectRefusal(breakGlass(await arrived("Alice")), "OptedOut");
    const bob = await arrived("Bob", OPEN);
    await consent(story, bob, { sequence: 2n, permissions: GIVEN });
    await expectRefusal(breakGlass(bob), "OptedOut");
    const carol = await arrived("Carol", OPEN);
    await world.as("anyone").enrollment.withdrawByCode(trialId, carol.pseudonym, CODE);
    await expectRefusal(breakGlass(carol), "OptedOut");
    const dora = await arrived("Dora", OPEN);
    await succeed(story, dora, personOf(story, "Dora's new wallet"), ON_STUDY);
    await expectRefusal(breakGlass(dora), "OptedOut");
    await expectRefusal(breakGlass(personOf(story, "Nobody")), "UnknownParticipant");
    expect(await emergency().permissionsOf(trialId, dora.pseudonym)).toBe(0n);
  });

  test("asks for no running trial, no present form and no consent in time", async () => {
    const alice = await arrived("Alice", OPEN);
    await story.publish({ ...story.published[0]!, requiresReconsent: true });
    await story.approve(2);
    await world.as("board").trials.suspend(trialId, REASON);
    await breakGlass(alice);
    await world.at(Number(midnightAfter(await world.now(), 370)));
    // The case of a year ago has to be closed first.
    await close(0);
    await breakGlass(alice);
  });

  test("happens five times a day at most, and again on the next (UTC)", async () => {
    const alice = await arrived("Alice", OPEN);
    const { accreditation } = world.as("governance");
    await accreditation.accredit(ROLE.emergencyClinician, world.actors.clinic.address, "C");
    const midnight = Number(midnightAfter(await world.now(), 1));
    await world.at(midnight - 10);
    for (let i = 0; i < 5; i++) await breakGlass(alice);
    await expectRefusal(breakGlass(alice), "TooManyCases", { limit: 5n });
    // Each has a limit of their own.
    await breakGlass(alice, { by: "clinic" });
    // Closing a case gives none back.
    await close(0);
    await expectRefusal(breakGlass(alice), "TooManyCases");
    await world.at(midnight);
    for (let i = 0; i < 5; i++) await breakGlass(alice);
    await expectRefusal(breakGlass(alice), "TooManyCases");
  });
});

describe("a case that is open for longer than a week", () => {
  test("suspends the clinician by itself, to the second, until it is closed", async () => {
    const alice = await arrived("Alice", OPEN);
    await breakGlass(alice);
    const openedAt = await world.now();
    const before = await world.snapshot();
    await world.at(openedAt + WEEK);
    await breakGlass(alice);
    expect(await emergency().isSuspended(clinician)).toBe(false);
    await world.revert(before);
    await world.at(openedAt + WEEK + 1);
    await expectRefusal(breakGlass(alice), "CaseOverdue", { caseId: 0n });
    await world.at(openedAt + WEEK + 1);
    await world.mine();
    expect(await emergency().isSuspended(clinician)).toBe(true);
    expect(await emergency().isSuspended(world.actors.clinic.address)).toBe(false);
    await close(0);
    expect(await emergency().isSuspended(clinician)).toBe(false);
    await breakGlass(alice);
  });

  test("is the oldest of all that are open, in whatever order they are closed", async () => {
    const alice = await arrived("Alice", OPEN);
    const times: number[] = [];
    for (let i = 0; i < 4; i++) {
      await breakGlass(alice);
      times.push(await world.now());
      await world.travel(DAY);
    }
    await close(2);
    expect(await open()).toEqual([0n, 1n, 3n]);
    await world.at(times[0]! + WEEK + 1);
    await expectRefusal(breakGlass(alice), "CaseOverdue", { caseId: 0n });
    await close(0);
    expect(await open()).toEqual([1n, 3n]);
    await breakGlass(alice);
    await world.at(times[1]! + WEEK + 1);
    await expectRefusal(breakGlass(alice), "CaseOverdue", { caseId: 1n });
    await close(4);
    await close(1);
    expect(await open()).toEqual([3n]);
    await close(3);
    expect(await open()).toEqual([]);
    await breakGlass(alice);
  });
});

describe("a case", () => {
  test("is closed by the trial's accredited board and by nobody else", async () => {
    await breakGlass(await arrived("Alice", OPEN));
    const others = ["clinician", "sponsor", "site", "governance", "otherBoard", "anyone"] as const;
    for (const by of others) {
      const account = world.actors[by].address;
      await expectRefusal(close(0, { by }), "NotYourTrial", { account });
    }
    const { board, otherBoard } = world.actors;
    const { accreditation, trials } = world.as("governance");
    await accreditation.deaccredit(ROLE.board, board.address);
    await expectRefusal(close(0), "NotAccredited", { account: board.address });
    await trials.changeBoard(trialId, otherBoard.address);
    await expectRefusal(close(0), "NotYourTrial");
    expect((await emergency().caseOf(0)).isClosed).toBe(false);
    const by = otherBoard.address;
    const outcome = bytes32("in order");
    expect(await told(close(0, { by: "otherBoard", outcome }))).toEqual([
      ["CaseClosed", { caseId: 0n, by, outcome }],
    ]);
    expect((await emergency().caseOf(0)).isClosed).toBe(true);
  });

  test("is closed once, with an outcome", async () => {
    await expectRefusal(close(0), "UnknownCase", { caseId: 0n });
    await breakGlass(await arrived("Alice", OPEN));
    await expectRefusal(close(0, { outcome: ZERO }), "InvalidRequest");
    await close(0);
    await expectRefusal(close(0), "AlreadyUsed");
  });

  test("knows the bit of the permission, and the limits that custodians keep", async () => {
    expect(await emergency().PERMISSION()).toBe(BigInt(PERMISSIONS.emergency));
    expect(await emergency().ANSWER_SECONDS()).toBe(BigInt(DAY));
    expect(await emergency().CLOSE_SECONDS()).toBe(BigInt(WEEK));
  });
});
