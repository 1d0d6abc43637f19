// Keys of an embedded exchange's made-up organisations, for its own pages on this machine. They guard
// nothing: chain, keys and patients are all made up. A real deployment has no such file, and a server
// that could be reached from elsewhere refuses to start with one.
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Deployment } from "../contracts/deployment.ts";
import type { Config } from "./config.ts";

const LOOPBACK = ["127.0.0.1", "::1", "localhost"];
const LOCAL_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/;

/** Throws an Error when development keys are configured where they could do harm. */
export function checkDevelopmentKeys(config: Config, deployment: Deployment): void {
  if (config.DEVELOPMENT_KEYS === undefined) return;
  if (LOOPBACK.includes(config.HOST) && deployment.keys === "DEV") return;
  throw new Error(
    "DEVELOPMENT_KEYS is for npm start alone: unset it, or set HOST to 127.0.0.1 and use a DEV deployment",
  );
}

/**
 * Sends the keys by role. False unless configured, and asked for by this server's own page under a
 * local name: a foreign page, or one that rebound a name to this machine, gets nothing.
 */
export function sendDevelopmentKeys(
  { DEVELOPMENT_KEYS: file }: Config,
  { headers }: IncomingMessage,
  response: ServerResponse,
): boolean {
  if (file === undefined) return false;
  if (!LOCAL_HOST.test(headers.host ?? "")) return false;
  if (headers["sec-fetch-site"] !== "same-origin") return false;
  const { keys } = JSON.parse(readFileSync(file, "utf8")) as { keys: Record<string, string> };
  const organisations = Object.entries(keys).filter(([role]) => role !== "relayer");
  response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(Object.fromEntries(organisations)));
  return true;
}
