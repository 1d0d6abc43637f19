// Asks generated charts generated questions, of the product and of the careful reader, and counts where they differ.

import { type Compiled, compile } from "../../circuits/statement/criteria/compile.ts";
import { DOMAINS, type Domain } from "../../circuits/statement/encoding/code.ts";
import { ONGOING, parseDay } from "../../circuits/statement/encoding/day.ts";
import { evaluateCriteria } from "../../circuits/witness/evaluate.ts";
import { ClinicError } from "../../client/clinic/problem.ts";
import { readBundle } from "../../client/clinic/read/bundle.ts";
import { buildRecord } from "../../client/clinic/record/issue.ts";
import { type Chart, ISSUED, seeded, textOf } from "./chart.ts";
import { askOne, type Question } from "./criteria.ts";
import { chartOf } from "./generate.ts";
import { readChart } from "./reader.ts";

/** A criterion that the product lets a patient prove although some completion of the chart says otherwise. */
export type Violation = {
  readonly seed: number;
  readonly criteria: unknown;
  readonly asOf: string;
  readonly chart: Chart;
};

export type Outcome = {
  readonly charts: number;
  readonly refused: number;
  readonly asked: number;
  /** Provable, and so in every completion. */
  readonly shown: number;
  readonly violations: readonly Violation[];
  /** So in every completion, and not provable: never unsound, but a place that somebody loses. */
  readonly lost: readonly Violation[];
};

/** Shares of the questions. A record that proved nothing would break no law. */
export const SHOWN_AT_LEAST = 0.15;
/**
 * What is not placed clears a whole kind of statements, be it long over: that loses one question in sixty. More would be
 * a place that somebody loses for nothing.
 */
export const LOST_AT_MOST = 0.02;

const compiledBefore = new Map<string, Compiled>();

/** Compiling is the dearest part, and the questions repeat. */
function compileOnce({ criteria }: Question): Compiled {
  const key = JSON.stringify(criteria);
  const known = compiledBefore.get(key);
  if (known !== undefined) return known;
  const fresh = compile(criteria, { salt: 1n << 130n, latestIdentitySince: ONGOING });
  compiledBefore.set(key, fresh);
  return fresh;
}

const LATER = [0, 0, 1, 6];
const PRODUCT_ISSUED = parseDay(textOf(ISSUED));

/** Asks `questions` of each chart from `first` on. `onChart` is told how many are done. */
export function tryCharts(
  { first, charts, questions }: { first: number; charts: number; questions: number },
  onChart: (done: number) => void = () => {},
): Outcome {
  const violations: Violation[] = [];
  const lost: Violation[] = [];
  let [refused, asked, shown] = [0, 0, 0];
  for (let seed = first; seed < first + charts; seed++) {
    onChart(seed - first);
    const chart = chartOf(seed);
    const record = recordOf(chart);
    if (record === undefined) {
      refused++;
      continue;
    }
    const reading = readChart(chart);
    const random = seeded(seed ^ 0x5eed);
    for (let i = 0; i < questions; i++) {
      const question = askOne(random, reading);
      const later = random.pick(LATER);
      const compiled = compileOnce(question);
      const { eligible } = evaluateCriteria({ compiled, record, asOf: PRODUCT_ISSUED + later });
      const holds = question.holds(reading, ISSUED + later);
      asked++;
      if (eligible && holds) shown++;
      if (eligible === holds) continue;
      const found = { seed, criteria: question.criteria, asOf: textOf(ISSUED + later), chart };
      (eligible ? violations : lost).push(found);
    }
  }
  return { charts, refused, asked, shown, violations, lost };
}

/** The record of a chart, every domain declared complete; undefined when the clinic refuses the chart. */
export function recordOf({ bundle }: Chart) {
  try {
    return buildRecord({
      source: readBundle(bundle, "chart.json"),
      issuer: `0x${"c1".repeat(20)}`,
      issuedDay: PRODUCT_ISSUED,
      coverageFromDay: 0,
      identityCommitment: 7n,
      identitySince: 0,
      blinding: 1n << 200n,
      completeFor: Object.keys(DOMAINS) as Domain[],
    }).record;
  } catch (error) {
    if (error instanceof ClinicError) return undefined;
    throw error;
  }
}
