// GET of the heads of public states, and of /state/segments/... by subject and digest.
import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { COSTS } from "../limits/costs.ts";
import type { PublicState } from "../segments/publicState.ts";
import type { Route } from "./route.ts";

const unpack = promisify(gunzip);

const DIGEST = /^[0-9a-f]{64}$/;

/** What has a digest for its name never changes. */
const FOR_EVER = "public, max-age=31536000, immutable";

type At = Parameters<Route>[0];

/** Their routes; a path that ends with a slash is followed by the subject's name. */
export function stateRoutes(states: readonly PublicState[]): Readonly<Record<string, Route>> {
  const heads = states.map(({ path, isName }): [string, Route] => [
    path,
    (at) => {
      const name = path.endsWith("/") ? at.parameter : path.slice("/state/".length);
      return sendHead(at, isName(name) ? name : "");
    },
  ]);
  return { ...Object.fromEntries(heads), ...SEGMENT_ROUTES };
}

const SEGMENT_ROUTES: Readonly<Record<string, Route>> = {
  "/state/segments/": async (at) => {
    const [subject = "", digest = "", ...more] = at.parameter.split("/");
    const isName = DIGEST.test(digest) && more.length === 0;
    const { segments } = at.services;
    const packed = isName ? await segments.find(subject, digest, at.charge) : undefined;
    if (packed === undefined) {
      const hint =
        "nothing here has this digest now: ask for the head again, and for what it names";
      return sendMissing(at.response, hint);
    }
    const headers = { etag: `"${digest}"`, "cache-control": FOR_EVER };
    if (at.request.headers["if-none-match"] === headers.etag) {
      return void at.response.writeHead(304, headers).end();
    }
    await sendBytes(at, headers, { packed });
  },
};

async function sendHead(at: At, subject: string): Promise<void> {
  const { services, request, response, charge } = at;
  const head = await services.segments.head(subject, charge);
  if (head === undefined) return sendMissing(response, "there is no such trial");
  const headers = {
    etag: head.etag,
    "cache-control": "no-cache",
    "x-block-number": String(head.block),
    "x-block-time": String(head.seconds),
  };
  if (request.headers["if-none-match"] === head.etag) {
    return void response.writeHead(304, headers).end();
  }
  await sendBytes(at, headers, head);
}

/** Sends what is packed, unpacked where a client takes nothing else. */
export async function sendBytes(
  { request, response, charge }: At,
  headers: Readonly<Record<string, string>>,
  { packed, body }: { readonly packed: Buffer; readonly body?: Buffer },
): Promise<void> {
  const isPacked = acceptsGzip(request);
  if (!isPacked && body === undefined) charge(COSTS.segment);
  const bytes = isPacked ? packed : (body ?? (await unpack(packed)));
  response.writeHead(200, {
    ...headers,
    "content-type": "application/json",
    "content-length": String(bytes.length),
    ...(isPacked && { "content-encoding": "gzip" }),
  });
  response.end(request.method === "HEAD" ? undefined : bytes);
}

/** Whether gzip, or anything, is named and not ruled out by a weight of zero. */
function acceptsGzip({ headers }: IncomingMessage): boolean {
  const offers = String(headers["accept-encoding"] ?? "").split(",");
  const weights = new Map(
    offers.map((offer) => {
      const [name = "", ...parameters] = offer.split(";").map((text) => text.trim().toLowerCase());
      const weight = parameters.find((text) => text.startsWith("q="))?.slice(2);
      return [name, weight === undefined ? 1 : Number(weight)];
    }),
  );
  return (weights.get("gzip") ?? weights.get("*") ?? 0) > 0;
}

export function sendMissing(response: ServerResponse, message: string): void {
  response.writeHead(404, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify({ error: "NotFound", message }));
}
