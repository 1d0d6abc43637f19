// Tracking what was sent until it is final: mined, mined elsewhere after a reorganisation, lost, or
// stuck.
import type { TransactionReceipt } from "ethers";
import { unexplained } from "../chain/refusals.ts";
import { newestBlock, type SeenBlock, whileRemembered } from "../store/blocks.ts";
import type { Database, Transaction } from "../store/database.ts";
import { ahead } from "./ahead.ts";
import { broadcast, fillNonce, giveUp, isHopeless } from "./broadcast.ts";
import type { SendContext } from "./context.ts";
import {
  changeEntry,
  type Entry,
  isBehind,
  isNonceHeld,
  listPending,
  refuseEntry,
} from "./store.ts";

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

/** What is unheard of ends after so many times the time after which a transaction is stuck. */
const STUCK_TIMES = 10;

/** Looks at everything on its way once; false when nothing is. Throws when the chain is away. */
export async function trackPending(context: SendContext, options: TrackOptions): Promise<boolean> {
  const pending = await listPending(context.db, context.chain.relayer.address, BATCH);
  if (pending.length === 0) return false;
  const head = await context.chain.provider.getBlockNumber();
  await options.settle();
  // Receipts are asked for after it and count up to it: were their block to leave the chain, it
  // would too, and the indexer would notice.
  const seen = await newestBlock(context.db);
  if (seen === undefined) return true;
  const receipt = ahead(pending, ASKED_AHEAD, (entry) => findReceipt(context, entry));
  for (const [i, entry] of pending.entries()) {
    await track(context, options, { entry, receipt: await receipt(i), head, seen });
  }
  await fillGap(context, options, pending[0]!);
  return true;
}

type Tracked = {
  readonly entry: Entry;
  readonly receipt: TransactionReceipt | null;
  readonly head: number;
  /** The newest block read before the receipt was asked for. */
  readonly seen: SeenBlock;
};

async function track(
  context: SendContext,
  options: TrackOptions,
  { entry, receipt, head, seen }: Tracked,
): Promise<void> {
  if (!receipt) return retry(context, options, entry);
  if (receipt.blockNumber > seen.number) return;
  const isFinal = head - receipt.blockNumber + 1 >= options.confirmations;
  if (receipt.status === 0 && isFinal) return refuseReverted(context, { entry, receipt, seen });
  const state = isFinal ? "final" : "mined";
  if (entry.state === state && entry.blockHash === receipt.blockHash) return;
  const { hash: transactionHash, blockNumber, blockHash } = receipt;
  await whileRemembered(context.db, seen, (tx) =>
    changeEntry(tx, entry, { state, transactionHash, blockNumber, blockHash }),
  );
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
 * that block. With an older one not there yet, it may only have come too early.
 */
async function refuseReverted(
  { db, chain, log }: SendContext,
  { entry, receipt, seen }: Omit<Tracked, "head" | "receipt"> & { receipt: TransactionReceipt },
): Promise<void> {
  const verdict = await chain.simulate(entry, receipt.blockNumber);
  const relayer = chain.relayer.address;
  const isEarly = await isBehind(db, entry, { relayer, states: ["queued", "sent"] });
  const refusal = "refusal" in verdict ? verdict : unexplained();
  await whileRemembered(db, seen, async (tx) => {
    if (isEarly) return queueAnew(tx, entry);
    await refuseEntry(tx, entry, refusal);
    log.warn({ id: entry.id, kind: entry.kind, refusal: refusal.refusal }, "transaction reverted");
  });
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
    await broadcast(context, entry);
    return;
  }
  if (waited < RESEND_MS) return;
  if (await isNonceTaken(context, options, entry)) {
    log.warn(
      { id: entry.id, nonce: entry.nonce },
      "nonce was used by another transaction: queued anew",
    );
    return queueAnew(db, entry);
  }
  const taken = await broadcast(context, entry);
  const patience = STUCK_TIMES * options.stuckSeconds;
  if (taken === "never" || (taken === "unheard" && (await isHopeless(context, entry, patience)))) {
    return giveUp(context, entry);
  }
  if (isStuck(entry, options) && (await chain.nonce()) === entry.nonce) {
    await replace(context, entry);
  }
}

/** For another nonce: its own is gone. */
function queueAnew(db: Database | Transaction, entry: Entry): Promise<void> {
  const nowhere = { transactionHash: null, blockNumber: null, blockHash: null };
  return changeEntry(db, entry, { state: "queued", nonce: null, signed: [], ...nowhere });
}

/**
 * Its nonce was used, and by none of its own transactions. Asked twice: meanwhile a block may have
 * come, or gone.
 */
async function isNonceTaken(
  context: SendContext,
  { confirmations }: TrackOptions,
  entry: Entry,
): Promise<boolean> {
  for (let i = 0; i < 2; i++) {
    if ((await context.chain.nonce(confirmations)) <= entry.nonce!) return false;
    if (await findReceipt(context, entry)) return false;
  }
  return true;
}

/** On its way for too long: too cheap, or behind one that is. */
function isStuck({ state, sentAt }: Entry, { stuckSeconds }: TrackOptions): boolean {
  return state === "sent" && Date.now() - (sentAt?.getTime() ?? 0) > stuckSeconds * 1000;
}

/**
 * A reorganisation may free the nonce of a transaction that was refused or not ours, and nobody
 * would send it again: all that follow would wait for ever. Pays nothing to itself under it.
 */
async function fillGap(context: SendContext, options: TrackOptions, first: Entry): Promise<void> {
  const { db, chain, log } = context;
  if (!isStuck(first, options)) return;
  const nonce = await chain.nonce();
  // One whose block has just gone may have been recalled since the pending ones were listed, or is about to be.
  if (nonce >= first.nonce! || (await isNonceHeld(db, chain.relayer.address, nonce))) return;
  if (!(await fillNonce(context, nonce))) return;
  log.warn({ nonce }, "a nonce belongs to nobody: sent an empty transaction under it");
}

/** Signs the entry once more with the same nonce and a fee that nodes accept as a replacement, up to the ceiling. */
async function replace(context: SendContext, entry: Entry): Promise<void> {
  const { db, chain, log, alert } = context;
  const { id, nonce } = entry;
  const fees = await chain.fees(entry.signed.at(-1)!.raw);
  if (fees === undefined) {
    alert("fees", { id, nonce }, "stuck, and MAX_FEE_GWEI reached: waiting until gas is cheaper");
    return;
  }
  const verdict = await chain.simulate(entry);
  const gas = "refusal" in verdict ? chain.gasOf(entry.signed.at(-1)!.raw) : verdict.gas;
  const signed = await chain.sign({
    to: entry.to,
    data: entry.data,
    gas,
    nonce: nonce!,
    fees,
  });
  await changeEntry(db, entry, {
    signed: [...entry.signed, signed],
    transactionHash: signed.hash,
    sentAt: new Date(),
  });
  await broadcast(context, { id, signed: [signed] });
  log.warn({ id, nonce }, "transaction stuck: replaced with a higher fee");
}
