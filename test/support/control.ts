// A proxy in front of a node: takes the node away, makes it forget what it was sent, or answers as a bad line does.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Ways in which a request to a node goes wrong. */
export const LINE_FAULTS = {
  /** The connection is cut before anything is answered. */
  down: ({ request }) => void request.socket.destroy(),
  /** Passed on, and cut before the answer: the node has done what nobody hears of. */
  unheard: async ({ request, answer }) => {
    await answer();
    request.socket.destroy();
  },
  /** Cut in the middle of the answer. */
  cut: async ({ response, answer }) => {
    const text = await answer();
    response.writeHead(200, { "content-length": String(text.length) });
    response.write(text.slice(0, text.length / 2), () => response.socket?.destroy());
  },
  "status 500": ({ response }) => void response.writeHead(500).end("Internal Server Error"),
  "status 429": ({ response }) => void response.writeHead(429).end("Too Many Requests"),
  /** A proxy's page in the place of JSON. */
  page: ({ response }) => void response.writeHead(200).end("<html>back soon</html>"),
  /** The node answers, and the answer is that it can't. */
  error: ({ response, id }) => {
    const error = { code: -32603, message: "internal error: header not found" };
    response.end(JSON.stringify({ jsonrpc: "2.0", id, error }));
  },
  /** Answers late. */
  slow: async ({ response, answer }) => {
    await new Promise((resolve) => setTimeout(resolve, 150));
    response.end(await answer());
  },
} satisfies Record<string, (at: Exchange) => Promise<void> | void>;
export type LineFault = keyof typeof LINE_FAULTS;

type Exchange = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly id: unknown;
  /** What the node answers. */
  readonly answer: () => Promise<string>;
};

export type NodeProxy = {
  readonly url: string;
  /** While false every connection is cut. */
  readonly setUp: (up: boolean) => void;
  /** While true sent transactions are answered, but thrown away. */
  readonly setForgetful: (forgetful: boolean) => void;
  /** Asked for each request: the fault it meets, if any. */
  readonly setFaults: (next: () => LineFault | undefined) => void;
  /** Asked for each request: what is answered in the node's place, if anything. */
  readonly setAnswers: (next: (call: RpcCall) => RpcAnswer | undefined) => void;
  /** How often a method was asked for. */
  readonly asked: (method: string) => number;
  readonly stop: () => Promise<void>;
};
// biome-ignore lint/suspicious/noExplicitAny: a test looks wherever it wants to
export type RpcCall = { readonly method: string; readonly params: any[] };
type RpcAnswer =
  | { readonly result: unknown }
  | { readonly error: { code: number; message: string } };

export async function startNodeProxy(target: string): Promise<NodeProxy> {
  let isForgetful = false;
  let nextFault = (): LineFault | undefined => undefined;
  let nextAnswer = (_: RpcCall): RpcAnswer | undefined => undefined;
  const counts = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const body = await readAll(request).catch(() => undefined);
    if (body === undefined) return;
    const { id, method, params } = JSON.parse(body);
    counts.set(method, (counts.get(method) ?? 0) + 1);
    response.setHeader("content-type", "application/json");
    const instead = nextAnswer({ method, params });
    if (instead) return void response.end(JSON.stringify({ jsonrpc: "2.0", id, ...instead }));
    if (isForgetful && method === "eth_sendRawTransaction") {
      const result = `0x${"00".repeat(32)}`;
      return void response.end(JSON.stringify({ jsonrpc: "2.0", id, result }));
    }
    const headers = { "content-type": "application/json" };
    const answer = async () => (await fetch(target, { method: "POST", headers, body })).text();
    const fault = nextFault();
    try {
      if (fault) await LINE_FAULTS[fault]({ request, response, id, answer });
      else response.end(await answer());
    } catch {
      request.socket.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    setUp: (up) => {
      nextFault = () => (up ? undefined : "down");
      if (!up) server.closeAllConnections();
    },
    setForgetful: (forgetful) => {
      isForgetful = forgetful;
    },
    setFaults: (next) => {
      nextFault = next;
    },
    setAnswers: (next) => {
      nextAnswer = next;
    },
    asked: (method) => counts.get(method) ?? 0,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}
