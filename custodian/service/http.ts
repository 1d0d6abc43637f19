// GraphQL over HTTP at /graphql, and /health. Everything it answers is public or sealed, and nothing depends on who asks
// (there are no cookies and no sessions), so that pages of any origin may ask.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { EnvelopArmor } from "@escape.tech/graphql-armor";
import { createYoga, type Plugin, type YogaServerInstance } from "graphql-yoga";
import { Refusal, type RefusalCode } from "../../circuits/statement/refusal.ts";
import type { Log } from "../log.ts";
import { GraphQLError } from "./graphqlLibrary.ts";
import { addressOf, createRate, readBody } from "./limits.ts";
import { COSTS, type Context, type Services, schema } from "./schema.ts";

const HEADERS = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cache-control": "no-store",
  "cross-origin-resource-policy": "cross-origin",
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "content-type",
  "access-control-allow-methods": "POST",
  "access-control-max-age": "86400",
};
const STATUS: Partial<Record<RefusalCode, number>> = {
  TooManyRequests: 429,
  TooLarge: 413,
  StorageUnavailable: 503,
};
const MOST_CONNECTIONS = 1_000;

type Asked = Pick<Context, "charge">;
type Graphql = YogaServerInstance<Asked, Context>;
type Options = {
  readonly services: Services;
  readonly perMinute: number;
  readonly trustedProxies: number;
};

/** A server that listens, and answers nothing until {@link serve} is called. Throws an Error when the port is taken. */
export function listen(port: number, host: string): Promise<Server> {
  const server = createServer({
    requestTimeout: 30_000,
    headersTimeout: 10_000,
    maxHeaderSize: 16_384,
  });
  server.maxConnections = MOST_CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once("error", (problem: NodeJS.ErrnoException) => {
      const taken = `port ${port} is in use: stop what uses it, or set PORT to another one`;
      reject(problem.code === "EADDRINUSE" ? new Error(taken) : problem);
    });
    server.listen(port, host, () => resolve(server));
  });
}

/** Answers requests from now on. */
export function serve(server: Server, { services, perMinute, trustedProxies }: Options): void {
  const graphql = createGraphql(services);
  const rate = createRate(perMinute);
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const address = addressOf(request, trustedProxies);
    const charge = (units: number) => {
      if (!rate(address, units)) throw new Refusal("TooManyRequests");
    };
    answer({ graphql, charge }, request, response).catch((problem: unknown) => {
      // The client went away, or sent what is no HTTP.
      services.log.debug({ err: problem }, "not answered");
      response.destroy();
    });
  });
}

function createGraphql(services: Services): Graphql {
  const armor = new EnvelopArmor({
    maxDepth: { n: 6 },
    maxAliases: { n: 4 },
    maxDirectives: { n: 5 },
    maxTokens: { n: 500 },
    blockFieldSuggestion: { enabled: true },
  }).protect();
  return createYoga<Asked, Context>({
    schema,
    context: ({ charge }) => ({ ...services, charge }),
    graphqlEndpoint: "/graphql",
    batching: false,
    multipart: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    logging: false,
    maskedErrors: { maskError: (problem) => mask(services.log, problem) },
    plugins: [...(armor.plugins as unknown as Plugin[]), cutValues],
  });
}

/** graphql-js quotes the value that it could not read: nothing that a client sent belongs into an error. */
const cutValues: Plugin = {
  onResultProcess: ({ result, setResult }) => {
    if (Array.isArray(result) || !("errors" in result) || !result.errors) return;
    const errors = result.errors.map(({ message, path, extensions }) => {
      const cut = message.replace(/got invalid value [\s\S]*?; /, "got an invalid value; ");
      return new GraphQLError(cut, { path, extensions });
    });
    setResult({ ...result, errors });
  },
};

/** Refusals pass by name; anything else is logged without inputs, and masked. */
function mask(log: Log, problem: unknown): Error {
  const located = problem instanceof GraphQLError ? problem : undefined;
  const cause = located?.originalError ?? problem;
  const at = located?.path ? { path: located.path } : {};
  if (cause instanceof Refusal) {
    const status = STATUS[cause.code];
    const http = status && { http: { status, headers: { "retry-after": "5" } } };
    return new GraphQLError(cause.message, { ...at, extensions: { code: cause.code, ...http } });
  }
  if (located !== undefined && cause instanceof GraphQLError) return located;
  log.error({ err: cause }, "unexpected error");
  const extensions = { code: "INTERNAL_SERVER_ERROR" };
  return new GraphQLError("Unexpected error.", { ...at, extensions });
}

type Answering = { readonly graphql: Graphql; readonly charge: (units: number) => void };

async function answer(
  { graphql, charge }: Answering,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  const path = URL.parse(request.url ?? "/", "http://localhost")?.pathname;
  if (path === "/health") return void response.writeHead(200).end("ok\n");
  if (request.method === "OPTIONS") return void response.writeHead(204).end();
  if (path !== "/graphql") return sendError(response, 404, "NotFound", "there is nothing here");
  const isJson = /^application\/json\b/.test(request.headers["content-type"] ?? "");
  if (request.method !== "POST" || !isJson) {
    response.setHeader("allow", "POST");
    const status = request.method === "POST" ? 415 : 405;
    return sendError(response, status, "BAD_REQUEST", "GraphQL takes application/json by POST");
  }
  try {
    charge(COSTS.query);
  } catch (problem) {
    const { code, message } = problem as Refusal;
    response.setHeader("retry-after", "5");
    return sendError(response, 429, code, message);
  }
  const body = await readBody(request);
  if (body === undefined) {
    response.setHeader("connection", "close");
    return sendError(response, 413, "TooLarge", "the request is larger than the limit; send less");
  }
  const headers = { "content-type": "application/json", accept: "application/json" };
  const init = { method: "POST", headers, body: body.toString() };
  const result = await graphql.fetch("http://localhost/graphql", init, { charge });
  const text = await result.text();
  const type = result.headers.get("content-type") ?? "application/json";
  response.writeHead(result.status, { "content-type": type }).end(text);
}

function sendError(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ errors: [{ message, extensions: { code } }] }));
}
