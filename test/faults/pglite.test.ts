import { describe, test } from "vitest";
import { LOOP_MS, playUnderFire, ROUNDS } from "./loop.ts";

/** The same journey as with PostgreSQL, where more steps have their kill: a folder takes long to open again. */
const EVERY = { sample: 5, once: 3 };

describe("kill -9 of the server with PGlite inside it", () => {
  test.each(ROUNDS)(
    "in the middle of steps leaves a folder that goes on without loss or double, and the audit is clean (round %i)",
    async (round) => playUnderFire({ victim: "database", database: "pglite", round, every: EVERY }),
    LOOP_MS,
  );
});
