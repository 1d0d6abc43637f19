import { defineConfig } from "vitest/config";
import { pageTests, RARER_PAGES } from "./test/support/rarerPages.ts";

/** They change what a process has only one of, or count what it holds. */
const ALONE = [
  ...["faults", "mutation", "scripts"].map((folder) => `test/${folder}/**/*.test.ts`),
  "test/*.test.ts",
  // It adds a capability to the one schema.
  "test/server/module.test.ts",
  // Their disk is full when they say so.
  "test/custodian/store.test.ts",
  "test/server/exchangeStorage.test.ts",
  // Its auditor goes by the stage's keys.
  "test/auditor/exchangeCommand.test.ts",
];

/** Their proofs are simulated with keys of the tests' own (test/support/ownKeys.ts): they are not about proving. */
const OWN_KEYS = [
  "test/security/{desk,otherSpelling,reissue,revocation,siteSignatures}.test.ts",
  "test/security/{takenCommitment,waitingConsent}.test.ts",
  "test/patient/partsJourney.test.ts",
  "test/site/{arrival,issuers,succession}.test.ts",
  "test/web/{auditor,auditorExchange,site,siteActs,siteData,siteStaff,sponsor,sponsorData}.test.ts",
];

/** A run that names files, as evidence does, has all of them. */
const left =
  process.env.RARER_PAGES === "later" ? pageTests(Object.values(RARER_PAGES).flat()) : [];

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
      { extends: true, test: { name: "alone", include: ALONE } },
      // The others' files share processes, and load what they import once.
      {
        extends: true,
        test: {
          name: "sharing",
          include: ["test/**/*.test.ts"],
          exclude: [...ALONE, ...OWN_KEYS, ...left],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: "own keys",
          include: OWN_KEYS,
          exclude: left,
          setupFiles: ["test/support/ownKeys.ts"],
          isolate: false,
        },
      },
    ],
  },
});
