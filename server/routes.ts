// Plain GET routes: health, metrics, artifacts and whole public states as cacheable bytes.
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { sendArtifact } from "./artifacts.ts";
import type { Bodies } from "./body.ts";
import type { Config } from "./config.ts";
import type { Context, Services } from "./context.ts";
import { sendDevelopmentKeys } from "./developmentKeys.ts";
import type { Metrics } from "./metrics.ts";
import { readRecordsState } from "./store/records.ts";
import { readPublicState } from "./store/state.ts";

export type Route = (at: {
  readonly services: Services;
  readonly metrics: Metrics;
  readonly config: Config;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly parameter: string;
  readonly bodies: Bodies;
  readonly address: string;
  readonly charge: Context["charge"];
}) => Promise<void>;

const pack = promisify(gzip);
const PACK_FROM_BYTES = 1_024;

/** For operators, who may want them on an address of their own; never limited. By path. */
export const OPERATOR_ROUTES: Readonly<Record<string, Route>> = {
  "/health": async ({ response }) => sendJson(response, 200, { status: "up" }),
  "/ready": async ({ services, config, response }) => {
    const parts = await readiness(services, config);
    const isReady = Object.values(parts).every(Boolean);
    sendJson(response, isReady ? 200 : 503, { status: isReady ? "ready" : "not ready", ...parts });
  },
  "/metrics": async ({ services, metrics, bodies, response }) => {
    response.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
    response.end(await metrics.text(services, bodies));
  },
};

/** For everybody, by their first path segments; the rest of the path is the parameter. */
export const PUBLIC_ROUTES: Readonly<Record<string, Route>> = {
  "/state/records": async ({ services, request, response }) => {
    await sendState(request, response, await readRecordsState(services.db));
  },
  "/state/trials/": async ({ services, request, response, parameter }) => {
    const isId = /^0x[0-9a-f]{64}$/.test(parameter);
    const state = isId ? await readPublicState(services, parameter) : null;
    if (!state) return sendJson(response, 404, { error: "NotFound" });
    await sendState(request, response, state);
  },
  // An auditor may start from the operator's word about where the contracts are, and check it elsewhere.
  "/deployment.json": async ({ services, response }) =>
    sendJson(response, 200, services.deployment),
  "/development/keys": async ({ config, request, response }) => {
    if (!sendDevelopmentKeys(config, request, response)) {
      sendJson(response, 404, { error: "NotFound" });
    }
  },
  "/artifacts/": async ({ request, response, parameter: name, charge }) => {
    if (!(await sendArtifact(request, response, { name, charge }))) {
      sendJson(response, 404, { error: "NotFound" });
    }
  },
};

/** Whether the database and the node answer, and the chain was read to its end a short while ago. */
async function readiness(
  { chain, indexer }: Services,
  { READY_SECONDS }: Config,
): Promise<Record<string, boolean>> {
  const succeeds = (act: Promise<unknown>) =>
    act.then(
      () => true,
      () => false,
    );
  const [database, node] = await Promise.all([
    succeeds(indexer.block()),
    succeeds(chain.provider.getBlockNumber()),
  ]);
  return { database, chain: node, level: indexer.secondsBehind() <= READY_SECONDS };
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}

function accepts(request: IncomingMessage, encoding: string): boolean {
  return String(request.headers["accept-encoding"] ?? "").includes(encoding);
}

/** A whole state with an ETag: asking again costs nothing while nothing has changed. */
async function sendState(
  request: IncomingMessage,
  response: ServerResponse,
  state: { readonly blockNumber: number },
): Promise<void> {
  const { blockNumber, ...content } = state;
  const digest = createHash("sha256").update(JSON.stringify(content)).digest("base64url");
  const etag = `"${digest.slice(0, 22)}"`;
  const headers = {
    etag,
    "cache-control": "no-cache",
    "x-block-number": String(blockNumber),
  };
  if (request.headers["if-none-match"] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  const body = Buffer.from(JSON.stringify(state));
  const isPacked = accepts(request, "gzip") && body.length > PACK_FROM_BYTES;
  response.writeHead(200, {
    ...headers,
    "content-type": "application/json",
    ...(isPacked && { "content-encoding": "gzip" }),
  });
  response.end(isPacked ? await pack(body, { level: 1 }) : body);
}
