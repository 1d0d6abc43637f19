// Proving artifacts as files: the circuits' own from circuits/artifacts, Semaphore's from their npm
// package.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import { readManifest, readPacked } from "../circuits/artifacts/read.ts";
import { CONSENT_PROOF_DEPTH } from "../circuits/statement/consent.ts";
import type { ArtifactShape } from "./shapes.ts";

const CACHE = { "cache-control": "public, max-age=3600", vary: "accept-encoding" };
const SEMAPHORE = ["wasm", "zkey"].map((type) => `semaphore-${CONSENT_PROOF_DEPTH}.${type}`);

/** All artifacts that this server serves, with the hashes of their unpacked bytes. */
export async function listArtifacts(): Promise<ArtifactShape[]> {
  const { keys, circuits } = await readManifest();
  const own = Object.values(circuits).flatMap(({ files }) =>
    Object.entries(files).map(([name, { sha256, bytes }]) => describe(name, sha256, bytes, keys)),
  );
  const semaphore = SEMAPHORE.map(async (name) => {
    const bytes = await readSemaphore(name);
    return describe(name, sha256(bytes), bytes.length, "ceremony");
  });
  return [...own, ...(await Promise.all(semaphore))];
}

function describe(name: string, digest: string, bytes: number, keys: string): ArtifactShape {
  return { name, url: `/artifacts/${name}`, sha256: digest, bytes, keys };
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

const loaded = new Map<string, Promise<Buffer>>();

function readSemaphore(name: string): Promise<Buffer> {
  const resolve = createRequire(import.meta.url).resolve;
  const known = loaded.get(name) ?? readFile(resolve(`@zk-kit/semaphore-artifacts/${name}`));
  loaded.set(name, known);
  return known;
}

/** Sends the artifact of this name; false when there is none. */
export async function sendArtifact(
  request: IncomingMessage,
  response: ServerResponse,
  name: string,
): Promise<boolean> {
  if (SEMAPHORE.includes(name)) {
    const bytes = await readSemaphore(name);
    if (!isFresh(request, response, sha256(bytes))) send(response, name, bytes);
    return true;
  }
  const { circuits } = await readManifest();
  const texts = [
    "manifest.json",
    ...Object.keys(circuits).map((circuit) => `${circuit}.vkey.json`),
  ];
  if (texts.includes(name)) {
    send(response, name, await readPacked(name));
    return true;
  }
  const file = Object.values(circuits).flatMap(({ files }) => files[name] ?? [])[0];
  if (!file) return false;
  if (isFresh(request, response, file.sha256)) return true;
  const packed = await readPacked(`${name}.br`);
  // They lie packed and are sent so; a client that can't unpack gets them unpacked.
  if (String(request.headers["accept-encoding"] ?? "").includes("br")) {
    send(response, name, packed, { "content-encoding": "br" });
  } else {
    response.writeHead(200, { ...CACHE, "content-type": typeOf(name) });
    await pipeline(Readable.from([packed]), createBrotliDecompress(), response);
  }
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

function send(response: ServerResponse, name: string, bytes: Buffer, more = {}): void {
  response.writeHead(200, { ...CACHE, "content-type": typeOf(name), ...more });
  response.end(bytes);
}
