// Gathering: submissions that allow it wait for others of their kind, for a set time or number at
// most, and go out in one transaction. Cheaper for each, and neither order nor time of what the
// chain shows says who handed in what when. Nothing is lost by a crash: all of it is in the outbox.
import type { Chain } from "../chain/chain.ts";
import { isOutage } from "../chain/refusals.ts";
import type { Database } from "../store/database.ts";
import type { Log } from "../work/log.ts";
import { bundleUp, listWaiting, release } from "./bundle.ts";
import { type Entry, isBehind, MAX_CALL_BYTES, refuseEntry, sizeOf } from "./store.ts";

export type Joined = {
  /** What the call carries, in its order; the rest waits for the next one. */
  readonly entries: readonly Entry[];
  readonly call: { readonly to: string; readonly data: string };
};
export type Gathering = {
  /** Most submissions in one transaction; with 1 none are gathered. */
  readonly most: number;
  /** The longest that a submission waits for others; with 0 none are gathered. */
  readonly seconds: number;
  /** One call for several entries that wait for the same. */
  readonly join: (entries: readonly Entry[]) => Joined;
};
type Context = { readonly db: Database; readonly chain: Chain; readonly log: Log };

const LOOKED_AT = 1_000;
/** A transaction may have 16.7 million gas (EIP-7825); a quarter is added to what it was estimated to take. */
const MAX_GAS = 12_000_000n;

/** Whether anything is gathered at all. */
export function gathers({ most, seconds }: Gathering): boolean {
  return most > 1 && seconds > 0;
}

/** Joins what has waited long enough, or is enough; false when nothing waits. Throws when the chain is away. */
export async function gatherDue(context: Context, gathering: Gathering): Promise<boolean> {
  const waiting = await listWaiting(context.db, LOOKED_AT);
  for (const group of Map.groupBy(waiting, (entry) => entry.gather).values()) {
    for (let rest = group; isDue(rest, gathering); ) {
      const taken = rest.slice(0, gathering.most);
      rest = rest.slice(taken.length);
      try {
        await joinUp(context, gathering, taken);
      } catch (problem) {
        if (isOutage(problem)) throw problem;
        context.log.warn({ err: problem }, "not gathered; trying again");
      }
    }
  }
  return waiting.length > 0;
}

/** Settings changed meanwhile count for what already waits. */
function isDue(group: readonly Entry[], gathering: Gathering): boolean {
  const [oldest] = group;
  if (oldest === undefined) return false;
  if (group.length >= gathering.most) return true;
  return Date.now() - oldest.createdAt.getTime() >= gathering.seconds * 1000;
}

async function joinUp(
  context: Context,
  gathering: Gathering,
  taken: readonly Entry[],
): Promise<void> {
  const { db, chain, log } = context;
  const { entries, call } = gathering.join(taken);
  if (entries.length === 1) return release(db, entries);
  const isSmall = sizeOf(call) <= MAX_CALL_BYTES;
  if (isSmall && (await chain.refusalOf({ ...call, gas: MAX_GAS })) === undefined) {
    log.info({ submissions: entries.length }, "gathered");
    return bundleUp(db, entries, call);
  }
  const good = await takeOutBad(context, entries);
  if (good.length === 0) return;
  if (good.length < entries.length) return joinUp(context, gathering, good);
  // Each is good by itself, so they are too many, or do not go together.
  const half = Math.ceil(good.length / 2);
  await joinUp(context, gathering, good.slice(0, half));
  await joinUp(context, gathering, good.slice(half));
}

/** Refuses those that the contract would refuse alone too, unless an older one is on its way; answers the others. */
async function takeOutBad(
  { db, chain, log }: Context,
  entries: readonly Entry[],
): Promise<Entry[]> {
  const good: Entry[] = [];
  for (const entry of entries) {
    const refusal = await chain.refusalOf(entry);
    if (refusal === undefined) good.push(entry);
    else if (!(await isBehind(db, entry, { relayer: chain.relayer.address, states: ["sent"] }))) {
      await refuseEntry(db, entry, refusal);
      log.info({ id: entry.id, kind: entry.kind, refusal: refusal.refusal }, "submission refused");
    }
  }
  return good;
}
