import { describe, expect, test } from "vitest";
import { expectRefusal } from "../support/world.ts";
import { openScene } from "./scene.ts";
import { arriveNew, CODE, consent, enrollNew, type Person, personOf, signAct } from "./story.ts";
import { ON_STUDY, succeed } from "./succession.ts";

const { world, story, stateName, enrollment, expectSkipped, joined, arrive } = await openScene();

describe("what sites sign besides", () => {
  const sign = (person: Person, kind: Parameters<typeof signAct>[1]) =>
    signAct(story, kind, { pseudonym: person.pseudonym });

  test("a screen failure frees the place and ends the participation", async () => {
    const alice = await enrollNew(story, "Alice");
    const { act, signature } = await sign(alice, "ScreenFailure");
    await enrollment().failScreening(act, signature);
    expect(await stateName(alice)).toBe("ineligible");
    expect(await enrollment().placesTaken(story.trialId)).toBe(0n);
    await expectSkipped(alice, "WrongState");
    await expectRefusal(consent(story, alice, { sequence: 5n }), "WrongState");
    await enrollment().withdrawByCode(story.trialId, alice.pseudonym, CODE);
  });

  test("a completion ends an on-study participation; its place stays used", async () => {
    const alice = await enrollNew(story, "Alice");
    const { act, signature } = await sign(alice, "Completion");
    await expectRefusal(enrollment().finish(act, signature), "WrongState");
    await arrive(alice);
    await enrollment().finish(act, signature);
    expect(await stateName(alice)).toBe("off-study");
    expect(await enrollment().placesTaken(story.trialId)).toBe(1n);
  });

  test("an amendment may give a site a new key; the old one then signs nothing", async () => {
    const alice = await enrollNew(story, "Alice");
    const { anyone, otherSite } = world.actors;
    await story.publish({
      sites: [
        { siteId: 1, signer: anyone.address, capacity: 2 },
        { siteId: 2, signer: otherSite.address, capacity: 1 },
      ],
    });
    await story.approve(2);
    await expectRefusal(arrive(alice), "InvalidSignature");
    await arrive(alice, {}, "anyone");
  });

  test("refuses every act of a site that an amendment dropped", async () => {
    const [pending, onStudy] = [await enrollNew(story, "Alice"), await arriveNew(story, "Bob")];
    const { otherSite } = world.actors;
    await story.publish({ sites: [{ siteId: 2, signer: otherSite.address, capacity: 1 }] });
    await story.approve(2);
    const dropped = { siteId: 1n };
    await expectRefusal(arrive(pending), "UnknownSite", dropped);
    const acts = { failScreening: "ScreenFailure", finish: "Completion" } as const;
    for (const [send, kind] of Object.entries(acts)) {
      const { act, signature } = await sign(onStudy, kind);
      const sent = enrollment()[send as keyof typeof acts](act, signature);
      await expectRefusal(sent, "UnknownSite", dropped);
    }
    const { act, signature } = await sign(onStudy, "Withdrawal");
    await expectRefusal(enrollment().withdrawBySite(act, signature), "UnknownSite", dropped);
    const next = personOf(story, "Bob's new wallet");
    await expectRefusal(succeed(story, onStudy, next, ON_STUDY), "UnknownSite", dropped);
    // The person needs no site to go.
    await enrollment().withdrawByCode(story.trialId, onStudy.pseudonym, CODE);
  });

  test("a site that an amendment keeps without places signs, and takes nobody new", async () => {
    const [alice, bob] = [await enrollNew(story, "Alice"), await joined("Bob")];
    const { site, otherSite } = world.actors;
    await story.publish({
      sites: [
        { siteId: 1, signer: site.address, capacity: 0 },
        { siteId: 2, signer: otherSite.address, capacity: 1 },
      ],
    });
    await story.approve(2);
    await arrive(alice);
    expect(await stateName(alice)).toBe("on-study");
    await expectSkipped(bob, "SiteFull");
  });

  test("nobody is enrolled at a site that an amendment dropped", async () => {
    const bob = await joined("Bob");
    const { otherSite } = world.actors;
    await story.publish({ sites: [{ siteId: 2, signer: otherSite.address, capacity: 1 }] });
    await story.approve(2);
    await expectSkipped(bob, "UnknownSite");
  });
});
