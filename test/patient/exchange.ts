// A whole exchange for the journey's tests: Anvil, contracts, server, accredited organisations and
// an open trial.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { JsonRpcProvider, Wallet as Key, toBeHex } from "ethers";
import { readManifest } from "../../circuits/artifacts/read.ts";
import { dayOfTimestamp } from "../../circuits/statement/day.ts";
import { DICTIONARY_VERSION, dictionaryHash } from "../../circuits/statement/dictionary.ts";
import { type Api, connect } from "../../client/api.ts";
import { anchorBatch, withPaths } from "../../client/clinic/anchor.ts";
import { attestRecord } from "../../client/clinic/attest.ts";
import { type Cast, gatherCast, openTrial } from "../../client/journey/setting.ts";
import { importRecord } from "../../client/patient/import.ts";
import type { Wallet } from "../../client/patient/wallet.ts";
import { connect as connectContracts } from "../../contracts/connect.ts";
import { deploy } from "../../contracts/deploy.ts";
import { readConfig } from "../../server/config.ts";
import { startAnvil } from "../../server/embedded/anvil.ts";
import { createLog } from "../../server/log.ts";
import { startServer } from "../../server/main.ts";
import { CALM } from "../support/server.ts";
import { commitmentOf, ID_TAG_SALT, sampleRecord } from "./support.ts";
import { trialFile } from "./trial.ts";

/** Everything that a client sent, as the server saw it. */
export type Seen = { readonly url: string; readonly body: string };

export type Exchange = {
  readonly url: string;
  readonly cast: Cast;
  readonly contracts: ReturnType<typeof connectContracts>;
  /** A patient's client, and the log of its requests. */
  readonly client: () => { api: Api; seen: Seen[] };
  /** The chain's day. */
  readonly today: () => Promise<number>;
  readonly advance: (seconds: number) => Promise<void>;
  /** Everything the server has logged, at its most talkative. */
  readonly logged: () => string;
  /** The server's database, in `database`, and its settings. */
  readonly folder: string;
  /** Stops the server alone, so that its database may be opened. */
  readonly stopServer: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

const key = (byte: string) => new Key(`0x${byte.repeat(32)}`);
export const KEYS = {
  relayer: key("a1"),
  governance: key("a2"),
  sponsor: key("a3"),
  board: key("a4"),
  clinics: [key("a5"), key("a6")],
  site: key("a7"),
};

/** Starts everything on free ports in a fresh folder. */
export async function startExchange(): Promise<Exchange> {
  const folder = await mkdtemp(join(tmpdir(), "cohort-exchange-"));
  const chain = await startAnvil();
  const options = { staticNetwork: true, cacheTimeout: -1, pollingInterval: 50 };
  const provider = new JsonRpcProvider(chain.url, 31_337, options);
  for (const { address } of [KEYS.relayer, KEYS.governance]) {
    await provider.send("anvil_setBalance", [address, toBeHex(10n ** 22n)]);
  }
  const deployment = await deploy({
    signer: KEYS.relayer.connect(provider),
    governance: KEYS.governance.address,
    dictionary: { version: DICTIONARY_VERSION, hash: dictionaryHash(DICTIONARY_VERSION) },
    keys: (await readManifest()).keys,
  });
  const deploymentFile = join(folder, "deployment.json");
  await writeFile(deploymentFile, JSON.stringify(deployment));
  const lines: string[] = [];
  const write = (line: string) => {
    lines.push(line);
    if (process.env.TEST_LOG) process.stderr.write(line);
  };
  const server = await startServer(
    readConfig({
      PORT: "0",
      DATA_DIR: join(folder, "database"),
      RPC_URL: chain.url,
      DEPLOYMENT: deploymentFile,
      RELAYER_KEY: KEYS.relayer.privateKey,
      ...CALM,
      SCREEN_MANY_SECONDS: "0",
    }),
    { log: createLog("debug", { write }) },
  );
  let stopping: Promise<void> | undefined;
  const stopServer = () => {
    stopping ??= server.stop();
    return stopping;
  };
  const { url } = server;
  const signers = {
    ...KEYS,
    clinics: KEYS.clinics.map((signer, i) => ({ name: `Clinic ${i + 1}`, signer })),
    sites: [KEYS.site],
  };
  return {
    url,
    cast: await gatherCast(connect({ url }), signers),
    contracts: connectContracts(deployment, KEYS.governance.connect(provider)),
    client: () => loggingClient(url),
    today: async () => dayOfTimestamp((await provider.getBlock("latest"))!.timestamp),
    advance: async (seconds) => {
      await provider.send("evm_increaseTime", [seconds]);
      await provider.send("evm_mine", []);
    },
    logged: () => lines.join(""),
    folder,
    stopServer,
    stop: async () => {
      await stopServer();
      provider.destroy();
      await chain.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function loggingClient(url: string): { api: Api; seen: Seen[] } {
  const seen: Seen[] = [];
  const logging: typeof fetch = (input, init) => {
    seen.push({ url: String(input), body: String(init?.body ?? "") });
    return fetch(input, init);
  };
  return { api: connect({ url, fetch: logging }), seen };
}

/** Publishes and approves a trial of the small test criteria. */
export async function openTestTrial(
  exchange: Exchange,
  protocolNumber: string,
  criteria: unknown,
): Promise<void> {
  await openTrial(exchange.cast, trialFile(criteria, protocolNumber));
}

/**
 * Attests records for these wallets in one batch of a clinic; returns the wallets with their
 * records.
 */
export async function attestBatch(options: {
  exchange: Exchange;
  clinic: number;
  wallets: readonly Wallet[];
  record?: Partial<Parameters<typeof sampleRecord>[0]>;
}): Promise<Wallet[]> {
  const { exchange, wallets, record = {} } = options;
  const clinic = exchange.cast.clinics[options.clinic]!;
  const issuedDay = await exchange.today();
  const issued = await Promise.all(
    wallets.map(async (wallet) => {
      const identityCommitment = await commitmentOf(wallet);
      const of = { identityCommitment, issuer: clinic.address, issuedDay, ...record };
      return attestRecord({
        record: sampleRecord(of),
        clinicName: clinic.name,
        mailbox: null,
        idTagSalt: ID_TAG_SALT,
      });
    }),
  );
  const batch = await anchorBatch(
    clinic,
    issued.map(({ commitment }) => commitment),
  );
  const files = withPaths(
    issued.map(({ attested }) => attested),
    batch,
  );
  const registry = await clinic.api.recordsState();
  return await Promise.all(
    wallets.map(async (wallet, i) => {
      return (await importRecord({ wallet, attested: files[i], registry })).wallet;
    }),
  );
}
