import { defineConfig } from "vitest/config";

/** Files that only compute, or keep a chain in memory: they share their process, and load what they import once. */
const COMPUTING = ["clinic", "contracts", "criteria", "dictionary", "facts", "site", "sponsor"].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);

export default defineConfig({
  test: {
    pool: "forks",
    // Two cores and several tests that prove or start a chain: two files at a time.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Its default of a second is less than a busy machine may stall.
    expect: { poll: { timeout: 30_000 } },
    reporters: ["default"],
    projects: [
      {
        extends: true,
        test: { name: "alone", include: ["test/**/*.test.ts"], exclude: COMPUTING },
      },
      { extends: true, test: { name: "computing", include: COMPUTING, isolate: false } },
    ],
  },
});
