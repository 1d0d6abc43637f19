// The two laws (client/clinic/FACTS.md): what a record can prove of a chart with gaps holds in every completion of it.
import { expect, test } from "vitest";
import { LOST_AT_MOST, SHOWN_AT_LEAST, tryCharts } from "./laws.ts";

const CHARTS = Number(process.env.CHARTS ?? 5_000);
const QUESTIONS = 20;

test(`no record of ${CHARTS} charts with gaps proves what a completion of its chart contradicts`, () => {
  const first = Number(process.env.FIRST_CHART ?? 1);
  const { violations, lost, shown, asked, refused } = tryCharts({
    first,
    charts: CHARTS,
    questions: QUESTIONS,
  });
  const told = violations.slice(0, 3).map((v) => JSON.stringify(v, null, 1));
  expect(violations.length, told.join("\n")).toBe(0);
  expect(shown / asked).toBeGreaterThan(SHOWN_AT_LEAST);
  expect(lost.length / asked).toBeLessThan(LOST_AT_MOST);
  expect(refused).toBeLessThan(CHARTS / 20);
}, 600_000);
