// Plants each bug of seeded.ts in a copy and runs the test that must notice it:
//   node test/mutation/solidity.ts            all
//   node test/mutation/solidity.ts withdrawn  those that have this in the name of test or source
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../scripts/tool.ts";
import type { Bug } from "./bug.ts";
import { copyContracts } from "./copy.ts";
import { BUGS } from "./seeded.ts";
import { readSources } from "./source.ts";

const sources = readSources();

/** The cases that `npm test` runs, and those of `npm run evidence`. */
const RUNS = [
  { name: "test", env: {} },
  { name: "evidence", env: { CONTRACT_FUZZ: "4", CONTRACT_SEED: "7" } },
] as const;

/** Runs one Solidity test in the copy; its output. */
function run(folder: string, test: string, env: Readonly<Record<string, string>> = {}) {
  const { stdout, stderr, status } = spawnSync(
    `${root}node_modules/.bin/hardhat`,
    ["--config", "test/solidity/hardhat.config.ts", "test", "solidity", "--grep", test],
    { cwd: folder, encoding: "utf8", env: { ...process.env, ...env } },
  );
  const passed = stdout.includes(`✔ ${test}(`);
  return { passed, failed: stdout.includes(`) ${test}(`), status, output: stdout + stderr };
}

/** Which run notices the bug. Throws when none does, or the run proves nothing. */
function prove(folder: string, { test, file, find, replace }: Bug): string {
  const name = `contracts/${file}.sol`;
  const source = sources[name]!;
  if (source.split(find).length !== 2) throw new Error(`${name} has not once: ${find}`);
  writeFileSync(join(folder, name), source.replace(find, replace));
  let output = "";
  for (const { name: of, env } of RUNS) {
    const { failed, status, output: said } = run(folder, test, env);
    output = said;
    if (!failed || status === 0) continue;
    writeFileSync(join(folder, name), source);
    return of;
  }
  throw new Error(`${test} did not notice that this became "${replace}": ${find}\n${output}`);
}

const wanted = process.argv[2] ?? "";
const bugs = BUGS.filter(({ test, file }) => `${test} ${file}`.includes(wanted));
const folder = mkdtempSync(join(tmpdir(), "contract-bugs-"));
copyContracts(folder);
try {
  for (const test of new Set(bugs.map((bug) => bug.test))) {
    const { passed, output } = run(folder, test);
    if (!passed) throw new Error(`${test} fails without a bug\n${output}`);
  }
  for (const bug of bugs) {
    console.log(`red in npm run ${prove(folder, bug)}: ${bug.test} (${bug.file})`);
  }
  console.log(`${bugs.length} bugs planted, ${bugs.length} noticed`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
