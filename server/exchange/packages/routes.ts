// GET and PUT of /packages/<sha256>. Who may deposit a package, its entry says: it is taken from anybody, counted by the
// address that sends it, and shown to nobody before it is deposited.
import { createHash } from "node:crypto";
import { pipeline } from "node:stream/promises";
import { Refusal } from "../../../circuits/statement/refusal.ts";
import { answering, type RefusalShape } from "../../chain/refusals.ts";
import type { Config } from "../../config.ts";
import { type Route, sendJson } from "../../http/route.ts";
import { COSTS } from "../../limits/costs.ts";
import { MAX_PACKAGE_BYTES, readPackageForm } from "./form.ts";
import { findPackage, receivePackage, undepositedBytes } from "./rows.ts";
import { storeOf } from "./stores.ts";
import { createUploadBudget, type UploadBudget } from "./uploadBudget.ts";

type At = Parameters<Route>[0];

const DIGITS = /^[0-9a-f]{64}$/;
const MEBIBYTE = 2 ** 20;
/** What has its hash for a name never changes. It may be erased, though: nobody keeps it for longer than a day. */
const FOR_A_DAY = "public, max-age=86400, immutable";

/** A deposited package; 410 for one that was erased, 404 for any other. */
export const sendPackage: Route = async (at) => {
  const { services, config, request, response, parameter } = at;
  const hash = DIGITS.test(parameter) ? `0x${parameter}` : undefined;
  const row = hash === undefined ? undefined : await findPackage(services.db, hash);
  if (row?.erasedAt) return sendJson(response, 410, { error: "Erased" });
  if (!row?.isStored || row.entry === null) return sendJson(response, 404, { error: "NotFound" });
  const headers = { etag: `"${parameter}"`, "cache-control": FOR_A_DAY };
  if (request.headers["if-none-match"] === headers.etag) {
    return void response.writeHead(304, headers).end();
  }
  at.charge((row.size / MEBIBYTE) * COSTS.sending);
  const found = await storeOf(config).open(row.hash);
  if (found === undefined) {
    services.log.error({ hash: row.hash }, "a deposited package is not in the store: restore it");
    return sendJson(response, 404, { error: "NotFound" });
  }
  response.writeHead(200, {
    ...headers,
    "content-type": "application/octet-stream",
    "content-length": found.size,
  });
  if (request.method === "HEAD") {
    found.bytes.destroy();
    return void response.end();
  }
  await pipeline(found.bytes, response);
};

const STATUS: Partial<Record<RefusalShape["refusal"], number>> = {
  Erased: 410,
  NotFound: 404,
  TooLarge: 413,
  TooManyRequests: 429,
  StorageUnavailable: 503,
  StoreUnavailable: 503,
};

/** Takes a package, whole and under its own hash; the same again is welcome. */
export const takePackage: Route = async (at) => {
  const refusal = await answering(() => take(at));
  if (refusal === undefined) {
    return void at.response.writeHead(204, { "cache-control": "no-store" }).end();
  }
  const { refusal: code, message, details } = refusal;
  at.response.setHeader("connection", "close");
  sendJson(at.response, STATUS[code] ?? 400, { code, message, details });
};

async function take(at: At): Promise<void> {
  const { services, config, parameter } = at;
  if (!DIGITS.test(parameter)) throw new Refusal("NotFound");
  const bytes = await at.bodies.read({ ...at, limit: MAX_PACKAGE_BYTES });
  if (!bytes) throw new Refusal("TooLarge", { field: "package", limit: MAX_PACKAGE_BYTES });
  at.charge((bytes.length / MEBIBYTE) * COSTS.sending);
  if (createHash("sha256").update(bytes).digest("hex") !== parameter) {
    throw new Refusal("MalformedInput", { field: "hash" });
  }
  const form = readPackageForm(bytes);
  await requireRoom(at, bytes.length);
  const kept = { db: services.db, store: storeOf(config) };
  try {
    await receivePackage(kept, { hash: `0x${parameter}`, bytes, ...form });
  } catch (problem) {
    if (problem instanceof Refusal || isDatabase(problem)) throw problem;
    services.log.error({ err: problem }, "no package can be stored: look at the disk, or at S3");
    throw new Refusal("StoreUnavailable");
  }
}

/** Drizzle names the query that failed: answering() tells an outage from a fault. */
const isDatabase = (problem: unknown) => problem instanceof Error && "query" in problem;

const budgets = new WeakMap<Config, UploadBudget>();

async function requireRoom({ services, config, address }: At, bytes: number): Promise<void> {
  const budget =
    budgets.get(config) ?? createUploadBudget(config.UPLOADS_MB_PER_ADDRESS * MEBIBYTE);
  budgets.set(config, budget);
  if (!budget.take(address, bytes)) throw new Refusal("TooManyRequests");
  const limit = config.UPLOADS_MB * MEBIBYTE;
  if ((await undepositedBytes(services.db)) + bytes > limit) {
    throw new Refusal("StoreUnavailable", { limit });
  }
}
