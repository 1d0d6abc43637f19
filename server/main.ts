// Starting and stopping the server. `node server/main.ts` runs it by the environment alone.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { pathToFileURL } from "node:url";
import { joinScreenings } from "./acts/together.ts";
import { connectChain } from "./chain/chain.ts";
import { type Config, readConfig, readDeployment } from "./config.ts";
import type { Services } from "./context.ts";
import { checkDevelopmentKeys } from "./developmentKeys.ts";
import { listen, serve } from "./http.ts";
import { startIndexer } from "./indexer/indexer.ts";
import { createLog, type Log } from "./log.ts";
import { startOutbox } from "./outbox/outbox.ts";
import { createSessions } from "./sessions.ts";
import { openDatabase } from "./store/database.ts";
import { createVerifier, type Keys } from "./verifier.ts";
import { createWatch } from "./watch.ts";

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
  options: { readonly log?: Log; readonly keys?: Keys } = {},
): Promise<RunningServer> {
  const log = options.log ?? createLog(config.LOG_LEVEL);
  const undo: Parts["undo"] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    return await start({ config, log, keys: options.keys ?? {}, undo, stop });
  } catch (problem) {
    await stop();
    throw problem;
  }
}

async function start({ config, log, keys, undo, stop }: Parts): Promise<RunningServer> {
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
  const http = await listen(config.PORT, config.HOST);
  undo.push(() => closeHttp(http));
  const { OPERATOR_PORT, OPERATOR_HOST } = config;
  const operators =
    OPERATOR_PORT === undefined
      ? undefined
      : await listen(OPERATOR_PORT, OPERATOR_HOST, "OPERATOR_PORT");
  if (operators) undo.push(() => closeHttp(operators));
  const { port } = http.address() as AddressInfo;
  const host = config.HOST.includes(":") ? `[${config.HOST}]` : config.HOST;
  const url = `http://${host}:${port}`;

  const indexer = startIndexer({ db, chain, log }, { pollMs: config.POLL_MS });
  undo.push(indexer.stop);
  await indexer.catchUp();
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
  const { chainId } = deployment;
  const sessionsAt = { db, url: config.PUBLIC_URL ?? url, chainId, provider: chain.provider };
  const services: Services = {
    db,
    deployment,
    chain,
    indexer,
    outbox,
    verifier,
    log,
    sessions: createSessions(sessionsAt),
    watch: createWatch(
      { db, outbox, log },
      {
        pollMs: config.POLL_MS,
        perAddress: config.SUBSCRIPTIONS_PER_ADDRESS,
        inAll: config.SUBSCRIPTIONS,
      },
    ),
  };
  serve({ everybody: http, operators }, config, services);
  const kept = { database: database.kind, keys: deployment.keys };
  const operatorPort = (operators?.address() as AddressInfo | undefined)?.port;
  log.info({ url, operatorPort, ...kept }, "server is up");
  return { url, rebuild: indexer.rebuild, stop };
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
