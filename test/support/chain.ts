// A real chain for tests: Anvil on a free port with the contracts deployed, and the accounts that
// act on it.
import { setTimeout as sleep } from "node:timers/promises";
import { JsonRpcProvider, toBeHex, Wallet } from "ethers";
import {
  DICTIONARY_VERSION,
  dictionaryHash,
} from "../../circuits/statement/dictionary/dictionary.ts";
import type { Artifact, ContractName } from "../../contracts/artifact.ts";
import { connect } from "../../contracts/connect.ts";
import { deploy } from "../../contracts/deploy.ts";
import type { Deployment } from "../../contracts/deployment.ts";
import { type Anvil, startAnvil } from "../../server/embedded/anvil.ts";

const wallet = (byte: string) => new Wallet(`0x${byte.repeat(32)}`);

/** Keys of the cast; the first two are rich. */
export const KEYS = {
  relayer: wallet("a1"),
  governance: wallet("a2"),
  sponsor: wallet("a3"),
  board: wallet("a4"),
  clinic: wallet("a5"),
  site: wallet("a6"),
  stranger: wallet("a7"),
  otherClinic: wallet("b1"),
};

/** Custodians' accounts. */
export const CUSTODIANS = ["c1", "c2", "c3"].map(wallet);

/** Who signs in a journey: two clinics and one site. */
export const SIGNERS = {
  governance: KEYS.governance,
  sponsor: KEYS.sponsor,
  board: KEYS.board,
  clinics: [
    { name: "North Clinic", signer: KEYS.clinic },
    { name: "South Clinic", signer: KEYS.otherClinic },
  ],
  sites: [KEYS.site],
};

export type TestChain = {
  readonly anvil: Anvil;
  readonly provider: JsonRpcProvider;
  readonly deployment: Deployment;
  readonly contracts: ReturnType<typeof connect>;
  /** The contracts as one of the cast, who is given gas money first. */
  readonly as: (who: Wallet) => Promise<ReturnType<typeof connect>>;
  readonly stop: () => Promise<void>;
};

type Options = {
  readonly artifacts?: Partial<Record<ContractName, Artifact>>;
  readonly rootWindowSeconds?: number;
  /** Unix time in seconds at which the chain starts. */
  readonly chainTime?: number;
  /** Folder for the chain's state, so that it survives its process. */
  readonly folder?: string;
};

/** Starts and deploys; nobody is accredited yet. */
export async function startChain(given: Options = {}): Promise<TestChain> {
  const { chainTime, folder, ...options } = given;
  const anvil = await startAnvil({
    ...(chainTime !== undefined && { chainTime }),
    ...(folder !== undefined && { folder }),
  });
  const provider = connectTo(anvil.url);
  const { relayer, governance } = KEYS;
  for (const { address } of [relayer, governance]) await enrich(provider, address);
  const deployment = await deploy({
    // Another payer than the relayer, whose nonces are the outbox's business.
    signer: governance.connect(provider),
    governance: governance.address,
    dictionary: { version: DICTIONARY_VERSION, hash: dictionaryHash(DICTIONARY_VERSION) },
    ...options,
  });
  return {
    anvil,
    provider,
    deployment,
    contracts: connect(deployment, provider),
    as: async (who) => {
      await enrich(provider, who.address);
      return connect(deployment, who.connect(provider));
    },
    stop: async () => {
      provider.destroy();
      await anvil.stop();
    },
  };
}

/** A provider without the cache that makes nonces stale. */
export function connectTo(url: string): JsonRpcProvider {
  const options = { staticNetwork: true, cacheTimeout: -1, pollingInterval: 20 };
  return new JsonRpcProvider(url, 31_337, options);
}

async function enrich(provider: JsonRpcProvider, address: string): Promise<void> {
  await provider.send("anvil_setBalance", [address, toBeHex(10n ** 21n)]);
}

/** Time passes on a real chain; here a block is made every 150 ms, the last before `stop` returns. */
export function mineOnTime(provider: JsonRpcProvider): { readonly stop: () => Promise<void> } {
  let isOn = true;
  const mine = async () => {
    for (; isOn; await sleep(150)) {
      // One that comes after the chain has stopped is nobody's business.
      await provider.send("evm_mine", []).catch(() => {});
    }
  };
  const mining = mine();
  return {
    stop: () => {
      isOn = false;
      return mining;
    },
  };
}

const STILL_MS = 200;

/**
 * Exchanges the last blocks for empty ones. What people send meanwhile waits: a block mined beside it would leave
 * Anvil's chain with holes, which is no reorganisation that any chain knows. No `mineOnTime` may be running. Returns
 * how many transactions fell out.
 */
export async function reorganise(provider: JsonRpcProvider, depth: number): Promise<number> {
  await provider.send("evm_setAutomine", [false]);
  let last = -1;
  for (let now = 0; now !== last; await sleep(STILL_MS)) {
    last = now;
    now = await provider.getBlockNumber();
  }
  const gone = Array.from({ length: depth }, (_, i) => provider.getBlock(last - i));
  const fallen = (await Promise.all(gone)).map((block) => block!.transactions.length);
  await provider.send("anvil_reorg", [depth, []]);
  await provider.send("evm_setAutomine", [true]);
  return fallen.reduce((sum, n) => sum + n, 0);
}
