import { describe, test } from "vitest";
import { LOOP_MS, playUnderFire, ROUNDS } from "./loop.ts";

/** The same journey as with PostgreSQL, where each step has its kill: a folder takes long to open again. */
const EVERY = process.env.FAULTS === "all" ? 1 : 3;

describe("kill -9 of the server with PGlite inside it", () => {
  test.each(ROUNDS)(
    "in the middle of steps leaves a folder that goes on without loss or double, and the audit is clean (round %i)",
    async (round) => playUnderFire({ victim: "database", database: "pglite", round, every: EVERY }),
    LOOP_MS,
  );
});
