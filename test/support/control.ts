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
  readonly stop: () => Promise<void>;
};

export async function startNodeProxy(target: string): Promise<NodeProxy> {
  let isForgetful = false;
  let nextFault = (): LineFault | undefined => undefined;
  const server = createServer(async (request, response) => {
    const body = await readAll(request).catch(() => undefined);
    if (body === undefined) return;
    const { id, method } = JSON.parse(body);
    response.setHeader("content-type", "application/json");
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
