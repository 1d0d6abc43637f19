// What a board says in words: who may, of which version, what follows from it, and what it costs.
import { describe, expect, test } from "vitest";
import { OPINIONS, ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import { type Actor, bytes32, DAY, expectRefusal, REASON, ROLE } from "../support/world.ts";
import { told } from "./events.ts";
import { openScene } from "./scene.ts";

const { world, story } = await openScene({ approved: false });
const { trialId } = story;
const WORDS = bytes32("words");
const NUMBER = { comment: 0n, "changes-requested": 1n, rejection: 2n, suspension: 3n };

const trials = (by: Actor = "board") => world.as(by).trials;
const comment = (version: number, by?: Actor) => trials(by).comment(trialId, version, WORDS);
const requestChanges = (version: number, by?: Actor) =>
  trials(by).requestChanges(trialId, version, story.digestOf(version), WORDS);
const reject = (version: number, by?: Actor) =>
  trials(by).reject(trialId, version, story.digestOf(version), WORDS);
const approve = async (version: number) =>
  trials().approve(trialId, version, story.digestOf(version), (await world.now()) + DAY);
const said = (version: bigint, opinion: bigint, textHash = WORDS) => [
  "OpinionGiven",
  { trialId, version, opinion, textHash, by: world.actors.board.address },
];

describe("an opinion", () => {
  test("is told with version, kind, hash and board", async () => {
    expect(Object.keys(NUMBER)).toEqual([...OPINIONS]);
    expect(await told(comment(1))).toEqual([said(1n, NUMBER.comment)]);
    expect(await told(requestChanges(1))).toEqual([said(1n, NUMBER["changes-requested"])]);
    expect(await told(reject(1))).toEqual([said(1n, NUMBER.rejection)]);
  });

  test.each([
    ["comment", comment],
    ["request for changes", requestChanges],
    ["rejection", reject],
  ] as const)("a %s is the trial's own board's alone", async (_, give) => {
    for (const by of ["otherBoard", "sponsor", "governance", "anyone"] as const) {
      await expectRefusal(give(1, by), "NotYourTrial");
    }
    await world.as("governance").accreditation.deaccredit(ROLE.board, world.actors.board.address);
    await expectRefusal(give(1), "NotAccredited");
  });

  test("has words, and is of a version that there is", async () => {
    const digest = story.digestOf(1);
    await expectRefusal(trials().comment(trialId, 1, ZERO_BYTES32), "EmptyText");
    const empty = [trialId, 1, digest, ZERO_BYTES32] as const;
    await expectRefusal(trials().requestChanges(...empty), "EmptyText");
    await expectRefusal(trials().reject(...empty), "EmptyText");
    await expectRefusal(comment(2), "UnknownVersion", { version: 2n });
    await expectRefusal(trials().comment(bytes32("none"), 1, WORDS), "UnknownTrial");
    const unknown = [trialId, 2, digest, WORDS] as const;
    await expectRefusal(trials().requestChanges(...unknown), "UnknownVersion");
    await expectRefusal(trials().reject(...unknown), "UnknownVersion");
  });

  test("that changes something is of the digest that the board read", async () => {
    const other = [trialId, 1, bytes32("other terms"), WORDS] as const;
    const expected = { expected: story.digestOf(1) };
    await expectRefusal(trials().requestChanges(...other), "DigestMismatch", expected);
    await expectRefusal(trials().reject(...other), "DigestMismatch", expected);
  });

  test.each([
    ["changes are requested", requestChanges],
    ["a version is rejected", reject],
  ] as const)("%s while the newest is undecided, and never after", async (_, give) => {
    await story.publish({ capacity: 20 });
    await expectRefusal(give(1), "VersionSuperseded", { current: 2n });
    await approve(2);
    await expectRefusal(give(2), "WrongStatus");
    await story.publish({ capacity: 30 });
    await trials("sponsor").close(trialId);
    await trials("sponsor").complete(trialId);
    await expectRefusal(give(3), "WrongStatus");
    // To comment is always possible.
    await comment(1);
    await comment(3);
  });
});

describe("a version", () => {
  test("that changes were asked for can still be approved, or rejected", async () => {
    await requestChanges(1);
    await requestChanges(1);
    await approve(1);
    expect((await trials().versionOf(trialId, 1)).rejected).toBe(false);
    await story.publish({ capacity: 20 });
    await requestChanges(2);
    await reject(2);
    expect((await trials().versionOf(trialId, 2)).rejected).toBe(true);
  });

  test("that was rejected is never approved, nor rejected again; a new one can be", async () => {
    await reject(1);
    await expectRefusal(approve(1), "VersionRejected", { version: 1n });
    await expectRefusal(reject(1), "VersionRejected", { version: 1n });
    await expectRefusal(requestChanges(1), "VersionRejected", { version: 1n });
    await comment(1);
    await story.publish({ capacity: 20 });
    await expectRefusal(approve(1), "VersionSuperseded");
    await approve(2);
    expect((await trials().trialOf(trialId)).current).toBe(2n);
  });

  test("in force stays in force when an amendment is rejected, and is renewed", async () => {
    await approve(1);
    await story.publish({ capacity: 20 });
    await reject(2);
    await approve(1);
    const { current, status } = await trials().trialOf(trialId);
    expect([current, status]).toEqual([1n, 2n]);
  });

  test("rejected under one board is not approved by the next", async () => {
    await reject(1);
    const { otherBoard } = world.actors;
    await world.as("governance").trials.changeBoard(trialId, otherBoard.address);
    const until = (await world.now()) + DAY;
    const other = trials("otherBoard").approve(trialId, 1, story.digestOf(1), until);
    await expectRefusal(other, "VersionRejected");
  });
});

describe("a suspension", () => {
  test("says why, about the version in force", async () => {
    await approve(1);
    await expectRefusal(trials().suspend(trialId, ZERO_BYTES32), "EmptyText");
    const [opinion, change] = await told(trials().suspend(trialId, REASON));
    expect(opinion).toEqual(said(1n, NUMBER.suspension, REASON));
    expect(change![0]).toBe("StatusChanged");
  });
});
