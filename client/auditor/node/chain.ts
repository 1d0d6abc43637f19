// The history as a node tells it: logs in chunks whose size follows what the node puts up with,
// and the time of every block from the block itself.
import { keccak256 } from "ethers";
import type { Deployment } from "../../../contracts/deployment.ts";
import { InputError } from "../../files/inputError.ts";
import { AUDITED, type RawLog } from "./event.ts";
import { proveLogs } from "./provenChain.ts";
import {
  mapLimited,
  NodeRefusal,
  nodeUnavailable,
  OTHER_NODE,
  type Request,
  reorganised,
} from "./rpc.ts";
import type { Block, Chunk, Source } from "./source.ts";

const FIRST_CHUNK = 2_000;
const MAX_CHUNK = 50_000;
/** Every header of these is read: no longer without a word. */
const PROVEN_CHUNK = 2_000;
/** A chunk with more logs than this makes the next one smaller: what is in memory stays bounded. */
const MANY_LOGS = 5_000;
/** An answer with more logs than this is dropped, and its halves are asked for. */
const TOO_MANY_LOGS = 20_000;
/** Chunks of a size that the node puts up with before a longer one is tried again. */
const PATIENCE = 16;
const AT_ONCE = 16;

export type NodeLog = Record<
  "address" | "data" | "blockNumber" | "blockHash" | "transactionHash",
  string
> & {
  topics: string[];
  logIndex: string;
};

/**
 * A node as a source. `to`: last block's number, or its hash as it is known from elsewhere; by default the node's
 * newest. `isProven`: nothing is told on of its history that the last block's hash does not prove. Throws InputError
 * when the node is of another chain, or does not have the contracts or the block.
 */
export async function openChain(options: {
  request: Request;
  deployment: Deployment;
  to?: number | string | undefined;
  isProven?: boolean | undefined;
}): Promise<Source> {
  const { request, deployment } = options;
  const chainId = Number(await request("eth_chainId", []));
  if (chainId !== deployment.chainId) {
    throw new InputError(
      `The node is on chain ${chainId}, the deployment on chain ${deployment.chainId}: name the right node.`,
    );
  }
  const newest = Number(await request("eth_blockNumber", []));
  const to =
    typeof options.to === "string" ? await numberOf(request, options.to) : (options.to ?? newest);
  if (to > newest)
    throw new InputError(`The node's newest block is ${newest}: there is no ${to} yet.`);
  if (to < deployment.deployBlock) {
    throw new InputError(
      `The contracts begin at block ${deployment.deployBlock}: there is nothing up to ${to}.`,
    );
  }
  const head = await readBlock(request, to);
  if (typeof options.to === "string" && head.hash !== options.to.toLowerCase()) throw reorganised();
  const tag = toHex(head.number);
  const { Enrollment } = deployment.addresses;
  if ((await request("eth_getCode", [Enrollment, tag])) === "0x") {
    throw new InputError(
      `There is no contract at ${Enrollment} up to block ${head.number}: name the deployment file of this chain.`,
    );
  }
  const longest = options.isProven ? PROVEN_CHUNK : MAX_CHUNK;
  const source: Source = {
    deployment,
    head,
    chunks: (from) => readChunks({ request, deployment, head, longest }, from),
    call: async (to, data) => (await request("eth_call", [{ to, data }, tag])) as string,
    codeHash: async (address) =>
      keccak256((await request("eth_getCode", [address, tag])) as string),
    blockHash: async (number) =>
      number > head.number ? undefined : await hashNow(request, number),
    blockTime: async (number) =>
      number > head.number ? undefined : (await readBlock(request, number)).timestamp,
    isProven: false,
  };
  return options.isProven ? proveLogs(source, request) : source;
}

/** The number of the block with a hash. Throws InputError when the node has none. */
async function numberOf(request: Request, hash: string): Promise<number> {
  const block = (await request("eth_getBlockByHash", [hash, false])) as { number: string } | null;
  if (block !== null) return Number(block.number);
  throw new InputError(
    `The node has no block ${hash}: wait until it has, or name a node of the chain that has it.`,
  );
}

type Reading = { request: Request; deployment: Deployment; head: Block; longest: number };

async function* readChunks(reading: Reading, first: number): AsyncIterable<Chunk> {
  const { request, head, deployment, longest } = reading;
  const address = AUDITED.map((name) => deployment.addresses[name]);
  const pace = createPace(longest);
  for (let from = first; from <= head.number; ) {
    const to = Math.min(from + pace.size() - 1, head.number);
    const logs = await readLogs(request, { address }, from, to);
    if (logs === undefined) {
      pace.refused(to - from + 1);
      continue;
    }
    if (logs.length > TOO_MANY_LOGS && from < to) {
      pace.tooMany(to - from + 1);
      continue;
    }
    yield { from, to, logs: logs.map(toRaw), blocks: await readBlocks(request, logs) };
    pace.read(logs.length);
    from = to + 1;
  }
  if ((await hashNow(request, head.number)) !== head.hash) throw reorganised();
}

/**
 * How many blocks to ask for: more while there are few logs, and no more than the node puts up
 * with. A size that it refused is not asked for again soon, and later each time.
 */
function createPace(limit: number) {
  let size = FIRST_CHUNK;
  let longest = limit;
  let patience = PATIENCE;
  let left = patience;
  let hasRead = false;
  return {
    size: () => size,
    refused: (blocks: number) => {
      if (longest < limit && hasRead) patience *= 2;
      size = Math.max(1, blocks >> 1);
      [longest, left, hasRead] = [size, patience, false];
    },
    tooMany: (blocks: number) => {
      size = blocks >> 1;
    },
    read: (logs: number) => {
      hasRead = true;
      if (--left === 0) [longest, left] = [Math.min(longest * 2, limit), patience];
      size = logs > MANY_LOGS ? Math.max(1, size >> 1) : Math.min(size * 2, longest);
    },
  };
}

/** Which logs are asked for: of contracts, with topics (null: any). */
type Filter = { readonly address: readonly string[]; readonly topics?: readonly (string | null)[] };

/** All logs of a kind between two blocks, in order, in as many questions as the node needs. */
export async function findLogs(
  request: Request,
  filter: Filter,
  { from, to }: { from: number; to: number },
): Promise<RawLog[]> {
  const found: RawLog[] = [];
  for (let at = from, size = to - from + 1; at <= to; ) {
    const logs = await readLogs(request, filter, at, Math.min(at + size - 1, to));
    if (logs === undefined) {
      size = Math.max(1, size >> 2);
      continue;
    }
    for (const log of logs) found.push(toRaw(log));
    at += size;
  }
  return found;
}

/** The logs of a range, in order; undefined when the node wants to be asked for less. */
async function readLogs(
  request: Request,
  filter: Filter,
  from: number,
  to: number,
): Promise<NodeLog[] | undefined> {
  const range = { fromBlock: toHex(from), toBlock: toHex(to) };
  try {
    return (await request("eth_getLogs", [{ ...filter, ...range }])) as NodeLog[];
  } catch (error) {
    if (!(error instanceof NodeRefusal)) throw error;
    if (from < to) return undefined;
    throw nodeUnavailable(`it refuses the logs of block ${from}: ${error.message}`, OTHER_NODE);
  }
}

async function readBlocks(
  request: Request,
  logs: readonly NodeLog[],
): Promise<ReadonlyMap<number, Block>> {
  const hashes = new Map(logs.map((log) => [Number(log.blockNumber), log.blockHash]));
  const blocks = await mapLimited([...hashes.keys()], AT_ONCE, async (number) => {
    const block = await findBlock(request, number);
    if (block === undefined || block.hash !== hashes.get(number)) throw reorganised();
    return block;
  });
  return new Map(blocks.map((block) => [block.number, block]));
}

/** A block by number. Throws ServerUnavailable when the node does not have it. */
export async function readBlock(request: Request, number: number): Promise<Block> {
  const block = await findBlock(request, number);
  if (block === undefined) throw nodeUnavailable(`it has no block ${number}`);
  return block;
}

async function findBlock(request: Request, number: number): Promise<Block | undefined> {
  const block = (await request("eth_getBlockByNumber", [toHex(number), false])) as {
    hash: string;
    timestamp: string;
  } | null;
  return block === null
    ? undefined
    : { number, hash: block.hash, timestamp: Number(block.timestamp) };
}

/** The hash that a block has by now, of one that was there. */
async function hashNow(request: Request, number: number): Promise<string> {
  const block = await findBlock(request, number);
  if (block === undefined) throw reorganised();
  return block.hash;
}

/** A log as the node writes it, numbers parsed. */
export function toRaw({ address, topics, data, transactionHash, ...log }: NodeLog): RawLog {
  const [blockNumber, logIndex] = [Number(log.blockNumber), Number(log.logIndex)];
  return { address, topics, data, transactionHash, blockNumber, logIndex };
}

function toHex(number: number): string {
  return `0x${number.toString(16)}`;
}
