// Real charts (Synthea, FHIR R4), where they are at hand: what a careful reader denies is never proven, and ordinary
// charts stay complete with the dictionary's own tables.
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { readSources } from "../../client/clinic/read/read.node.ts";
import { figuresOf } from "./bundles.ts";
import { CHARTS_FOLDER, HOW_TO_GIVE_ONE } from "./folder.ts";

const QUESTIONS = 60;
const COMPLETE_AT_LEAST = 0.95;
const hasCharts = existsSync(CHARTS_FOLDER);
if (!hasCharts) console.log(`Real charts are not tested: ${HOW_TO_GIVE_ONE}`);

test.skipIf(!hasCharts)(
  "no patient of real charts proves what a completion of their chart contradicts, and most stay complete",
  async () => {
    const sources = await readSources(CHARTS_FOLDER);
    const figures = figuresOf(sources, { issued: "2026-11-29", questions: QUESTIONS });
    expect(figures.contradicted).toEqual([]);
    expect(figures.refused).toBe(0);
    expect(figures.complete / figures.patients).toBeGreaterThanOrEqual(COMPLETE_AT_LEAST);
  },
  300_000,
);
