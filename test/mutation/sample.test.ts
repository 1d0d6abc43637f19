// A few mutants in every run, so that the runner stays true to the sources and the tests; some more with
// `npm run evidence -- contracts`; all of them: node test/mutation/contracts.ts (CONTRACTS.md has the last whole run).
import { describe, expect, test } from "vitest";
import { buildContracts } from "../../scripts/contracts.ts";
import { sampleOf } from "./contracts.ts";
import { diffOf, mutantsOf } from "./mutants.ts";
import { judgeAll } from "./pool.ts";
import { readSources } from "./source.ts";
import { EXPLAINED, reasonFor } from "./survivors.ts";
import type { Verdict } from "./worker.ts";

/** Prime, so that the sample does not follow the sources' rhythm. */
const SAMPLE = Number(process.env.CONTRACT_MUTANTS ?? 2);

/** Every test that a mutant of the sample may be judged by runs once without it, too. */
const MANY_TESTS_MS = 600_000;

const sources = readSources();
const mutants = mutantsOf(sources);

describe("a mutant of the contracts", () => {
  test(
    "is noticed by a test, in a sample of all",
    async () => {
      buildContracts(() => {});
      const sample = sampleOf(
        mutants.filter((mutant) => reasonFor(sources, mutant) === undefined),
        SAMPLE,
      );
      const verdicts: [string, Verdict][] = [];
      const jobs = sample.map((mutant) => ({
        mutant,
        onVerdict: (verdict: Verdict) => verdicts.push([mutant.id, verdict]),
      }));
      await judgeAll(jobs, { workers: 1, allTests: false });
      expect(verdicts).toHaveLength(SAMPLE);
      const unnoticed = verdicts.filter(([, { status }]) => /survived|broken/.test(status));
      expect(unnoticed).toEqual([]);
    },
    MANY_TESTS_MS,
  );

  test("that may survive is still a mutant of the sources", () => {
    const diffs = new Set(mutants.map((mutant) => `${mutant.file} ${diffOf(sources, mutant)}`));
    const gone = EXPLAINED.filter(({ file, diff }) => !diffs.has(`contracts/${file}.sol ${diff}`));
    expect(gone).toEqual([]);
  });
});
