// A bundle as a file on the disk: written as an audit goes by, and read again.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream, createWriteStream, openSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { finished } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import {
  BUNDLE_FORMAT,
  type Bundle,
  type BundleLine,
  damaged,
  type Line,
  REVERTED,
  readBundle,
} from "./bundle.ts";
import { CallReverted } from "./rpc.ts";
import type { Chunk, Limits, Source } from "./source.ts";

export type BundleWriter = {
  /** The same source; whatever it tells goes into the bundle too. */
  readonly source: Source;
  readonly addLeaves: (root: string, leaves: readonly string[]) => void;
  /** Writes the last line and puts the file in its place. */
  readonly close: () => Promise<void>;
  /** Leaves nothing behind. */
  readonly discard: () => Promise<void>;
};

/** Records a source into a file. The file appears when the audit is done. */
export function recordBundle(path: string, source: Source, limits: Limits): BundleWriter {
  const gzip = createGzip();
  const file = gzip.pipe(createWriteStream("", { fd: openNew(path) }));
  let failure: unknown;
  file.on("error", (error) => {
    // A failed write does not name its file.
    failure = Object.assign(error, { path });
    gzip.destroy();
  });
  const hash = createHash("sha256");
  let lines = 0;
  const write = (value: unknown) => {
    if (failure) throw failure;
    const text = `${JSON.stringify(value)}\n`;
    hash.update(text);
    lines++;
    gzip.write(text);
  };
  write({ format: BUNDLE_FORMAT, deployment: source.deployment, head: source.head, ...limits });
  return {
    source: {
      ...source,
      chunks: async function* (from) {
        for await (const chunk of source.chunks(from)) {
          for (const block of linesOf(chunk)) write(block);
          // What waits to be packed is memory too.
          if (gzip.writableNeedDrain) await once(gzip, "drain").catch(() => undefined);
          yield chunk;
        }
      },
      call: async (to, data) => {
        const answer = await source.call(to, data).catch((error: unknown) => {
          if (error instanceof CallReverted) write({ call: [to, data, REVERTED] });
          throw error;
        });
        write({ call: [to, data, answer] });
        return answer;
      },
      codeHash: async (address) => {
        const answer = await source.codeHash(address);
        write({ code: [address, answer] });
        return answer;
      },
      blockTime: async (number) => {
        const time = await source.blockTime(number);
        if (time !== undefined) write({ block: [number, "", time] });
        return time;
      },
    },
    addLeaves: (root, leaves) => write({ leaves: [root, leaves] }),
    close: async () => {
      if (failure) throw failure;
      gzip.end(`${JSON.stringify({ end: { lines, sha256: hash.digest("hex") } })}\n`);
      await finished(file);
      await rename(`${path}.new`, path);
    },
    discard: async () => {
      gzip.destroy();
      file.destroy();
      await rm(`${path}.new`, { force: true });
    },
  };
}

/** Opens the file at once, so that a wrong path is told before hours of auditing. */
function openNew(path: string): number {
  try {
    return openSync(`${path}.new`, "w");
  } catch (error) {
    throw Object.assign(error as Error, { path });
  }
}

function* linesOf({ logs, blocks }: Chunk): Generator<Line> {
  let last = -1;
  for (const { address, topics, data, blockNumber, transactionHash, logIndex } of logs) {
    const block = blocks.get(blockNumber);
    if (blockNumber !== last && block) yield { block: [block.number, block.hash, block.timestamp] };
    last = blockNumber;
    yield { log: [address, [...topics], data, blockNumber, transactionHash, logIndex] };
  }
}

/** Opens a bundle. Throws InputError when it is damaged, cut short or of another kind. */
export function openBundle(path: string): Promise<Bundle> {
  const startHash = () => {
    const hash = createHash("sha256");
    const digest = async () => hash.copy().digest("hex");
    return { update: (text: string) => hash.update(text), digest };
  };
  return readBundle({ name: path, lines: () => readLines(path), startHash });
}

async function* readLines(path: string): AsyncGenerator<BundleLine> {
  const file = createReadStream(path);
  const gunzip = createGunzip();
  file.on("error", (error) => gunzip.destroy(error));
  try {
    const lines = createInterface({
      input: file.pipe(gunzip),
      crlfDelay: Number.POSITIVE_INFINITY,
    });
    for await (const text of lines) yield { text, json: JSON.parse(text) };
  } catch (error) {
    // No such file, a folder, no right to read it: not the bundle's fault.
    if ((error as NodeJS.ErrnoException).syscall !== undefined)
      throw Object.assign(error as Error, { path });
    throw damaged(path);
  } finally {
    file.destroy();
    gunzip.destroy();
  }
}
