// Handing signed transactions to the node, and what becomes of those that no node takes.
import { isOutage, refuse, wordsOf } from "../chain/refusals.ts";
import type { SendContext } from "./context.ts";
import { type Entry, refuseEntry } from "./store.ts";

/** Of a transfer without data (Ethereum yellow paper, G_transaction). */
const TRANSFER_GAS = 21_000n;

/** go-ethereum's, reth's, Nethermind's and Anvil's words for what is wrong with a transaction and stays so. */
const NEVER =
  /oversized data|size (?:exceeds|too)|exceeds (?:the )?block gas limit|gas limit (?:is )?too high|exceeds.*\bcap\b|intrinsic gas|floor data gas|initcode|transaction type not supported/i;

/** Words for what time or another transaction settles. */
const PASSING =
  /already|known transaction|nonce too (?:low|high)|underpriced|insufficient funds|pool|replacement|fee|future|gapped/i;

/** Taken or held already; not now, for a reason that passes or is unheard of; not ever. */
type Taken = "taken" | "later" | "unheard" | "never";

/**
 * Hands an entry's newest transaction to the node. One it has already, one that is too late or one that the relayer
 * cannot pay for now is tracking's business: it tries again. Throws when the node is away.
 */
export async function broadcast(
  { chain, alert, log, unheardSince }: SendContext,
  { id, signed }: Pick<Entry, "id" | "signed">,
): Promise<Taken> {
  const { raw, hash } = signed.at(-1)!;
  try {
    await chain.provider.send("eth_sendRawTransaction", [raw]);
    unheardSince.delete(id);
    return "taken";
  } catch (problem) {
    const node = wordsOf(problem) ?? (problem as Error).message;
    if (NEVER.test(node)) return "never";
    if (isOutage(problem)) throw problem;
    if ((problem as { code?: string }).code === "INSUFFICIENT_FUNDS") {
      alert("funds", { hash }, "the relayer cannot pay for gas: fund it");
      return "later";
    }
    if (PASSING.test(node)) {
      log.debug({ hash, node }, "the node did not take a transaction");
      return "later";
    }
    if (!unheardSince.has(id)) unheardSince.set(id, Date.now());
    alert(`node ${id}`, { hash, node }, "the node does not take a transaction");
    return "unheard";
  }
}

/** No node has it, and for so long the node has said something unheard of. */
export async function isHopeless(
  { chain, unheardSince }: Pick<SendContext, "chain" | "unheardSince">,
  { id, signed }: Pick<Entry, "id" | "signed">,
  seconds: number,
): Promise<boolean> {
  if (Date.now() - (unheardSince.get(id) ?? Number.POSITIVE_INFINITY) < seconds * 1000)
    return false;
  for (const { hash } of signed) if (await chain.provider.getTransaction(hash)) return false;
  return unheardSince.has(id);
}

/** Refuses what no node takes, and fills its nonce, for which all that follow would wait for ever. */
export async function giveUp(context: SendContext, entry: Entry): Promise<void> {
  const { db, alert } = context;
  context.unheardSince.delete(entry.id);
  await fillNonce(context, entry.nonce!);
  await refuseEntry(db, entry, refuse("TooLarge", { field: "transaction" }));
  const { id, kind, nonce } = entry;
  alert(`gave up ${id}`, { id, kind, nonce }, "no node takes a transaction: refused, nonce filled");
}

/** Pays nothing to itself under a nonce that belongs to nobody. False while gas is too dear for that. */
export async function fillNonce(context: SendContext, nonce: number): Promise<boolean> {
  const { chain } = context;
  const fees = await chain.fees();
  if (fees === undefined) return false;
  const to = chain.relayer.address;
  const signed = await chain.sign({ to, data: "0x", gas: TRANSFER_GAS, nonce, fees });
  await broadcast(context, { id: `nonce ${nonce}`, signed: [signed] });
  return true;
}
