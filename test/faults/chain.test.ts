import { describe, test } from "vitest";
import { LOOP_MS, playUnderFire, ROUNDS } from "./loop.ts";

describe("kill -9 of the chain, back to its last snapshot", () => {
  test.each(ROUNDS)(
    "in the middle of steps has everything sent again that was lost, once, and the audit is clean (round %i)",
    async (round) =>
      playUnderFire({ victim: "chain", database: "postgresql", round, every: { sample: 3 } }),
    LOOP_MS,
  );
});
