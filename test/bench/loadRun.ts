// The measurement of row `load`, in a module of its own: it loads the tests' stage.
import { rmSync } from "node:fs";
import { dayOfTimestamp, packAsOf } from "../../circuits/statement/encoding/day.ts";
import { personOf, screeningOf } from "../contracts/story.ts";
import { countEvents } from "../faults/verdict.ts";
import { startPostgres } from "../support/postgres.ts";
import { environmentOf, testFolder } from "../support/server.ts";
import { killHard, spawnServer } from "../support/serverProcess.ts";
import { asInput, type Stage, startStage } from "../support/stage.ts";
import { startFlood } from "./loadGarbage.ts";
import { type Honest, submitAll } from "./loadHonest.ts";
import { type Usage, watchUsage } from "./loadUsage.ts";
import { median, ms, type Result } from "./measure.ts";

type Undo = (() => Promise<unknown> | unknown)[];

/** Starts everything, submits so many people's screenings, and says what happened. */
export async function runLoad(people: number, say: (line: string) => void): Promise<Result[]> {
  const folder = testFolder();
  const undo: Undo = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    return await measure({ folder, people }, undo, say);
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

async function measure(
  { folder, people }: { folder: string; people: number },
  undo: Undo,
  say: (line: string) => void,
): Promise<Result[]> {
  say("PostgreSQL, Anvil, server");
  const postgres = await startPostgres();
  undo.push(postgres.end);
  const stage = await startStage();
  undo.push(stage.stop);
  const { child, url } = await spawnServer({
    ...environmentOf(stage.chain, folder),
    DATABASE_URL: postgres.url,
    LOG_LEVEL: "silent",
    POLL_MS: "500",
    // As an exchange does that is not set otherwise.
    SCREEN_MANY_SECONDS: "20",
    // All of it comes from one address here.
    RATE_PER_MINUTE: "1000000",
  });
  undo.push(() => killHard(child));
  say(`${people} proofs, simulated with the tests' keys: they cost a verifier the same`);
  const inputs = await makeInputs(stage, people);
  const usage = await watchUsage({
    url,
    pids: { server: child.pid!, chain: stage.chain.anvil.process.pid!, database: postgres.pid() },
  });
  const flood = startFlood(url, inputs);
  say("submitting");
  const honest = await submitAll(url, inputs, say);
  const garbage = await flood.stop();
  const used = await usage.stop();
  const { Screened } = await countEvents(stage.chain, ["Screened"]);
  return [
    ...honestRows(honest, Screened ?? 0),
    ...usageRows(used),
    ...[...garbage].map(([kind, answers]) => plain(`garbage: ${kind}`, counted(answers))),
  ];
}

/** GraphQL inputs of so many people's screenings. */
async function makeInputs({ story, world }: Stage, people: number): Promise<unknown[]> {
  const root = (await world.as("anyone").records.root()) as bigint;
  const asOf = packAsOf(dayOfTimestamp(await world.now()));
  const inputs = [];
  for (let i = 0; i < people; i++) {
    const { proof } = await screeningOf(story, personOf(story, `load ${i}`), { root, asOf });
    inputs.push(asInput(proof));
  }
  return inputs;
}

function honestRows({ answers, finals, again, seconds }: Honest, onChain: number): Result[] {
  const people = finals.length;
  const all = `${people} final, ${onChain} on the chain`;
  return [
    { ...plain("honest screenings", all), target: "all", reached: onChain === people },
    plain("told to come later, and came", counted(again) || "none"),
    plain("throughput until all were answered", rate(people / seconds.answered)),
    plain("throughput until all were FINAL", rate(people / seconds.final)),
    plain("the mutation's answer, p50 and p99", percentiles(answers)),
    plain("submission to FINAL, p50 and p99", percentiles(finals)),
  ];
}

function usageRows({ peakBytes, cpu, most, seconds }: Usage): Result[] {
  const cores = (busy: number) =>
    `${(busy / seconds).toFixed(2)} cores of CPU over ${Math.round(seconds)} s`;
  return [
    plain("server, peak memory", `${Math.round(peakBytes / 2 ** 20)} MB`),
    plain("server", cores(cpu.server)),
    plain("chain (Anvil)", cores(cpu.chain)),
    plain("database (PostgreSQL)", cores(cpu.database)),
    plain("most proofs waiting for the verifier", String(most.proofs)),
    plain("most submissions queued, sent", `${most.queued}, ${most.sent}`),
  ];
}

const plain = (what: string, measured: string): Result => ({
  ...{ what, measured, baseline: "", target: "", reached: undefined },
});
const rate = (perSecond: number) => `${perSecond.toFixed(1)}/s`;

function percentiles(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const p99 = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? 0;
  return `${ms(median(sorted))}, ${ms(p99)}`;
}

function counted(answers: ReadonlyMap<string, number>): string {
  return [...answers].map(([name, n]) => `${name} ${n}`).join(", ");
}
