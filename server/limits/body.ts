// Bodies of requests: each up to a limit, and all that are in memory together up to a budget, of which one address may
// have half. Their bytes count until the request is answered. And clients that go away in the middle.
import type { IncomingMessage, ServerResponse } from "node:http";
import { turnAway } from "./turnAway.ts";

export type Bodies = {
  /**
   * The body, or undefined when it is larger than the limit. Throws TooManyRequests when the budget is used up,
   * and an AbortError when the client goes away.
   */
  readonly read: (at: {
    readonly request: IncomingMessage;
    readonly response: ServerResponse;
    readonly address: string;
    readonly limit: number;
  }) => Promise<Buffer | undefined>;
  /** Bytes held now. */
  readonly held: () => number;
};

/** All bodies of a process; `budget` in bytes. */
export function createBodies(budget: number): Bodies {
  const byAddress = new Map<string, number>();
  let held = 0;
  function add(address: string, bytes: number): void {
    held += bytes;
    const left = (byAddress.get(address) ?? 0) + bytes;
    if (left === 0) byAddress.delete(address);
    else byAddress.set(address, left);
  }
  const isSpent = (address: string) => held > budget || (byAddress.get(address) ?? 0) > budget / 2;
  return {
    read: async ({ request, response, address, limit }) => {
      if (Number(request.headers["content-length"] ?? 0) > limit) return undefined;
      let size = 0;
      const chunks: Buffer[] = [];
      response.once("close", () => {
        add(address, -size);
        size = 0;
      });
      for await (const bytes of chunksOf(request)) {
        if (response.closed) throw goneAway();
        size += bytes.length;
        add(address, bytes.length);
        if (size > limit) return undefined;
        if (isSpent(address)) throw turnAway("TooManyRequests");
        chunks.push(bytes);
      }
      return Buffer.concat(chunks);
    },
    held: () => held,
  };
}

async function* chunksOf(request: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* request as AsyncIterable<Buffer>;
  } catch {
    // Its code is the one of a node or database that is away, which this is not.
    throw goneAway();
  }
}

const goneAway = () => new DOMException("the client went away", "AbortError");

/** What Node calls a connection that its other end has left. */
const LEFT = new Set([
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ERR_STREAM_PREMATURE_CLOSE",
  "ERR_STREAM_DESTROYED",
  "ABORT_ERR",
]);

/**
 * Whether something failed because the client went away, as every closed tab and lost network does:
 * nobody's fault, and nobody is there to be answered. What fails otherwise meanwhile is still a fault.
 */
export function isClientGone(
  { socket }: IncomingMessage,
  response: ServerResponse,
  problem: unknown,
): boolean {
  const { code, name } = (problem ?? {}) as { code?: unknown; name?: unknown };
  const isGone = socket.destroyed || (response.closed && !response.writableFinished);
  return isGone && (LEFT.has(String(code)) || name === "AbortError");
}
