import { describe, expect, test } from "vitest";
import {
  enrollmentDomain,
  SUCCESSION_TYPES,
  type Succession,
} from "../../circuits/statement/consent.ts";
import { openScene } from "./scene.ts";
import {
  arriveNew,
  CHAIN_ID,
  CODE,
  consent,
  enrollNew,
  type Person,
  personOf,
  screen,
  signAct,
} from "./story.ts";
import { type Actor, expectRefusal, number } from "./world.ts";

const { world, story, stateName, enrollment, enroll, joined, arrive } = await openScene();

describe("what sites sign besides", () => {
  const sign = (person: Person, kind: Parameters<typeof signAct>[1]) =>
    signAct(story, kind, { pseudonym: person.pseudonym });

  test("a screen failure frees the place and ends the participation", async () => {
    const alice = await enrollNew(story, "Alice");
    const { act, signature } = await sign(alice, "ScreenFailure");
    await enrollment().failScreening(act, signature);
    expect(await stateName(alice)).toBe("ineligible");
    expect(await enrollment().placesTaken(story.trialId)).toBe(0n);
    await expectRefusal(enroll(alice), "WrongState");
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

  test("a site that an amendment dropped can still report a withdrawal", async () => {
    const alice = await arriveNew(story, "Alice");
    const { otherSite } = world.actors;
    await story.publish({ sites: [{ siteId: 2, signer: otherSite.address, capacity: 1 }] });
    await story.approve(2);
    const { act, signature } = await sign(alice, "Withdrawal");
    await enrollment().withdrawBySite(act, signature);
    expect(await stateName(alice)).toBe("withdrawn");
  });
});

describe("a lost wallet's successor", () => {
  async function successionOf(old: Person, next: Person, signer: Actor = "site") {
    const succession: Succession = {
      trialId: story.trialId,
      pseudonym: old.pseudonym,
      siteId: 1,
      successorNullifier: next.nullifier,
      successorCommitment: next.commitment,
      deadline: BigInt((await world.now()) + 600),
    };
    const domain = enrollmentDomain(CHAIN_ID, world.deployment.addresses.Enrollment);
    const signature = await world.actors[signer].signTypedData(
      domain,
      SUCCESSION_TYPES,
      succession,
    );
    return { succession, signature };
  }

  test("is admitted as screened, consents, and takes the freed place; the old pseudonym ends", async () => {
    const old = await arriveNew(story, "Alice");
    const next = personOf(story, "Alice's new wallet");
    const { succession, signature } = await successionOf(old, next);
    await enrollment().succeed(succession, signature);
    expect(await stateName(old)).toBe("off-study");
    expect(await enrollment().placesTaken(story.trialId)).toBe(0n);
    await consent(story, next);
    await enroll(next);
    await arrive(next);
    expect(await stateName(next)).toBe("on-study");
    await expectRefusal(enrollment().succeed(succession, signature), "WrongState");
    await expectRefusal(consent(story, old, { sequence: 9n }), "WrongState");
    await expectRefusal(consent(story, old, { sequence: 9n, permissions: 0 }), "WrongState");
  });

  test("cannot be screened besides: the new identity has had its answer", async () => {
    const old = await enrollNew(story, "Alice");
    const next = personOf(story, "Alice's new wallet");
    const { succession, signature } = await successionOf(old, next);
    await enrollment().succeed(succession, signature);
    await expectRefusal(screen(story, { ...next, commitment: number("2nd") }), "AlreadyScreened");
  });

  test("must be new: refuses someone screened or a commitment that is taken", async () => {
    const old = await enrollNew(story, "Alice");
    const bob = await joined("Bob");
    const again = await successionOf(old, bob);
    await expectRefusal(enrollment().succeed(again.succession, again.signature), "AlreadyScreened");
    const another = await successionOf(old, { ...bob, commitment: number("another") });
    const overwrite = enrollment().succeed(another.succession, another.signature);
    await expectRefusal(overwrite, "AlreadyScreened");
    const known = await enrollment().commitmentOf(story.trialId, bob.nullifier);
    expect(known).toBe(bob.commitment);
    const taken = await successionOf(old, { ...bob, nullifier: number("new") });
    await expectRefusal(enrollment().succeed(taken.succession, taken.signature), "AlreadyScreened");
  });

  test("is vouched for by the participant's site only, over exactly these numbers", async () => {
    const old = await enrollNew(story, "Alice");
    const next = personOf(story, "Alice's new wallet");
    const bySponsor = await successionOf(old, next, "sponsor");
    const forged = enrollment().succeed(bySponsor.succession, bySponsor.signature);
    await expectRefusal(forged, "InvalidSignature");
    const { succession, signature } = await successionOf(old, next);
    const mine = { ...succession, successorCommitment: number("mine") };
    await expectRefusal(enrollment().succeed(mine, signature), "InvalidSignature");
  });
});
