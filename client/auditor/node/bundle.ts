// Everything an audit asked a node, in one file, so that it can be repeated without any network: gzip, a JSON
// value a line. What the file says is as trustworthy as the node it was made from; repeating shows that the
// verdict follows.
import { z } from "zod";
import { deploymentSchema } from "../../../contracts/deployment.ts";
import { InputError } from "../../files/inputError.ts";
import type { RawLog } from "./event.ts";
import { CallReverted } from "./rpc.ts";
import type { Block, Chunk, Limits, Source } from "./source.ts";

export const BUNDLE_FORMAT = "cohort-zero/audit-bundle/1";

/** Stands for the answer of a call that reverts. */
export const REVERTED = "reverted";
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
export type Line = z.output<typeof line>;

export type Bundle = {
  readonly source: Source;
  readonly limits: Limits;
  /** Complete when the source's chunks have been read. */
  readonly leaves: ReadonlyMap<string, readonly string[]>;
};

/** A bundle's text, wherever it lies. */
type BundleText = {
  /** For messages. */
  readonly name: string;
  /** The unpacked lines, from the first on each time. Throws InputError for what is not gzip or JSON. */
  readonly lines: () => AsyncGenerator<BundleLine>;
  /** sha256 in hexadecimal of all texts it was given. */
  readonly startHash: () => { update: (text: string) => unknown; digest: () => Promise<string> };
};
export type BundleLine = { readonly text: string; readonly json: unknown };

/** Opens a bundle. Throws InputError when it is damaged, cut short or of another kind. */
export async function readBundle(of: BundleText): Promise<Bundle> {
  const { name: path } = of;
  const lines = of.lines();
  const first = await lines.next();
  await lines.return(undefined);
  const parsed = header.safeParse(first.value?.json);
  if (!parsed.success) throw new InputError(`${path}: not an audit bundle of this version`);
  const { deployment, head, trial, from } = parsed.data;
  const answers = { call: new Map<string, string>(), code: new Map<string, string>() };
  const leaves = new Map<string, readonly string[]>();
  const times = new Map<number, number>();
  const find = (kind: keyof typeof answers, key: string) => {
    const answer = answers[kind].get(key);
    if (answer !== undefined) return answer;
    throw new InputError(`${path}: the bundle lacks an answer (${kind} ${key}); make it again`);
  };
  const source: Source = {
    deployment,
    head,
    chunks: (start) =>
      readChunks(of, start, (read) => {
        if ("block" in read) times.set(read.block[0], read.block[2]);
        if ("call" in read) answers.call.set(`${read.call[0]} ${read.call[1]}`, read.call[2]);
        if ("code" in read) answers.code.set(read.code[0], read.code[1]);
        if ("leaves" in read) leaves.set(read.leaves[0], read.leaves[1]);
      }),
    call: async (to, data) => {
      const answer = find("call", `${to} ${data}`);
      if (answer === REVERTED) throw new CallReverted("reverted");
      return answer;
    },
    codeHash: async (address) => find("code", address),
    blockHash: async () => undefined,
    blockTime: async (number) => times.get(number),
    isProven: false,
  };
  return { source, limits: { trial, from }, leaves };
}

async function* readChunks(
  of: BundleText,
  start: number,
  onLine: (line: Line) => void,
): AsyncIterable<Chunk> {
  let logs: RawLog[] = [];
  let blocks = new Map<number, Block>();
  const chunk = (): Chunk => {
    const [from, to] = [logs[0]!.blockNumber, logs.at(-1)!.blockNumber];
    return { from, to, logs, blocks };
  };
  for await (const read of parseLines(of)) {
    onLine(read);
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
    }
  }
  if (logs.length > 0) yield chunk();
}

/**
 * The lines after the header; throws InputError unless the last one counts and hashes all before
 * it.
 */
async function* parseLines({ name, lines: read, startHash }: BundleText): AsyncGenerator<Line> {
  const hash = startHash();
  let count = 0;
  let isComplete = false;
  for await (const { text, json } of read()) {
    if (count > 0) {
      const parsed = line.safeParse(json);
      if (!parsed.success || isComplete) throw damaged(name);
      if ("end" in parsed.data) {
        const { lines, sha256 } = parsed.data.end;
        isComplete = lines === count && sha256 === (await hash.digest());
        if (!isComplete) throw damaged(name);
        continue;
      }
      yield parsed.data;
    }
    hash.update(`${text}\n`);
    count++;
  }
  if (!isComplete) throw damaged(name);
}

export function damaged(path: string): InputError {
  return new InputError(`${path}: the bundle is damaged or cut short; fetch or make it again`);
}
