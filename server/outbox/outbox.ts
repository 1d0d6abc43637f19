// The relayer's durable outbox: queued (perhaps gathered), sent, mined, final or refused. All state is in the
// database; any number of instances may run it, also with the same key.
import type { Chain } from "../chain/chain.ts";
import { refuse } from "../chain/refusals.ts";
import type { Log } from "../log.ts";
import { createLoop } from "../loop.ts";
import { presentSubmission } from "../present.ts";
import type { RefusalShape, SubmissionShape } from "../shapes.ts";
import type { Database } from "../store/database.ts";
import { type Gathering, gatherDue, gathers } from "./gather.ts";
import { sendQueued } from "./send.ts";
import {
  countWaiting,
  findEntry,
  findLive,
  insertEntry,
  type NewEntry,
  resetNonce,
} from "./store.ts";
import { type TrackOptions, trackPending } from "./track.ts";

export type Outbox = {
  /** Stores a transaction to send, or says why the contract would refuse it. */
  readonly submit: (entry: NewEntry) => Promise<SubmissionShape | RefusalShape>;
  readonly find: (id: string) => Promise<SubmissionShape | null>;
  /** The submission with this content, if there is one that was not refused. */
  readonly findByKey: (key: string) => Promise<SubmissionShape | null>;
  readonly counts: () => ReturnType<typeof countWaiting>;
  readonly stop: () => Promise<void>;
};

type Options = TrackOptions & {
  readonly pollMs: number;
  readonly limit: number;
  readonly gathering: Gathering;
};
type Parts = { readonly db: Database; readonly chain: Chain; readonly log: Log };

/** Starts sending and tracking. */
export function startOutbox(parts: Parts, options: Options): Outbox {
  const { db, chain } = parts;
  let synced = false;
  const loop = createLoop({
    name: "outbox",
    log: parts.log,
    everyMs: options.pollMs,
    run: async () => {
      if (!synced) await resetNonce(db, chain.relayer.address, await chain.nonce());
      synced = true;
      await gatherDue(parts, options.gathering);
      const sent = await sendQueued(parts);
      await trackPending(parts, options);
      return sent.length > 0;
    },
  });
  return {
    submit: (entry) => submit(parts, options, entry, loop.wake),
    find: async (id) => presentOrNull(await findEntry(db, id)),
    findByKey: async (key) => presentOrNull(await findLive(db, key)),
    counts: () => countWaiting(db),
    stop: loop.stop,
  };
}

function presentOrNull(entry: Parameters<typeof presentSubmission>[0] | undefined) {
  return entry ? presentSubmission(entry) : null;
}

async function submit(
  { db, chain, log }: Parts,
  { limit, gathering }: Options,
  { gather, ...entry }: NewEntry,
  wake: () => void,
): Promise<SubmissionShape | RefusalShape> {
  const known = await findLive(db, entry.key);
  if (known) return presentSubmission(known);
  const { queued } = await countWaiting(db);
  if (queued >= limit) return refuse("QueueFull", { waiting: queued });
  const refusal = await chain.refusalOf(entry).catch((err: unknown) => {
    // No answer is not a refusal: it is stored all the same, and simulated before it is sent.
    log.warn({ kind: entry.kind, err }, "stored without simulation");
    return undefined;
  });
  if (refusal) return refusal;
  const stored = await insertEntry(db, gathers(gathering) ? { ...entry, gather } : entry);
  wake();
  return presentSubmission(stored);
}
