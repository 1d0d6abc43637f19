// Between enrolment and arrival: what may change, and who is no no-show.
import { describe, expect, test } from "vitest";
import { bytes32, DAY, expectRefusal } from "../support/world.ts";
import { openScene } from "./scene.ts";
import {
  arriveNew,
  CODE,
  consent,
  enrollNew,
  midnightAfter,
  type Person,
  personOf,
  screen,
  standing,
} from "./story.ts";

const { world, story, stateName, enrollment, arrive } = await openScene();

const noShow = ({ pseudonym }: Person) => enrollment().reportNoShow(story.trialId, pseudonym);

describe("somebody enrolled", () => {
  test("does not arrive on a consent that an amendment has made outdated", async () => {
    const alice = await enrollNew(story, "Alice");
    await story.publish({ requiresReconsent: true, consentFormHash: bytes32("form 2") });
    await story.approve(2);
    await expectRefusal(arrive(alice), "ConsentMissing");
    await consent(story, alice, { sequence: 2n });
    await arrive(alice);
    expect(await stateName(alice)).toBe("on-study");
  });

  test("does not arrive on a consent that has expired", async () => {
    const alice = personOf(story, "Alice");
    await screen(story, alice);
    const validUntil = midnightAfter(await world.now(), 1);
    await consent(story, alice, { validUntil });
    await world.as("sponsor").enrollment.enroll(story.trialId, [alice.pseudonym]);
    await world.at(Number(validUntil) + 1);
    await world.mine();
    await expectRefusal(arrive(alice), "ConsentExpired");
  });

  test("is not a no-show in the last second to arrive", async () => {
    const alice = await enrollNew(story, "Alice");
    const arriveBy = Number((await standing(story, alice)).participant.arriveBy);
    await world.at(arriveBy);
    await expectRefusal(noShow(alice), "ArrivalPending");
    await world.at(arriveBy + 10);
    await noShow(alice);
  });
});

describe("a no-show", () => {
  test("is nobody who is on study, has ended, or was not enrolled, however late it is", async () => {
    const [alice, bob] = [await arriveNew(story, "Alice"), await enrollNew(story, "Bob")];
    const carol = personOf(story, "Carol");
    await screen(story, carol);
    await consent(story, carol);
    await enrollment().withdrawByCode(story.trialId, bob.pseudonym, CODE);
    await world.travel(100 * DAY);
    await world.mine();
    for (const person of [alice, bob, carol]) await expectRefusal(noShow(person), "WrongState");
    expect(await enrollment().placesTaken(story.trialId)).toBe(1n);
    expect(await stateName(alice)).toBe("on-study");
  });
});

describe("a trial closed to accrual", () => {
  test("puts nobody on hold who is in it", async () => {
    const alice = await arriveNew(story, "Alice");
    await world.as("sponsor").trials.close(story.trialId);
    expect((await standing(story, alice)).onHold).toBe(false);
    await world.as("sponsor").trials.complete(story.trialId);
    expect((await standing(story, alice)).onHold).toBe(true);
  });
});
