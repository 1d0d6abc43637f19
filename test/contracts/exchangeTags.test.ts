// One person, one arrival in a trial, by the tag that a desk registers.
import { describe, expect, test } from "vitest";
import { TASKS } from "../../circuits/statement/exchange/delegation.ts";
import type { PersonTag } from "../../circuits/statement/exchange/personTag.ts";
import { type Actor, bytes32, DAY, expectRefusal } from "../support/world.ts";
import { told } from "./events.ts";
import { openExchange } from "./exchangeStory.ts";
import {
  arriveNew,
  CODE,
  consent,
  enrollNew,
  openTrial,
  type Person,
  personOf,
  screen,
} from "./story.ts";
import { succeed } from "./succession.ts";

const { world, story, arrived, enrolled, delegate, tagged } = await openExchange();
const { trialId } = story;
const tags = () => world.as("anyone").tags;
const register = async (person: Person, change: Partial<PersonTag> = {}, by: Actor = "site") => {
  const { tag, signature } = await tagged(person, change, by);
  return tags().register(tag, signature);
};
const [ONE, OTHER] = [bytes32("one"), bytes32("other")];

describe("a person's tag", () => {
  test("is registered before the arrival and told in full", async () => {
    const alice = await enrolled("Alice");
    const { tag, signature } = await tagged(alice, { tag: ONE });
    const { pseudonym } = alice;
    const signed = { ...tag, siteId: 1n };
    const about = { trialId, pseudonym, tag: ONE, signed, heldBefore: 0n, signature };
    expect(await told(tags().register(tag, signature))).toEqual([["PersonTagged", about]]);
    expect(await tags().holderOf(trialId, ONE)).toBe(pseudonym);
    expect(await tags().tagOf(trialId, pseudonym)).toBe(ONE);
  });

  test("is nobody else's in the trial", async () => {
    const [alice, bob] = [await enrolled("Alice"), await enrolled("Bob", { siteId: 2 })];
    await register(alice, { tag: ONE });
    const taken = { pseudonym: alice.pseudonym };
    await expectRefusal(register(bob, { tag: ONE, siteId: 2 }, "otherSite"), "TagTaken", taken);
    await register(bob, { tag: OTHER, siteId: 2 }, "otherSite");
    const { tag, signature } = await tagged(alice, { tag: ONE });
    await expectRefusal(tags().register(tag, signature), "TagTaken", taken);
  });

  test("stays taken when its person failed, withdrew or was tagged anew", async () => {
    const [alice, bob] = [await enrolled("Alice"), await enrolled("Bob")];
    await register(alice, { tag: ONE });
    await register(alice, { tag: OTHER });
    expect(await tags().tagOf(trialId, alice.pseudonym)).toBe(OTHER);
    await world.as("anyone").enrollment.withdrawByCode(trialId, alice.pseudonym, CODE);
    for (const tag of [ONE, OTHER]) await expectRefusal(register(bob, { tag }), "TagTaken");
  });

  test("follows the person to the wallet that succeeds a lost one", async () => {
    const alice = await enrolled("Alice");
    await register(alice, { tag: ONE });
    const next = personOf(story, "Alice's new wallet");
    await succeed(story, alice, next);
    await consent(story, next);
    await world.as("sponsor").enrollment.enroll(trialId, [next.pseudonym]);
    const events = await told(register(next, { tag: ONE }));
    expect(events).toMatchObject([["PersonTagged", { heldBefore: alice.pseudonym }]]);
    expect(await tags().holderOf(trialId, ONE)).toBe(next.pseudonym);
    await expectRefusal(register(await enrolled("Bob"), { tag: ONE }), "TagTaken", {
      pseudonym: next.pseudonym,
    });
  });

  test("says nothing of another trial", async () => {
    const other = await openTrial(world, { protocol: "CZ-2030-003" });
    await register(await enrolled("Alice"), { tag: ONE });
    const bob = await enrollNew(other, "Bob");
    const { enrollment } = world.as("anyone");
    const [{ arriveBy }] = await enrollment.participantOf(other.trialId, bob.pseudonym);
    const away = { trialId: other.trialId, pseudonym: bob.pseudonym, arriveBy, tag: ONE };
    const { tag, signature } = await tagged(await enrolled("Carol"), away);
    await tags().register(tag, signature);
    expect(await tags().holderOf(other.trialId, ONE)).toBe(bob.pseudonym);
  });

  test("is of somebody enrolled who has not arrived, at their site, in this enrollment", async () => {
    const [alice, bob] = [await arrived("Alice"), await enrolled("Bob")];
    await expectRefusal(register(alice), "WrongState");
    const carol = personOf(story, "Carol");
    await screen(story, carol);
    await consent(story, carol);
    await expectRefusal(register(carol), "WrongState");
    await expectRefusal(register(bob, { pseudonym: 1n }), "UnknownParticipant");
    await expectRefusal(register(bob, { siteId: 2 }, "otherSite"), "WrongSite", { expected: 1n });
    const [{ arriveBy }] = await world
      .as("anyone")
      .enrollment.participantOf(trialId, bob.pseudonym);
    const details = { expected: arriveBy };
    await expectRefusal(register(bob, { arriveBy: arriveBy + 1n }), "WrongEnrollment", details);
    await expectRefusal(register(bob, { tag: `0x${"00".repeat(32)}` }), "InvalidTag");
    await register(bob);
  });

  test("of an enrollment that ended in a no-show is not that of the next one", async () => {
    const bob = await enrolled("Bob");
    const { tag, signature } = await tagged(bob, {
      deadline: BigInt((await world.now()) + 100 * DAY),
    });
    await world.travel(14 * DAY + 1);
    await world.as("anyone").enrollment.reportNoShow(trialId, bob.pseudonym);
    await world.as("sponsor").enrollment.enroll(trialId, [bob.pseudonym]);
    await expectRefusal(tags().register(tag, signature), "WrongEnrollment");
    await register(bob);
  });

  test("is signed by the site or its staff with the task, over every field, in time", async () => {
    const bob = await enrolled("Bob");
    await expectRefusal(register(bob, {}, "otherSite"), "NotStaff");
    await expectRefusal(register(bob, {}, "staff"), "NotStaff");
    await delegate({ tasks: TASKS.deposit });
    await expectRefusal(register(bob, {}, "staff"), "NotStaff");
    const key = world.actors.site.address;
    await expectRefusal(register(bob, { key }, "anyone"), "InvalidSignature");
    const { tag, signature } = await tagged(bob);
    for (const change of [{ tag: OTHER }, { deadline: tag.deadline + 1n }]) {
      const sent = tags().register({ ...tag, ...change }, signature);
      await expectRefusal(sent, "InvalidSignature");
    }
    const late = BigInt((await world.now()) - 1);
    await expectRefusal(register(bob, { deadline: late }), "DeadlinePassed", { deadline: late });
    await delegate({ tasks: TASKS.arrive });
    await register(bob, {}, "staff");
  });

  test("is not asked for by an arrival: whoever arrived without one the auditor names", async () => {
    const alice = await arriveNew(story, "Alice");
    expect(await tags().tagOf(trialId, alice.pseudonym)).toBe(`0x${"00".repeat(32)}`);
  });
});
