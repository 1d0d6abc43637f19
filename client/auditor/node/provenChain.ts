// A history proven from the hash of its last block: headers linked to it one by one, and the logs of the contracts
// from the receipts that each header holds the root of. A node can then neither leave a log out nor make one up, nor
// say another time of a block: it could only name another chain's last block.
import { type Header, mayHold, type Receipt, readHeader, readReceipts } from "./blockProof.ts";
import { AUDITED, type RawLog } from "./event.ts";
import { mapLimited, nodeUnavailable, OTHER_NODE, type Request, reorganised } from "./rpc.ts";
import type { Chunk, Source } from "./source.ts";

const AT_ONCE = 16;
/** Headers in memory at a time. */
const SLICE = 256;

/**
 * A node's source, of which nothing is told on that its head's hash does not prove. Reading throws
 * ServerUnavailable where the node contradicts itself: then there is no verdict.
 */
export function proveLogs(source: Source, request: Request): Source {
  const { deployment, head } = source;
  const contracts = AUDITED.map((name) => deployment.addresses[name].toLowerCase());
  const proving = { request, source, contracts, isOneByOne: false };
  return {
    ...source,
    isProven: true,
    // The headers that would prove it have gone by.
    blockTime: async () => undefined,
    chunks: async function* (from) {
      const [last] = await readHeaders(proving, head.number, head.number);
      if (last!.hash !== head.hash || Number(last!.timestamp) !== head.timestamp)
        throw await contradiction(proving, head.number, "is told in two ways");
      let before = from > deployment.deployBlock ? await source.blockHash(from - 1) : undefined;
      for await (const chunk of source.chunks(from)) {
        before = await proveChunk(chunk, before, proving);
        yield chunk;
      }
      if (before !== head.hash)
        throw await contradiction(proving, head.number, "does not follow from those before it");
    },
  };
}

type Proving = {
  readonly request: Request;
  readonly source: Source;
  readonly contracts: readonly string[];
  isOneByOne: boolean;
};

/** The hash of the chunk's last block, once all of it follows from the block before. */
async function proveChunk(
  chunk: Chunk,
  parent: string | undefined,
  proving: Proving,
): Promise<string | undefined> {
  await refuseOutOfPlace(chunk, proving);
  const told = Map.groupBy(chunk.logs, ({ blockNumber }) => blockNumber);
  let before = parent;
  for (let from = chunk.from; from <= chunk.to; from += SLICE) {
    const headers = await readHeaders(proving, from, Math.min(from + SLICE - 1, chunk.to));
    for (const { number, hash, parentHash } of headers) {
      if (before !== undefined && parentHash !== before)
        throw await contradiction(
          proving,
          Number(number),
          "does not follow from the one before it",
        );
      before = hash;
    }
    await mapLimited(headers, AT_ONCE, async (header) => {
      const number = Number(header.number);
      await proveBlock(header, told.get(number) ?? [], proving);
      const block = chunk.blocks.get(number);
      if (block && (block.hash !== header.hash || block.timestamp !== Number(header.timestamp)))
        throw await contradiction(proving, number, "is told in two ways");
    });
  }
  return before;
}

/** Throws unless the logs are told block by block, and of no other blocks than were asked for. */
async function refuseOutOfPlace({ from, to, logs }: Chunk, proving: Proving): Promise<void> {
  let last = from;
  for (const { blockNumber } of logs) {
    if (blockNumber < last || blockNumber > to)
      throw await contradiction(proving, blockNumber, "has a log that was told out of its place");
    last = blockNumber;
  }
}

/** Throws unless the logs told of a block are those of its receipts. */
async function proveBlock(
  header: Header,
  told: readonly RawLog[],
  proving: Proving,
): Promise<void> {
  const number = Number(header.number);
  const isHit = proving.contracts.some((address) => mayHold(header, address));
  const proven = isHit ? logsOf(await receiptsOf(header, proving), number, proving.contracts) : [];
  if (proven.length > told.length)
    throw await contradiction(proving, number, "has a log that the node left out");
  if (JSON.stringify(told.map(canonical)) !== JSON.stringify(proven))
    throw await contradiction(proving, number, "does not hold a log that the node told");
}

/** A log with its fields in one order and case. */
function canonical({ address, topics, data, blockNumber, transactionHash, logIndex }: RawLog) {
  const [at, hex] = [
    [blockNumber, logIndex],
    [address, ...topics, data, transactionHash],
  ];
  return [...at, ...hex.map((text) => text.toLowerCase())];
}

function logsOf(receipts: readonly Receipt[], blockNumber: number, contracts: readonly string[]) {
  return receipts
    .flatMap(({ transactionHash, logs }) => logs.map((log) => ({ ...log, transactionHash })))
    .map((log, logIndex) => ({ ...log, blockNumber, logIndex }))
    .filter(({ address }) => contracts.includes(address.toLowerCase()))
    .map(canonical);
}

async function receiptsOf(header: Header, proving: Proving): Promise<readonly Receipt[]> {
  const receipts = await readReceipts(await askReceipts(header, proving), header);
  if (receipts !== undefined) return receipts;
  const number = Number(header.number);
  throw await contradiction(proving, number, "has other receipts than its header says");
}

/** All of a block at once, or one by one from a node that does not give them so. */
async function askReceipts({ number, transactions }: Header, proving: Proving): Promise<unknown> {
  const { request } = proving;
  if (!proving.isOneByOne) {
    const told = await request("eth_getBlockReceipts", [number]).catch(() => undefined);
    if (told !== undefined) return told;
    proving.isOneByOne = true;
  }
  return mapLimited(transactions, AT_ONCE, (hash) => request("eth_getTransactionReceipt", [hash]));
}

async function readHeaders(proving: Proving, from: number, to: number): Promise<Header[]> {
  const numbers = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return mapLimited(numbers, AT_ONCE, async (number) => {
    const tag = `0x${number.toString(16)}`;
    const told = await proving.request("eth_getBlockByNumber", [tag, false]);
    if (told === null) throw await contradiction(proving, number, "is missing between others");
    const header = readHeader(told);
    if (header !== undefined && Number(header.number) === number) return header;
    throw await contradiction(proving, number, "does not hash to what the node says");
  });
}

/** What a node says that can't all be so: its chain was exchanged meanwhile, or it errs or lies. */
async function contradiction({ source }: Proving, number: number, what: string) {
  const { head } = source;
  if ((await source.blockHash(head.number)) !== head.hash) return reorganised();
  return nodeUnavailable(`block ${number} ${what}`, OTHER_NODE);
}
