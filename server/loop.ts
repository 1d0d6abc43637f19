// Background work: one run at a time, again after a pause or when woken, until stopped. A failed
// run is logged and tried again later, more and more slowly.
import type { Log } from "./log.ts";

export type Loop = { readonly wake: () => void; readonly stop: () => Promise<void> };

const MAX_PAUSE_MS = 10_000;

/** Starts a loop. `run` returns true when there is more to do at once. */
export function createLoop(options: {
  readonly name: string;
  readonly log: Log;
  readonly everyMs: number;
  readonly run: () => Promise<boolean>;
}): Loop {
  let stopped = false;
  let woken = false;
  let interrupt = () => {};
  let failures = 0;

  async function attempt(): Promise<boolean> {
    try {
      const more = await options.run();
      if (failures > 0) options.log.info({ loop: options.name }, "running again");
      failures = 0;
      return more;
    } catch (err) {
      failures++;
      if (!stopped && failures <= 3)
        options.log.warn({ loop: options.name, err }, "failed; trying again");
      return false;
    }
  }

  function pause(): Promise<void> {
    const ms = Math.min(options.everyMs * 2 ** Math.min(failures, 10), MAX_PAUSE_MS);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(ms, options.everyMs));
      interrupt = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  const finished = (async () => {
    while (!stopped) {
      woken = false;
      const more = await attempt();
      if (!more && !woken && !stopped) await pause();
    }
  })();
  return {
    wake: () => {
      woken = true;
      interrupt();
    },
    stop: async () => {
      stopped = true;
      interrupt();
      await finished;
    },
  };
}
