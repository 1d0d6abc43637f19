import { describe, test } from "vitest";
import { LOOP_MS, playUnderFire, ROUNDS } from "./loop.ts";

describe("kill -9 of the server with PGlite inside it", () => {
  test.each(ROUNDS)(
    "in the middle of every step leaves a folder that goes on without loss or double, and the audit is clean (round %i)",
    async (round) => playUnderFire({ victim: "database", database: "pglite", round }),
    LOOP_MS,
  );
});
