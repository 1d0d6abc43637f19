// From logs to rows: decoded arguments as plain JSON, numbers as decimal text, addresses and bytes
// in lower case.
import type { Log as ChainLog, ParamType, Result } from "ethers";
import { type Connectable, interfaceOf } from "../../contracts/connect.ts";
import { parseLog } from "../../contracts/logs.ts";
import type { Chain } from "../chain/chain.ts";
import type { SeenBlock } from "../store/blocks.ts";
import type { EventRow } from "../store/events.ts";
import type { Derived } from "./derive.ts";
import { type Header, mayHold, readHeaders, reorganised } from "./headers.ts";

/** Orders events over all blocks; exact below 2^53. */
export const POSITIONS_PER_BLOCK = 2 ** 20;

type Range = {
  /** The newest block read before; its successor begins the range. */
  readonly known: SeenBlock | undefined;
  readonly from: number;
  readonly to: number;
};

/**
 * The blocks with events and the one read to, and all events from `from` to it. Throws an Error if the chain reorganises
 * meanwhile. A node that lags, or leaves out logs, loses nothing: what a block's filter says may be there is asked for
 * by the block's hash.
 */
export async function readRange(
  { chain, modules }: { readonly chain: Chain; readonly modules: readonly Derived[] },
  { known, from, to }: Range,
): Promise<{ rows: EventRow[]; blocks: Header[] }> {
  const { provider } = chain;
  const headers = await readHeaders(provider, { from, to, ...(known && { parent: known.hash }) });
  const { addresses } = chain.deployment;
  const indexed = modules.flatMap(({ name, contracts }) =>
    contracts.map(
      (contract) => [addresses[contract].toLowerCase(), { contract, of: name }] as const,
    ),
  );
  const owners = new Map(indexed);
  const names = new Map(indexed.map(([address, { contract }]) => [address, contract]));
  const address = [...names.keys()];
  const logs = await provider.getLogs({ address, fromBlock: from, toBlock: to });
  logs.push(...(await askForMissing(chain, { names, headers, logs })));
  const byNumber = new Map(headers.map((header) => [header.number, header]));
  logs.sort((a, b) => a.blockNumber - b.blockNumber || a.index - b.index);
  const rows = logs.flatMap((log) => {
    const header = byNumber.get(log.blockNumber);
    if (header?.hash !== log.blockHash) throw reorganised();
    return toRow(log, header, owners.get(log.address.toLowerCase())!) ?? [];
  });
  const numbers = new Set([...logs.map((log) => log.blockNumber), to]);
  return { rows, blocks: headers.filter(({ number }) => numbers.has(number)) };
}

/** Logs of blocks whose filter has a contract of ours with one of its events, and for which nothing was answered. */
async function askForMissing(
  { provider }: Chain,
  at: {
    readonly names: ReadonlyMap<string, Connectable>;
    readonly headers: readonly Header[];
    readonly logs: readonly ChainLog[];
  },
): Promise<ChainLog[]> {
  const answered = new Set(at.logs.map((log) => `${log.blockNumber} ${log.address.toLowerCase()}`));
  const found: ChainLog[] = [];
  for (const { number, hash, logsBloom } of at.headers) {
    const missing = [...at.names].flatMap(([address, name]) => {
      const isIn = !answered.has(`${number} ${address}`) && mayHold(logsBloom, address);
      return isIn && topicsOf(name).some((topic) => mayHold(logsBloom, topic)) ? [address] : [];
    });
    // By its hash: a node that has not got the block says so instead of answering that there is nothing.
    if (missing.length > 0) {
      found.push(...(await provider.getLogs({ address: missing, blockHash: hash })));
    }
  }
  return found;
}

function topicsOf(name: Connectable): string[] {
  const topics: string[] = [];
  interfaceOf(name).forEachEvent(({ topicHash }) => topics.push(topicHash));
  return topics;
}

/** A contract, and the module that reads its events. */
type Owned = { readonly contract: Connectable; readonly of: string };

function toRow(log: ChainLog, block: Header, { contract, of }: Owned): EventRow | undefined {
  const parsed = parseLog(contract, log);
  if (!parsed) return undefined;
  const values = plainObject(parsed.inputs, parsed.values);
  return {
    position: log.blockNumber * POSITIONS_PER_BLOCK + log.index,
    blockNumber: log.blockNumber,
    blockTime: new Date(block.timestamp * 1000),
    logIndex: log.index,
    transactionHash: log.transactionHash,
    contract,
    name: parsed.name,
    subject: typeof values.trialId === "string" ? values.trialId : of,
    arguments: values,
  };
}

function plainObject(
  types: readonly ParamType[],
  values: readonly unknown[],
): Record<string, unknown> {
  return Object.fromEntries(types.map((type, i) => [type.name || `${i}`, plain(type, values[i])]));
}

function plain(type: ParamType, value: unknown): unknown {
  if (type.isArray())
    return (value as Result).toArray().map((item) => plain(type.arrayChildren, item));
  if (type.isTuple()) return plainObject(type.components, value as Result);
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "string" && type.type !== "string") return value.toLowerCase();
  return value;
}
