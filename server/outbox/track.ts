// Tracking what was sent until it is final: mined, mined elsewhere after a reorganisation, lost, or
// stuck.
import type { TransactionReceipt } from "ethers";
import { unexplained } from "../chain/refusals.ts";
import { ahead } from "./ahead.ts";
import { broadcast, type SendContext } from "./send.ts";
import { changeEntry, type Entry, listPending, refuseEntry } from "./store.ts";

export type TrackOptions = {
  readonly confirmations: number;
  readonly stuckSeconds: number;
  /** Has the indexer read up to the newest block: what is final can be queried. */
  readonly settle: () => Promise<void>;
};

const BATCH = 500;
const ASKED_AHEAD = 8;
/** An unmined transaction is handed to the node again after this long. */
const RESEND_MS = 3_000;

/** Looks at everything on its way once. Throws when the chain is away. */
export async function trackPending(context: SendContext, options: TrackOptions): Promise<void> {
  const pending = await listPending(context.db, context.chain.relayer.address, BATCH);
  if (pending.length === 0) return;
  const head = await context.chain.provider.getBlockNumber();
  await options.settle();
  const receipt = ahead(pending, ASKED_AHEAD, (entry) => findReceipt(context, entry));
  for (const [i, entry] of pending.entries()) {
    await track(context, options, { entry, receipt: await receipt(i), head });
  }
}

type Tracked = {
  readonly entry: Entry;
  readonly receipt: TransactionReceipt | null;
  readonly head: number;
};

async function track(
  context: SendContext,
  options: TrackOptions,
  { entry, receipt, head }: Tracked,
): Promise<void> {
  if (!receipt) return retry(context, options, entry);
  const isFinal = head - receipt.blockNumber + 1 >= options.confirmations;
  if (receipt.status === 0 && isFinal) return refuseReverted(context, entry, receipt);
  const state = isFinal ? "final" : "mined";
  if (entry.state === state && entry.blockHash === receipt.blockHash) return;
  await changeEntry(context.db, entry, {
    state,
    transactionHash: receipt.hash,
    blockNumber: receipt.blockNumber,
    blockHash: receipt.blockHash,
  });
}

/** The receipt of whichever of the entry's transactions was mined. */
async function findReceipt(
  { chain }: SendContext,
  entry: Entry,
): Promise<TransactionReceipt | null> {
  for (const { hash } of entry.signed.toReversed()) {
    const receipt = await chain.provider.getTransactionReceipt(hash);
    if (receipt) return receipt;
  }
  return null;
}

/**
 * Simulation passed, but the state changed before the transaction was mined: ask the chain why, in
 * that block.
 */
async function refuseReverted(
  { db, chain, log }: SendContext,
  entry: Entry,
  receipt: TransactionReceipt,
): Promise<void> {
  const verdict = await chain.simulate(entry, receipt.blockNumber);
  const refusal = "refusal" in verdict ? verdict : unexplained();
  await refuseEntry(db, entry, refusal);
  log.warn({ id: entry.id, kind: entry.kind, refusal: refusal.refusal }, "transaction reverted");
}

/**
 * Not in a block (any more): send again, replace when stuck, queue anew when its nonce went to
 * another.
 */
async function retry(context: SendContext, options: TrackOptions, entry: Entry): Promise<void> {
  const { db, chain, log } = context;
  const waited = Date.now() - (entry.sentAt?.getTime() ?? 0);
  if (entry.state === "mined") {
    log.warn(
      { id: entry.id, block: entry.blockNumber },
      "transaction left the chain: sending again",
    );
    await changeEntry(db, entry, { state: "sent", blockNumber: null, blockHash: null });
    return broadcast({ chain, log }, entry.signed.at(-1)!);
  }
  if (waited < RESEND_MS) return;
  if ((await chain.nonce(options.confirmations)) > entry.nonce!) {
    // Looked for again after the nonce was seen used: it may have been mined just now.
    if (await findReceipt(context, entry)) return;
    log.warn(
      { id: entry.id, nonce: entry.nonce },
      "nonce was used by another transaction: queued anew",
    );
    const anew = { state: "queued", nonce: null, signed: [], transactionHash: null } as const;
    return changeEntry(db, entry, { ...anew, signed: [] });
  }
  if (waited > options.stuckSeconds * 1000) return replace(context, entry);
  await broadcast({ chain, log }, entry.signed.at(-1)!);
}

/** Signs the entry once more with the same nonce and a fee that nodes accept as a replacement. */
async function replace({ db, chain, log }: SendContext, entry: Entry): Promise<void> {
  const verdict = await chain.simulate(entry);
  const gas = "refusal" in verdict ? chain.gasOf(entry.signed.at(-1)!.raw) : verdict.gas;
  const fees = await chain.fees(entry.signed.at(-1)!.raw);
  const signed = await chain.sign({
    to: entry.to,
    data: entry.data,
    gas,
    nonce: entry.nonce!,
    fees,
  });
  await changeEntry(db, entry, {
    signed: [...entry.signed, signed],
    transactionHash: signed.hash,
    sentAt: new Date(),
  });
  await broadcast({ chain, log }, signed);
  log.warn({ id: entry.id, nonce: entry.nonce }, "transaction stuck: replaced with a higher fee");
}
