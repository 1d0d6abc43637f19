import { describe, test } from "vitest";
import { LOOP_MS, playUnderFire, ROUNDS } from "./loop.ts";

describe("kill -9 of the server, with PostgreSQL beside it", () => {
  test.each(ROUNDS)(
    "in the middle of steps of the journey loses and doubles nothing, and the audit is clean (round %i)",
    async (round) =>
      playUnderFire({ victim: "server", database: "postgresql", round, every: { sample: 3 } }),
    LOOP_MS,
  );
});
