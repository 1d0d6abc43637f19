// What each of the operator's commands does. A PGlite folder in use is reached through its server;
// everything else opens the database itself.
import { FetchRequest, JsonRpcProvider, Network, Wallet } from "ethers";
import { type Chain, connectChain } from "../chain/chain.ts";
import { isOutage } from "../chain/refusals.ts";
import { readDeployment } from "../config.ts";
import { startIndexer } from "../indexer/indexer.ts";
import { modules } from "../modules.ts";
import { newestBlock } from "../store/blocks.ts";
import { type OpenDatabase, openDatabase, type Use } from "../store/database.ts";
import { createLog } from "../work/log.ts";
import { type Exported, exportTables } from "./export.ts";
import { backedUp } from "./format.ts";
import { importTables, sayCounts } from "./import.ts";
import { Problem } from "./problem.ts";
import type { Settings } from "./settings.ts";
import { askServer } from "./socket.ts";
import { readStatus, type Status, sayStatus } from "./status.ts";

/** What a verb answers: for a person, for a program, and whether something needs the operator. */
export type Result = { readonly text: string; readonly data: unknown; readonly isNeeded?: boolean };
type Say = (text: string) => void;

const NODE_TIMEOUT_MS = 5_000;
const TELL_MS = 1_000;

export async function statusVerb(settings: Settings): Promise<Result> {
  const status = ((await asked(settings, "/status")) ?? (await lookAt(settings))) as Status;
  return { text: sayStatus(status), data: status, isNeeded: status.needs.length > 0 };
}

async function lookAt(settings: Settings): Promise<Status> {
  const deployment = readDeployment(settings.DEPLOYMENT);
  const provider = connectNode(settings.RPC_URL, deployment.chainId);
  const { db, kind, close } = await open(settings, "read");
  try {
    const { relayer, DATA_DIR: folder } = settings;
    return await readStatus({ db, kind, folder, provider, deployment, relayer, modules });
  } finally {
    await close();
    provider.destroy();
  }
}

export async function exportVerb(settings: Settings, file: string): Promise<Result> {
  const done = ((await asked(settings, "/export", { file })) ??
    (await exportHere(settings, file))) as Exported;
  const at = done.block === null ? "" : `, as of block ${done.block}`;
  const text = `${done.file}: ${sayCounts(done.counts)}${at}. Keep it as you keep the database: it is not encrypted.`;
  return { text, data: done };
}

async function exportHere(settings: Settings, file: string): Promise<Exported> {
  const deployment = readDeployment(settings.DEPLOYMENT);
  const { db, close } = await open(settings, "read");
  try {
    return await exportTables({ db, deployment, tables: backedUp(modules) }, file);
  } finally {
    await close();
  }
}

export async function importVerb(settings: Settings, file: string): Promise<Result> {
  const deployment = readDeployment(settings.DEPLOYMENT);
  const { db, close } = await open(settings, "fill");
  try {
    const done = await importTables({ db, deployment, tables: backedUp(modules) }, file);
    const rows = sayCounts(done.counts);
    const text = done.wasThere
      ? `All of it was here before: ${rows}. Nothing was changed.`
      : `Imported ${rows}, written by release ${done.release} on ${done.writtenAt}. ` +
        "Start the server: it reads the chain, and finds again what was sent since.";
    return { text, data: done };
  } finally {
    await close();
  }
}

export async function rebuildVerb(settings: Settings, say: Say): Promise<Result> {
  const deployment = readDeployment(settings.DEPLOYMENT);
  // Reading needs no relayer: the key is of an account that nobody knows.
  const relayer = { relayerKey: Wallet.createRandom().privateKey, maxFeePerGas: 0n };
  const chain = await connectChain({ rpcUrl: settings.RPC_URL, deployment, ...relayer }).catch(
    (problem: Error) => {
      throw /^no node/.test(problem.message) ? new Problem(4, problem.message) : problem;
    },
  );
  try {
    const { db, close } = await open(settings, "rebuild");
    try {
      return await rebuild({ db, chain }, say);
    } finally {
      await close();
    }
  } finally {
    chain.close();
  }
}

async function rebuild(
  { db, chain }: Pick<OpenDatabase, "db"> & { chain: Chain },
  say: Say,
): Promise<Result> {
  const log = createLog("warn", { write: (line) => void process.stderr.write(line) });
  const head = await chain.provider.getBlockNumber();
  const indexer = startIndexer({ db, chain, log, modules }, { pollMs: 60_000 });
  const tell = async () => {
    const block = (await newestBlock(db))?.number ?? chain.deployment.deployBlock - 1;
    say(`Read block ${block} of ${head}`);
  };
  const timer = setInterval(() => void tell().catch(() => {}), TELL_MS);
  try {
    say(`Reading again from block ${chain.deployment.deployBlock} to ${head}`);
    await indexer.rebuild();
    const block = await indexer.block();
    const { deployBlock: from } = chain.deployment;
    const text = `Everything from the chain was read again: blocks ${from} to ${block}.`;
    return { text, data: { from, block } };
  } finally {
    clearInterval(timer);
    await indexer.stop();
  }
}

/** The answer of the server that has the PGlite folder; undefined where none runs, or on PostgreSQL. */
async function asked(settings: Settings, path: string, body?: object): Promise<unknown> {
  if (settings.DATABASE_URL !== undefined) return undefined;
  return askServer(settings.DATA_DIR, path, body);
}

async function open(settings: Settings, use: Use): Promise<OpenDatabase> {
  const { DATABASE_URL: url, DATA_DIR: folder } = settings;
  try {
    return await openDatabase({ url, folder, use });
  } catch (problem) {
    const { cause, message } = problem as Error;
    throw isOutage(cause) ? new Problem(4, message) : problem;
  }
}

function connectNode(url: string, chainId: number): JsonRpcProvider {
  const request = new FetchRequest(url);
  request.timeout = NODE_TIMEOUT_MS;
  request.setThrottleParams({ maxAttempts: 1 });
  const options = { staticNetwork: true, cacheTimeout: -1, batchMaxCount: 1 };
  return new JsonRpcProvider(request, Network.from(chainId), options);
}
