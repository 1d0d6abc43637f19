// Proving artifacts as files: the circuits' own from circuits/artifacts, Semaphore's from their npm
// package.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import { packedPath, readManifest, readPacked } from "../../circuits/artifacts/read.ts";
import { CONSENT_PROOF_DEPTH } from "../../circuits/statement/trial/consent.ts";
import { COSTS } from "../limits/costs.ts";

const MEGABYTE = 1e6;

const CACHE = { "cache-control": "public, max-age=3600" };

const SEMAPHORE = ["wasm", "zkey"].map((type) => `semaphore-${CONSENT_PROOF_DEPTH}.${type}`);

/** All artifacts that this server serves, with the hashes of their unpacked bytes. */
export async function listArtifacts(): Promise<ArtifactShape[]> {
  const { keys, circuits } = await readManifest();
  const own = Object.values(circuits).flatMap(({ files }) =>
    Object.entries(files).map(([name, { sha256, bytes }]) => describe(name, sha256, bytes, keys)),
  );
  const semaphore = SEMAPHORE.map(async (name) => {
    const { bytes, digest } = await readSemaphore(name);
    return describe(name, digest, bytes.length, "ceremony");
  });
  return [...own, ...(await Promise.all(semaphore))];
}

function describe(name: string, digest: string, bytes: number, keys: string): ArtifactShape {
  return { name, url: `/artifacts/${name}`, sha256: digest, bytes, keys };
}

type Loaded = { readonly bytes: Buffer; readonly digest: string };

const loaded = new Map<string, Promise<Loaded>>();

/** Read and hashed once. */
function readSemaphore(name: string): Promise<Loaded> {
  const resolve = createRequire(import.meta.url).resolve;
  const load = async () => {
    const bytes = await readFile(resolve(`@zk-kit/semaphore-artifacts/${name}`));
    return { bytes, digest: createHash("sha256").update(bytes).digest("hex") };
  };
  const known = loaded.get(name) ?? load();
  loaded.set(name, known);
  return known;
}

/** Sends the artifact of this name; false when there is none. */
export async function sendArtifact(
  request: IncomingMessage,
  response: ServerResponse,
  { name, charge }: { readonly name: string; readonly charge: (units: number) => void },
): Promise<boolean> {
  const send = (bytes: Buffer, more = {}) => {
    response.writeHead(200, { ...CACHE, "content-type": typeOf(name), ...more });
    response.end(request.method === "HEAD" ? undefined : bytes);
  };
  if (SEMAPHORE.includes(name)) {
    const { bytes, digest } = await readSemaphore(name);
    if (!isFresh(request, response, digest)) send(bytes);
    return true;
  }
  const { circuits } = await readManifest();
  const texts = [
    "manifest.json",
    ...Object.keys(circuits).map((circuit) => `${circuit}.vkey.json`),
  ];
  if (texts.includes(name)) {
    send(await readPacked(name));
    return true;
  }
  const file = Object.values(circuits).flatMap(({ files }) => files[name] ?? [])[0];
  if (!file) return false;
  if (isFresh(request, response, file.sha256)) return true;
  // They lie packed and are sent so, as they are read; a client that can't unpack gets them unpacked.
  const path = packedPath(`${name}.br`);
  const { size } = await stat(path);
  const isPacked = String(request.headers["accept-encoding"] ?? "").includes("br");
  const how = isPacked ? { "content-encoding": "br", "content-length": size } : {};
  const isHead = request.method === "HEAD";
  if (!isHead) charge((size / MEGABYTE) * (isPacked ? COSTS.sending : COSTS.unpacking));
  response.writeHead(200, { ...CACHE, "content-type": typeOf(name), ...how });
  if (isHead) response.end();
  else if (isPacked) await pipeline(createReadStream(path), response);
  else await pipeline(createReadStream(path), createBrotliDecompress(), response);
  return true;
}

/** Answers 304 when the client has these bytes already. */
function isFresh(request: IncomingMessage, response: ServerResponse, digest: string): boolean {
  const etag = `"${digest}"`;
  response.setHeader("etag", etag);
  if (request.headers["if-none-match"] !== etag) return false;
  response.writeHead(304, CACHE).end();
  return true;
}

const TYPES: Readonly<Record<string, string>> = {
  json: "application/json",
  wasm: "application/wasm",
  zkey: "application/octet-stream",
};

function typeOf(name: string): string {
  return TYPES[name.slice(name.lastIndexOf(".") + 1)]!;
}

export type ArtifactShape = {
  readonly name: string;
  readonly url: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly keys: string;
};
