// Starting and stopping a custodian.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Receipts } from "./answers/receipts.ts";
import { ChainNode } from "./chain/node.ts";
import { askAt } from "./chain/rpc.ts";
import { createDownload } from "./entries/download.ts";
import { Entries } from "./entries/entries.ts";
import { createLog, type Log } from "./log.ts";
import { Erasure } from "./service/erase.ts";
import { listen, serve } from "./service/http.ts";
import { createSender } from "./service/send.ts";
import { catchUp, startWork } from "./service/work.ts";
import { readDeploymentFile, type Settings } from "./settings.ts";
import { openFolder, openKeyFile } from "./store/folder.ts";
import { Keys } from "./store/keys.ts";
import { Store } from "./store/store.ts";
import { createVault } from "./store/vault.ts";
import { TagKeys } from "./tags/tagKeys.ts";

export type RunningCustodian = {
  /** Where it listens. */
  readonly url: string;
  /** Its account, in lower case: governance accredits it, and trials name it. */
  readonly address: string;
  readonly stop: () => Promise<void>;
};

type Options = {
  readonly log?: Log;
  /** Unix seconds. */
  readonly clock?: () => number;
};

/** Requests under way are given this long at a stop. */
const GRACE_MS = 3_000;

/**
 * Starts a custodian; resolves once it has read the chain, destroyed what was erased, and answers. Throws an Error that
 * says what to do when settings, key file, folder, node or port are not as they should be.
 */
export async function startCustodian(
  settings: Settings,
  options: Options = {},
): Promise<RunningCustodian> {
  const undo: (() => unknown)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    return { ...(await start(settings, options, undo)), stop };
  } catch (problem) {
    await stop();
    throw problem;
  }
}

async function start(
  settings: Settings,
  options: Options,
  undo: (() => unknown)[],
): Promise<Omit<RunningCustodian, "stop">> {
  const here = () => Math.floor(Date.now() / 1_000) + settings.CLOCK_OFFSET;
  const { log = createLog(settings.LOG_LEVEL), clock = here } = options;
  const { DATA_DIR: folder, RPC_URL: rpcUrl, FINALITY: finality } = settings;
  const deployment = readDeploymentFile(settings.DEPLOYMENT);
  undo.push(openFolder(folder));
  const wallet = openKeyFile(settings.KEY_FILE ?? join(folder, "custodian.key"));
  const custodian = wallet.address.toLowerCase();
  const { chainId, addresses } = deployment;
  const owner = { address: custodian, chainId, custodyLog: addresses.CustodyLog };
  const store = new Store(folder, owner);
  undo.push(() => store.close());
  const headSeconds = settings.HEAD_SECONDS;
  const ask = askAt(rpcUrl);
  const node = new ChainNode({ ask, deployment, custodian, finality, headSeconds, clock, log });
  await node.check();
  const vault = createVault(wallet.privateKey);
  const keys = new Keys({ store, vault, wallet, deployment, log });
  const tagKeys = new TagKeys({ store, vault, wallet, deployment, log });
  const receipts = new Receipts(store, wallet, deployment);
  const sender = createSender(wallet, { rpcUrl, deployment });
  undo.push(() => sender.close());
  const erasure = new Erasure({ facts: node.facts, store, keys, sender, log, clock });
  const working = { node, erasure, keys, receipts, sender, log, clock };
  // Nothing is answered before what was erased is gone, also out of an older copy of the folder.
  await catchUp(working);
  if (receipts.startAfter(node.facts.lastReceipt.number)) {
    log.warn(
      { anchored: String(node.facts.lastReceipt.number) },
      "this folder is an older copy: receipts that were anchored are not in it, and keys made since are lost",
    );
  }
  const server = await listen(settings.PORT, settings.HOST);
  undo.push(() => closeHttp(server));
  const download = createDownload(settings.EXCHANGE_URLS);
  const entries = new Entries({ node, deployment, download });
  const services = { node, deployment, custodian, entries, keys, receipts, store, tagKeys, log };
  const { RATE_PER_MINUTE: perMinute, TRUSTED_PROXIES: trustedProxies } = settings;
  serve(server, { services, perMinute, trustedProxies });
  undo.push(startWork(working, settings.POLL_MS));
  const { port } = server.address() as AddressInfo;
  const host = settings.HOST.includes(":") ? `[${settings.HOST}]` : settings.HOST;
  const url = `http://${host}:${port}`;
  log.info({ url, address: custodian, keys: store.countKeys() }, "custodian is up");
  return { url, address: custodian };
}

async function closeHttp(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(timer);
}
