// Everything an audit asked a node, in one file, so that it can be repeated without any network:
// gzip, a JSON value a line. What the file says is as trustworthy as the node it was made from;
// repeating shows that the verdict follows.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream, createWriteStream, openSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { finished } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { z } from "zod";
import { deploymentSchema } from "../../contracts/deployment.ts";
import { InputError } from "../input-error.ts";
import type { RawLog } from "./event.ts";
import { NodeRefusal } from "./rpc.ts";
import type { Block, Chunk, Limits, Source } from "./source.ts";

export const BUNDLE_FORMAT = "cohort-zero/audit-bundle/1";

/** Stands for the answer of a call that reverts. */
const REVERTED = "reverted";
/** Logs of a chunk when a bundle is read. */
const CHUNK_LOGS = 5_000;

const header = z.strictObject({
  format: z.literal(BUNDLE_FORMAT),
  deployment: deploymentSchema,
  head: z.strictObject({ number: z.int(), hash: z.string(), timestamp: z.int() }),
  trial: z.string().optional(),
  from: z.int().optional(),
});
const line = z.union([
  z.strictObject({ block: z.tuple([z.int(), z.string(), z.int()]) }),
  z.strictObject({
    log: z.tuple([z.string(), z.array(z.string()), z.string(), z.int(), z.string(), z.int()]),
  }),
  z.strictObject({ call: z.tuple([z.string(), z.string(), z.string()]) }),
  z.strictObject({ code: z.tuple([z.string(), z.string()]) }),
  z.strictObject({ leaves: z.tuple([z.string(), z.array(z.string())]) }),
  z.strictObject({ end: z.strictObject({ lines: z.int(), sha256: z.string() }) }),
]);
type Line = z.output<typeof line>;

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
          if (error instanceof NodeRefusal) write({ call: [to, data, REVERTED] });
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

export type Bundle = {
  readonly source: Source;
  readonly limits: Limits;
  /** Complete when the source's chunks have been read. */
  readonly leaves: ReadonlyMap<string, readonly string[]>;
};

/** Opens a bundle. Throws InputError when it is damaged, cut short or of another kind. */
export async function openBundle(path: string): Promise<Bundle> {
  const first = await readLines(path).next();
  const parsed = header.safeParse(first.value?.json);
  if (!parsed.success) throw new InputError(`${path}: not an audit bundle of this version`);
  const { deployment, head, trial, from } = parsed.data;
  const answers = { call: new Map<string, string>(), code: new Map<string, string>() };
  const leaves = new Map<string, readonly string[]>();
  const find = (kind: keyof typeof answers, key: string) => {
    const answer = answers[kind].get(key);
    if (answer !== undefined) return answer;
    throw new InputError(`${path}: the bundle lacks an answer (${kind} ${key}); make it again`);
  };
  const source: Source = {
    deployment,
    head,
    chunks: (start) =>
      readChunks(path, start, (read) => {
        if ("call" in read) answers.call.set(`${read.call[0]} ${read.call[1]}`, read.call[2]);
        if ("code" in read) answers.code.set(read.code[0], read.code[1]);
        if ("leaves" in read) leaves.set(read.leaves[0], read.leaves[1]);
      }),
    call: async (to, data) => {
      const answer = find("call", `${to} ${data}`);
      if (answer === REVERTED) throw new NodeRefusal("reverted");
      return answer;
    },
    codeHash: async (address) => find("code", address),
    blockHash: async () => undefined,
  };
  return { source, limits: { trial, from }, leaves };
}

async function* readChunks(
  path: string,
  start: number,
  onOther: (line: Line) => void,
): AsyncIterable<Chunk> {
  let logs: RawLog[] = [];
  let blocks = new Map<number, Block>();
  const chunk = (): Chunk => {
    const [from, to] = [logs[0]!.blockNumber, logs.at(-1)!.blockNumber];
    return { from, to, logs, blocks };
  };
  for await (const read of parseLines(path)) {
    if ("block" in read) {
      if (logs.length >= CHUNK_LOGS) {
        yield chunk();
        [logs, blocks] = [[], new Map()];
      }
      const [number, hash, timestamp] = read.block;
      blocks.set(number, { number, hash, timestamp });
    } else if ("log" in read) {
      const [address, topics, data, blockNumber, transactionHash, logIndex] = read.log;
      if (blockNumber < start) continue;
      logs.push({ address, topics, data, blockNumber, transactionHash, logIndex });
    } else {
      onOther(read);
    }
  }
  if (logs.length > 0) yield chunk();
}

/**
 * The lines after the header; throws InputError unless the last one counts and hashes all before
 * it.
 */
async function* parseLines(path: string): AsyncGenerator<Line> {
  const hash = createHash("sha256");
  let count = 0;
  let isComplete = false;
  for await (const { text, json } of readLines(path)) {
    if (count > 0) {
      const parsed = line.safeParse(json);
      if (!parsed.success || isComplete) throw damaged(path);
      if ("end" in parsed.data) {
        const { lines, sha256 } = parsed.data.end;
        isComplete = lines === count && sha256 === hash.copy().digest("hex");
        if (!isComplete) throw damaged(path);
        continue;
      }
      yield parsed.data;
    }
    hash.update(`${text}\n`);
    count++;
  }
  if (!isComplete) throw damaged(path);
}

async function* readLines(path: string): AsyncGenerator<{ text: string; json: unknown }> {
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

function damaged(path: string): InputError {
  return new InputError(`${path}: the bundle is damaged or cut short; fetch or make it again`);
}
