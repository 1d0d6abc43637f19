import { defineConfig } from "vitest/config";

/** Their files share processes, and load what they import once. What is left of the others' would be in their way. */
const SHARING = [
  ...["auditor", "circuits", "cli", "clinic", "contracts", "criteria", "dictionary", "facts"],
  ...["patient", "proof", "server", "site", "sponsor"],
].map((folder) => `test/${folder}/**/*.test.ts`);

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
        test: { name: "alone", include: ["test/**/*.test.ts"], exclude: SHARING },
      },
      { extends: true, test: { name: "sharing", include: SHARING, isolate: false } },
    ],
  },
});
