import { describe, test } from "vitest";
import { LOOP_MS, playUnderFire, ROUNDS } from "./loop.ts";

describe("kill -9 of PostgreSQL", () => {
  test.each(ROUNDS)(
    "in the middle of every step loses and doubles nothing that was answered, and the audit is clean (round %i)",
    async (round) => playUnderFire({ victim: "database", database: "postgresql", round }),
    LOOP_MS,
  );
});
