// A route of the HTTP server.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Config } from "../config.ts";
import type { Bodies } from "../limits/body.ts";
import type { Context, Services } from "../schema/context.ts";
import type { Metrics } from "./metrics.ts";

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

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}

/** By method and first path segments; the rest of the path is the parameter. */
export type Routes = Readonly<Record<string, Readonly<Record<string, Route>>>>;
