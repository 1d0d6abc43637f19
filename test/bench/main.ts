// npm run bench [row ...]: the numbers of the README, as ratios against a named baseline in the same run.
// Exit code 0 also when a target is missed: a benchmark informs, and this machine may be busy.
import { cpus, loadavg } from "node:os";
import { audit } from "./audit.ts";
import { batch } from "./batch.ts";
import { browser } from "./browser.ts";
import { charts } from "./charts.ts";
import { consents } from "./consents.ts";
import { coverage } from "./coverage.ts";
import { exchange } from "./exchange.ts";
import { gas } from "./gas.ts";
import { idle } from "./idle.ts";
import { large } from "./large.ts";
import { load } from "./load.ts";
import type { Bench, Result } from "./measure.ts";
import { prove } from "./prove.ts";
import { start } from "./start.ts";
import { formatTable } from "./table.ts";
import { verify } from "./verify.ts";
import { work } from "./work.ts";

const DEFAULT: readonly Bench[] = [prove, verify, gas, batch, browser, coverage, charts, consents];
/** Each takes minutes, or a fresh clone: only when asked for. */
const ON_REQUEST: readonly Bench[] = [audit, exchange, idle, large, load, start, work];
const BENCHES = [...DEFAULT, ...ON_REQUEST];

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !BENCHES.some((bench) => bench.name === name));
  if (unknown.length > 0 || names.includes("--help")) {
    const rows = BENCHES.map(({ name, about }) => `  ${name.padEnd(8)} ${about}`).join("\n");
    const left = ON_REQUEST.map(({ name }) => name).join(", ");
    console.log(`npm run bench [row ...], all but ${left} by default:\n${rows}`);
    return;
  }
  const chosen = names.length ? BENCHES.filter(({ name }) => names.includes(name)) : DEFAULT;
  console.log(`${cpus().length} cores, Node ${process.version}; ratios are medians of one run`);
  const results: Result[] = [];
  for (const { name, run } of chosen) {
    const outcome = await run((progress) => console.log(`${name}: ${progress}`));
    if ("skipped" in outcome) console.log(`${name}: skipped, ${outcome.skipped}`);
    else results.push(...outcome);
  }
  console.log(`\n${formatTable(results)}`);
  const load = loadavg()[0]!;
  // Our own threads make for a load of about the number of cores.
  if (load > cpus().length + 1) {
    console.log(
      `\nThis machine is busy with other work (load ${load.toFixed(1)}): run it again when idle.`,
    );
  }
}

await main(process.argv.slice(2));
// Proving libraries leave worker threads behind.
process.exit(0);
