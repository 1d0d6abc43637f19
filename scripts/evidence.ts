// `npm run evidence`: the longer half of the tests, which `npm test` samples. Every chosen weakening of the circuits' sources,
// twenty generated mutants of them, ten times the differential cases, every victim killed in every step and at every
// offset, the parties of the exchange of data among them; longer histories and fuzz of custodians, and a longer fuzz of the
// contracts; what records prove of a hundred thousand generated charts, and every rule of facts turned back; rarer cases of
// the pages; public state in segments over forty histories; three hundred tabs of the wallet opened and closed.
//   npm run evidence                          all
//   npm run evidence -- circuits contracts    what begins so
// Steps that use one core run beside each other, two at a time; every line says whose it is.
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline";
import { pageTests, RARER_PAGES } from "../test/support/rarerPages.ts";
import { buildContracts } from "./contracts.ts";
import { startTool } from "./tool.ts";
import { buildWeb } from "./web.ts";

type Step = {
  readonly what: string;
  readonly tool: string;
  readonly args: readonly string[];
  readonly more: Record<string, string>;
};

/** One file after another: another step runs beside it. */
const vitest = (what: string, more: Record<string, string>, ...files: string[]): Step => ({
  ...{ what, more, tool: "vitest" },
  args: ["run", "--maxWorkers=1", ...files],
});
/** The longest first, so that two lanes end together. */
const STEPS: readonly Step[] = [
  {
    what: "facts: each rule of mapping and compiler turned back",
    more: {},
    tool: "node",
    args: ["test/mutation/facts.ts"],
  },
  ...Object.entries(RARER_PAGES).map(([whose, names]) =>
    vitest(
      `${whose === "research data" ? "data" : "pages"}: rarer pages of ${whose}`,
      {},
      ...pageTests(names),
    ),
  ),
  vitest(
    "facts: evaluator against circuit, ten times the cases",
    { DIFFERENTIAL_CASES: "1500", CRITERION_CASES: "20000" },
    "test/circuits/differential.test.ts",
    "test/circuits/meaning.test.ts",
  ),
  vitest("kills: PGlite in its steps", { FAULTS: "every" }, "test/faults/pglite.test.ts"),
  vitest(
    "kills: server, database and chain in every step",
    { FAULTS: "every" },
    ...["server", "database", "chain"].map((victim) => `test/faults/${victim}.test.ts`),
  ),
  vitest(
    "kills: every party of the exchange of data, at more moments of each step",
    { FAULTS: "every" },
    "test/faults/custody.test.ts",
  ),
  vitest(
    "custodians: longer histories, and thirty times the garbage",
    { HISTORIES: "30", FUZZ: "18000" },
    ...["histories", "fuzz"].map((name) => `test/custodian/${name}.test.ts`),
  ),
  {
    what: "facts: 100,000 charts with gaps, 20 questions each",
    more: {},
    tool: "node",
    args: ["test/facts/many.ts"],
  },
  {
    what: "circuits: twenty generated mutants",
    more: {},
    tool: "node",
    args: ["test/mutation/circuits.ts", "--sample", "20", "--fresh"],
  },
  vitest(
    "circuits: weakened in every chosen place",
    { SOURCE_MUTATION: "1" },
    "test/circuits/sourceMutation.test.ts",
  ),
  {
    what: "contracts: a longer fuzz, another seed",
    more: { CONTRACT_FUZZ: "4", CONTRACT_SEED: "7" },
    tool: "hardhat",
    args: ["--config", "test/solidity/hardhat.config.ts", "test", "solidity"],
  },
  vitest("pages: each while it loads", { PAGES: "all" }, "test/web/loading.test.ts"),
  vitest("contracts: more mutants", { CONTRACT_MUTANTS: "7" }, "test/mutation/sample.test.ts"),
  vitest(
    "state: segments against whole states, forty made-up histories",
    { SEGMENT_HISTORIES: "40" },
    "test/server/segments.test.ts",
  ),
  vitest("faults: every victim at every step", { FAULTS: "all" }, "test/faults"),
  {
    what: "tabs: 300 openings and closings on a busy machine",
    more: {},
    tool: "node",
    args: ["test/web/manyTabs.ts"],
  },
];

const topicOf = ({ what }: Step) => what.split(":")[0]!;
const asked = process.argv.slice(2);
const unknown = asked.find((topic) => !STEPS.some((step) => topicOf(step) === topic));
if (unknown !== undefined) {
  const topics = [...new Set(STEPS.map(topicOf))].join(", ");
  console.error(`There is no evidence on ${unknown}. Name some of: ${topics}; or none for all.`);
  process.exit(2);
}

buildContracts(console.log);
buildWeb(console.log);
const waiting = STEPS.filter((step) => asked.length === 0 || asked.includes(topicOf(step)));
const failed: string[] = [];

/** Runs one step; its lines are shown as they come. */
async function run({ what, tool, args, more }: Step): Promise<void> {
  console.log(`> ${what}`);
  const started = Date.now();
  const child = startTool(tool, args, { ...more });
  for (const stream of [child.stdout, child.stderr]) {
    const lines = createInterface({ input: stream });
    lines.on("line", (line) => line.trim() && console.log(`[${what}] ${line}`));
  }
  const code = await new Promise((resolve) => child.once("close", resolve));
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  console.log(`${what}: ${code === 0 ? "ok" : "FAILED"}, ${seconds} s`);
  if (code !== 0) failed.push(what);
}

/** Takes one step after the other while none has failed. */
async function lane(): Promise<void> {
  while (waiting.length > 0 && failed.length === 0) await run(waiting.shift()!);
}

await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, lane));
if (failed.length > 0) {
  console.error(`\nEvidence failed: ${failed.join("; ")}.`);
  process.exit(1);
}
