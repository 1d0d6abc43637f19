// Keys of an embedded exchange's made-up organisations, for its own pages on this machine. They guard
// nothing: chain, keys and patients are all made up. A real deployment has no such file, and a server
// that could be reached from elsewhere refuses to start with one.
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Deployment } from "../../contracts/deployment.ts";
import type { Config } from "../config.ts";

const LOOPBACK = ["127.0.0.1", "::1", "localhost"];
/** As they stand in a request. */
const OWN_NAMES = ["127.0.0.1", "[::1]", "localhost"];
/** What a proxy adds: behind one, this machine's own pages cannot be told from anybody's. */
const FORWARDED = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];

/** Throws an Error when development keys are configured where they could do harm. */
export function checkDevelopmentKeys(config: Config, deployment: Deployment): void {
  if (config.DEVELOPMENT_KEYS === undefined) return;
  const { hostname } = new URL(config.PUBLIC_URL ?? "http://localhost");
  const isAlone = config.TRUSTED_PROXIES === 0 && OWN_NAMES.includes(hostname);
  if (LOOPBACK.includes(config.HOST) && isAlone && deployment.keys === "DEV") return;
  throw new Error(
    "DEVELOPMENT_KEYS is for npm start alone: unset it, or set HOST to 127.0.0.1, unset PUBLIC_URL and " +
      "TRUSTED_PROXIES, and use a DEV deployment",
  );
}

/**
 * Sends the keys by role. False unless configured, and asked for by a script of this server's own page
 * under one of this machine's own names and the port that it listens on: a foreign page, one that
 * CORS_ORIGINS lets ask for other things, or one that bound its name to this machine gets nothing.
 */
export function sendDevelopmentKeys(
  { DEVELOPMENT_KEYS: file }: Config,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  if (file === undefined || !isOwnPage(request)) return false;
  const { keys } = JSON.parse(readFileSync(file, "utf8")) as { keys: Record<string, string> };
  const organisations = Object.entries(keys).filter(([role]) => role !== "relayer");
  response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(Object.fromEntries(organisations)));
  return true;
}

/** Sends where the embedded chain can be read; nothing to whom the keys are not for, nor of a real exchange. */
export function sendDevelopmentNode(
  { DEVELOPMENT_KEYS: file, DEVELOPMENT_NODE: node }: Config,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const isTold = file !== undefined && node !== undefined && isOwnPage(request);
  response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify({ node: isTold ? node : null }));
}

/** What is asked here is what a browser says by itself; no page can change it. */
function isOwnPage(request: IncomingMessage): boolean {
  const { headers } = request;
  if (!isOwnName(request)) return false;
  return headers["sec-fetch-site"] === "same-origin" && headers["sec-fetch-dest"] === "empty";
}

/** The same of a document: opened from one of this server's own pages, or typed into the address bar. */
export function isOwnDocument(request: IncomingMessage): boolean {
  const { headers } = request;
  const site = String(headers["sec-fetch-site"]);
  if (!isOwnName(request) || !["same-origin", "none"].includes(site)) return false;
  return headers["sec-fetch-dest"] === "document";
}

function isOwnName({ headers, socket }: IncomingMessage): boolean {
  const { host, origin } = headers;
  if (!OWN_NAMES.some((name) => host === `${name}:${socket.localPort}`)) return false;
  if (origin !== undefined && origin !== `http://${host}`) return false;
  return !FORWARDED.some((name) => name in headers);
}
