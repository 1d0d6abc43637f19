import { describe, expect, test } from "vitest";
import { PARTICIPANT_STATES } from "../../circuits/statement/trial/trial.ts";
import { interfaceOf } from "../../contracts/connect.ts";
import { bytes32, DAY, expectRefusal, number, REASON } from "../support/world.ts";
import { told } from "./events.ts";
import { openScene } from "./scene.ts";
import {
  arriveNew,
  CODE,
  consent,
  consentProofOf,
  enrollNew,
  personOf,
  screen,
  signAct,
  standing,
  statementOf,
} from "./story.ts";

const { world, story, stateName, ...acts } = await openScene();
const { enrollment, screening, enroll, expectSkipped, joined, arrive } = acts;

describe("enrolling", () => {
  test("takes a consented pseudonym to pending-on-study, with a day to arrive by", async () => {
    const alice = await joined("Alice");
    await enroll(alice);
    const { state, participant } = await standing(story, alice);
    expect(PARTICIPANT_STATES[state]).toBe("pending-on-study");
    expect(Number(participant.arriveBy)).toBe((await world.now()) + 14 * DAY);
    await expectSkipped(alice, "WrongState");
  });

  test("refuses strangers, the withdrawn and the expired, each by name", async () => {
    const [alice, bob] = [await joined("Alice"), await joined("Bob")];
    await expectSkipped(personOf(story, "Nobody"), "UnknownParticipant");
    await enrollment().withdrawByCode(story.trialId, bob.pseudonym, CODE);
    await expectSkipped(bob, "WrongState");
    await world.travel(366 * DAY);
    await world.mine();
    await expectSkipped(alice, "ConsentExpired");
    expect(await stateName(alice)).toBe("eligible");
  });

  test("refuses to let one stand in the way of others: it skips and names who cannot be taken", async () => {
    const [alice, bob, carol] = [await joined("Alice"), await joined("Bob"), await joined("Carol")];
    await enrollNew(story, "At site 2", 2);
    await consent(story, bob, { sequence: 2n, siteId: 2 });
    const reason = interfaceOf("Enrollment").getError("SiteFull")!.selector;
    const events = await told(enroll(alice, bob, carol));
    expect(events.map(([name]) => name)).toEqual([
      ...["StateChanged", "Enrolled", "NotEnrolled", "StateChanged", "Enrolled"],
    ]);
    const about = { trialId: story.trialId, pseudonym: bob.pseudonym };
    expect(events[2]).toEqual(["NotEnrolled", { ...about, reason }]);
    for (const person of [alice, carol]) expect(await stateName(person)).toBe("pending-on-study");
    expect(await stateName(bob)).toBe("eligible");
  });

  test("takes somebody named twice once", async () => {
    const alice = await joined("Alice");
    const names = (await told(enroll(alice, alice))).map(([name]) => name);
    expect(names).toEqual(["StateChanged", "Enrolled", "NotEnrolled"]);
    expect(await enrollment().placesTaken(story.trialId)).toBe(1n);
  });

  test("stops at the site's places and at the trial's", async () => {
    const at1 = [await joined("A"), await joined("B"), await joined("C")];
    await enroll(at1[0]!, at1[1]!);
    await expectSkipped(at1[2]!, "SiteFull");
    const [d, e] = [await joined("D", 2), await joined("E", 2)];
    await story.publish({ capacity: 2 });
    await story.approve(2);
    await expectSkipped(d, "TrialFull");
    await story.publish({ capacity: 3 });
    await story.approve(3);
    await enroll(d);
    await expectSkipped(e, "TrialFull");
    expect(await enrollment().placesTaken(story.trialId)).toBe(3n);
  });

  test("is refused while the trial is suspended, closed or its approval expired", async () => {
    const alice = await joined("Alice");
    await world.as("board").trials.suspend(story.trialId, REASON);
    await expectRefusal(enroll(alice), "TrialOnHold");
    await world.as("board").trials.resume(story.trialId);
    await world.as("sponsor").trials.close(story.trialId);
    await expectRefusal(enroll(alice), "TrialClosed");
  });

  test("is refused without consent to the version that an amendment requires", async () => {
    const alice = await joined("Alice");
    await story.publish({ requiresReconsent: true, consentFormHash: bytes32("form 2") });
    await story.approve(2);
    await expectSkipped(alice, "ConsentMissing");
    await consent(story, alice, { sequence: 2n });
    await enroll(alice);
  });
});

describe("an arrival", () => {
  test("takes a pending participant on study", async () => {
    const alice = await enrollNew(story, "Alice");
    await arrive(alice);
    expect(await stateName(alice)).toBe("on-study");
    await expectRefusal(arrive(alice), "WrongState");
  });

  test("is refused before enrollment: nobody is on study without consent, place and arrival", async () => {
    const alice = personOf(story, "Alice");
    await expectRefusal(arrive(alice), "UnknownParticipant");
    await screen(story, alice);
    await expectRefusal(arrive(alice), "UnknownParticipant");
    await consent(story, alice);
    await expectRefusal(arrive(alice), "WrongState");
  });

  test("is refused when signed by anyone but the participant's own site", async () => {
    const alice = await enrollNew(story, "Alice");
    for (const signer of ["otherSite", "sponsor", "clinic", "board", "anyone"] as const) {
      await expectRefusal(arrive(alice, {}, signer), "InvalidSignature");
    }
    await expectRefusal(arrive(alice, { siteId: 2 }, "otherSite"), "WrongSite", { expected: 1n });
    expect(await stateName(alice)).toBe("pending-on-study");
  });

  test("is refused with any field changed, another kind of act, or after the deadline", async () => {
    const alice = await enrollNew(story, "Alice");
    const bob = await enrollNew(story, "Bob");
    const { act, signature } = await signAct(story, "Arrival", { pseudonym: alice.pseudonym });
    const send = (change: object) => enrollment().arrive({ ...act, ...change }, signature);
    const { arriveBy } = (await standing(story, bob)).participant;
    await expectRefusal(send({ pseudonym: bob.pseudonym, arriveBy }), "InvalidSignature");
    await expectRefusal(send({ evidence: bytes32("x") }), "InvalidSignature");
    const expected = { expected: act.arriveBy };
    await expectRefusal(send({ arriveBy: act.arriveBy + 1n }), "WrongEnrollment", expected);
    await expectRefusal(send({ deadline: act.deadline + 1n }), "InvalidSignature");
    await expectRefusal(enrollment().withdrawBySite(act, signature), "InvalidSignature");
    await expectRefusal(enrollment().failScreening(act, signature), "InvalidSignature");
    await expectRefusal(enrollment().finish(act, signature), "InvalidSignature");
    await world.at(Number(act.deadline) + 1);
    await expectRefusal(send({}), "DeadlinePassed");
  });

  test("must attest the list that the board approved", async () => {
    const alice = await enrollNew(story, "Alice");
    const other = arrive(alice, { evidence: bytes32("a shorter list") });
    await expectRefusal(other, "WrongAttestations", { expected: bytes32("attestations") });
  });

  test("is possible to the last second, and then the place is free", async () => {
    const alice = await enrollNew(story, "Alice");
    const arriveBy = Number((await standing(story, alice)).participant.arriveBy);
    const far = BigInt(arriveBy + DAY);
    const { act, signature } = await signAct(story, "Arrival", {
      pseudonym: alice.pseudonym,
      deadline: far,
    });
    const noShow = () => enrollment().reportNoShow(story.trialId, alice.pseudonym);
    await expectRefusal(noShow(), "ArrivalPending");
    await world.at(arriveBy);
    const lastSecond = await world.snapshot();
    await enrollment().arrive(act, signature);
    await world.revert(lastSecond);
    await world.at(arriveBy + 1);
    await world.mine();
    await expectRefusal(enrollment().arrive(act, signature), "ArrivalLate");
    await noShow();
    expect(await stateName(alice)).toBe("eligible");
    expect(await enrollment().placesTaken(story.trialId)).toBe(0n);
    await enroll(alice);
    await arrive(alice);
    expect(await stateName(alice)).toBe("on-study");
  });

  test("refuses a signature that outlived a no-show and a new enrollment", async () => {
    const alice = await enrollNew(story, "Alice");
    const deadline = BigInt((await world.now()) + 300 * DAY);
    const kept = await signAct(story, "Arrival", { pseudonym: alice.pseudonym, deadline });
    await world.travel(15 * DAY);
    await enrollment().reportNoShow(story.trialId, alice.pseudonym);
    await enroll(alice);
    const expected = (await standing(story, alice)).participant.arriveBy;
    const replay = enrollment().arrive(kept.act, kept.signature);
    await expectRefusal(replay, "WrongEnrollment", { expected });
    await arrive(alice);
  });

  test("still works when the trial is closed to accrual, not when it is suspended", async () => {
    const [alice, bob] = [await enrollNew(story, "Alice"), await enrollNew(story, "Bob")];
    await world.as("sponsor").trials.close(story.trialId);
    await arrive(alice);
    await world.as("board").trials.suspend(story.trialId, REASON);
    await expectRefusal(arrive(bob), "TrialOnHold");
  });
});

describe("the hold of an amendment", () => {
  test("falls on those who have not done what it asks, and ends when they have", async () => {
    const alice = await arriveNew(story, "Alice");
    await story.publish({ requiresRescreening: true, criteriaHashes: [number("tighter")] });
    expect((await standing(story, alice)).onHold).toBe(false);
    await story.approve(2);
    expect((await standing(story, alice)).onHold).toBe(true);
    await screening().openGroup(story.trialId);
    await world.travel(3_600);
    await world.mine();
    const statement = await statementOf(story, { sequence: 2n });
    const v1Root = await world
      .as("anyone")
      .semaphore.getMerkleTreeRoot(await screening().groupOf(story.trialId, 1));
    const proof = await consentProofOf(story, alice, statement, { groupRoot: v1Root });
    await expectRefusal(enrollment().consent(statement, proof), "NotScreened");
    await screen(story, alice);
    expect((await standing(story, alice)).onHold).toBe(true);
    await consent(story, alice, { sequence: 2n });
    expect((await standing(story, alice)).onHold).toBe(false);
    expect(await stateName(alice)).toBe("on-study");
  });

  test("does not fall when it asks for nothing", async () => {
    const alice = await arriveNew(story, "Alice");
    await story.publish({ capacity: 20 });
    await story.approve(2);
    expect((await standing(story, alice)).onHold).toBe(false);
  });

  test("falls on everyone while the trial is suspended and on a consent that has expired", async () => {
    const alice = await arriveNew(story, "Alice");
    await world.as("board").trials.suspend(story.trialId, REASON);
    expect((await standing(story, alice)).onHold).toBe(true);
    await world.as("board").trials.resume(story.trialId);
    expect((await standing(story, alice)).onHold).toBe(false);
    await world.travel(366 * DAY);
    await world.mine();
    expect((await standing(story, alice)).onHold).toBe(true);
  });

  test("keeps the site fixed once someone is enrolled", async () => {
    const alice = await enrollNew(story, "Alice");
    const move = consent(story, alice, { sequence: 2n, siteId: 2 });
    await expectRefusal(move, "WrongSite", { expected: 1n });
  });
});
