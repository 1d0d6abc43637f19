// The exchange of data as its clients see it: packages by their hash, deposits, public entries downloaded whole so that
// nobody learns whose are looked for, and purposes in words.
import { keccak256, toUtf8Bytes } from "ethers";
import { z } from "zod";
import { SEGMENT_PARTS } from "../../circuits/statement/encoding/publicLog.ts";
import type { Deposited } from "../../circuits/statement/exchange/authority.ts";
import {
  type BatchRow,
  type EntryRow,
  readBatchLine,
  readEntryLine,
} from "../../circuits/statement/exchange/entryLog.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { Bytes32, TrialId } from "../../circuits/statement/trial/trial.ts";
import { sha256 } from "../artifacts/artifacts.ts";
import type { Api } from "./api.ts";
import { readAtMost } from "./body.ts";
import { digestOf } from "./log/fetch.ts";
import { type Listed, listed } from "./log/head.ts";
import { ahead, linesIn } from "./log/pace.ts";
import { operation } from "./operation.ts";
import { orRefusal, refusal, toRefusal } from "./refusal.ts";
import { bytes32, count } from "./scalars.ts";
import { ApiError, sendRepeatedly, type Transport } from "./transport.ts";
import { ServerUnavailable } from "./unavailable.ts";

/** 16 MiB of content, and room for the header and the seals of its chunks. */
const MAX_PACKAGE_BYTES = 2 ** 24 + 2 ** 17;
/** Words for everybody. */
const MAX_TEXT_BYTES = 10_000;
const MAX_LIST_BYTES = 100_000;
const AT_ONCE = 4;
/** More parts than these are downloaded as one. */
const FEW_PARTS = 4;
const ATTEMPTS = 5;
const PAUSE_MS = 200;

/** A public entry, the block as of which it was taken, and its place in the trial's log, from 0. */
export type PublicEntry = Deposited & { readonly block: number; readonly position: number };

const depositEntry = operation(
  "mutation Deposit($input: DepositInput!)",
  "deposit(input: $input)",
  orRefusal(
    "Deposit",
    z.object({ hash: bytes32, position: count, collectionChecked: z.boolean() }),
  ),
);
export type DepositAnswer = z.output<typeof depositEntry.answer>;

const keepText = operation(
  "mutation Text($content: String!)",
  "uploadText(content: $content)",
  orRefusal("Text", z.object({ hash: bytes32 })),
);

export type ExchangeApi = {
  /** Every public entry of a trial, in order; what was downloaded before is not downloaded again. */
  readonly entries: (trialId: TrialId) => Promise<PublicEntry[]>;
  /** Deposits an entry; the same again is answered as the first time. Refuses as the server does. */
  readonly deposit: (of: Deposited) => Promise<DepositAnswer>;
  /** Puts a package under its hash, without anybody's name. Refuses with `TooLarge`, `TooManyRequests`, `Erased`. */
  readonly putPackage: (bytes: Uint8Array) => Promise<void>;
  /** A package by its hash, checked; undefined when it is not there, or erased. */
  readonly package: (hash: Bytes32) => Promise<Uint8Array | undefined>;
  /** Publishes words, for those with a session who may; their keccak256. */
  readonly uploadText: (text: string) => Promise<Bytes32>;
  /** Published words by their keccak256, checked; undefined when there are none. */
  readonly text: (hash: Bytes32) => Promise<string | undefined>;
  /** The custodians that the server knows. Where one answers is its word; who answers there is to be checked. */
  readonly custodians: () => Promise<KnownCustodian[]>;
};

const custodianList = z
  .array(z.object({ address: z.string(), url: z.url({ protocol: /^https?$/ }) }))
  .max(100);
/** Its account, and its own address. */
export type KnownCustodian = z.output<typeof custodianList>[number];

/** The exchange of a server that an Api talks to. */
export function exchangeOf({ transport, run }: Pick<Api, "transport" | "run">): ExchangeApi {
  const readers = readersOf(transport);
  return {
    entries: async (trialId) => {
      const reader = readers.get(trialId) ?? new EntriesReader(transport, trialId);
      readers.set(trialId, reader);
      return await reader.read();
    },
    deposit: (of) => run(depositEntry, { input: inputOf(of) }),
    putPackage: (bytes) => putPackage(transport, bytes),
    package: (hash) => getPackage(transport, hash),
    uploadText: async (content) => {
      const length = toUtf8Bytes(content).length;
      if (length === 0 || length > MAX_TEXT_BYTES) {
        throw new Refusal("TooLarge", { limit: MAX_TEXT_BYTES });
      }
      const { hash } = await run(keepText, { content });
      if (hash !== keccak256(toUtf8Bytes(content))) throw new Refusal("AlteredState", { hash });
      return hash;
    },
    text: (hash) => getText(transport, hash),
    custodians: async () => {
      const bytes = await get(transport, { path: "/exchange/custodians", limit: MAX_LIST_BYTES });
      return custodianList.parse(bytes ? JSON.parse(new TextDecoder().decode(bytes)) : []);
    },
  };
}

function inputOf({ entry, authority, recipient }: Deposited) {
  const { kind, ...made } = authority;
  return { entry, [kind]: made, ...(recipient !== undefined && { recipient }) };
}

async function putPackage(transport: Transport, bytes: Uint8Array): Promise<void> {
  if (bytes.length > MAX_PACKAGE_BYTES) throw new Refusal("TooLarge", { limit: MAX_PACKAGE_BYTES });
  const path = `/packages/${await sha256(bytes)}`;
  const headers = { "content-type": "application/octet-stream" };
  const init = { method: "PUT", body: new Uint8Array(bytes), headers };
  const response = await sendRepeatedly({ transport, path, repeatable: true, init });
  if (response.ok) return;
  const answer = refusal.safeParse(await response.json().catch(() => undefined));
  if (answer.success) throw toRefusal(answer.data);
  throw new ApiError({ message: `package: HTTP ${response.status}`, code: "BAD_REQUEST" });
}

async function getPackage(transport: Transport, hash: Bytes32): Promise<Uint8Array | undefined> {
  const digest = hash.slice(2);
  const bytes = await get(transport, { path: `/packages/${digest}`, limit: MAX_PACKAGE_BYTES });
  if (bytes !== undefined && (await sha256(bytes)) !== digest) {
    throw new Refusal("AlteredState", { package: hash });
  }
  return bytes;
}

async function getText(transport: Transport, hash: Bytes32): Promise<string | undefined> {
  const bytes = await get(transport, { path: `/exchange/texts/${hash}`, limit: MAX_TEXT_BYTES });
  if (bytes !== undefined && keccak256(bytes) !== hash) throw new Refusal("AlteredState", { hash });
  return bytes && new TextDecoder().decode(bytes);
}

async function get(
  transport: Transport,
  { path, limit }: { readonly path: string; readonly limit: number },
): Promise<Uint8Array | undefined> {
  const init = { method: "GET", headers: {} };
  const response = await sendRepeatedly({ transport, path, repeatable: true, init });
  if (response.status === 404 || response.status === 410) return undefined;
  if (!response.ok) {
    throw new ApiError({ message: `${path}: HTTP ${response.status}`, code: "BAD_REQUEST" });
  }
  try {
    return await readAtMost(response, limit);
  } catch (problem) {
    if (problem instanceof Refusal) throw problem;
    throw new ServerUnavailable(`${path}: broke off`);
  }
}

/** Readers live as long as the connection they read from. */
const readersByTransport = new WeakMap<Transport, Map<TrialId, EntriesReader>>();

function readersOf(transport: Transport): Map<TrialId, EntriesReader> {
  const known = readersByTransport.get(transport) ?? new Map<TrialId, EntriesReader>();
  readersByTransport.set(transport, known);
  return known;
}

/** `anchored`: the first so many batches are on the chain. */
const head = z.looseObject({ anchored: count, log: listed, batches: listed });

/** What a digest named is not there any more: the head is out of date. */
class Overtaken extends Error {}

/** Rows that were read and checked, by the digest of their segment or part: they never change. */
type Known<R> = ReadonlyMap<string, readonly R[]>;

/** A trial's two logs: its entries, and which of them are a batch. */
class EntriesReader {
  readonly #transport: Transport;
  readonly #trialId: TrialId;
  #rows: Known<EntryRow> = new Map();
  #batches: Known<BatchRow> = new Map();
  #etag = "";
  #entries: PublicEntry[] = [];

  constructor(transport: Transport, trialId: TrialId) {
    this.#transport = transport;
    this.#trialId = trialId;
  }

  async read(): Promise<PublicEntry[]> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      try {
        await this.#readNow();
        return this.#entries.slice();
      } catch (problem) {
        if (problem instanceof Overtaken) continue;
        const isFromOutside = problem instanceof ServerUnavailable || problem instanceof ApiError;
        if (isFromOutside || problem instanceof Refusal) throw problem;
        throw new Refusal("AlteredState", { subject: this.#trialId });
      }
    }
    throw new ServerUnavailable("its entries changed again and again while they were read");
  }

  async #readNow(): Promise<void> {
    const headers: Record<string, string> =
      this.#etag === "" ? {} : { "if-none-match": this.#etag };
    const response = await this.#ask("", headers);
    if (response.status === 304) return;
    if (response.status === 404) throw new Refusal("UnknownTrial");
    const text = await textOf(response);
    const { log, batches, anchored } = head.parse(JSON.parse(text));
    const rows = await this.#rowsOf(log, this.#rows, readEntryLine);
    const told = await this.#rowsOf(batches, this.#batches, readBatchLine);
    this.#entries = placed(rows.all, told.all.slice(0, anchored));
    [this.#rows, this.#batches] = [rows.known, told.known];
    this.#etag = response.headers.get("etag") ?? "";
  }

  /** All rows of a log, and those of its segments and parts for the next time. */
  async #rowsOf<R>(log: Listed, before: Known<R>, readLine: (line: string) => R[]) {
    const known = new Map<string, readonly R[]>();
    const all: R[] = [];
    const add = (name: string, some: readonly R[]) => {
      known.set(name, some);
      for (const row of some) all.push(row);
    };
    const full = ahead(log.segments, AT_ONCE, async (name) => {
      const some = before.get(name);
      return some ?? linesIn(await this.#content(name)).flatMap((line) => readLine(line));
    });
    let at = 0;
    for await (const some of full) add(log.segments[at++]!, some);
    const begun = log.parts.slice(log.segments.length * SEGMENT_PARTS - log.partsFrom);
    const missing = begun.filter((name) => !before.has(name)).length;
    const lines = missing > FEW_PARTS ? linesIn(await this.#content(log.open)) : [];
    for (const [i, name] of begun.entries()) {
      const some = before.get(name);
      add(name, some ?? readLine(await this.#part(name, lines[i])));
    }
    if (log.tail !== "") for (const row of readLine(log.tail)) all.push(row);
    if (all.length !== log.rows) throw new Refusal("AlteredState", { subject: this.#trialId });
    return { all, known };
  }

  /** A part, downloaded unless its line came with the others. */
  async #part(name: string, line: string | undefined): Promise<string> {
    if (line === undefined) return await this.#content(name);
    if ((await digestOf(line)) !== name) throw new Refusal("AlteredState", { digest: name });
    return line;
  }

  async #content(digest: string): Promise<string> {
    const response = await this.#ask(`/${digest}`, {});
    if (response.status === 404) throw new Overtaken(digest);
    const bytes = await textOf(response);
    if ((await digestOf(bytes)) !== digest) throw new Refusal("AlteredState", { digest });
    return bytes;
  }

  async #ask(below: string, headers: Record<string, string>): Promise<Response> {
    const path = `/state/exchange/${this.#trialId}${below}`;
    const init = { method: "GET", headers };
    const response = await sendRepeatedly({
      transport: this.#transport,
      ...{ path, repeatable: true, init },
    });
    if (response.ok || response.status === 404 || response.status === 304) return response;
    throw new ApiError({ message: `${path}: HTTP ${response.status}`, code: "BAD_REQUEST" });
  }
}

async function textOf(response: Response): Promise<string> {
  try {
    return await response.text();
  } catch {
    throw new ServerUnavailable("the entries broke off");
  }
}

/** Rows in order, each with its batch. Batches leave no hole, and reach no further than the rows. */
function placed(
  rows: readonly EntryRow[],
  batches: readonly { readonly root: string; readonly first: number; readonly count: number }[],
): PublicEntry[] {
  const roots: string[] = [];
  for (const { root, first, count: size } of batches) {
    if (first !== roots.length || first + size > rows.length) throw new Error("batches do not fit");
    for (let i = 0; i < size; i++) roots.push(root);
  }
  return rows.map((row, position) => {
    const root = roots[position];
    return { ...row, position, ...(root !== undefined && { batch: root }) };
  });
}
