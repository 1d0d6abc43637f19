// What a block's hash says of its logs: the header hashes to it, the header holds the root of the receipts' tree, and
// the receipts hold the logs. Ethereum's yellow paper, 4.4 and appendices B and D; EIP-2718.
import { createMPT } from "@ethereumjs/mpt";
import { encodeRlp, getBytes, hexlify, keccak256, toBeHex } from "ethers";
import { z } from "zod";

const bytes = (length: number) => z.string().regex(new RegExp(`^0x[0-9a-f]{${2 * length}}$`, "i"));
const hex = z.string().regex(/^0x(?:[0-9a-f]{2})*$/i);
const [hash, bloom, address] = [bytes(32), bytes(256), bytes(20)];
const quantity = z.string().regex(/^0x[0-9a-f]{1,64}$/i);

/** Every field of a header, in its place; all needed, so that none stands in another's place. */
const FIELDS = {
  parentHash: hash,
  sha3Uncles: hash,
  miner: address,
  stateRoot: hash,
  transactionsRoot: hash,
  receiptsRoot: hash,
  logsBloom: bloom,
  difficulty: quantity,
  number: quantity,
  gasLimit: quantity,
  gasUsed: quantity,
  timestamp: quantity,
  extraData: hex,
  mixHash: hash,
  nonce: bytes(8),
} as const;
/** What later forks added, in their order: EIP-1559, 4895, 4844 (two), 4788, 7685. */
const LATER_FIELDS = {
  baseFeePerGas: quantity,
  withdrawalsRoot: hash,
  blobGasUsed: quantity,
  excessBlobGas: quantity,
  parentBeaconBlockRoot: hash,
  requestsHash: hash,
} as const;

const header = z.object({
  ...FIELDS,
  ...z.object(LATER_FIELDS).partial().shape,
  hash,
  transactions: z.array(hash),
});
export type Header = z.output<typeof header>;

const receipt = z.object({
  type: z
    .string()
    .regex(/^0x0*[0-7]?[0-9a-f]$/i)
    .default("0x0"),
  status: z.enum(["0x0", "0x1"]),
  cumulativeGasUsed: quantity,
  logsBloom: bloom,
  transactionHash: hash,
  logs: z.array(z.object({ address, topics: z.array(hash).max(4), data: hex })),
});
export type Receipt = z.output<typeof receipt>;

/** A block as a node tells it, if its fields hash to the hash that it says; undefined otherwise. */
export function readHeader(told: unknown): Header | undefined {
  const { data } = header.safeParse(told);
  return data !== undefined && hashHeader(data) === data.hash.toLowerCase() ? data : undefined;
}

/** keccak256 of a header's encoding; what it says of its own hash is not looked at. */
function hashHeader(of: Header): string {
  const shapes = { ...FIELDS, ...LATER_FIELDS };
  const names = Object.keys(shapes) as (keyof typeof shapes)[];
  const fields = names.flatMap((name) => {
    const value = of[name];
    if (value === undefined) return [];
    return shapes[name] === quantity ? shortest(value) : value;
  });
  return keccak256(encodeRlp(fields));
}

/**
 * Receipts as a node tells them, if they are all of the block's, in order, each of another transaction; undefined
 * otherwise. Which transaction that is stays the node's word.
 */
export async function readReceipts(
  told: unknown,
  { receiptsRoot }: Pick<Header, "receiptsRoot">,
): Promise<readonly Receipt[] | undefined> {
  const { data } = z.array(receipt).safeParse(told);
  if (data === undefined) return undefined;
  // The receipts' tree does not hold their transactions' hashes: by these, logs of one are kept together.
  const hashes = new Set(data.map((one) => one.transactionHash.toLowerCase()));
  if (hashes.size < data.length) return undefined;
  const tree = await createMPT();
  for (const [i, one] of data.entries()) {
    await tree.put(getBytes(encodeRlp(shortest(toBeHex(i)))), getBytes(encodeReceipt(one)));
  }
  return hexlify(tree.root()) === receiptsRoot.toLowerCase() ? data : undefined;
}

function encodeReceipt({ type, status, cumulativeGasUsed, logsBloom, logs }: Receipt): string {
  const listed = logs.map((log) => [log.address, log.topics, log.data]);
  const encoded = encodeRlp([shortest(status), shortest(cumulativeGasUsed), logsBloom, listed]);
  return BigInt(type) === 0n ? encoded : `${toBeHex(BigInt(type), 1)}${encoded.slice(2)}`;
}

/** A number's bytes without leading zeros; none for zero. */
function shortest(number: string): string {
  return BigInt(number) === 0n ? "0x" : toBeHex(BigInt(number));
}

/** Whether a block may hold logs of an address (20 bytes): a "no" of the bloom filter is certain. */
export function mayHold({ logsBloom }: Pick<Header, "logsBloom">, of: string): boolean {
  const bits = getBytes(logsBloom);
  const digest = getBytes(keccak256(of));
  return [0, 2, 4].every((at) => {
    const bit = ((digest[at]! << 8) | digest[at + 1]!) & 2047;
    return ((bits[255 - (bit >> 3)]! >> (bit & 7)) & 1) === 1;
  });
}
