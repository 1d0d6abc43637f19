// `npm test`: types, lint, contracts, their fuzz and invariant tests, then the tests: all but the rarer cases of pages,
// which `npm run evidence -- pages` has. `npm test -- <vitest arguments>` runs only those tests.
import { buildContracts } from "./contracts.ts";
import { runTool } from "./tool.ts";
import { buildWeb } from "./web.ts";

const chosen = process.argv.slice(2);

/** Runs one tool of node_modules and ends the whole run with its code when it fails. */
function run(label: string, tool: string, args: string[], env: Record<string, string> = {}): void {
  console.log(`\n> ${label}`);
  const started = Date.now();
  const result = runTool(tool, args, { env });
  if (result.status !== 0) {
    console.error(`\n${label}: failed (code ${result.status ?? result.signal}).`);
    process.exit(result.status ?? 1);
  }
  console.log(`${label}: ok, ${((Date.now() - started) / 1000).toFixed(0)} s`);
}

if (chosen.length === 0) {
  run("type check", "tsc", ["--noEmit"]);
  run("lint", "biome", ["check", "."]);
}
buildContracts(console.log);
buildWeb(console.log);
if (chosen.length === 0) {
  const config = "test/solidity/hardhat.config.ts";
  run("fuzz and invariants", "hardhat", ["--config", config, "test", "solidity"]);
}
run("tests", "vitest", ["run", ...chosen], chosen.length === 0 ? { RARER_PAGES: "later" } : {});
