// Proving keys: fetched once, kept in the browser's cache, checked against built-in hashes each time they are used.
import { ServerUnavailable } from "../../api/unavailable.ts";
import {
  type ArtifactSource,
  checked,
  serverArtifacts,
  sha256,
} from "../../artifacts/artifacts.ts";
import { KEY_BYTES, KEY_FILES, KEY_HASHES } from "./keyFiles.ts";
import type { Progress } from "./messages.ts";

const CACHE = "proving-keys";
const STALLED_MS = 60_000;
type Report = (progress: Progress) => void;

/**
 * A key's bytes, from the cache or else from the server. A damaged entry is fetched again once; what still does
 * not fit its hash is returned as it came, for `checked` to refuse by name.
 */
async function obtain(path: string, onBytes: (received: number) => void): Promise<Uint8Array> {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const isRight = async (bytes: Uint8Array) => (await sha256(bytes)) === KEY_HASHES[name];
  // Two workers that want one file fetch it once.
  return await alone(`cohort-zero/${name}`, async () => {
    const kept = await readKept(path);
    if (kept !== undefined && (await isRight(kept))) return kept;
    // Not through the browser's own cache after a mishap: it may hold the same damage.
    let bytes = await download(path, "default", onBytes);
    if (!(await isRight(bytes))) bytes = await download(path, "reload", onBytes);
    if (await isRight(bytes)) await keep(path, bytes);
    return bytes;
  });
}

/** One after the other, where the browser has locks between workers. */
async function alone<T>(name: string, act: () => Promise<T>): Promise<T> {
  let isBegun = false;
  try {
    return await navigator.locks.request(name, () => {
      isBegun = true;
      return act();
    });
  } catch (problem) {
    if (isBegun) throw problem;
    return await act();
  }
}

/** Undefined also when the browser's cache cannot be read: then the key is fetched again. */
async function readKept(path: string): Promise<Uint8Array | undefined> {
  try {
    const kept = await (await caches.open(CACHE)).match(path);
    return kept && new Uint8Array(await kept.arrayBuffer());
  } catch {
    return undefined;
  }
}

/** A device without room, or whose browser keeps nothing, works too: it fetches the keys each time. */
async function keep(path: string, bytes: Uint8Array): Promise<void> {
  const headers = { "content-type": "application/octet-stream" };
  try {
    const cache = await caches.open(CACHE);
    await cache.put(path, new Response(new Uint8Array(bytes), { headers }));
  } catch {
    // Said above.
  }
}

async function download(
  path: string,
  cache: RequestCache,
  onBytes: (received: number) => void,
): Promise<Uint8Array> {
  // A slow network is no failure; one that brings nothing more is.
  const stalled = new AbortController();
  const wait = () => setTimeout(() => stalled.abort(), STALLED_MS);
  let timer = wait();
  try {
    const answer = await fetch(path, {
      cache,
      signal: stalled.signal,
      credentials: "omit",
      referrerPolicy: "no-referrer",
    });
    if (!answer.ok || answer.body === null) throw new Error(`HTTP ${answer.status}`);
    const chunks: Uint8Array[] = [];
    let received = 0;
    for (const reader = answer.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      clearTimeout(timer);
      timer = wait();
      chunks.push(value);
      received += value.length;
      onBytes(received);
    }
    const bytes = new Uint8Array(received);
    let at = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return bytes;
  } catch {
    throw new ServerUnavailable(`${path}: no answer`);
  } finally {
    clearTimeout(timer);
  }
}

/** Keys for proving in this worker; reports what has to be fetched first. */
export function keptArtifacts(report: Report): ArtifactSource {
  const received = new Map<string, number>();
  return serverArtifacts({
    hashes: KEY_HASHES,
    download: (path) =>
      obtain(path, (bytes) => {
        received.set(path, bytes);
        const sum = [...received.values()].reduce((a, b) => a + b, 0);
        const wanted = KEY_FILES.filter(({ name }) => received.has(`/artifacts/${name}`));
        const total = wanted.reduce((all, file) => all + file.bytes, 0);
        report({ phase: "keys", received: sum, total });
      }),
  });
}

export const acts = {
  /** Fetches every key that is not here yet. Refuses with `CorruptArtifact`, naming the file. */
  "keys.fetch": async (_input: undefined, report: Report): Promise<void> => {
    let before = 0;
    for (const { name, bytes: size } of KEY_FILES) {
      const bytes = await obtain(`/artifacts/${name}`, (received) =>
        report({ phase: "keys", received: before + received, total: KEY_BYTES }),
      );
      await checked({ name, bytes, hash: KEY_HASHES[name] });
      before += size;
      report({ phase: "keys", received: before, total: KEY_BYTES });
    }
  },
};
