// Audits that believe a last block's hash and no node, and nodes that lie to them.
import { encodeRlp, keccak256, toBeArray } from "ethers";
import { audit } from "../../client/auditor/audit/audit.ts";
import type { CheckpointStore } from "../../client/auditor/audit/checkpoint.ts";
import { openChain } from "../../client/auditor/node/chain.ts";
import type { Request } from "../../client/auditor/node/rpc.ts";
import { type History, KEYS } from "./history.ts";

export type Json = Record<string, unknown>;
export type Limits = { to?: number | string; checkpoint?: CheckpointStore };
/** What a node says instead of an answer, by method. */
export type Lies = Readonly<Record<string, (answer: never, params: readonly unknown[]) => unknown>>;

export function lyingNode(request: Request, lies: Lies): Request {
  return async (method, params) => {
    const answer = await request(method, params);
    return lies[method] ? lies[method](answer as never, params) : answer;
  };
}

/** A lie about one block only. */
export const about = (number: number, lie: (block: Json) => Json) => (block: Json) =>
  Number(block?.number) === number ? lie(block) : block;

export function openProven({ world }: History, request: Request, { to }: Limits = {}) {
  return openChain({ request, deployment: world.deployment, isProven: true, to });
}

export async function auditProven(history: History, request: Request, of: Limits = {}) {
  const source = await openProven(history, request, of);
  return audit({ source, keys: KEYS, checkpoint: of.checkpoint });
}

/** The newest block up to one that has something in it. */
export async function fullBlock(history: History, last: number): Promise<Json> {
  for (let number = last; number > 0; number--) {
    const block = await blockOf(history, number);
    if ((block.transactions as unknown[]).length > 0) return block;
  }
  throw new Error("an empty chain");
}

/** A block as an honest node tells it. */
export function blockOf({ request }: History, number: number): Promise<Json> {
  return request("eth_getBlockByNumber", [`0x${number.toString(16)}`, false]) as Promise<Json>;
}

/** A header's fields in their places; those marked are numbers, without leading zeros. */
const HEADER =
  `parentHash sha3Uncles miner stateRoot transactionsRoot receiptsRoot logsBloom #difficulty #number #gasLimit #gasUsed
  #timestamp extraData mixHash nonce #baseFeePerGas withdrawalsRoot #blobGasUsed #excessBlobGas parentBeaconBlockRoot
  requestsHash`.split(/\s+/);

/** A changed block with the hash that its header then has. */
export function forged(block: Json): Json {
  const fields = HEADER.flatMap((field) => {
    const value = block[field.replace("#", "")] as string | undefined;
    if (value === undefined) return [];
    return [field.startsWith("#") ? toBeArray(value) : value];
  });
  return { ...block, hash: keccak256(encodeRlp(fields)) };
}
