// Nodes that limp: each wraps an honest one and errs in one way.
import { connectProvider, type Request } from "../../client/auditor/node/rpc.ts";

type Meddle = (method: string, params: readonly unknown[], nth: number) => unknown;

/**
 * A node that errs: `meddle` sees each request, counted by method from 1, and returns the error to answer with, or
 * undefined.
 */
export function limping(request: Request, meddle: Meddle): Request {
  const asked = new Map<string, number>();
  return connectProvider({
    request: async ({ method, params }) => {
      const nth = (asked.get(method) ?? 0) + 1;
      asked.set(method, nth);
      const error = meddle(method, params, nth);
      if (error !== undefined) throw error;
      return request(method, params);
    },
  });
}

const otherHash = (hash: string) => `0xee${hash.slice(4)}`;

/**
 * A node whose chain is exchanged for another as long when `exchange` is called: the same logs, in blocks with other
 * hashes, and contracts that answer zeros.
 */
export function reorganising(request: Request): { request: Request; exchange: () => void } {
  let isExchanged = false;
  const exchanged: Record<string, (answer: never) => unknown> = {
    eth_getBlockByNumber: (block: { hash: string } | null) =>
      block && { ...block, hash: otherHash(block.hash) },
    eth_getLogs: (logs: { blockHash: string }[]) =>
      logs.map((log) => ({ ...log, blockHash: otherHash(log.blockHash) })),
    eth_call: (data: string) => data.replaceAll(/(?!^)[1-9a-f]/g, "0"),
  };
  return {
    request: async (method, params) => {
      const answer = await request(method, params);
      const change = isExchanged ? exchanged[method] : undefined;
      return change ? change(answer as never) : answer;
    },
    exchange: () => {
      isExchanged = true;
    },
  };
}

/** A node that gives logs of at most so many blocks at a time, and counts how often it is asked for more. */
export function shortRanged(request: Request, blocks: number) {
  let refused = 0;
  const short = limping(request, (method, params) => {
    if (method !== "eth_getLogs") return undefined;
    const [{ fromBlock, toBlock }] = params as [{ fromBlock: string; toBlock: string }];
    if (Number(toBlock) - Number(fromBlock) < blocks) return undefined;
    refused++;
    return { code: -32_600, message: `block range too large, max ${blocks}` };
  });
  return { request: short, refused: () => refused };
}
