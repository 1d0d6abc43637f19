// The embedded chain's door for others than this process. Anvil itself obeys anybody: it sets balances and speaks for any
// account, lets no browser's rule about origins hold for a WebSocket, and answers under any name. So it listens where no
// page can find it, and this listens where people expect it. Programs of this machine may do everything, as ever; pages
// of the exchange may read; no other page gets through, however it calls itself.
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { type Bodies, createBodies } from "../limits/body.ts";

export type Guard = {
  /** The chain's address for programs and for the exchange's pages. */
  readonly url: string;
  readonly stop: () => Promise<void>;
};

type Options = {
  /** Where Anvil listens. */
  readonly target: string;
  readonly port: number;
  /** The port of the exchange's pages. */
  readonly pagesPort: number;
};

/** Names of this machine for itself. Another name in a request is one that somebody bound to it. */
const OWN_NAMES = ["127.0.0.1", "localhost", "[::1]"];
/** What an audit reads; nothing of it changes anything. */
const READS: ReadonlySet<unknown> = new Set([
  "eth_blockNumber",
  "eth_call",
  "eth_chainId",
  "eth_getBlockByHash",
  "eth_getBlockByNumber",
  "eth_getBlockReceipts",
  "eth_getCode",
  "eth_getLogs",
  "eth_getTransactionByHash",
  "eth_getTransactionReceipt",
]);
const PAGE_BODY_BYTES = 100_000;
/** Of all that pages send at once. */
const BODIES_BYTES = 100 * PAGE_BODY_BYTES;
/** Wallets in the browser that the user installed. No page can pass for one. */
const EXTENSION = /^(?:chrome|moz|safari-web)-extension:\/\//;

type Caller = "program" | "page" | "stranger";

/** Opens it. Throws an Error that says what to do when the port is taken. */
export async function openGuard({ target, port, pagesPort }: Options): Promise<Guard> {
  const pages = OWN_NAMES.map((name) => `http://${name}:${pagesPort}`);
  const bodies = createBodies(BODIES_BYTES);
  const server = createServer((incoming, response) => {
    const caller = callerOf(incoming, pages);
    void answer({ caller, target, bodies }, incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (problem: NodeJS.ErrnoException) => {
      const taken = `port ${port} is already in use: stop what uses it, or choose another --chain-port`;
      reject(problem.code === "EADDRINUSE" ? new Error(taken) : problem);
    });
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : port}`,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Browsers say whose page asks, and pages cannot make them say something else. */
function callerOf({ headers, socket }: IncomingMessage, pages: readonly string[]): Caller {
  const hosts = OWN_NAMES.map((name) => `${name}:${socket.localPort}`);
  if (!hosts.includes(headers.host ?? "")) return "stranger";
  const { origin } = headers;
  if (origin === undefined) return "sec-fetch-site" in headers ? "stranger" : "program";
  if (EXTENSION.test(origin)) return "program";
  return pages.includes(origin) ? "page" : "stranger";
}

type Asked = { readonly caller: Caller; readonly target: string; readonly bodies: Bodies };

async function answer(
  { caller, target, bodies }: Asked,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (caller === "stranger") return refuse(response, 403, "not from there");
  if (caller === "page") {
    response.setHeader("access-control-allow-origin", incoming.headers.origin!);
    response.setHeader("access-control-allow-headers", "content-type");
    response.setHeader("vary", "origin");
    if (incoming.method === "OPTIONS") return void response.writeHead(204).end();
  }
  if (incoming.method !== "POST") return refuse(response, 405, "JSON-RPC by POST only");
  if (caller === "program") return passOn(target, incoming, response);
  const [limit, address] = [PAGE_BODY_BYTES, incoming.headers.origin!];
  const body = await bodies.read({ request: incoming, response, address, limit });
  if (body === undefined) return refuse(response, 413, "too large");
  if (!isReading(body.toString())) return refuse(response, 403, "pages may only read");
  await passOn(target, incoming, response, body);
}

function isReading(body: string): boolean {
  try {
    const asked: unknown = JSON.parse(body);
    const calls: unknown[] = Array.isArray(asked) ? asked : [asked];
    return calls.every((call) => READS.has((call as { method?: unknown } | null)?.method));
  } catch {
    return false;
  }
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify({ jsonrpc: "2.0", id: null, error: { code: -32_600, message } }));
}

/** Hands a request to Anvil, and its answer back. */
function passOn(
  target: string,
  incoming: IncomingMessage,
  response: ServerResponse,
  body?: Buffer,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    const sent = request(target, { method: "POST", headers }, (got) => {
      response.writeHead(got.statusCode ?? 502, headers);
      got.pipe(response).once("close", resolve);
      got.once("error", reject);
    });
    sent.once("error", reject);
    response.once("close", () => sent.destroy());
    if (body === undefined) incoming.pipe(sent);
    else sent.end(body);
  });
}
