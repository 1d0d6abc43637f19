import { describe, test } from "vitest";
import { LOOP_MS, playUnderFire, ROUNDS } from "./loop.ts";

describe("kill -9 of PostgreSQL", () => {
  test.each(ROUNDS)(
    "in the middle of steps loses and doubles nothing that was answered, and the audit is clean (round %i)",
    async (round) =>
      playUnderFire({ victim: "database", database: "postgresql", round, every: { sample: 3 } }),
    LOOP_MS,
  );
});
