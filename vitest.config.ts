import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    pool: "forks",
    // Two cores and several tests that prove or start a chain: two files at a time.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Its default of a second is less than a busy machine may stall.
    expect: { poll: { timeout: 30_000 } },
    reporters: ["default"],
  },
});
