// Downloading a trial's public entries: a head, and what it names by SHA-256. What was downloaded once is not asked for
// again; what is told apart from the head's own list is not taken.
import { createHash } from "node:crypto";
import { z } from "zod";
import { PART_ROWS, SEGMENT_PARTS } from "../../circuits/statement/encoding/publicLog.ts";
import { readBatchLine } from "../../circuits/statement/exchange/entryLog.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { readText } from "../bytes.ts";
import type { Download, ServedLog } from "./entries.ts";
import { type Row, readRows } from "./row.ts";

const TIMEOUT_MS = 30_000;
/** A segment has 4,096 rows, most of which is a proof. */
const MAX_BYTES = 64 * 2 ** 20;
/** More missing parts are fetched as one. */
const FEW_PARTS = 4;

const count = z.number().int().min(0);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const listed = z
  .object({
    partRows: z.literal(PART_ROWS),
    segmentParts: z.literal(SEGMENT_PARTS),
    rows: count,
    segments: z.array(digest),
    partsFrom: count,
    parts: z.array(digest).max(2 * SEGMENT_PARTS),
    open: z.union([digest, z.literal("")]),
    tail: z.string(),
  })
  .refine(
    ({ rows, segments, partsFrom, parts }) => {
      const full = Math.floor(rows / PART_ROWS);
      const isWhole =
        partsFrom + parts.length === full && partsFrom <= segments.length * SEGMENT_PARTS;
      return isWhole && segments.length === Math.floor(full / SEGMENT_PARTS);
    },
    { error: "a head's list does not fit its number of rows" },
  );
type Listed = z.output<typeof listed>;

const head = z.object({ log: listed, batches: listed });
/** Reads the trials' entries of all these exchanges. */
export function createDownload(urls: readonly string[], send: typeof fetch = fetch): Download {
  const followers = new Map<string, Follower>();
  return (trialId) =>
    Promise.all(
      urls.map((url) => {
        const name = `${url} ${trialId}`;
        const follower =
          followers.get(name) ?? new Follower(`${url}/state/exchange/${trialId}`, send);
        followers.set(name, follower);
        return follower.read();
      }),
    );
}

/** Rows of the parts of a log that was read, by digest of part or segment. */
type Parsed<R> = Map<string, readonly R[]>;

/** One trial at one exchange. */
class Follower {
  readonly #url: string;
  readonly #send: typeof fetch;
  #rows: Parsed<Row> = new Map();
  #batches: Parsed<ServedLog["batches"][number]> = new Map();
  #known: { readonly etag: string; readonly log: ServedLog } | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(url: string, send: typeof fetch) {
    this.#url = url;
    this.#send = send;
  }

  /** The newest state. Refuses with `EntriesIncomplete` when the exchange does not answer, or not soundly. */
  read(): Promise<ServedLog> {
    // One at a time: they share what was read.
    const mine = this.#turn.then(async () => {
      try {
        return await this.#read();
      } catch (problem) {
        if (problem instanceof Refusal) throw problem;
        throw new Refusal("EntriesIncomplete", {
          reason: "the exchange does not answer as it should",
        });
      }
    });
    this.#turn = mine.catch(() => {});
    return mine;
  }

  async #read(): Promise<ServedLog> {
    const known = this.#known;
    const { response, text } = await this.#get("", known && { "if-none-match": known.etag });
    if (response.status === 304 && known !== undefined) return known.log;
    // It has never heard of the trial: what is on the chain will tell whether that can be.
    if (response.status === 404) return { rows: [], batches: [] };
    if (!response.ok) throw new Error(`status ${response.status}`);
    const told = head.parse(JSON.parse(text));
    const own = await this.#all(told.batches, this.#batches, readBatchLine);
    const rows = await this.#all(told.log, this.#rows, readRows);
    [this.#rows, this.#batches] = [rows.parsed, own.parsed];
    const log = { rows: rows.all, batches: own.all };
    const etag = response.headers.get("etag");
    this.#known = etag === null ? undefined : { etag, log };
    return log;
  }

  /** All rows of a log, and those of its parts and segments for the next time. */
  async #all<R>(
    { rows, segments, partsFrom, parts, open, tail }: Listed,
    before: Parsed<R>,
    parse: (line: string) => readonly R[],
  ): Promise<{ readonly all: readonly R[]; readonly parsed: Parsed<R> }> {
    const parsed: Parsed<R> = new Map();
    const all: R[] = [];
    const add = (name: string, some: readonly R[]) => {
      parsed.set(name, some);
      for (const row of some) all.push(row);
    };
    const own = parts.slice(segments.length * SEGMENT_PARTS - partsFrom);
    for (const name of segments) {
      add(
        name,
        before.get(name) ?? linesOf(await this.#bytes(name)).flatMap((line) => [...parse(line)]),
      );
    }
    const missing = own.filter((name) => !before.has(name));
    const lines = missing.length > FEW_PARTS ? linesOf(await this.#bytes(open)) : undefined;
    for (const [i, name] of own.entries()) {
      // A part is one line.
      add(name, before.get(name) ?? parse(lines?.[i] ?? (await this.#bytes(name))));
    }
    if (tail !== "") for (const row of parse(tail)) all.push(row);
    if (all.length !== rows) throw new Error("not so many rows as the head says");
    return { all, parsed };
  }

  /** What a head names by its digest. */
  async #bytes(name: string): Promise<string> {
    const { response, text } = await this.#get(`/${name}`);
    if (!response.ok) throw new Error(`status ${response.status}`);
    const found = createHash("sha256").update(text).digest("hex");
    if (found !== name) throw new Error("it is not what its name says");
    return text;
  }

  async #get(path: string, headers: Record<string, string> = {}) {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await this.#send(`${this.#url}${path}`, {
      headers,
      signal,
      redirect: "error",
    });
    const text = await readText(response, MAX_BYTES);
    if (text === undefined) throw new Error("it is too large");
    return { response, text };
  }
}

/** The lines of parts, each with its end. */
function linesOf(bytes: string): string[] {
  return bytes.split(/(?<=\n)/);
}
