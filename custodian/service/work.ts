// What a custodian does unasked, again and again: reads the chain, makes keys, destroys them, tells of it, and puts its
// receipts under a root each day.

import type { Receipts } from "../answers/receipts.ts";
import type { ChainNode } from "../chain/node.ts";
import type { Log } from "../log.ts";
import type { Keys } from "../store/keys.ts";
import type { Erasure } from "./erase.ts";
import type { Sender } from "./send.ts";

const DAY_SECONDS = 86_400;
const LONGEST_PAUSE_MS = 60_000;

export type Working = {
  readonly node: ChainNode;
  readonly erasure: Erasure;
  readonly keys: Keys;
  readonly receipts: Receipts;
  readonly sender: Sender;
  readonly log: Log;
  /** Unix seconds. */
  readonly clock: () => number;
};

/** Reads the chain once, destroys what it says, and makes keys: what has to be done before anything is answered. */
export async function catchUp(at: Working): Promise<void> {
  await at.node.refresh();
  at.erasure.destroy();
  if ((await at.keys.make(at.node.facts)) > 0) at.keys.forgetLists();
}

/** One round. Throws when something has to be tried again. */
async function round(at: Working, day: { anchored: number }): Promise<void> {
  await catchUp(at);
  await at.erasure.tell();
  await anchorDaily(at, day);
}

/** Once a day (UTC), when there are new ones. */
async function anchorDaily(
  { node, receipts, sender, clock, log }: Working,
  day: { anchored: number },
): Promise<void> {
  const today = dayOf(clock());
  const { number, block } = node.facts.lastReceipt;
  if (day.anchored === today || BigInt(receipts.newest) <= number) return;
  if (block > 0 && dayOf(await node.timeOf(block)) === today) return;
  const over = receipts.root();
  if (over === undefined) return;
  await sender.send("anchorReceipts", [over.root, over.count, over.last]);
  day.anchored = today;
  log.info({ receipts: over.count, last: over.last }, "receipts anchored");
}

const dayOf = (seconds: number) => Math.floor(seconds / DAY_SECONDS);

/** Starts the rounds; returns what ends them. Trouble is told when it begins, changes and ends. */
export function startWork(at: Working, pollMs: number): () => Promise<void> {
  let isOn = true;
  let wake = () => {};
  let trouble = "";
  // Until the day's root is final and the chain tells of it.
  const day = { anchored: -1 };
  const running = (async () => {
    for (let failures = 0; isOn; ) {
      try {
        await round(at, day);
        if (failures > 0) at.log.warn({ failures }, "running again");
        [failures, trouble] = [0, ""];
      } catch (err) {
        failures += 1;
        const cause = causeOf(err);
        if (isOn && cause !== trouble) at.log.warn({ err }, "failing; trying again");
        trouble = cause;
      }
      if (!isOn) break;
      const pause = Math.min(
        pollMs * 2 ** Math.min(failures, 6),
        Math.max(pollMs, LONGEST_PAUSE_MS),
      );
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pause);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  })();
  return async () => {
    isOn = false;
    wake();
    await running;
  };
}

function causeOf(problem: unknown): string {
  const { code, name } = (problem ?? {}) as { code?: unknown; name?: unknown };
  return `${String(name)} ${String(code)}`;
}
