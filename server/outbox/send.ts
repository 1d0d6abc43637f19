// Sending: simulate, take a nonce and sign, store, broadcast. In this order, so that a crash at any
// point loses and doubles nothing.
import type { Chain, Fees, Verdict } from "../chain/chain.ts";
import { isOutage } from "../chain/refusals.ts";
import type { Log } from "../log.ts";
import type { Database } from "../store/database.ts";
import { ahead } from "./ahead.ts";
import {
  assignNonce,
  type Entry,
  isBehind,
  listQueued,
  refuseEntry,
  type Signed,
} from "./store.ts";

export type SendContext = {
  readonly db: Database;
  readonly chain: Chain;
  readonly log: Log;
};

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
  const estimate = ahead(queued, ASKED_AHEAD, (entry) => chain.simulate(entry));
  const sent: Entry[] = [];
  for (const [i, entry] of queued.entries()) {
    try {
      let verdict = await estimate(i);
      // Asked before the ones in front of it were sent: only now is a refusal the last word.
      if ("refusal" in verdict) verdict = await chain.simulate(entry);
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

async function sendOne(
  { db, chain, log }: SendContext,
  { entry, verdict, fees, chainNonce }: Sending,
): Promise<Entry | undefined> {
  if ("refusal" in verdict) {
    if (await isBehind(db, entry, ["sent"])) return undefined;
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
  await broadcast({ chain, log }, sent.signed.at(-1)!);
  log.info({ id: entry.id, kind: entry.kind, nonce: sent.nonce }, "submission sent");
  return sent;
}

/**
 * Hands a stored transaction to the node. One it has already, one that is too late or one that the
 * relayer cannot pay for now is tracking's business: it tries again.
 */
export async function broadcast(
  { chain, log }: Pick<SendContext, "chain" | "log">,
  { raw, hash }: Signed,
): Promise<void> {
  try {
    await chain.provider.send("eth_sendRawTransaction", [raw]);
  } catch (problem) {
    if (isOutage(problem)) throw problem;
    const { code } = problem as { code?: string };
    if (code === "INSUFFICIENT_FUNDS")
      log.error({ hash }, "the relayer cannot pay for gas: fund it");
    else log.debug({ hash, errorCode: code }, "the node did not take a transaction");
  }
}
