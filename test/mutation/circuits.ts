// Mutation testing of the circuits: changes one place of the circom sources at a time and expects a check to notice.
//   node test/mutation/circuits.ts                     all; goes on where the last run ended
//   node test/mutation/circuits.ts --sample 40         so many of a seeded order; --seed 2 for another
//   node test/mutation/circuits.ts --file criterion    of one source
//   node test/mutation/circuits.ts --fresh             as if none had been judged
//   node test/mutation/circuits.ts --survivors         again those that nothing noticed
//   node test/mutation/circuits.ts --page              writes CIRCUITS.md from the results
// Ends with 1 when a mutant that was chosen survives without a reason.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { setImmediate } from "node:timers/promises";
import { parseArgs } from "node:util";
import { BUILD } from "../../circuits/tools/paths.ts";
import { between, seeded } from "../circuits/random.ts";
import { createCircuitJudge } from "./circuitJudge.ts";
import { type CircuitMutant, circuitMutantsOf, readCircuits } from "./circuitMutants.ts";
import { circuitSummary, writeCircuitPage } from "./circuitReport.ts";
import { circuitReasonFor } from "./circuitSurvivors.ts";
import type { Result } from "./report.ts";

const RESULTS = `${BUILD}mutation.json`;
const sources = readCircuits();
/** A mutant of a template is compiled with all the others: a verdict holds for one text of all. */
const textHash = createHash("sha256").update(JSON.stringify(sources)).digest("hex").slice(0, 16);

/** Results by mutant, of these sources only. */
function readResults(): Record<string, Result> {
  if (!existsSync(RESULTS)) return {};
  const all = JSON.parse(readFileSync(RESULTS, "utf8")) as Record<string, Result>;
  return Object.fromEntries(Object.entries(all).filter(([, { text }]) => text === textHash));
}

function writeResults(results: Record<string, Result>): void {
  mkdirSync(BUILD, { recursive: true });
  writeFileSync(RESULTS, JSON.stringify(results, null, 1));
}

/** A list in an order of the seed's: whatever it is cut to is a fair sample. */
export function shuffledBy<T>(seed: number, list: readonly T[]): T[] {
  const random = seeded(seed);
  const rest = [...list];
  return list.map(() => rest.splice(between(random, 0, rest.length - 1), 1)[0]!);
}

type Again = { readonly fresh: boolean; readonly survivors: boolean };

/** Judges those that have no verdict; true when whatever survives is explained. */
async function run(
  chosen: readonly CircuitMutant[],
  { fresh, survivors }: Again,
): Promise<boolean> {
  const results = readResults();
  const todo = chosen.filter(({ id }) => {
    const status = results[id]?.status ?? "broken";
    return fresh || status === "broken" || (survivors && status === "survived");
  });
  console.log(`${chosen.length} mutants chosen, ${todo.length} to judge`);
  const judge = createCircuitJudge(sources);
  process.once("exit", judge.close);
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => process.exit(130));
  const started = Date.now();
  for (const [i, mutant] of todo.entries()) {
    // Compiling blocks; this lets a signal through.
    await setImmediate();
    const verdict = await judge.judge(mutant);
    const day = new Date().toISOString().slice(0, 10);
    results[mutant.id] = { ...verdict, text: textHash, day };
    writeResults(results);
    const each = (Date.now() - started) / 1000 / (i + 1);
    const left = ((todo.length - i - 1) * each) / 60;
    const rate = `${i + 1}/${todo.length}, ${each.toFixed(1)} s each, ${left.toFixed(0)} min left`;
    console.log(`${rate}  ${verdict.status.padEnd(8)} ${mutant.id}  ${verdict.by ?? ""}`);
  }
  console.log(circuitSummary(sources, chosen, results));
  return chosen.every((mutant) => {
    const status = results[mutant.id]!.status;
    const isReasoned = circuitReasonFor(sources, mutant) !== undefined;
    return status !== "broken" && (status !== "survived" || isReasoned);
  });
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      sample: { type: "string" },
      seed: { type: "string", default: "1" },
      file: { type: "string" },
      survivors: { type: "boolean", default: false },
      fresh: { type: "boolean", default: false },
      page: { type: "boolean", default: false },
    },
  });
  const all = circuitMutantsOf(sources).filter(
    ({ file }) => !values.file || basename(file, ".circom") === values.file,
  );
  const order = shuffledBy(Number(values.seed), all);
  if (values.page) writeCircuitPage(sources, order, readResults());
  else {
    const count = values.sample === undefined ? all.length : Number(values.sample);
    const chosen = order.slice(0, count);
    const explained = await run(chosen, values);
    if (!explained) process.exitCode = 1;
  }
}
