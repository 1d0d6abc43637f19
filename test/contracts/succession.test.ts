import { describe, expect, test } from "vitest";
import { FIELD_ORDER } from "../../circuits/statement/encoding/field.ts";
import { screeningMessage, successionMessage } from "../../circuits/statement/trial/trial.ts";
import { bytes32, expectRefusal, number } from "../support/world.ts";
import { openScene } from "./scene.ts";
import {
  arriveNew,
  CODE,
  consent,
  enrollNew,
  personOf,
  screen,
  type screeningOf,
  signAct,
  standing,
} from "./story.ts";
import { ON_STUDY, succeed, successionOf } from "./succession.ts";

const { world, story, stateName, ...acts } = await openScene();
const { enrollment, screening, enroll, joined, arrive } = acts;
const next = personOf(story, "Alice's new wallet");
const commitmentOf = (nullifier: bigint) => screening().commitmentOf(story.trialId, nullifier);

describe("a lost wallet's successor", () => {
  test("is admitted as screened, consents, and takes the freed place; the old pseudonym ends", async () => {
    const old = await arriveNew(story, "Alice");
    await succeed(story, old, next, ON_STUDY);
    expect(await stateName(old)).toBe("off-study");
    expect(await enrollment().placesTaken(story.trialId)).toBe(0n);
    expect(await commitmentOf(next.nullifier)).toBe(next.commitment);
    await consent(story, next);
    await enroll(next);
    await arrive(next);
    expect(await stateName(next)).toBe("on-study");
    await expectRefusal(succeed(story, old, next, ON_STUDY), "WrongState");
    await expectRefusal(consent(story, old, { sequence: 9n }), "WrongState");
    await expectRefusal(consent(story, old, { sequence: 9n, permissions: 0 }), "WrongState");
  });

  test("of someone not arrived comes with the printed code, also before any enrollment", async () => {
    const eligible = await joined("Alice");
    const before = await world.snapshot();
    await succeed(story, eligible, next);
    expect(await stateName(eligible)).toBe("off-study");
    await world.revert(before);
    await enroll(eligible);
    await succeed(story, eligible, next);
    expect(await enrollment().placesTaken(story.trialId)).toBe(0n);
    expect((await standing(story, eligible)).participant.permissions).toBe(0n);
  });

  test("joins the group of the version in force, whatever group the old wallet was in", async () => {
    const old = await arriveNew(story, "Alice");
    await story.publish({
      requiresRescreening: true,
      criteriaHashes: [number("tighter")],
      successorHashes: [number("tighter for successors")],
    });
    await story.approve(2);
    await succeed(story, old, next, ON_STUDY);
    const { semaphore } = world.as("anyone");
    const group = await screening().groupOf(story.trialId, 2);
    expect(await semaphore.hasMember(group, next.commitment)).toBe(true);
    await consent(story, next);
    expect(await stateName(next)).toBe("eligible");
  });

  test("of a trial of several parts proves each", async () => {
    await story.publish({
      criteriaHashes: [number("p"), number("q")],
      successorHashes: [number("p for successors"), number("q for successors")],
    });
    await story.approve(2);
    const old = await arriveNew(story, "Alice");
    const { proof } = await successionOf(story, old, next, ON_STUDY);
    const one = succeed(story, old, next, { ...ON_STUDY, proof: { parts: [proof.parts[0]] } });
    await expectRefusal(one, "WrongParts", { expected: 2n });
    await succeed(story, old, next, ON_STUDY);
  });
});

describe("a succession", () => {
  test("refuses a stranger who was never found eligible: the site's word admits nobody", async () => {
    const victim = await joined("Victim");
    const made = await successionOf(story, victim, next);
    const points = Array(8).fill(0n);
    const proofless = { parts: made.proof.parts.map((part) => ({ ...part, points })) };
    await expectRefusal(succeed(story, victim, next, { proof: proofless }), "InvalidProof");
    const none = succeed(story, victim, next, { proof: { parts: [] } });
    await expectRefusal(none, "WrongParts", { expected: 1n });
    expect(await stateName(victim)).toBe("eligible");
    expect(await commitmentOf(next.nullifier)).toBe(0n);
  });

  test("refuses to retire somebody not arrived without the printed code", async () => {
    const victim = await joined("Victim");
    for (const enrolled of [false, true]) {
      if (enrolled) await enroll(victim);
      for (const code of [bytes32("guess"), ON_STUDY.code]) {
        await expectRefusal(succeed(story, victim, next, { code }), "WrongCode");
      }
    }
    expect(await stateName(victim)).toBe("pending-on-study");
  });

  test("takes no code once the person is on study, and then ends it", async () => {
    const old = await arriveNew(story, "Alice");
    await expectRefusal(succeed(story, old, next, { code: CODE }), "WrongCode");
    await succeed(story, old, next, ON_STUDY);
    const late = enrollment().withdrawByCode(story.trialId, old.pseudonym, CODE);
    await expectRefusal(late, "WrongCode");
  });

  test("refuses proofs of a screening, of another pseudonym, version or criteria", async () => {
    const old = await arriveNew(story, "Alice");
    const { trialId } = story;
    const of = { trialId, version: 1, successorCommitment: next.commitment };
    const refuse = (proves: Parameters<typeof screeningOf>[2]) =>
      expectRefusal(succeed(story, old, next, { ...ON_STUDY, proves }), "InvalidProof");
    const participantCommitment = next.commitment;
    await refuse({ message: screeningMessage({ trialId, version: 1, participantCommitment }) });
    await refuse({ message: successionMessage({ ...of, pseudonym: old.pseudonym + 1n }) });
    await refuse({ message: successionMessage({ ...of, version: 2, pseudonym: old.pseudonym }) });
    await refuse({ hashes: story.published[0]!.criteriaHashes });
    const { proof } = await successionOf(story, old, next, ON_STUDY);
    await expectRefusal(screening().screen(proof), "InvalidProof");
    await story.publish();
    await story.approve(2);
    const outdated = succeed(story, old, next, { ...ON_STUDY, proves: { version: 1 } });
    await expectRefusal(outdated, "VersionSuperseded", { current: 2n });
  });

  test("refuses proofs of somebody else than the site signed for", async () => {
    const old = await arriveNew(story, "Alice");
    const other = personOf(story, "Mallory");
    const names = [
      { nullifier: other.nullifier },
      { participantCommitment: other.commitment },
      { trialId: bytes32("another trial") },
    ];
    for (const proof of names) {
      await expectRefusal(succeed(story, old, next, { ...ON_STUDY, proof }), "InvalidProof");
    }
    // Sound proofs of the successor's, where the site signed for somebody else in one of the two numbers.
    for (const change of [
      { successorNullifier: other.nullifier },
      { successorCommitment: other.commitment },
    ]) {
      await expectRefusal(succeed(story, old, next, { ...ON_STUDY, change }), "InvalidProof");
    }
  });

  test("must be of someone new: refuses someone screened or a commitment that is taken", async () => {
    const old = await enrollNew(story, "Alice");
    const bob = await joined("Bob");
    await expectRefusal(succeed(story, old, bob), "AlreadyScreened");
    const another = { ...bob, commitment: number("another") };
    await expectRefusal(succeed(story, old, another), "AlreadyScreened");
    expect(await commitmentOf(bob.nullifier)).toBe(bob.commitment);
    const taken = { ...bob, nullifier: number("new") };
    await expectRefusal(succeed(story, old, taken), "AlreadyScreened");
    // Nor someone whose screening an amendment has outdated.
    await story.publish({ requiresRescreening: true });
    await story.approve(2);
    await expectRefusal(succeed(story, old, bob), "AlreadyScreened");
  });

  test("cannot be followed by a screening: the new identity has had its answer", async () => {
    const old = await enrollNew(story, "Alice");
    await succeed(story, old, next);
    await expectRefusal(screen(story, { ...next, commitment: number("2nd") }), "AlreadyScreened");
  });

  test("is vouched for by the participant's site only, over exactly these numbers", async () => {
    const old = await enrollNew(story, "Alice");
    const bySponsor = succeed(story, old, next, { signer: "sponsor" });
    await expectRefusal(bySponsor, "InvalidSignature");
    const made = await successionOf(story, old, next);
    const mine = { ...made.succession, successorCommitment: number("mine") };
    const sent = enrollment().succeed(mine, made.code, made.proof, made.signature);
    await expectRefusal(sent, "InvalidSignature");
    const elsewhere = succeed(story, old, next, { change: { siteId: 2 }, signer: "otherSite" });
    await expectRefusal(elsewhere, "WrongSite", { expected: 1n });
  });

  test("has numbers in the field, and a commitment that is not zero", async () => {
    const old = await joined("Alice");
    await expectRefusal(succeed(story, old, { ...next, commitment: 0n }), "NotInField");
    for (const value of [FIELD_ORDER, FIELD_ORDER + 5n]) {
      const refused = { value };
      const commitment = succeed(story, old, { ...next, commitment: value });
      await expectRefusal(commitment, "NotInField", refused);
      const nullifier = succeed(story, old, { ...next, nullifier: value });
      await expectRefusal(nullifier, "NotInField", refused);
    }
    const last = FIELD_ORDER - 1n;
    await succeed(story, old, { ...next, nullifier: last, commitment: last });
  });

  test("of someone without a place frees none; the old pseudonym keeps no permission", async () => {
    await enrollNew(story, "Bob");
    const old = await joined("Alice");
    await succeed(story, old, next);
    expect(await enrollment().placesTaken(story.trialId)).toBe(1n);
    expect((await standing(story, old)).participant.permissions).toBe(0n);
    expect(await stateName(old)).toBe("off-study");
  });

  test("is refused to those who have ended: withdrawn, ineligible or unknown", async () => {
    await expectRefusal(succeed(story, personOf(story, "Nobody"), next), "UnknownParticipant");
    const old = await joined("Alice");
    const before = await world.snapshot();
    await enrollment().withdrawByCode(story.trialId, old.pseudonym, CODE);
    await expectRefusal(succeed(story, old, next), "WrongState");
    await world.revert(before);
    const signed = await signAct(story, "ScreenFailure", { pseudonym: old.pseudonym });
    await enrollment().failScreening(signed.act, signed.signature);
    await expectRefusal(succeed(story, old, next), "WrongState");
  });

  test("is refused while the trial takes nobody: the successor could not consent", async () => {
    const old = await arriveNew(story, "Alice");
    await world.as("sponsor").trials.close(story.trialId);
    await expectRefusal(succeed(story, old, next, ON_STUDY), "TrialClosed");
    expect(await stateName(old)).toBe("on-study");
  });

  test("is asked of Enrollment: nobody has a successor admitted otherwise", async () => {
    const old = await arriveNew(story, "Alice");
    const { proof } = await successionOf(story, old, next, ON_STUDY);
    for (const actor of ["sponsor", "board", "governance", "site", "deployer"] as const) {
      const sent = screening(actor).admitSuccessor(proof, old.pseudonym);
      const { address } = world.actors[actor];
      await expectRefusal(sent, "NotAccredited", { account: address });
    }
  });
});
