// Mutation testing of the contracts: changes one place of contracts/*.sol at a time and expects a
// test to notice.
//   node test/mutation/contracts.ts                    all; goes on where the last run ended
//   node test/mutation/contracts.ts --sample 20        every so many, 20 in all
//   node test/mutation/contracts.ts --file AsOf        of one source
//   node test/mutation/contracts.ts --line AsOf.sol:46 again those of a line
//   node test/mutation/contracts.ts --survivors        those that no test noticed, by every test
//   node test/mutation/contracts.ts --workers 2        in parallel
//   node test/mutation/contracts.ts --page             writes CONTRACTS.md from the results
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { buildContracts } from "../../scripts/contracts.ts";
import { root } from "../../scripts/tool.ts";
import { type Mutant, mutantsOf } from "./mutants.ts";
import { judgeAll } from "./pool.ts";
import { type Result, summaryOf, writePage } from "./report.ts";
import { readSources } from "./source.ts";
import type { Verdict } from "./worker.ts";

const RESULTS = `${root}contracts/build/mutation.json`;
const sources = readSources();

/** Results by mutant; each holds for one text of its source. */
function readResults(): Record<string, Result> {
  return existsSync(RESULTS)
    ? (JSON.parse(readFileSync(RESULTS, "utf8")) as Record<string, Result>)
    : {};
}

function writeResults(results: Record<string, Result>): void {
  mkdirSync(dirname(RESULTS), { recursive: true });
  writeFileSync(RESULTS, JSON.stringify(results, null, 1));
}

const textHash = (mutant: Mutant) =>
  createHash("sha256").update(sources[mutant.file]!).digest("hex").slice(0, 16);

async function run(options: {
  sample: number | undefined;
  file: string | undefined;
  lines: readonly string[] | undefined;
  survivors: boolean;
  workers: number;
}): Promise<void> {
  const results = readResults();
  const all = mutantsOf(sources);
  const chosen = sampleOf(
    all.filter(
      ({ file, line }) =>
        (!options.file || file === `contracts/${options.file}.sol`) &&
        (!options.lines || options.lines.some((at) => `${file}:${line}` === `contracts/${at}`)),
    ),
    options.sample,
  );
  const known = (mutant: Mutant) => {
    const result = results[mutant.id];
    if (result?.text !== textHash(mutant) || result.status === "broken") return false;
    return !options.lines && !(options.survivors && result.status === "survived");
  };
  const todo = chosen.filter((mutant) => !known(mutant));
  console.log(`${all.length} mutants, ${chosen.length} chosen, ${todo.length} to judge`);
  const started = Date.now();
  let done = 0;
  const jobs = todo.map((mutant) => ({
    mutant,
    onVerdict: (verdict: Verdict) => {
      const day = new Date().toISOString().slice(0, 10);
      results[mutant.id] = { ...verdict, text: textHash(mutant), day };
      writeResults(results);
      done += 1;
      const seconds = (Date.now() - started) / 1000;
      const rate = `${done}/${todo.length}, ${(seconds / done).toFixed(1)} s each`;
      console.log(`${rate}  ${verdict.status.padEnd(8)} ${mutant.id}`);
    },
  }));
  if (jobs.length > 0) {
    await judgeAll(jobs, { workers: options.workers, allTests: options.survivors });
  }
  console.log(summaryOf(sources, chosen, results));
}

/** `count` of them, evenly spread; the same ones each time. */
export function sampleOf<T>(list: readonly T[], count: number | undefined): readonly T[] {
  if (count === undefined || count >= list.length) return list;
  return Array.from(
    { length: count },
    (_, i) => list[Math.floor(((i + 0.5) * list.length) / count)]!,
  );
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      sample: { type: "string" },
      file: { type: "string" },
      line: { type: "string", multiple: true },
      survivors: { type: "boolean", default: false },
      workers: { type: "string", default: "1" },
      page: { type: "boolean", default: false },
    },
  });
  buildContracts(console.log);
  if (values.page) writePage(sources, mutantsOf(sources), readResults());
  else
    await run({
      sample: values.sample === undefined ? undefined : Number(values.sample),
      file: values.file,
      lines: values.line,
      survivors: values.survivors,
      workers: Number(values.workers),
    });
}
