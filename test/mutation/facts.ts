// Mutation testing of what a fact means: turns one rule of the mapping or the compiler back at a time, and expects some
// generated chart to break one of the two laws (test/facts).
//   node test/mutation/facts.ts              all, and writes FACTS.md
//   node test/mutation/facts.ts words        those whose name holds the words
// MUTANT_CHARTS: how many charts are tried of each (20,000). Ends with 1 when a mutant survives without a reason.
import { spawn } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../scripts/tool.ts";
import { FACT_MUTANTS, type FactMutant } from "./factsMutants.ts";
import { type FactResult, factsTable, REASONS, writeFactsPage } from "./factsReport.ts";

const CHARTS = Number(process.env.MUTANT_CHARTS ?? 20_000);
const COPIED = ["package.json", "circuits", "client", "test/facts"];
const LEFT_OUT = /\/circuits\/(artifacts|build|ceremony)|\/client\/web|\.circom$/;

/** A copy of what the laws import; the mutants change one file of it in turn. */
function copyTree(): string {
  const folder = mkdtempSync(join(tmpdir(), "facts-mutants-"));
  mkdirSync(join(folder, "test"), { recursive: true });
  for (const part of COPIED) {
    cpSync(root + part, join(folder, part), {
      recursive: true,
      filter: (path) => !LEFT_OUT.test(path),
    });
  }
  symlinkSync(`${root}node_modules`, join(folder, "node_modules"));
  return folder;
}

/** The file's text with the one change. Throws when what is to be changed does not stand there once. */
function mutate({ what, file, from, to }: FactMutant, text: string): string {
  const found = text.split(from).length - 1;
  if (found !== 1) {
    throw new Error(`${file} holds what "${what}" would change ${found} times; correct the mutant`);
  }
  return text.replace(from, () => to);
}

function hunt(folder: string): Promise<string> {
  const child = spawn(process.execPath, ["test/facts/hunt.ts", String(CHARTS)], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (data) => (out += data));
  child.stderr.on("data", (data) => (err += data));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve(out) : reject(new Error(err.slice(0, 2000))),
    );
  });
}

async function judge(mutant: FactMutant, folder: string): Promise<FactResult> {
  const file = join(folder, mutant.file);
  const text = readFileSync(file, "utf8");
  writeFileSync(file, mutate(mutant, text));
  try {
    const { charts, found } = JSON.parse(await hunt(folder));
    return { mutant, charts: found?.seed ?? charts, found };
  } finally {
    writeFileSync(file, text);
  }
}

/** Judges mutants in as many copies as there are cores. Results are in the order of the mutants. */
async function judgeAll(mutants: readonly FactMutant[]): Promise<FactResult[]> {
  const results = new Map<FactMutant, FactResult>();
  const left = [...mutants];
  const work = async () => {
    const folder = copyTree();
    try {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const result = await judge(next, folder);
        results.set(next, result);
        const how = result.found ? `killed by chart ${result.charts}` : "SURVIVED";
        console.log(`${results.size}/${mutants.length} ${how}: ${next.what}`);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return mutants.map((mutant) => results.get(mutant)!);
}

// Before anything runs: a mutant that no longer fits the sources is a mistake of its own.
for (const mutant of FACT_MUTANTS) mutate(mutant, readFileSync(root + mutant.file, "utf8"));
const words = process.argv.slice(2).join(" ");
const chosen = FACT_MUTANTS.filter(({ what }) => what.includes(words));
const results = await judgeAll(chosen);
console.log(`\n${factsTable(results)}`);
if (words === "") writeFactsPage(results, CHARTS);
const unexplained = results.filter(({ mutant, found }) => !found && !(mutant.what in REASONS));
if (unexplained.length > 0) {
  console.error(`${unexplained.length} survive without a reason`);
  process.exitCode = 1;
}
