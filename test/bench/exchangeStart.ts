// A custodian of a trial with ten thousand participants, as the process that it is: its first start, which makes a key for
// each; a later one, which reads the chain again; and what it takes while nobody asks.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { reachCustodian } from "../../client/exchange/custodian.ts";
import { openKeyFile } from "../../custodian/store/folder.ts";
import { DEPLOYMENT, startPaperNode } from "./exchangeNode.ts";
import { cost, ms, type Result } from "./measure.ts";
import { cpuSecondsOf, residentBytesOf } from "./processes.ts";

const PEOPLE = 10_000;
const REST_SECONDS = 20;
const PROGRAM = join(import.meta.dirname, "../../custodian/main.ts");

export async function measureStart(say: (progress: string) => void): Promise<Result[]> {
  if (process.platform !== "linux") return [];
  const folder = mkdtempSync(join(tmpdir(), "custodian-bench-"));
  const keyFile = join(folder, "custodian.key");
  const deployment = join(folder, "deployment.json");
  writeFileSync(deployment, JSON.stringify(DEPLOYMENT));
  say(`a chain that tells of ${PEOPLE} participants`);
  const node = await startPaperNode(openKeyFile(keyFile).address, PEOPLE);
  const settings = {
    ...{ DATA_DIR: folder, DEPLOYMENT: deployment, RPC_URL: node.url, PORT: "0", FINALITY: "1" },
    ...{ EXCHANGE_URLS: "http://127.0.0.1:9", HEAD_SECONDS: "2000000000" },
  };
  try {
    say("its first start");
    const first = await startUp(settings);
    await first.stop();
    say("a later start");
    const again = await startUp(settings);
    try {
      const client = await reachCustodian({ url: again.url });
      const listed = await cost(() => client.keys(node.trialId));
      say(`left alone for ${2 * REST_SECONDS} s`);
      const rest = await restOf(again.pid);
      return rowsOf({ firstMs: first.ms, againMs: again.ms, listMs: listed.wallMs, ...rest });
    } finally {
      await again.stop();
    }
  } finally {
    node.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs it until it says that it is up. */
async function startUp(settings: Readonly<Record<string, string>>) {
  const began = performance.now();
  const child = spawn(process.execPath, [PROGRAM], {
    env: { PATH: process.env.PATH, ...settings },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.includes("custodian is up")) continue;
    child.stdout.resume();
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
    if (url === undefined) throw new Error(`it does not say where it is: ${line}`);
    return { pid: child.pid!, url, ms: performance.now() - began, stop };
  }
  throw new Error("the custodian ended by itself; its last lines are above");
}

async function restOf(pid: number) {
  await sleep(REST_SECONDS * 1000);
  const before = cpuSecondsOf(pid);
  await sleep(REST_SECONDS * 1000);
  const percent = ((cpuSecondsOf(pid) - before) / REST_SECONDS) * 100;
  return { percent, megabytes: residentBytesOf(pid) / 2 ** 20 };
}

type Measured = {
  readonly firstMs: number;
  readonly againMs: number;
  readonly listMs: number;
  readonly percent: number;
  readonly megabytes: number;
};

function rowsOf({ firstMs, againMs, listMs, percent, megabytes }: Measured): Result[] {
  const row = (what: string, baseline: string, measured: string): Result => {
    return { what, baseline, measured, target: "", reached: undefined };
  };
  return [
    row(
      `a custodian's start with ${PEOPLE} participants, their keys made`,
      `a later start: ${(againMs / 1000).toFixed(1)} s`,
      `${(firstMs / 1000).toFixed(1)} s, ${(firstMs / againMs).toFixed(1)}x`,
    ),
    row(`its signed list of ${PEOPLE} keys, over HTTP`, "", ms(listMs)),
    row(
      "a custodian at rest: memory, CPU",
      "",
      `${Math.round(megabytes)} MB, ${percent.toFixed(2)} % of a core`,
    ),
  ];
}
