// What a board's words cost, by the optimized build.
import { expect, test } from "vitest";
import { bytes32 } from "../support/world.ts";
import { openScene } from "./scene.ts";

const { world, story } = await openScene({ approved: false });
const { trialId } = story;
const { trials } = world.as("board");
const words = bytes32("words");

test("words cost little", async () => {
  const gasOf = async (sent: ReturnType<typeof trials.comment>) =>
    (await (await sent).wait())!.gasUsed;
  const digest = story.digestOf(1);
  expect(await gasOf(trials.comment(trialId, 1, words))).toBeLessThan(40_000n);
  expect(await gasOf(trials.requestChanges(trialId, 1, digest, words))).toBeLessThan(43_500n);
  expect(await gasOf(trials.reject(trialId, 1, digest, words))).toBeLessThan(47_000n);
});
