// Starting and stopping the server. `node server/main.ts` runs it by the environment alone.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { pathToFileURL } from "node:url";
import { readAccount } from "./accreditation/accounts.ts";
import { type Chain, connectChain } from "./chain/chain.ts";
import { type Config, readConfig, readDeployment } from "./config.ts";
import { checkDevelopmentKeys } from "./http/developmentKeys.ts";
import { listen, serve } from "./http/http.ts";
import { startIndexer } from "./indexer/indexer.ts";
import type { Module } from "./module.ts";
import { modules as ours } from "./modules.ts";
import { createBackups } from "./operator/backups.ts";
import { exportTables } from "./operator/export.ts";
import { backedUp } from "./operator/format.ts";
import { meetChain } from "./operator/restored.ts";
import { listenForOperator } from "./operator/socket.ts";
import { readStatus } from "./operator/status.ts";
import { type Outbox, startOutbox } from "./outbox/outbox.ts";
import { joinScreenings, splitScreenings } from "./participation/together.ts";
import type { Services } from "./schema/context.ts";
import { createSegments } from "./segments/segments.ts";
import { createSessions } from "./sessions/sessions.ts";
import { type OpenDatabase, openDatabase } from "./store/database.ts";
import { keepToOwner } from "./store/modes.ts";
import { createVerifier, type Keys } from "./verify/verifier.ts";
import { createWatch } from "./watch/watch.ts";
import { createLog, type Log } from "./work/log.ts";

export type RunningServer = {
  /** Where it listens. */
  readonly url: string;
  /** Reads everything derived from the chain again. */
  readonly rebuild: () => Promise<void>;
  /** Ends requests, loops and connections; nothing queued is lost. */
  readonly stop: () => Promise<void>;
};

type Parts = {
  readonly config: Config;
  readonly log: Log;
  readonly keys: Keys;
  readonly modules: readonly Module[];
  /** What was opened, to be closed in reverse order. */
  readonly undo: (() => Promise<unknown> | unknown)[];
  readonly stop: () => Promise<void>;
};

const GWEI = 10n ** 9n;
/** Requests under way are given this long at a stop. */
const GRACE_MS = 3_000;

/**
 * Starts the server; resolves once it answers and has read the chain. Throws an Error that says
 * what to do when the deployment, the chain, the database or the port is not as it should be.
 */
export async function startServer(
  config: Config,
  options: { readonly log?: Log; readonly keys?: Keys; readonly modules?: readonly Module[] } = {},
): Promise<RunningServer> {
  const log = options.log ?? createLog(config.LOG_LEVEL);
  const undo: Parts["undo"] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    return await start({ config, keys: {}, modules: ours, ...options, log, undo, stop });
  } catch (problem) {
    await stop();
    throw problem;
  }
}

async function start(parts: Parts): Promise<RunningServer> {
  const { config, log, keys, modules, undo, stop } = parts;
  const deployment = readDeployment(config.DEPLOYMENT);
  checkDevelopmentKeys(config, deployment);
  const verifier = await createVerifier(config.VERIFY_QUEUE, keys);
  const { RPC_URL: rpcUrl, RELAYER_KEY: relayerKey } = config;
  const maxFeePerGas = BigInt(config.MAX_FEE_GWEI) * GWEI;
  const chain = await connectChain({ rpcUrl, deployment, relayerKey, maxFeePerGas });
  undo.push(chain.close, verifier.close);
  const database = await openDatabase({ url: config.DATABASE_URL, folder: config.DATA_DIR });
  undo.push(database.close);
  const { db } = database;
  const operator = await openToOperator(parts, database, chain);
  const { everybody, operators, url, operatorPort } = await listenOn(parts);
  const indexer = startIndexer({ db, chain, log, modules }, { pollMs: config.POLL_MS });
  undo.push(indexer.stop);
  await indexer.catchUp();
  const outbox = await openOutbox(parts, { db, chain, indexer });
  const sessionsAt = { db, url: config.PUBLIC_URL ?? url, chainId: deployment.chainId };
  const isKnown = async (address: string) => (await readAccount(db, address)).roles.length > 0;
  const services: Services = {
    db,
    deployment,
    chain,
    indexer,
    outbox,
    verifier,
    log,
    segments: createSegments({
      db,
      deployment,
      states: modules.flatMap(({ publicState }) => publicState ?? []),
    }),
    sessions: createSessions({ ...sessionsAt, provider: chain.provider, isKnown }),
    relayRights: modules.map(({ relayRights = {} }) => relayRights),
    watch: createWatch(
      { db, indexer, outbox, log },
      {
        pollMs: config.POLL_MS,
        perAddress: config.SUBSCRIPTIONS_PER_ADDRESS,
        inAll: config.SUBSCRIPTIONS,
      },
    ),
  };
  serve({ everybody, operators }, config, services, modules);
  for (const { work } of modules) if (work) undo.push(work(services, config).stop);
  operator.start();
  undo.push(warm(services));
  const kept = { database: database.kind, keys: deployment.keys };
  log.info({ url, operatorPort, ...kept }, "server is up");
  return { url, rebuild: indexer.rebuild, stop };
}

/** For everybody, and, on a port of their own where one is set, for operators. */
async function listenOn({ config, undo }: Parts) {
  const everybody = await listen(config.PORT, config.HOST);
  undo.push(() => closeHttp(everybody));
  const { OPERATOR_PORT, OPERATOR_HOST } = config;
  const operators =
    OPERATOR_PORT === undefined
      ? undefined
      : await listen(OPERATOR_PORT, OPERATOR_HOST, "OPERATOR_PORT");
  if (operators) undo.push(() => closeHttp(operators));
  const { port } = everybody.address() as AddressInfo;
  const host = config.HOST.includes(":") ? `[${config.HOST}]` : config.HOST;
  const operatorPort = (operators?.address() as AddressInfo | undefined)?.port;
  return { everybody, operators, url: `http://${host}:${port}`, operatorPort };
}

/** Brings the outbox up to the chain, then starts it. */
async function openOutbox(
  { config, log, undo }: Parts,
  { db, chain, indexer }: Pick<Services, "db" | "chain" | "indexer">,
): Promise<Outbox> {
  const waitSeconds = config.STUCK_SECONDS;
  const meeting = { catchUp: indexer.catchUp, split: splitScreenings, waitSeconds };
  await meetChain({ db, chain, log }, meeting);
  const outbox = startOutbox(
    { db, chain, log },
    {
      pollMs: config.POLL_MS,
      limit: config.OUTBOX_LIMIT,
      confirmations: config.CONFIRMATIONS,
      stuckSeconds: config.STUCK_SECONDS,
      settle: indexer.catchUp,
      gasPerDay: config.DAILY_GAS,
      keepDays: config.KEEP_DAYS,
      gathering: {
        most: config.SCREEN_MANY_MOST,
        seconds: config.SCREEN_MANY_SECONDS,
        join: joinScreenings,
      },
    },
  );
  undo.push(outbox.stop);
  return outbox;
}

/** PGlite alone needs it: on PostgreSQL the operator's commands and backups go to the database. */
async function openToOperator(
  { config, log, modules, undo }: Parts,
  { db, kind }: OpenDatabase,
  chain: Chain,
): Promise<{ readonly start: () => void }> {
  if (kind !== "pglite") return { start: () => {} };
  const { DATA_DIR: folder, BACKUP_HOURS: hours } = config;
  const { deployment, provider } = chain;
  const tables = backedUp(modules);
  const backups = createBackups({ db, deployment, tables, folder, hours, log });
  undo.push(backups.stop);
  const relayer = chain.relayer.address;
  const answers = {
    status: () =>
      readStatus({ db, kind, folder, provider, deployment, relayer, modules, servers: 1 }),
    export: (file: string) => exportTables({ db, deployment, tables }, file),
  };
  undo.push(await listenForOperator(folder, answers, log));
  return backups;
}

/** Reads large states ahead of their first visitor; what is answered ends that. */
function warm({ segments, log }: Services): () => Promise<void> {
  const ending = new AbortController();
  const warming = segments.warm(ending.signal).catch((err: unknown) => {
    if (!ending.signal.aborted) log.warn({ err }, "large states are read when first asked for");
  });
  return () => {
    ending.abort();
    return warming;
  };
}

async function closeHttp(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(timer);
}

/** Runs until told to stop by SIGINT or SIGTERM. */
async function main(): Promise<void> {
  keepToOwner();
  const server = await startServer(readConfig(process.env));
  const stop = () => void server.stop().then(() => process.exit(0));
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await main().catch((problem: Error) => {
    console.error(problem.message);
    process.exit(1);
  });
}
