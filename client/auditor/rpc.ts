// JSON-RPC over HTTP, as little of it as an audit needs. Any node of any EVM chain will do.
import { ServerUnavailable } from "../api/unavailable.ts";
import { InputError } from "../input-error.ts";

/** Sends one request to a node and returns its result. */
export type Request = (method: string, params: readonly unknown[]) => Promise<unknown>;

/** The node understood and refused: too many logs, a pruned block. */
export class NodeRefusal extends Error {
  override readonly name = "NodeRefusal";
}

const RETRIES = 4;
const TIMEOUT_MS = 30_000;

/** The node is lost: what is said to who audits. `reason` never holds the URL, which may hold a key. */
export function nodeUnavailable(reason: string): ServerUnavailable {
  return new ServerUnavailable(
    reason,
    `The chain's node does not answer (${reason}): check its URL and that it runs, then audit again`,
  );
}

/**
 * A node at a URL. Throws NodeRefusal, or ServerUnavailable once retries are used up; never shows
 * the URL. Throws InputError when it is no URL of a node.
 */
export function connectNode(url: string, signal?: AbortSignal): Request {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new InputError("The node's URL must begin with http:// or https://.");
  }
  let nextId = 1;
  const once = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: nextId++, method, params }),
      signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]),
    });
    const answer = parse(await response.text());
    if (answer?.error) throw new NodeRefusal(answer.error.message ?? "no reason given");
    if (!response.ok) throw new Unanswered(`HTTP ${response.status}`);
    if (answer === undefined || !("result" in answer)) throw new Unanswered("not a JSON-RPC node");
    return answer.result;
  };
  return async (method, params) => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await once(method, params);
      } catch (error) {
        if (error instanceof NodeRefusal) throw error;
        signal?.throwIfAborted();
        if (attempt === RETRIES) throw nodeUnavailable(`${method}: ${reasonOf(error)}`);
        await new Promise((resolve) => setTimeout(resolve, 200 * 2 ** attempt));
      }
    }
  };
}

/** An answer came, but not one of a node. The message never holds the URL. */
class Unanswered extends Error {}

function reasonOf(error: unknown): string {
  if (error instanceof Unanswered) return error.message;
  return (error as Error).name === "TimeoutError" ? "timed out" : "no connection";
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
      throw nodeUnavailable(method);
    }
  };
}

type Answer = { readonly result?: unknown; readonly error?: { readonly message?: string } };

function parse(text: string): Answer | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
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
