// The embedded chain: Anvil, a binary inside an npm package, with its state kept on disk.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { arch, platform } from "node:os";
import { dirname, join } from "node:path";
import { makePrivateFolder } from "../store/modes.ts";
import { createLog, type Log } from "../work/log.ts";
import { createLoop } from "../work/loop.ts";
import { askNode, followHeads, isAnswering } from "./node.ts";
import { createSaver, writeAtomically } from "./snapshot.ts";

export const EMBEDDED_CHAIN_ID = 31_337;
/** A new block is on disk after this long at most. */
const PERSIST_EVERY_MS = 250;
/** Blocks are announced; should one not be, it is found after this long. */
const PERSIST_REST_MS = 60_000;
const START_WITHIN_MS = 20_000;
/**
 * Freed memory goes back to the system at once, and few threads keep some of their own: what the chain took while it
 * was busy it would else hold for ever.
 */
const SMALL = { _RJEM_MALLOC_CONF: "narenas:1,dirty_decay_ms:0,muzzy_decay_ms:0" };

/** On this machine. */
type Place = { readonly host: string; readonly port: number };

type AnvilOptions = {
  /** Folder for the state; without it the chain lives in memory only. */
  readonly folder?: string;
  /** Where an earlier one listened. Without it the chain listens where only who is told finds it. */
  readonly place?: Place;
  /** Unix time in seconds at which the chain starts, or goes on, instead of now. */
  readonly chainTime?: number;
  /** Blocks whose accounts can still be asked for; the latest always can, and nothing else is forgotten. */
  readonly keptStates?: number;
  /** Told when the state cannot be saved. */
  readonly log?: Log;
};

export type Anvil = {
  readonly url: string;
  readonly place: Place;
  readonly process: ChildProcess;
  /** Writes the state to disk now. */
  readonly persist: () => Promise<void>;
  /** Writes the state and ends the process. */
  readonly stop: () => Promise<void>;
};

/** Path of the Anvil binary for this platform. Throws when its package is not installed. */
function anvilBinary(): string {
  const name = `@foundry-rs/anvil-${platform()}-${arch() === "x64" ? "amd64" : arch()}`;
  const fromAnvil = createRequire(
    createRequire(import.meta.url).resolve("@foundry-rs/anvil/package.json"),
  );
  try {
    const folder = dirname(fromAnvil.resolve(`${name}/package.json`));
    return join(folder, "bin", platform() === "win32" ? "anvil.exe" : "anvil");
  } catch (cause) {
    throw new Error(
      `The embedded chain's package ${name} is not installed. Delete node_modules and run npm start again, or set RPC_URL to a chain of your own.`,
      { cause },
    );
  }
}

/**
 * A TCP port that is free now on an address of the loopback interface: the one asked for, or any. Rejects when that one
 * is taken.
 */
export function freePort(host = "127.0.0.1", wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(wanted, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/**
 * A place on this machine that no page can guess: any of sixteen million addresses, where the system has them all, and
 * any port. (macOS has one address, so that only the port is unknown there.)
 */
async function hiddenPlace(): Promise<Place> {
  const [a, b, c] = randomBytes(3);
  const host = `127.${a}.${b}.${1 + (c! % 254)}`;
  const port = await freePort(host).catch(() => undefined);
  return port === undefined ? { host: "127.0.0.1", port: await freePort() } : { host, port };
}

/** Starts Anvil, from the state in `folder` if there is one. */
export async function startAnvil(options: AnvilOptions = {}): Promise<Anvil> {
  const { folder, log = createLog("silent") } = options;
  if (folder) {
    makePrivateFolder(folder);
    await adoptOrphan(folder);
  }
  const { place = await hiddenPlace() } = options;
  const { host, port } = place;
  const url = `http://${host}:${port}`;
  const child = spawn(anvilBinary(), anvilArguments(options, place), {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...SMALL, ...process.env },
  });
  await listening(child, port);
  if (!folder)
    return { url, place, process: child, persist: async () => {}, stop: () => end(child) };

  await writeAtomically(join(folder, "anvil.json"), JSON.stringify({ pid: child.pid, url }));
  const persist = createSaver(url, stateFile(folder));
  const keeper = keepSaved(url, persist, log);
  const stop = async () => {
    await keeper.stop();
    await persist().catch(() => {});
    await end(child);
    rmSync(join(folder, "anvil.json"), { force: true });
  };
  return { url, place, process: child, persist, stop };
}

/** Saves soon after each new block. */
function keepSaved(url: string, persist: () => Promise<void>, log: Log) {
  const loop = createLoop({
    name: "chain on disk",
    log,
    everyMs: PERSIST_EVERY_MS,
    restMs: PERSIST_REST_MS,
    run: async () => {
      await persist();
      return false;
    },
  });
  const heads = followHeads(url, () => void loop.attend());
  return {
    stop: async () => {
      heads.stop();
      await loop.stop();
    },
  };
}

function stateFile(folder: string): string {
  return join(folder, "state.json");
}

function anvilArguments(options: AnvilOptions, { host, port }: Place): string[] {
  const { folder, chainTime, keptStates } = options;
  // No rules about origins: they would let one kind of request in and none of the others out (guard.ts).
  const args = ["--host", host, "--port", String(port), "--no-cors", "--accounts", "1"];
  args.push("--chain-id", String(EMBEDDED_CHAIN_ID), "--hardfork", "cancun");
  if (keptStates !== undefined) args.push("--prune-history", String(keptStates));
  let time = chainTime;
  if (folder && existsSync(stateFile(folder)) && statSync(stateFile(folder)).size > 0) {
    args.push("--load-state", stateFile(folder));
    time ??= savedTimeAhead(stateFile(folder));
  }
  if (time !== undefined) args.push("--timestamp", String(time));
  return args;
}

/**
 * The time of the newest block that was saved, in Unix seconds, where this computer's clock is behind it: set back, or
 * the chain's was set forward. Anvil would go on by the clock, with blocks older than those before them.
 */
function savedTimeAhead(file: string): number | undefined {
  const { block } = JSON.parse(readFileSync(file, "utf8")) as { block?: { timestamp?: string } };
  const time = Number(block?.timestamp ?? 0);
  return time > Date.now() / 1000 ? time : undefined;
}

/** After a kill -9 of ours, the old Anvil lives on with newer state than the file: save it, then end it. */
async function adoptOrphan(folder: string): Promise<void> {
  const note = join(folder, "anvil.json");
  if (!existsSync(note)) return;
  const { pid, url } = JSON.parse(readFileSync(note, "utf8")) as { pid: number; url: string };
  rmSync(note, { force: true });
  const version = await askNode(url, "web3_clientVersion").catch(() => "");
  if (!String(version).startsWith("anvil")) return;
  await createSaver(url, stateFile(folder))();
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    return; // It ended by itself in between.
  }
  for (let i = 0; i < 100 && (await isAnswering(url)); i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Resolves when Anvil says that it listens; rejects with what it printed when it ends instead. */
function listening(child: ChildProcess, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let printed = "";
    const fail = (why: string) =>
      reject(
        new Error(
          `The embedded chain did not start on port ${port}: ${why}\n${printed.slice(-800)}`,
        ),
      );
    const timer = setTimeout(() => fail("no answer in 20 s"), START_WITHIN_MS);
    const hear = (chunk: Buffer) => {
      if (printed.length < 100_000) printed += chunk.toString();
      if (!printed.includes("Listening on")) return;
      clearTimeout(timer);
      // It goes on printing a line for each request: read, or it would stop, but not kept.
      for (const stream of [child.stdout, child.stderr]) stream?.off("data", hear).resume();
      resolve();
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => {
      clearTimeout(timer);
      fail(`it ended with code ${code}`);
    });
  });
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), 3_000).unref();
  });
}
