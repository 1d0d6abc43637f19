// Real charts: what it costs to read and to build their records, and what the records then prove beside a careful reader.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { DOMAINS, type Domain } from "../../circuits/statement/encoding/code.ts";
import { parseDay } from "../../circuits/statement/encoding/day.ts";
import { readBundle } from "../../client/clinic/read/bundle.ts";
import { parseJson } from "../../client/clinic/read/json.ts";
import type { Source } from "../../client/clinic/read/source.ts";
import { buildRecord } from "../../client/clinic/record/issue.ts";
import { figuresOf } from "../facts/bundles.ts";
import { CHARTS_FOLDER, HOW_TO_GIVE_ONE } from "../facts/folder.ts";
import { type Bench, inTurns, ms, type Result } from "./measure.ts";

const ISSUED = "2026-11-29";
const ROUNDS = 5;
const QUESTIONS = 60;
const COMPLETE_AT_LEAST = 95;
const LOST_AT_MOST = 0.02;

type Text = { readonly name: string; readonly text: string };

function textsIn(folder: string): Text[] {
  const names = readdirSync(folder).filter((name) => /\.json(\.gz)?$/.test(name));
  return names.sort().map((name) => {
    const bytes = readFileSync(join(folder, name));
    return { name, text: String(name.endsWith(".gz") ? gunzipSync(bytes) : bytes) };
  });
}

const sourceOf = ({ name, text }: Text): Source => readBundle(parseJson(text, name), name);

function build(source: Source): void {
  buildRecord({
    source,
    issuer: `0x${"c1".repeat(20)}`,
    issuedDay: parseDay(ISSUED),
    coverageFromDay: 0,
    identityCommitment: 7n,
    identitySince: 0,
    blinding: 1n << 200n,
    completeFor: Object.keys(DOMAINS) as Domain[],
  });
}

async function measureCost(texts: readonly Text[]): Promise<Result> {
  const costs = await inTurns(ROUNDS, {
    parse: () => {
      for (const { text } of texts) JSON.parse(text);
    },
    record: () => {
      for (const text of texts) build(sourceOf(text));
    },
  });
  const [parse, record] = [costs.parse.cpuMs / texts.length, costs.record.cpuMs / texts.length];
  return {
    what: "CPU to read a bundle and build its record",
    baseline: `JSON.parse of the same text, ${ms(parse)}`,
    measured: `${ms(record)}, ${(record / parse).toFixed(1)}x`,
    target: "",
    reached: undefined,
  };
}

function measureFigures(texts: readonly Text[]): Result[] {
  const { patients, refused, asked, contradicted, lost, complete } = figuresOf(
    texts.map(sourceOf),
    { issued: ISSUED, questions: QUESTIONS },
  );
  const baseline = `${patients} patients, ${refused} refused`;
  const share = (100 * complete) / patients;
  return [
    {
      ...{ what: "patients whose conditions and medications stay complete", baseline },
      ...{ measured: `${complete}`, target: `at least ${COMPLETE_AT_LEAST} %` },
      reached: share >= COMPLETE_AT_LEAST,
    },
    {
      ...{ what: "patients who prove what a completion of their chart contradicts", baseline },
      ...{ measured: `${contradicted.length}`, target: "0" },
      reached: contradicted.length === 0,
    },
    {
      ...{ what: "verdicts that the chart gives and the record does not" },
      baseline: `${asked} questions`,
      measured: `${lost}, ${((100 * lost) / asked).toFixed(2)} %`,
      target: `at most ${100 * LOST_AT_MOST} %`,
      reached: lost <= LOST_AT_MOST * asked,
    },
  ];
}

async function run(say: (progress: string) => void) {
  if (!existsSync(CHARTS_FOLDER)) return { skipped: HOW_TO_GIVE_ONE };
  const texts = textsIn(CHARTS_FOLDER);
  say(`${texts.length} bundles`);
  const cost = await measureCost(texts);
  say(`${QUESTIONS} questions to each`);
  return [cost, ...measureFigures(texts)];
}

export const charts: Bench = {
  name: "charts",
  about: "real charts to records: CPU, completeness, verdicts beside a careful reader's",
  run,
};
