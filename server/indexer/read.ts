// From logs to rows: decoded arguments as plain JSON, numbers as decimal text, addresses and bytes
// in lower case.
import type { Block, Log as ChainLog, ParamType, Result } from "ethers";
import type { Connectable } from "../../contracts/connect.ts";
import { parseLog } from "../../contracts/logs.ts";
import type { Chain } from "../chain/chain.ts";
import type { SeenBlock } from "../store/blocks.ts";
import type { events } from "../store/tables.ts";

export type EventRow = typeof events.$inferInsert & { arguments: Record<string, unknown> };

/** Contracts whose events are read. */
const INDEXED = [
  "Accreditation",
  "CircuitRegistry",
  "RecordRegistry",
  "TrialRegistry",
  "Screening",
  "Enrollment",
] as const satisfies readonly Connectable[];

/** Orders events over all blocks; exact below 2^53. */
export const POSITIONS_PER_BLOCK = 2 ** 20;

type Range = {
  /** The newest block read before; its successor begins the range. */
  readonly known: SeenBlock | undefined;
  readonly from: number;
  readonly to: number;
};

/**
 * The block read to, and all events from `from` to it. Throws if the chain reorganises meanwhile:
 * the last block is the same before and after, so all that was answered between is of one chain,
 * and what was known before is part of it.
 */
export async function readRange(
  chain: Chain,
  { known, from, to }: Range,
): Promise<{ rows: EventRow[]; blocks: Block[] }> {
  const { provider } = chain;
  const last = await provider.getBlock(to);
  const names = new Map(
    INDEXED.map((name) => [chain.deployment.addresses[name].toLowerCase(), name]),
  );
  const logs = await provider.getLogs({
    address: [...names.keys()],
    fromBlock: from,
    toBlock: to,
  });
  const numbers = new Set(logs.map((log) => log.blockNumber));
  const hashNow = async (number: number) => (await provider.getBlock(number))?.hash;
  const found = await Promise.all([...numbers].map((number) => provider.getBlock(number)));
  const isKnown = known === undefined || (await hashNow(known.number)) === known.hash;
  if (last === null || !isKnown || (await hashNow(to)) !== last.hash) throw reorganised();
  const all = [...found.filter((block) => block !== null), last];
  const blocks = new Map(all.map((block) => [block.number, block]));
  const rows = logs.flatMap((log) => {
    const block = blocks.get(log.blockNumber);
    if (block?.hash !== log.blockHash) throw reorganised();
    return toRow(log, block, names.get(log.address.toLowerCase())!) ?? [];
  });
  return { rows, blocks: [...blocks.values()] };
}

const reorganised = () => new Error("the chain reorganised while it was read");

function toRow(log: ChainLog, block: Block, contract: Connectable): EventRow | undefined {
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
    subject: subjectOf(contract, values),
    arguments: values,
  };
}

function subjectOf(contract: Connectable, values: Record<string, unknown>): string {
  if (typeof values.trialId === "string") return values.trialId;
  return contract === "RecordRegistry" ? "records" : "accreditation";
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
