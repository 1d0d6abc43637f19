// Custodians and a server as processes of their own, each of which can be killed and started again.
import { type ChildProcess, execFileSync, fork, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hexlify } from "ethers";
import type { Asked } from "../../client/exchange/custodian.ts";
import { freePort } from "../../server/embedded/anvil.ts";
import { type Requested, until } from "../exchange/attackActs.ts";
import type { Party } from "../exchange/attackStand.ts";
import type { TestChain } from "../support/chain.ts";
import { environmentOf, seedDatabase, testFolder } from "../support/server.ts";
import { killHard, prepareServer } from "../support/serverProcess.ts";
import type { FetchTask } from "./fetcher.ts";

const CUSTODIAN = fileURLToPath(new URL("../../custodian/main.ts", import.meta.url));

export type ProcessParty = Party & {
  /** As a power cut would end it. */
  readonly kill: () => Promise<void>;
  /** Of its newest life. */
  readonly pid: () => number;
};

/** A custodian in a process of its own, as `cohort custodian` runs it. */
export async function startPartyProcess(
  environment: Record<string, string>,
): Promise<ProcessParty> {
  let child: ChildProcess | undefined;
  let said = "";
  let isKilled = false;
  const start = async (change: Record<string, string> = {}) => {
    const env = { PATH: process.env.PATH ?? "", ...environment, ...change };
    // Its parent's flags are Vitest's.
    const own = fork(CUSTODIAN, [], {
      env,
      execArgv: [],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    child = own;
    isKilled = false;
    for (const stream of [own.stdout, own.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        said += chunk;
      });
    }
    const up = once(own, "message") as Promise<[{ url: string; address: string }]>;
    const ended = once(own, "exit").then(() => {
      if (isKilled) return;
      throw new Error(`the custodian ended by itself: ${said.slice(-2_000)}`);
    });
    ended.catch(() => {});
    const [told] = (await Promise.race([up, ended])) ?? [];
    if (told === undefined) throw new Error("the custodian was killed before it was up");
    return told;
  };
  const { url, address } = await start();
  const kill = async () => {
    isKilled = true;
    if (child) await killHard(child);
  };
  const stop = async () => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    isKilled = true;
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    await gone;
  };
  return {
    ...{ folder: environment.DATA_DIR!, url, address, kill, stop },
    logged: () => said,
    pid: () => child?.pid ?? 0,
    start: async (change) => {
      await start(change);
    },
  };
}

export type ProcessServer = {
  readonly url: string;
  readonly logged: () => string;
  readonly kill: () => Promise<void>;
  readonly restart: () => Promise<void>;
  readonly end: () => Promise<void>;
};

/** A server with PGlite in a process of its own. */
export async function startServerProcess(
  chain: TestChain,
  settings: Record<string, string>,
): Promise<ProcessServer> {
  const folder = testFolder();
  const port = String(await freePort());
  const environment = { ...environmentOf(chain, folder), ...settings, PORT: port };
  await seedDatabase(join(folder, "database"));
  let current = prepareServer(environment);
  const url = await current.go();
  // Has loaded what it needs, which takes seconds, while this one works.
  let next = prepareServer(environment);
  return {
    url,
    logged: () => current.said(),
    kill: () => killHard(current.child),
    restart: async () => {
      [current, next] = [next, prepareServer(environment)];
      await current.go();
    },
    end: async () => {
      await killHard(next.child);
      await killHard(current.child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Whether files' sizes can be limited here: with util-linux, on Linux. */
export const HAS_LIMITS = spawnSync("prlimit", ["--version"]).status === 0;

/**
 * From now on no file of a process may grow beyond so many bytes: every write further on fails, as on a full disk (the
 * kernel says EFBIG where it else says ENOSPC). Undefined: there is room again.
 */
export function limitFiles(pid: number, bytes: number | undefined): void {
  execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes ?? "unlimited"}:unlimited`]);
}

const FETCHER = fileURLToPath(new URL("fetcher.ts", import.meta.url));

/** Starts one; resolves when it is at work. `limit`: bytes that a file of it may have. */
export async function startFetch(task: FetchTask, limit?: number) {
  const [command, ...args] =
    limit === undefined
      ? [process.execPath, FETCHER]
      : ["prlimit", `--fsize=${limit}`, process.execPath, FETCHER];
  const child: ChildProcess = spawn(command!, args, { stdio: ["pipe", "pipe", "inherit"] });
  let said = "";
  child.stdout!.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  child.stdin!.end(JSON.stringify(task));
  const ended = once(child, "exit");
  await until(async () => said.startsWith("UP\n"), 60_000);
  return { child, result: () => ended.then(() => JSON.parse(said.split("\n")[1] || "{}")) };
}

/** Status, code, and whether there is a share, of an answer as it comes over the line. */
export async function askedPlainly(
  { url }: ProcessParty,
  asked: Requested,
  packages: readonly Asked[],
) {
  const query = `mutation ($input: ReleaseInput!) { release(input: $input) {
    ... on Released { enc } } }`;
  const { registry, requestId } = asked;
  const input = {
    ...{ registry, requestId: String(requestId) },
    packages: packages.map(({ entry, path, stanza }) => {
      const { enc, commitment, body } = stanza;
      const sealed = { enc: hexlify(enc), commitment: hexlify(commitment), body: hexlify(body) };
      return { entry, ...path, stanza: sealed };
    }),
  };
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables: { input } }),
  });
  const text = await response.text();
  const { errors = [] } = JSON.parse(text) as { errors?: { extensions: { code: string } }[] };
  return [response.status, errors[0]?.extensions.code, text.includes("enc")];
}
