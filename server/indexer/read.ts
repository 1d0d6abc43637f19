// From logs to rows: decoded arguments as plain JSON, numbers as decimal text, addresses and bytes
// in lower case.
import type { Block, Log as ChainLog, ParamType, Result } from "ethers";
import type { Connectable } from "../../contracts/connect.ts";
import { parseLog } from "../../contracts/logs.ts";
import type { Chain } from "../chain/chain.ts";
import type { events } from "../store/tables.ts";

export type EventRow = typeof events.$inferInsert & { arguments: Record<string, unknown> };

/** Contracts whose events are read. */
const INDEXED = [
  "Accreditation",
  "CircuitRegistry",
  "RecordRegistry",
  "TrialRegistry",
  "Enrollment",
] as const satisfies readonly Connectable[];

/** Orders events over all blocks; exact below 2^53. */
export const POSITIONS_PER_BLOCK = 2 ** 20;

/**
 * The block read to, and all events from `from` to it. Throws if the chain reorganises meanwhile.
 */
export async function readRange(
  chain: Chain,
  from: number,
  to: number,
): Promise<{ rows: EventRow[]; blocks: Block[] }> {
  const names = new Map(
    INDEXED.map((name) => [chain.deployment.addresses[name].toLowerCase(), name]),
  );
  const logs = await chain.provider.getLogs({
    address: [...names.keys()],
    fromBlock: from,
    toBlock: to,
  });
  const numbers = new Set([...logs.map((log) => log.blockNumber), to]);
  const found = await Promise.all([...numbers].map((number) => chain.provider.getBlock(number)));
  const blocks = new Map(found.filter((block) => block !== null).map((b) => [b.number, b]));
  const rows = logs.flatMap((log) => {
    const block = blocks.get(log.blockNumber);
    if (block?.hash !== log.blockHash) throw new Error("the chain reorganised while it was read");
    return toRow(log, block, names.get(log.address.toLowerCase())!) ?? [];
  });
  if (!blocks.has(to)) throw new Error("the chain reorganised while it was read");
  return { rows, blocks: [...blocks.values()] };
}

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
