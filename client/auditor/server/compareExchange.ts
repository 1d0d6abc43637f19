// What the exchange and its custodians tell people of data, against what the auditor replayed from the
// chain: entries, batches and receipts.
import type { Audit } from "../audit/audit.ts";
import { collectDifferences } from "../finding/difference.ts";
import { type Finding, type Report, sortFindings } from "../finding/finding.ts";
import { mapLimited } from "../node/rpc.ts";
import type { Source } from "../node/source.ts";
import { createProofQueue } from "../proof/proofs.ts";
import type { PublishedKeys } from "../proof/published.ts";
import { checkEntries, type EntriesCheck } from "../replay/exchangeEntries.ts";
import { checkReceipts, RELEASED, type ReceiptsCheck } from "../replay/exchangeReceipts.ts";
import type { PublicEntries, PublicReceipts } from "../replay/exchangeRows.ts";
import { custodiansNamed } from "../replay/exchangeStanding.ts";
import type { OpenSignature } from "../replay/handler.ts";
import { checkSignatures } from "../replay/signatures.ts";
import type { World } from "../replay/state.ts";

/** Nothing in it is trusted. */
export type ToldExchange = {
  /** Undefined when nobody was asked. */
  readonly entries?: PublicEntries | undefined;
  readonly receipts: PublicReceipts;
  /** It may be of blocks after the last one audited. */
  readonly mayBeNewer?: boolean | undefined;
  /** How many could have been in each cut and were left out, as the server tells it. */
  readonly leftOut?: ReadonlyMap<bigint, number> | undefined;
};

export type ExchangeCheck = {
  /** Undefined when nobody was asked. */
  readonly entries?: Pick<EntriesCheck, "entries" | "waiting"> | undefined;
  readonly receipts: ReceiptsCheck;
  /** Custodians that an audited trial names and that showed no receipts, in lower case. */
  readonly silent: readonly string[];
  /** Membership proofs of entries that were verified. */
  readonly verifiedProofs: number;
  readonly findings: readonly Finding[];
};

const TIMES_AT_ONCE = 16;

/**
 * Checks all that was told. The audit must be of the same chain, up to a block at which what was told
 * was there already. Throws ServerUnavailable when the node is lost.
 */
export async function checkExchange(
  { world, source, limits }: Pick<Audit, "world" | "source" | "limits">,
  told: ToldExchange,
  options: {
    readonly keys: PublishedKeys;
    readonly onVerified?: ((verified: number) => void) | undefined;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<ExchangeCheck> {
  const { compare, found } = collectDifferences();
  const report: Report = (rule, reason, place) =>
    found.push(place === undefined ? { rule, reason } : { rule, reason, place });
  const { keys, signal } = options;
  const proofs = createProofQueue({ keys, report, signal, onVerified: options.onVerified });
  const { deployment, head } = source;
  const open: OpenSignature[] = [];
  const areRequestsWhole = limits.trial === undefined;
  const isWhole = areRequestsWhole && areEntriesWhole(world, told);
  const { index, ...counts } = checkEntries(world, told.entries ?? new Map(), {
    ...{ deployment, head, isWhole, report, mayBeNewer: told.mayBeNewer === true },
    claim: proofs.add,
    askSigner: (one) => open.push(one),
  });
  await proofs.flush(true);
  await checkSignatures(open, { source, report });
  const receipts = checkReceipts(world, told.receipts, {
    ...{ deployment, index, report, isWhole, areRequestsWhole, head: head.number },
    times: await timesOf(told.receipts, source),
  });
  for (const [cutId, leftOut] of told.leftOut ?? []) {
    const what = `number left out of cut ${cutId}`;
    compare(what, leftOut, world.exchange.cuts.get(cutId)?.leftOut ?? "no such cut");
  }
  signal?.throwIfAborted();
  return {
    entries: told.entries === undefined ? undefined : counts,
    receipts,
    silent: [...custodiansNamed(world)].filter((one) => !told.receipts.has(one)).sort(),
    verifiedProofs: proofs.verified(),
    findings: sortFindings(found),
  };
}

/** Whether the entries of every trial that ever named custodians are there. */
function areEntriesWhole({ trials }: World, { entries }: ToldExchange): boolean {
  if (entries === undefined) return false;
  return [...trials.values()].every(
    ({ trialId, versions }) =>
      entries.has(trialId) ||
      [...versions.values()].every(({ terms }) => terms.custodians.length === 0),
  );
}

/** When the blocks were of which custodians released: events alone bound it. */
async function timesOf(
  receipts: PublicReceipts,
  { head, blockTime }: Source,
): Promise<ReadonlyMap<number, number>> {
  const released = [...receipts.values()].flatMap((rows) =>
    rows.flatMap(({ receipt }) => (receipt.outcome === RELEASED ? [receipt.blockNumber] : [])),
  );
  const blocks = [...new Set(released)].filter((one) => one <= BigInt(head.number)).map(Number);
  const times = await mapLimited(blocks, TIMES_AT_ONCE, async (block) => {
    const time = await blockTime(block);
    return time === undefined ? [] : [[block, time] as const];
  });
  return new Map(times.flat());
}
