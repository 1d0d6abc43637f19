// Background work: one run at a time, again after a pause or when woken, until stopped. The pause grows while nothing
// happens and nobody looks; after a failure it grows, too, and the log tells for how long it has been failing, and why.
import { describeProblem, type Log } from "./log.ts";

type Loop = {
  /** Runs now, or once more right after the run that is under way. */
  readonly wake: () => void;
  /**
   * Somebody looks at what this loop reads: it stops resting. Resolves when what it has read is as new as that of a
   * loop that never rests; at once while it fails, and after half a second in any case.
   */
  readonly attend: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

type Options = {
  readonly name: string;
  readonly log: Log;
  /** The pause while something is going on, or somebody looks. */
  readonly everyMs: number;
  /** The longest pause while nothing is; without it the loop never rests. */
  readonly restMs?: number;
  /** True when there is more to do at once, "soon" when something is under way, false when nothing is. */
  readonly run: () => Promise<boolean | "soon">;
};

/** How long a loop rests at most that has nothing to do. */
export const REST_MS = 5_000;
/** The pause is this part of the time for which nothing has happened. */
const REST_SHARE = 1 / 10;
const ATTEND_AT_MOST_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/** Starts a loop. */
export function createLoop({ name, log, everyMs, restMs = everyMs, run }: Options): Loop {
  const trouble = createTrouble(log, name);
  let stopped = false;
  let woken = false;
  let interrupt = () => {};
  let busyAt = performance.now();
  let ranAt = Number.NEGATIVE_INFINITY;
  let isAsleep = false;
  /** Ends with the run that somebody who looks has caused. */
  let look: { readonly done: Promise<void>; readonly end: () => void } | undefined;

  async function attempt(): Promise<boolean> {
    try {
      const found = await run();
      trouble.end();
      if (found !== false) busyAt = performance.now();
      return found === true;
    } catch (problem) {
      if (!stopped) trouble.meet(problem);
      return false;
    } finally {
      ranAt = performance.now();
      look?.end();
      look = undefined;
    }
  }

  const pauseMs = () =>
    pauseOf({ failures: trouble.failures(), quietMs: performance.now() - busyAt, everyMs, restMs });

  /** Waits until the next run is due; what happens meanwhile may bring it nearer. */
  async function pause(): Promise<void> {
    while (!woken && !stopped) {
      const left = ranAt + pauseMs() - performance.now();
      if (left <= 0) return;
      isAsleep = true;
      const nap = atMost(left);
      interrupt = nap.end;
      await nap.done;
      isAsleep = false;
    }
  }

  const finished = (async () => {
    while (!stopped) {
      woken = false;
      if (!(await attempt())) await pause();
    }
  })();
  return {
    wake: () => {
      woken = true;
      busyAt = performance.now();
      interrupt();
    },
    attend: () => {
      busyAt = performance.now();
      if (stopped || trouble.failures() > 0) return Promise.resolve();
      if (isAsleep && performance.now() - ranAt > everyMs) look ??= atMost(ATTEND_AT_MOST_MS);
      interrupt();
      return look?.done ?? Promise.resolve();
    },
    stop: async () => {
      stopped = true;
      interrupt();
      await finished;
    },
  };
}

type Standing = { failures: number; quietMs: number; everyMs: number; restMs: number };

/** Longer the longer nothing has happened, and twice as long after each failure; within bounds. */
function pauseOf({ failures, quietMs, everyMs, restMs }: Standing): number {
  if (failures === 0) return Math.max(everyMs, Math.min(quietMs * REST_SHARE, restMs));
  return Math.max(everyMs, Math.min(everyMs * 2 ** Math.min(failures, 10), LONGEST_PAUSE_MS));
}

/** A promise that somebody ends, or the time. */
function atMost(ms: number): { readonly done: Promise<void>; readonly end: () => void } {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  return {
    done,
    end: () => {
      clearTimeout(timer);
      resolve();
    },
  };
}

const FIRST_TOLD_AGAIN_MS = 10_000;
const LONGEST_UNTOLD_MS = 600_000;

type Trouble = {
  readonly since: number;
  readonly failures: number;
  readonly cause: string;
  readonly toldAt: number;
  /** How long nothing is told of the same cause. */
  readonly quietMs: number;
};

/**
 * Tells the log of failures: when they begin, whenever their cause changes, and else after pauses that grow up to ten
 * minutes. Silence afterwards would look like health.
 */
function createTrouble(log: Log, loop: string) {
  let met: Trouble | undefined;
  return {
    failures: () => met?.failures ?? 0,
    meet: (err: unknown) => {
      const now = Date.now();
      const cause = causeOf(err);
      const { since, failures } = { since: met?.since ?? now, failures: (met?.failures ?? 0) + 1 };
      const isSame = met?.cause === cause;
      if (met && isSame && now - met.toldAt < met.quietMs) {
        met = { ...met, failures };
        return;
      }
      const quietMs = met && isSame ? Math.min(met.quietMs * 2, LONGEST_UNTOLD_MS) : undefined;
      met = { since, failures, cause, toldAt: now, quietMs: quietMs ?? FIRST_TOLD_AGAIN_MS };
      const began = new Date(since).toISOString();
      log.warn({ loop, err, failures, since: began }, "failing; trying again");
    },
    end: () => {
      if (met === undefined) return;
      const { failures, since } = met;
      const seconds = Math.round((Date.now() - since) / 1000);
      met = undefined;
      // As loud as the trouble was: whoever read of that wants to read of its end.
      log.warn({ loop, failures, seconds }, "running again");
    },
  };
}

/** What tells one cause from another; numbers (a block, a port, a hash) do not. */
function causeOf(problem: unknown): string {
  const { kind, errorCode, message } = describeProblem(problem);
  return `${kind} ${errorCode} ${String(message).replace(/0x[0-9a-f]+|\d+/gi, "#")}`;
}
