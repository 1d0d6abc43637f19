// The HTTP server: security headers, limits, routing. GraphQL takes JSON by POST only, which a
// foreign page cannot send without a preflight, and preflights are answered for configured origins
// only.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { Config } from "../config.ts";
import { type Bodies, createBodies, isClientGone } from "../limits/body.ts";
import { COSTS } from "../limits/costs.ts";
import { GraphQLError } from "../limits/graphqlLibrary.ts";
import { budgetHolder, createRateLimit, MAX_BODY_BYTES } from "../limits/limits.ts";
import { turnAway } from "../limits/turnAway.ts";
import type { Context, Services } from "../schema/context.ts";
import { buildSchema } from "../schema/schema.ts";
import type { PublicState } from "../segments/publicState.ts";
import { createGraphql, type GraphqlServer } from "./graphql.ts";
import { createMetrics, type Gauge } from "./metrics.ts";
import { createPages, type Pages } from "./pages.ts";
import { type Routes, sendJson } from "./route.ts";
import { OPERATOR_ROUTES, PUBLIC_ROUTES } from "./routes.ts";
import { stateRoutes } from "./stateRoutes.ts";

const HEADERS = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
};

/** What HTTP has to know of a module. */
type Plugged = {
  readonly schema: () => void;
  readonly publicState?: PublicState;
  readonly routes?: Routes;
  readonly gauges?: (services: Services) => Promise<readonly Gauge[]>;
};

type Parts = {
  readonly config: Config;
  readonly services: Services;
  readonly graphql: GraphqlServer | undefined;
  readonly metrics: ReturnType<typeof createMetrics>;
  readonly rate: ReturnType<typeof createRateLimit>;
  readonly bodies: Bodies;
  readonly pages: Pages | undefined;
  readonly routes: Routes;
};

/**
 * Makes the request handlers for servers that are already listening. `operators` is the one for metrics and readiness,
 * which everybody's then does not answer; without one everybody's does.
 */
export function serve(
  { everybody, operators }: { readonly everybody: Server; readonly operators: Server | undefined },
  config: Config,
  services: Services,
  modules: readonly Plugged[],
): void {
  const { "/health": health, ...hidden } = OPERATOR_ROUTES;
  const shown = operators === undefined ? hidden : {};
  const parts: Parts = {
    config,
    services,
    graphql: createGraphql(services, buildSchema(modules)),
    metrics: createMetrics(modules.flatMap(({ gauges }) => gauges ?? [])),
    rate: createRateLimit(config.RATE_PER_MINUTE),
    bodies: createBodies(config.BODIES_MB * 2 ** 20),
    pages: config.WEB_DIR === undefined ? undefined : createPages(config.WEB_DIR),
    routes: routesOf(modules, { ...PUBLIC_ROUTES, ...shown, "/health": health! }),
  };
  limitConnections(everybody, config);
  answerWith(everybody, parts);
  if (operators === undefined) return;
  const routes = { GET: OPERATOR_ROUTES };
  answerWith(operators, { ...parts, routes, graphql: undefined, pages: undefined });
}

/** What is read, and what the modules add. */
function routesOf(modules: readonly Plugged[], read: Routes[string]): Routes {
  const routes: Record<string, Routes[string]> = {
    GET: { ...read, ...stateRoutes(modules.flatMap(({ publicState }) => publicState ?? [])) },
  };
  for (const { routes: own = {} } of modules) {
    for (const [method, added] of Object.entries(own)) {
      routes[method] = { ...routes[method], ...added };
    }
  }
  return routes;
}

/** Connections at once, in all and of one address; behind a proxy all have the proxy's. */
function limitConnections(server: Server, config: Config): void {
  server.maxConnections = config.MAX_CONNECTIONS;
  if (config.TRUSTED_PROXIES > 0) return;
  const counts = new Map<string, number>();
  server.on("connection", (socket) => {
    const holder = budgetHolder(socket.remoteAddress ?? "unknown");
    const count = (counts.get(holder) ?? 0) + 1;
    counts.set(holder, count);
    socket.once("close", () => {
      const left = counts.get(holder)! - 1;
      if (left === 0) counts.delete(holder);
      else counts.set(holder, left);
    });
    if (count > config.CONNECTIONS_PER_ADDRESS) socket.destroy();
  });
}

function answerWith(server: Server, parts: Parts): void {
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    void answer(parts, request, response);
  });
}

/** A server that listens; until `serve` is called it answers nothing. `setting` names where its port is set. */
export function listen(port: number, host: string, setting = "PORT"): Promise<Server> {
  const server = createServer({
    requestTimeout: 30_000,
    headersTimeout: 10_000,
    maxHeaderSize: 16_384,
  });
  return new Promise((resolve, reject) => {
    server.once("error", (problem: NodeJS.ErrnoException) => {
      const taken = `port ${port} is in use: stop what uses it, or set ${setting} to another one`;
      reject(problem.code === "EADDRINUSE" ? new Error(taken) : problem);
    });
    server.listen(port, host, () => resolve(server));
  });
}

/** A request, who it is from, and what it may cost. */
type Asked = Pick<Context, "address" | "called" | "charge"> & {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
};

async function answer(parts: Parts, request: IncomingMessage, response: ServerResponse) {
  const pathname = pathOf(request);
  const reads = request.method === "GET" || request.method === "HEAD";
  const routes = parts.routes[reads ? "GET" : (request.method ?? "")] ?? {};
  const route = Object.keys(routes).find((prefix) =>
    prefix.endsWith("/") ? pathname.startsWith(prefix) : pathname === prefix,
  );
  const label = pathname === "/graphql" ? "/graphql" : (route ?? "other");
  const asked: Asked = { request, response, ...account(parts, { request, response, label }) };
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  try {
    if (isPreflight(parts, request, response)) return;
    if (!(label in OPERATOR_ROUTES)) asked.charge(COSTS.request);
    if (isAboutState(label)) await parts.services.indexer.attend();
    if (label === "/graphql" && parts.graphql) return await answerGraphql(parts, asked);
    if (!route && reads && parts.pages?.(request, response, pathname)) return;
    if (!route) {
      return sendError(response, 404, "NotFound", "there is nothing here");
    }
    await routes[route]!({ ...parts, ...asked, parameter: pathname.slice(route.length) });
  } catch (problem) {
    sendProblem(parts, { request, response, label }, problem);
  }
}

/** Counts a request and its work, and whom it is charged to. Probes (`OPERATOR_ROUTES`) are not: they must see a loaded server as it is. */
function account(
  { metrics, rate, config }: Parts,
  at: { request: IncomingMessage; response: ServerResponse; label: string },
): Pick<Asked, "address" | "called" | "charge"> {
  const { request, response, label } = at;
  response.once("finish", () => metrics.count(label, response.statusCode));
  let operation = label;
  const end = metrics.cpu.begin();
  response.once("close", () => end(operation));
  const address = budgetHolder(addressOf(config, request));
  return {
    address,
    called: (name, isOver) => {
      operation = name;
      if (isOver) end(name);
    },
    charge: (units) => {
      if (!rate.take(address, units)) throw turnAway("TooManyRequests");
      metrics.charge(units);
    },
  };
}

type Turned = { readonly status: number; readonly headers: Record<string, string> };

function sendProblem(
  { services: { log } }: Parts,
  at: { request: IncomingMessage; response: ServerResponse; label: string },
  problem: unknown,
): void {
  const { request, response, label: route } = at;
  if (problem instanceof GraphQLError && !response.headersSent) {
    const { code, http } = problem.extensions as { code: string; http: Turned };
    for (const [name, value] of Object.entries(http.headers)) response.setHeader(name, value);
    // What is left of the request is not read.
    response.setHeader("connection", "close");
    sendError(response, http.status, code, problem.message);
    return;
  }
  if (isClientGone(request, response, problem)) {
    log.debug({ route }, "the client went away");
    return void response.destroy();
  }
  log.error({ err: problem, route }, "request failed");
  if (response.headersSent) response.destroy();
  else sendError(response, 500, "INTERNAL_SERVER_ERROR", "Unexpected error.");
}

/** The path that is asked for; empty, which is nowhere, for an address that is none ("//"). */
function pathOf({ url = "/" }: IncomingMessage): string {
  return URL.parse(url, "http://localhost")?.pathname ?? "";
}

/** What the indexer read answers these: it rests while nobody asks. */
function isAboutState(label: string): boolean {
  return label === "/graphql" || label.startsWith("/state/");
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
  // What a cache keeps was answered for this encoding, and for this origin when origins are told apart.
  const isByOrigin = config.CORS_ORIGINS.length > 0;
  response.setHeader("vary", isByOrigin ? "accept-encoding, origin" : "accept-encoding");
  if (origin !== undefined && config.CORS_ORIGINS.includes(origin)) {
    response.setHeader("access-control-allow-origin", origin);
    response.setHeader("access-control-allow-headers", "content-type, authorization");
    response.setHeader("access-control-allow-methods", "GET, POST, PUT");
    response.setHeader("cross-origin-resource-policy", "cross-origin");
  }
  if (request.method !== "OPTIONS") return false;
  response.writeHead(204).end();
  return true;
}

async function answerGraphql({ graphql, bodies }: Parts, asked: Asked): Promise<void> {
  const { request, response, address, called, charge } = asked;
  if (request.method !== "POST") {
    response.setHeader("allow", "POST");
    return sendError(response, 405, "BAD_REQUEST", "GraphQL takes POST only");
  }
  if (!/^application\/json\b/.test(request.headers["content-type"] ?? "")) {
    return sendError(response, 415, "BAD_REQUEST", "GraphQL takes application/json only");
  }
  const body = await bodies.read({ ...asked, limit: MAX_BODY_BYTES });
  if (body === undefined) {
    response.setHeader("connection", "close");
    return sendError(response, 413, "TooLarge", `a request may have ${MAX_BODY_BYTES} bytes`);
  }
  charge(COSTS.graphql + (body.length / MAX_BODY_BYTES) * COSTS.body);
  const aborted = new AbortController();
  // Not when all of it was sent: what may end a moment later has nothing left to do.
  response.once("close", () => {
    if (!response.writableFinished) aborted.abort();
  });
  const headers = new Headers();
  for (const name of ["content-type", "accept", "authorization"]) {
    const value = request.headers[name];
    if (typeof value === "string") headers.set(name, value);
  }
  const { signal } = aborted;
  const init = { method: "POST", headers, body: body.toString(), signal };
  const result = await graphql!.fetch("http://localhost/graphql", init, {
    ...{ address, called, charge, signal },
  });
  response.setHeader("cache-control", "no-store");
  response.writeHead(result.status, Object.fromEntries(result.headers));
  // As it comes, at the pace the client reads; it ends when the client goes away.
  await pipeline((result.body as AsyncIterable<Uint8Array> | null) ?? [], response, { signal });
}
