// A trial's public entries as everybody downloads them: a small head, and segments by their digest. What a reader asks
// for is told by what it has of the whole, and by nothing of its own.
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { eq } from "drizzle-orm";
import { COSTS } from "../../limits/costs.ts";
import { digestOf } from "../../segments/digest.ts";
import { PackedBytes } from "../../segments/packed.ts";
import type { Database } from "../../store/database.ts";
import { trials } from "../../trials/tables.ts";
import { AppendLog } from "./appendLog.ts";
import { countAnchored, countBatches, readBatchRows } from "./batches.ts";
import { countEntries, readEntryRows } from "./entries.ts";

const pack = promisify(gzip);

/** Trials kept in memory: those asked for last. */
const MOST_TRIALS = 200;

type Charge = (units: number) => void;

export type ExchangeHead = {
  readonly etag: string;
  readonly body: Buffer;
  readonly packed: Buffer;
};

type Trial = {
  readonly entries: AppendLog;
  readonly batches: AppendLog;
  known: { readonly head: ExchangeHead; readonly asOf: string } | undefined;
  turn: Promise<unknown>;
};

export type ExchangeState = {
  /** Undefined when there is no such trial. */
  readonly head: (trialId: string, charge: Charge) => Promise<ExchangeHead | undefined>;
  /** Packed; undefined when nothing of this trial has that digest. */
  readonly find: (trialId: string, digest: string, charge: Charge) => Promise<Buffer | undefined>;
};

const states = new WeakMap<Database, ExchangeState>();

/** The state of a database's entries, one a process. */
export function exchangeState(db: Database): ExchangeState {
  const state = states.get(db) ?? createState(db);
  states.set(db, state);
  return state;
}

function createState(db: Database): ExchangeState {
  const bytes = new PackedBytes();
  const known = new Map<string, Trial>();

  function open(trialId: string): Trial {
    const trial = known.get(trialId) ?? {
      entries: new AppendLog((from, limit) => readEntryRows(db, { trialId, from, limit })),
      batches: new AppendLog((from, limit) => readBatchRows(db, { trialId, from, limit })),
      known: undefined,
      turn: Promise.resolve(),
    };
    known.delete(trialId);
    known.set(trialId, trial);
    if (known.size > MOST_TRIALS) known.delete(known.keys().next().value!);
    return trial;
  }

  const head: ExchangeState["head"] = async (trialId, charge) => {
    if ((await db.$count(trials, eq(trials.trialId, trialId))) === 0) return undefined;
    const trial = open(trialId);
    return await inTurn(trial, async () => {
      const at = await readCounts(db, trialId);
      const asOf = JSON.stringify(at);
      if (trial.known?.asOf === asOf) return trial.known.head;
      charge(COSTS.head);
      const spend = (rows: number) => charge(rows * COSTS.event);
      // Batches first: of every batch that is listed all entries are.
      await trial.batches.catchUp(spend);
      await trial.entries.catchUp(spend);
      const { anchored } = at;
      const logs = { log: trial.entries.contents(), batches: trial.batches.contents() };
      const made = await headOf({ trialId, anchored, ...logs });
      trial.known = { head: made, asOf };
      return made;
    });
  };

  const find: ExchangeState["find"] = async (trialId, digest, charge) => {
    const kept = await bytes.get(digest);
    if (kept !== undefined) return kept;
    // Another instance may have told of what this one has not read yet.
    if ((await head(trialId, charge)) === undefined) return undefined;
    const trial = open(trialId);
    return await inTurn(trial, async () => {
      const spend = (rows: number) => charge(rows * COSTS.event);
      const text =
        (await trial.entries.find(digest, spend)) ?? (await trial.batches.find(digest, spend));
      return text === undefined ? undefined : await bytes.put(digest, text);
    });
  };
  return { head, find };
}

async function readCounts(db: Database, trialId: string) {
  return {
    entries: await countEntries(db, trialId),
    batches: await countBatches(db, trialId),
    /** The first so many batches are on the chain. */
    anchored: await countAnchored(db, trialId),
  };
}

/** One at a time a trial: whoever comes meanwhile takes what the first one made. */
function inTurn<T>(trial: Trial, act: () => Promise<T>): Promise<T> {
  const mine = trial.turn.then(act);
  trial.turn = mine.catch(() => {});
  return mine;
}

async function headOf(content: object): Promise<ExchangeHead> {
  const text = JSON.stringify(content);
  const body = Buffer.from(text);
  return { etag: `"${digestOf(text).slice(0, 22)}"`, body, packed: await pack(body) };
}
