// The HTTP server: security headers, limits, routing. GraphQL takes JSON by POST only, which a
// foreign page cannot send without a preflight, and preflights are answered for configured origins
// only.
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { readBody } from "./body.ts";
import { sendBucket, takeBucket } from "./buckets.ts";
import type { Config } from "./config.ts";
import type { Services } from "./context.ts";
import { createGraphql, type GraphqlServer } from "./graphql.ts";
import { createRateLimit, MAX_BODY_BYTES } from "./limits.ts";
import { createMetrics } from "./metrics.ts";
import { createPages, type Pages } from "./pages.ts";
import { ROUTES as READS, type Route, sendJson } from "./routes.ts";

const HEADERS = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
};

/** Routes by method and first path segments; the rest of the path is the parameter. */
const ROUTES: Readonly<Record<string, Readonly<Record<string, Route>>>> = {
  GET: { ...READS, "/records/": sendBucket },
  PUT: { "/records/": takeBucket },
};

type Parts = {
  readonly config: Config;
  readonly services: Services;
  readonly graphql: GraphqlServer;
  readonly metrics: ReturnType<typeof createMetrics>;
  readonly rate: ReturnType<typeof createRateLimit>;
  readonly pages: Pages | undefined;
};

/** Makes the request handler for a server that is already listening. */
export function serve(server: Server, config: Config, services: Services): void {
  const parts: Parts = {
    config,
    services,
    graphql: createGraphql(services),
    metrics: createMetrics(),
    rate: createRateLimit(config.RATE_PER_MINUTE),
    pages: config.WEB_DIR === undefined ? undefined : createPages(config.WEB_DIR),
  };
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    void answer(parts, request, response);
  });
}

/** A server that listens; until `serve` is called it answers nothing. */
export function listen(port: number, host: string): Promise<Server> {
  const server = createServer({ requestTimeout: 30_000, maxHeaderSize: 16_384 });
  return new Promise((resolve, reject) => {
    server.once("error", (problem: NodeJS.ErrnoException) => {
      const taken = `port ${port} is in use: stop what uses it, or set PORT to another one`;
      reject(problem.code === "EADDRINUSE" ? new Error(taken) : problem);
    });
    server.listen(port, host, () => resolve(server));
  });
}

async function answer(parts: Parts, request: IncomingMessage, response: ServerResponse) {
  const pathname = pathOf(request);
  const reads = request.method === "GET" || request.method === "HEAD";
  const routes = ROUTES[reads ? "GET" : (request.method ?? "")] ?? {};
  const route = Object.keys(routes).find((prefix) =>
    prefix.endsWith("/") ? pathname.startsWith(prefix) : pathname === prefix,
  );
  const label = pathname === "/graphql" ? "/graphql" : (route ?? "other");
  response.once("finish", () => parts.metrics.count(label, response.statusCode));
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  try {
    if (isPreflight(parts, request, response)) return;
    if (isLimited(label) && !parts.rate.allows(addressOf(parts.config, request))) {
      response.setHeader("retry-after", "5");
      return sendError(response, 429, "TooManyRequests", "too many requests from here: wait");
    }
    if (label === "/graphql") return await answerGraphql(parts, request, response);
    if (!route && reads && parts.pages?.(request, response, pathname)) return;
    if (!route) {
      return sendError(response, 404, "NotFound", "there is nothing here");
    }
    const parameter = pathname.slice(route.length);
    const { services, metrics, config } = parts;
    await routes[route]!({ services, metrics, config, request, response, parameter });
  } catch (problem) {
    parts.services.log.error({ err: problem, route: label }, "request failed");
    if (response.headersSent) response.destroy();
    else sendError(response, 500, "INTERNAL_SERVER_ERROR", "Unexpected error.");
  }
}

/** The path that is asked for; empty, which is nowhere, for an address that is none ("//"). */
function pathOf({ url = "/" }: IncomingMessage): string {
  return URL.parse(url, "http://localhost")?.pathname ?? "";
}

/** Probes must see a loaded server as it is, not be turned away by it. */
function isLimited(label: string): boolean {
  return !["/health", "/ready", "/metrics"].includes(label);
}

function sendError(response: ServerResponse, status: number, code: string, message: string): void {
  sendJson(response, status, { errors: [{ message, extensions: { code } }] });
}

function addressOf({ TRUSTED_PROXIES }: Config, request: IncomingMessage): string {
  const direct = request.socket.remoteAddress ?? "unknown";
  if (TRUSTED_PROXIES === 0) return direct;
  const forwarded = String(request.headers["x-forwarded-for"] ?? "").split(",");
  return forwarded.at(-TRUSTED_PROXIES)?.trim() || direct;
}

/** Cross-origin rules. True when the request was a preflight and is answered. */
function isPreflight(
  { config }: Parts,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const { origin } = request.headers;
  if (origin !== undefined && config.CORS_ORIGINS.includes(origin)) {
    response.setHeader("access-control-allow-origin", origin);
    response.setHeader("access-control-allow-headers", "content-type, authorization");
    response.setHeader("access-control-allow-methods", "GET, POST, PUT");
    response.setHeader("cross-origin-resource-policy", "cross-origin");
    response.setHeader("vary", "origin");
  }
  if (request.method !== "OPTIONS") return false;
  response.writeHead(204).end();
  return true;
}

async function answerGraphql(
  { graphql }: Parts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== "POST") {
    response.setHeader("allow", "POST");
    return sendError(response, 405, "BAD_REQUEST", "GraphQL takes POST only");
  }
  if (!/^application\/json\b/.test(request.headers["content-type"] ?? "")) {
    return sendError(response, 415, "BAD_REQUEST", "GraphQL takes application/json only");
  }
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body === undefined) {
    response.setHeader("connection", "close");
    return sendError(response, 413, "TooLarge", `a request may have ${MAX_BODY_BYTES} bytes`);
  }
  const aborted = new AbortController();
  response.once("close", () => aborted.abort());
  const headers = new Headers();
  for (const name of ["content-type", "accept", "authorization"]) {
    const value = request.headers[name];
    if (typeof value === "string") headers.set(name, value);
  }
  const init = { method: "POST", headers, body: body.toString(), signal: aborted.signal };
  const result = await graphql.fetch("http://localhost/graphql", init);
  response.setHeader("cache-control", "no-store");
  response.writeHead(result.status, Object.fromEntries(result.headers));
  await pipe(result.body as AsyncIterable<Uint8Array> | null, response);
}

/** Writes a body as it comes, at the pace the client reads; stops when the client goes away. */
async function pipe(
  body: AsyncIterable<Uint8Array> | null,
  response: ServerResponse,
): Promise<void> {
  for await (const chunk of body ?? []) {
    if (response.destroyed) return;
    if (!response.write(chunk)) await once(response, "drain").catch(() => {});
  }
  response.end();
}
