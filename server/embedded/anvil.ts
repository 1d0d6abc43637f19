// The embedded chain: Anvil, a binary inside an npm package, with its state kept on disk so that a kill at any
// moment loses at most the last fraction of a second, which the outbox then sends again.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { arch, platform } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";

export const EMBEDDED_CHAIN_ID = 31_337;
const PERSIST_EVERY_MS = 250;
const DUMP_ATTEMPTS = 4;
const START_WITHIN_MS = 20_000;

export type AnvilOptions = {
  /** Folder for the state; without it the chain lives in memory only. */
  readonly folder?: string;
  /** A free port is chosen when absent. */
  readonly port?: number;
  /** Unix time in seconds at which the chain starts, or goes on, instead of now. */
  readonly chainTime?: number;
};

export type Anvil = {
  readonly url: string;
  readonly port: number;
  readonly process: ChildProcess;
  /** Writes the state to disk now. */
  readonly persist: () => Promise<void>;
  /** Writes the state and ends the process. */
  readonly stop: () => Promise<void>;
};

/** Path of the Anvil binary for this platform. Throws when its package is not installed. */
export function anvilBinary(): string {
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

/** A TCP port that is free on the loopback interface now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** Starts Anvil, from the state in `folder` if there is one. */
export async function startAnvil(options: AnvilOptions = {}): Promise<Anvil> {
  const { folder } = options;
  if (folder) {
    mkdirSync(folder, { recursive: true });
    await adoptOrphan(folder);
  }
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(anvilBinary(), anvilArguments(options, port), {
    stdio: ["ignore", "pipe", "pipe"],
  });
  await listening(child, port);
  if (!folder)
    return { url, port, process: child, persist: async () => {}, stop: () => end(child) };

  await writeAtomically(join(folder, "anvil.json"), JSON.stringify({ pid: child.pid, url }));
  const persist = persister(url, stateFile(folder));
  const timer = setInterval(() => void persist().catch(() => {}), PERSIST_EVERY_MS);
  const stop = async () => {
    clearInterval(timer);
    await persist().catch(() => {});
    await end(child);
    rmSync(join(folder, "anvil.json"), { force: true });
  };
  return { url, port, process: child, persist, stop };
}

function stateFile(folder: string): string {
  return join(folder, "state.json");
}

function anvilArguments({ folder, chainTime }: AnvilOptions, port: number): string[] {
  const args = ["--host", "127.0.0.1", "--port", String(port), "--accounts", "1"];
  args.push("--chain-id", String(EMBEDDED_CHAIN_ID), "--hardfork", "cancun");
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
  if (
    !(await rpc(url, "web3_clientVersion").then(
      (v) => String(v).startsWith("anvil"),
      () => false,
    ))
  )
    return;
  await persister(url, stateFile(folder))();
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    return; // It ended by itself in between.
  }
  for (
    let i = 0;
    i < 100 &&
    (await rpc(url, "eth_chainId").then(
      () => true,
      () => false,
    ));
    i++
  ) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Saves the state when the chain has grown since the last time. One write at a time. */
function persister(url: string, file: string): () => Promise<void> {
  let saved: unknown;
  let turn: Promise<unknown> = Promise.resolve();
  const save = async () => {
    const head = await rpc(url, "eth_blockNumber");
    if (head === saved) return;
    const { dump, as } = await dumpState(url);
    await writeAtomically(file, gunzipSync(Buffer.from(dump.slice(2), "hex")));
    saved = as;
  };
  return () => {
    const mine = turn.then(save);
    turn = mine.catch(() => {});
    return mine;
  };
}

type Dump = { readonly dump: string; readonly as: unknown };

/**
 * The chain's state as of one block. Anvil reads blocks and accounts one after the other: a block mined in between
 * would leave its effects in the accounts and its events nowhere. One that mines without a break is held meanwhile;
 * what it is sent then waits, and is mined when it goes on.
 */
async function dumpState(url: string): Promise<Dump> {
  const dump = await dumpBetweenBlocks(url);
  if (dump !== undefined) return dump;
  await rpc(url, "evm_setAutomine", [false]);
  try {
    const held = await dumpBetweenBlocks(url);
    if (held === undefined) throw new Error("the chain does not stand still to be saved");
    return held;
  } finally {
    await rpc(url, "evm_setAutomine", [true]);
  }
}

async function dumpBetweenBlocks(url: string): Promise<Dump | undefined> {
  for (let attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
    const as = await rpc(url, "eth_blockNumber");
    const dump = (await rpc(url, "anvil_dumpState")) as string;
    if ((await rpc(url, "eth_blockNumber")) === as) return { dump, as };
  }
  return undefined;
}

async function writeAtomically(file: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(`${file}.new`, "w");
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
}

async function rpc(url: string, method: string, params: readonly unknown[] = []): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    signal: AbortSignal.timeout(10_000),
  });
  const { result, error } = (await response.json()) as {
    result?: unknown;
    error?: { message: string };
  };
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
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
