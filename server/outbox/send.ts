// Sending: simulate, take a nonce and sign, store, broadcast. In this order, so that a crash at any
// point loses and doubles nothing.
import type { Verdict } from "../chain/chain.ts";
import type { Fees } from "../chain/fees.ts";
import { isOutage } from "../chain/refusals.ts";
import { ahead } from "./ahead.ts";
import { broadcast, giveUp } from "./broadcast.ts";
import type { SendContext } from "./context.ts";
import { assignNonce, type Entry, isBehind, listQueued, refuseEntry } from "./store.ts";

const BATCH = 50;

/** Estimates under way at once: they are most of what sending costs. */
const ASKED_AHEAD = 8;

/** Sends what is queued, oldest first. Returns the entries sent. Throws when the chain is away. */
export async function sendQueued(context: SendContext): Promise<Entry[]> {
  const queued = await listQueued(context.db, BATCH);
  if (queued.length === 0) return [];
  const { chain } = context;
  // Once for all of them: fees bear doubling, and nonces are counted in the database.
  const [fees, chainNonce] = await Promise.all([chain.fees(), chain.nonce()]);
  if (fees === undefined) {
    const waiting = queued.length;
    context.alert("fees", { waiting }, "gas costs more than MAX_FEE_GWEI: waiting until it falls");
    return [];
  }
  const estimate = ahead(queued, ASKED_AHEAD, (entry) => chain.simulate(entry));
  const sent: Entry[] = [];
  for (const [i, entry] of queued.entries()) {
    try {
      let verdict = await estimate(i);
      // Asked before the ones in front of it were sent: only now is a refusal the last word.
      if ("refusal" in verdict) verdict = await chain.simulate(entry);
      if (!isAffordable(context, verdict)) break;
      const done = await sendOne(context, { entry, verdict, fees, chainNonce });
      if (done) sent.push(done);
    } catch (problem) {
      if (isOutage(problem)) throw problem;
      // Neither sent nor refused (no money for gas, a node's quirk): it must not block the others.
      context.log.warn({ id: entry.id, kind: entry.kind, err: problem }, "not sent; trying again");
    }
  }
  return sent;
}

type Sending = {
  readonly entry: Entry;
  readonly verdict: Verdict;
  readonly fees: Fees;
  readonly chainNonce: number;
};

/** Takes the transaction's gas off the day's budget; what there is none left for waits. */
function isAffordable({ budget, alert }: SendContext, verdict: Verdict): boolean {
  if ("refusal" in verdict || budget.take(verdict.gas)) return true;
  alert("budget", { left: budget.left() }, "today's gas (DAILY_GAS) is used up: the rest waits");
  return false;
}

async function sendOne(
  context: SendContext,
  { entry, verdict, fees, chainNonce }: Sending,
): Promise<Entry | undefined> {
  const { db, chain, log } = context;
  if ("refusal" in verdict) {
    const relayer = chain.relayer.address;
    if (await isBehind(db, entry, { relayer, states: ["sent"] })) return undefined;
    await refuseEntry(db, entry, verdict);
    log.info({ id: entry.id, kind: entry.kind, refusal: verdict.refusal }, "submission refused");
    return undefined;
  }
  const sent = await assignNonce(db, {
    entry,
    relayer: chain.relayer.address,
    chainNonce,
    sign: (nonce) => chain.sign({ to: entry.to, data: entry.data, gas: verdict.gas, nonce, fees }),
  });
  if (!sent) return undefined;
  if ((await broadcast(context, sent)) === "never") {
    await giveUp(context, sent);
    return undefined;
  }
  log.info({ id: entry.id, kind: entry.kind, nonce: sent.nonce }, "submission sent");
  return sent;
}
