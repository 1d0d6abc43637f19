// News for subscriptions. They come from the database, so that any instance can tell what another
// one did. One look at a time for all subscribers of a process, and none while there are none; a
// subscription ends with its connection, whether or not there ever is news for it.
import { Readable } from "node:stream";
import type { Indexer } from "../indexer/indexer.ts";
import { turnAway } from "../limits/turnAway.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { SubmissionShape } from "../outbox/present.ts";
import type { Database } from "../store/database.ts";
import { type EventShape, listNews, newestPosition } from "../store/events.ts";
import type { Log } from "../work/log.ts";

/** Who subscribes: where from, and until when at the latest. */
type Subscriber = { readonly address: string; readonly signal: AbortSignal };

export type Watch = {
  /** A subject's events from now on. Throws TooManyRequests over the limits. */
  readonly events: (subject: string, by: Subscriber) => Promise<AsyncIterable<EventShape>>;
  /** A submission now and at each change of its state, until it is final or refused. */
  readonly submission: (id: string, by: Subscriber) => Promise<AsyncIterable<SubmissionShape>>;
  /** How many are open. */
  readonly open: () => number;
};

type Options = {
  readonly pollMs: number;
  /** Most subscriptions at once, of one address and in all. */
  readonly perAddress: number;
  readonly inAll: number;
};

type Parts = {
  readonly db: Database;
  readonly indexer: Pick<Indexer, "attend">;
  readonly outbox: Outbox;
  readonly log: Log;
};

type Listener<T> = { readonly tell: (news: T) => void; readonly end: () => void };

type Listeners<T> = Map<string, Set<Listener<T>>>;

/** News looked at in one turn. */
const PAGE = 500;

/** News that a subscriber may leave unread. */
const MOST_UNREAD = 1_000;

const ENDED = new Set(["final", "refused"]);

/** Makes the one watcher of a process. */
export function createWatch({ db, indexer, outbox, log }: Parts, options: Options): Watch {
  const subjects: Listeners<EventShape> = new Map();
  const submissions: Listeners<SubmissionShape> = new Map();
  const places = createPlaces(options);
  const feed = createFeed({ db, indexer, subjects });
  let isLooking = false;

  async function look(): Promise<void> {
    try {
      await feed.tell();
      await tellStates(outbox, submissions);
    } catch (err) {
      log.debug({ err }, "no news for subscriptions now; looking again");
    }
    isLooking = false;
    if (places.open() > 0) lookLater();
    else feed.forget();
  }

  function lookLater(): void {
    if (isLooking) return;
    isLooking = true;
    setTimeout(look, options.pollMs).unref();
  }

  function enter(by: Subscriber): () => void {
    const leave = places.enter(by);
    lookLater();
    return leave;
  }

  return {
    events: async (subject, by) => {
      const leave = enter(by);
      // Among the listeners at once: a look meanwhile would find nobody there, and forget where it stands.
      const { news } = listen(subjects, subject, { signal: by.signal, leave });
      // What happens once this has answered is news.
      await feed.stand().catch((problem: unknown) => {
        feed.forget();
        news.destroy();
        throw problem;
      });
      return news;
    },
    submission: async (id, by) => {
      const leave = enter(by);
      const { news, tell, end } = listen(
        submissions,
        id,
        { signal: by.signal, leave },
        stateChanges,
      );
      const now = await outbox.find(id);
      if (now) tell(now);
      else end();
      return news;
    },
    open: places.open,
  };
}

type Feed = Pick<Parts, "db" | "indexer"> & { readonly subjects: Listeners<EventShape> };

/** What happens on the chain, for those who listen, from where the first of them began. */
function createFeed({ db, indexer, subjects }: Feed) {
  let position: Promise<number> | undefined;
  const stand = () => {
    position ??= newestPosition(db);
    return position;
  };
  const forget = () => {
    position = undefined;
  };
  const tell = async () => {
    if (subjects.size === 0) return forget();
    // Looked at: it does not rest. What it reads is told at the next look.
    void indexer.attend();
    for (;;) {
      const rows = await listNews(db, await stand(), PAGE);
      for (const { subject, event } of rows) {
        for (const listener of subjects.get(subject) ?? []) listener.tell(event);
      }
      const last = rows.at(-1);
      if (last) position = Promise.resolve(last.position);
      if (rows.length < PAGE) return;
    }
  };
  return { stand, forget, tell };
}

async function tellStates(outbox: Outbox, listeners: Listeners<SubmissionShape>): Promise<void> {
  const ids = [...listeners.keys()];
  if (ids.length === 0) return;
  for (const found of await outbox.findAll(ids)) {
    for (const listener of listeners.get(found.id) ?? []) listener.tell(found);
  }
}

/** Places for subscribers: so many of an address, so many in all. */
function createPlaces({ perAddress, inAll }: Pick<Options, "perAddress" | "inAll">) {
  const counts = new Map<string, number>();
  let open = 0;
  return {
    open: () => open,
    /** Takes a place, which is given back when the connection ends. */
    enter: ({ address, signal }: Subscriber): (() => void) => {
      const mine = counts.get(address) ?? 0;
      if (mine >= perAddress || open >= inAll) {
        throw turnAway("TooManyRequests");
      }
      open++;
      counts.set(address, mine + 1);
      let isIn = true;
      const leave = () => {
        if (!isIn) return;
        isIn = false;
        open--;
        const left = counts.get(address)! - 1;
        if (left === 0) counts.delete(address);
        else counts.set(address, left);
      };
      signal.addEventListener("abort", leave, { once: true });
      if (signal.aborted) leave();
      return leave;
    },
  };
}

/** Lets through each new state once, and ends with the last one. */
function stateChanges({ tell, end }: Listener<SubmissionShape>): Listener<SubmissionShape> {
  let seen = "";
  return {
    end,
    tell: (now) => {
      if (now.state === seen) return;
      seen = now.state;
      tell(now);
      if (ENDED.has(seen)) end();
    },
  };
}

/**
 * Listens among the others of an id, from now on. It is over when the reader, the connection or `end` says so; `over`
 * stands between what is told and the reader.
 */
function listen<T>(
  all: Listeners<T>,
  id: string,
  { signal, leave }: { readonly signal: AbortSignal; readonly leave: () => void },
  over: (listener: Listener<T>) => Listener<T> = (listener) => listener,
): Listener<T> & { readonly news: Readable } {
  const news = new Readable({ objectMode: true, read: () => {}, highWaterMark: MOST_UNREAD });
  const listener = over({
    tell: (value) => {
      if (news.readableEnded || news.destroyed) return;
      if (news.readableLength < MOST_UNREAD) news.push(value);
      else news.destroy(turnAway("TooManyRequests"));
    },
    end: () => void news.push(null),
  });
  const others = all.get(id) ?? new Set();
  all.set(id, others.add(listener));
  const forget = () => {
    others.delete(listener);
    if (others.size === 0 && all.get(id) === others) all.delete(id);
    leave();
  };
  news.once("close", forget);
  // Told to whoever reads; where nobody does yet, it would end the process.
  news.on("error", () => {});
  const aborted = () => {
    forget();
    listener.end();
  };
  if (signal.aborted) aborted();
  else signal.addEventListener("abort", aborted, { once: true });
  return { ...listener, news };
}
