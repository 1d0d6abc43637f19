// The relayer's durable outbox: queued (perhaps gathered), sent, mined, final or refused. All state is in the
// database; any number of instances may run it, also with the same key.
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { Chain } from "../chain/chain.ts";
import { isOutage, type RefusalShape, refuse } from "../chain/refusals.ts";
import type { Database } from "../store/database.ts";
import type { Log } from "../work/log.ts";
import { createLoop, REST_MS } from "../work/loop.ts";
import { createAlert } from "./alerts.ts";
import { type Budget, openBudget } from "./budget.ts";
import { type Gathering, gatherDue, gathers } from "./gather.ts";
import { presentSubmission, type SubmissionShape } from "./present.ts";
import { sendQueued } from "./send.ts";
import {
  countWaiting,
  findEntries,
  findEntry,
  findLive,
  forgetEnded,
  insertEntry,
  MAX_CALL_BYTES,
  type NewEntry,
  oldestUnsent,
  resetNonce,
  sizeOf,
} from "./store.ts";
import { type TrackOptions, trackPending } from "./track.ts";

export type Outbox = {
  /** Stores a transaction to send, or says why the contract would refuse it. */
  readonly submit: (entry: NewEntry) => Promise<SubmissionShape | RefusalShape>;
  readonly find: (id: string) => Promise<SubmissionShape | null>;
  /** Those of these submissions that there are. */
  readonly findAll: (ids: readonly string[]) => Promise<SubmissionShape[]>;
  /** The submission with this content, if there is one that was not refused. */
  readonly findByKey: (key: string) => Promise<SubmissionShape | null>;
  readonly counts: () => ReturnType<typeof countWaiting>;
  /** When the oldest that is not sent yet was stored. */
  readonly oldestUnsent: () => Promise<Date | undefined>;
  /** What is left of today's gas; undefined until what was signed for today is counted. */
  readonly gasLeft: () => number | undefined;
  readonly stop: () => Promise<void>;
};

type Options = TrackOptions & {
  readonly pollMs: number;
  readonly limit: number;
  readonly gathering: Gathering;
  /** Most gas to sign for in a day. */
  readonly gasPerDay: number;
  /** Days that what has ended is remembered. */
  readonly keepDays: number;
};

type Parts = { readonly db: Database; readonly chain: Chain; readonly log: Log };

const DAY_MS = 86_400_000;

const FORGET_EVERY_MS = 3_600_000;

/** Starts sending and tracking. */
export function startOutbox(parts: Parts, options: Options): Outbox {
  const { db, chain } = parts;
  const alert = createAlert(parts.log);
  const unheardSince = new Map<string, number>();
  let budget: Budget | undefined;
  let forgottenAt = Number.NEGATIVE_INFINITY;
  const loop = createLoop({
    name: "outbox",
    log: parts.log,
    everyMs: options.pollMs,
    restMs: REST_MS,
    run: async () => {
      if (budget === undefined) {
        await resetNonce(db, chain.relayer.address, await chain.nonce());
        budget = await openBudget(parts, options.gasPerDay);
      }
      if (Date.now() - forgottenAt > FORGET_EVERY_MS) {
        await forgetEnded(db, new Date(Date.now() - options.keepDays * DAY_MS));
        forgottenAt = Date.now();
      }
      const context = { ...parts, budget, alert, unheardSince };
      const isGathering = await gatherDue(parts, options.gathering);
      const sent = await sendQueued(context);
      const isFollowing = await trackPending(context, options);
      if (sent.length > 0) return true;
      return (isGathering || isFollowing) && "soon";
    },
  });
  return {
    submit: (entry) => submit(parts, options, entry, loop.wake),
    find: async (id) => presentOrNull(await findEntry(db, id)),
    findAll: async (ids) => (await findEntries(db, ids)).map(presentSubmission),
    findByKey: async (key) => presentOrNull(await findLive(db, key)),
    counts: () => countWaiting(db),
    oldestUnsent: () => oldestUnsent(db),
    gasLeft: () => budget?.left(),
    stop: loop.stop,
  };
}

function presentOrNull(entry: Parameters<typeof presentSubmission>[0] | undefined) {
  return entry ? presentSubmission(entry) : null;
}

async function submit(
  { db, chain, log }: Parts,
  { limit, gathering }: Options,
  { gather, isVerified = false, ...entry }: NewEntry,
  wake: () => void,
): Promise<SubmissionShape | RefusalShape> {
  if (sizeOf(entry) > MAX_CALL_BYTES) {
    return refuse("TooLarge", { field: "call", limit: MAX_CALL_BYTES });
  }
  const known = await findLive(db, entry.key);
  if (known) return presentSubmission(known);
  const { queued } = await countWaiting(db);
  if (queued >= limit) return refuse("QueueFull", { waiting: queued });
  const refusal = await chain.refusalOf(entry).catch((err: unknown) => {
    // Nobody vouches for it: stored now, it would be anybody's way to fill the database while the node is away.
    if (!isVerified) throw isOutage(err) ? err : new Refusal("ChainUnavailable");
    // No answer is not a refusal: it is stored all the same, and simulated before it is sent.
    log.warn({ kind: entry.kind, err }, "stored without simulation");
    return undefined;
  });
  if (refusal) return refusal;
  const stored = await insertEntry(db, gathers(gathering) ? { ...entry, gather } : entry);
  wake();
  return presentSubmission(stored);
}
