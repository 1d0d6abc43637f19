// GET and PUT of /records/<clinic>/<bucket>: re-issued records of 64 places, sealed to their owners.
// A wallet takes its whole bucket, so that a request names 64 people and no record; a clinic writes
// its own only, newest in place of the one before.
import { Refusal } from "../../circuits/statement/refusal.ts";
import { requireRole } from "../accreditation/roles.ts";
import { answering, type RefusalShape } from "../chain/refusals.ts";
import { type Route, sendJson } from "../http/route.ts";
import {
  type BucketKey,
  findBucketTag,
  readBucket,
  sizeOfOthers,
  storeBucket,
  tagOf,
} from "./buckets.ts";

/** Most bytes of a bucket. */
const MAX_BUCKET_BYTES = 16 * 2 ** 20;

/** Of the registry's 2^16 slots with 4,096 records each. */
const MAX_BUCKETS = 2 ** 22;

const MEBIBYTE = 2 ** 20;

function parseKey(parameter: string): BucketKey | undefined {
  const [, clinic, number] = /^(0x[0-9a-f]{40})\/(0|[1-9][0-9]{0,6})$/.exec(parameter) ?? [];
  const bucket = Number(number);
  return clinic !== undefined && bucket < MAX_BUCKETS ? { clinic, bucket } : undefined;
}

/** A bucket with its ETag; asking again costs nothing while it is the same. 204 where the clinic has put none yet. */
export const sendBucket: Route = async ({ services, request, response, parameter }) => {
  const { db } = services;
  const key = parseKey(parameter);
  if (!key) return sendJson(response, 404, { error: "NotFound" });
  const cached = { "cache-control": "public, no-cache" };
  const etag = await findBucketTag(db, key);
  if (etag !== undefined && request.headers["if-none-match"] === etag) {
    response.writeHead(304, { etag, ...cached }).end();
    return;
  }
  const stored = etag === undefined ? undefined : await readBucket(db, key);
  if (!stored) {
    response.writeHead(204, cached).end();
    return;
  }
  response.writeHead(200, {
    ...cached,
    etag: stored.etag,
    "content-type": "application/octet-stream",
    "content-length": stored.bytes.length,
  });
  response.end(request.method === "HEAD" ? undefined : stored.bytes);
};

const STATUS: Partial<Record<RefusalShape["refusal"], number>> = {
  NotSignedIn: 401,
  NotAllowed: 403,
  NotAccredited: 403,
  NotFound: 404,
  TooLarge: 413,
  StorageUnavailable: 503,
  ChainUnavailable: 503,
};

/** Takes a bucket of the signed-in clinic; who it is, is settled before its bytes are read. */
export const takeBucket: Route = async (at) => {
  const refusal = await answering(() => store(at));
  if (refusal === undefined) {
    at.response.writeHead(204, { "cache-control": "no-store" }).end();
    return;
  }
  const { refusal: code, message, details } = refusal;
  at.response.setHeader("connection", "close");
  sendJson(at.response, STATUS[code] ?? 400, { code, message, details });
};

async function store({ services, config, parameter, ...at }: Parameters<Route>[0]) {
  const { request } = at;
  const key = parseKey(parameter);
  if (!key) throw new Refusal("NotFound");
  const session = await services.sessions.find(request.headers.authorization ?? null);
  if (!session) throw new Refusal("NotSignedIn");
  if (session.address !== key.clinic) throw new Refusal("NotAllowed", { field: "clinic" });
  await requireRole(services, session.address, "clinic");
  const bytes = await at.bodies.read({ ...at, limit: MAX_BUCKET_BYTES });
  if (!bytes) throw new Refusal("TooLarge", { field: "bucket", limit: MAX_BUCKET_BYTES });
  if (bytes.length === 0) throw new Refusal("MalformedInput", { field: "bucket" });
  const limit = config.BUCKETS_MB * MEBIBYTE;
  if ((await sizeOfOthers(services.db, key)) + bytes.length > limit) {
    throw new Refusal("TooLarge", { field: "all buckets of the clinic", limit });
  }
  await storeBucket(services.db, key, { etag: tagOf(bytes), bytes });
}
