// JSON-RPC over HTTP, as little of it as an audit needs. Any node of any EVM chain will do.
import { ServerUnavailable } from "../api/unavailable.ts";

/** Sends one request to a node and returns its result. */
export type Request = (method: string, params: readonly unknown[]) => Promise<unknown>;

/** The node understood and refused: too many logs, a pruned block. */
export class NodeRefusal extends Error {
  override readonly name = "NodeRefusal";
}

const RETRIES = 4;
const TIMEOUT_MS = 30_000;

/**
 * A node at a URL. Throws NodeRefusal, or ServerUnavailable once retries are used up; never shows
 * the URL.
 */
export function connectNode(url: string, signal?: AbortSignal): Request {
  let nextId = 1;
  const once = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: nextId++, method, params }),
      signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]),
    });
    const text = await response.text();
    const answer = parse(text) as { result?: unknown; error?: { message?: string } } | undefined;
    if (answer?.error) throw new NodeRefusal(answer.error.message ?? "no reason given");
    if (!response.ok || answer === undefined) throw new Error(`HTTP ${response.status}`);
    return answer.result;
  };
  return async (method, params) => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await once(method, params);
      } catch (error) {
        if (error instanceof NodeRefusal) throw error;
        signal?.throwIfAborted();
        if (attempt === RETRIES) throw new ServerUnavailable(`the chain's node, ${method}`);
        await new Promise((resolve) => setTimeout(resolve, 200 * 2 ** attempt));
      }
    }
  };
}

/** What wallets and libraries give for a node (EIP-1193). */
export type Provider = {
  readonly request: (call: { method: string; params: unknown[] }) => Promise<unknown>;
};

/**
 * A node behind a provider. An answer with an error code is the node's refusal, anything else a
 * lost node.
 */
export function connectProvider(provider: Provider, signal?: AbortSignal): Request {
  return async (method, params) => {
    signal?.throwIfAborted();
    try {
      return await provider.request({ method, params: [...params] });
    } catch (error) {
      const { code, message } = error as { code?: unknown; message?: string };
      if (typeof code === "number") throw new NodeRefusal(message ?? "no reason given");
      throw new ServerUnavailable(`the chain's node, ${method}`);
    }
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Maps with at most `limit` at a time, keeping the order. */
export async function mapLimited<T, R>(
  items: readonly T[],
  limit: number,
  map: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const work = async () => {
    while (next < items.length) {
      const at = next++;
      results[at] = await map(items[at]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return results;
}
