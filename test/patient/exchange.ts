// A whole exchange for the journey's tests: Anvil, contracts, server, accredited organisations and
// an open trial.
import { dayOfTimestamp } from "../../circuits/statement/encoding/day.ts";
import { type Api, connect } from "../../client/api/api.ts";
import { attestRecord } from "../../client/clinic/record/attest.ts";
import { anchorBatch, withPaths } from "../../client/clinic/registry/anchor.ts";
import { type Cast, gatherCast, openTrial } from "../../client/journey/setting.ts";
import { importRecord } from "../../client/patient/import.ts";
import type { Wallet } from "../../client/patient/wallet.ts";
import { SIGNERS, startChain, type TestChain } from "../support/chain.ts";
import { CALM, startTestServer } from "../support/server.ts";
import { commitmentOf, ID_TAG_SALT, sampleRecord } from "./support.ts";
import { trialFile } from "./trial.ts";

/** Everything that a client sent, as the server saw it. */
export type Seen = { readonly url: string; readonly body: string };

export type Exchange = {
  readonly url: string;
  readonly cast: Cast;
  readonly chain: TestChain;
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

/** Starts everything on free ports in a fresh folder. */
export async function startExchange(): Promise<Exchange> {
  const chain = await startChain();
  const server = await startTestServer(chain, CALM);
  const { url, folder } = server;
  return {
    ...{ chain, url, folder, logged: server.logged, stopServer: server.stop },
    cast: await gatherCast(connect({ url }), SIGNERS),
    client: () => loggingClient(url),
    today: async () => dayOfTimestamp((await chain.provider.getBlock("latest"))!.timestamp),
    advance: async (seconds) => {
      await chain.provider.send("evm_increaseTime", [seconds]);
      await chain.provider.send("evm_mine", []);
    },
    stop: async () => {
      await server.end();
      await chain.stop();
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
