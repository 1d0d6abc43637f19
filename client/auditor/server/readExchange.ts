// Downloads what an exchange and its custodians tell everybody of data. It is read before the block is chosen up to
// which the chain is audited: then everything that was told is of blocks that the audit reaches.
import { Refusal } from "../../../circuits/statement/refusal.ts";
import type { Bytes32 } from "../../../circuits/statement/trial/trial.ts";
import type { Api } from "../../api/api.ts";
import { readCuts } from "../../api/cuts.ts";
import { exchangeOf } from "../../api/exchange.ts";
import type { Custodian, SignedReceipt } from "../../exchange/custodian.ts";
import type { ToldEntry } from "../replay/exchangeRows.ts";

/** A server's word, by trial. */
export type ToldEntries = {
  readonly entries: ReadonlyMap<Bytes32, readonly ToldEntry[]>;
  /** How many could have been in each cut and were left out, as the server tells it. */
  readonly leftOut: ReadonlyMap<bigint, number>;
};

type OnProgress = (done: { readonly entries: number; readonly receipts: number }) => void;

/**
 * Every trial's public entries and cuts, or those of one trial. Throws ServerUnavailable and Refusal as the server
 * is away or contradicts itself.
 */
export async function readEntries(
  api: Pick<Api, "transport" | "run" | "trials">,
  { only, onProgress }: { only?: Bytes32 | undefined; onProgress?: OnProgress } = {},
): Promise<ToldEntries> {
  const entries = new Map<Bytes32, readonly ToldEntry[]>();
  const leftOut = new Map<bigint, number>();
  const exchange = exchangeOf(api);
  let count = 0;
  for (const { trialId } of await api.trials()) {
    if (only !== undefined && trialId !== only) continue;
    for (const cut of await readCuts(api, trialId)) leftOut.set(cut.cutId, cut.leftOut);
    const rows = await exchange.entries(trialId).catch((problem: unknown) => {
      // It collects nothing: whoever hides entries is found by the batches on the chain.
      if (problem instanceof Refusal && problem.code === "UnknownTrial") return [];
      throw problem;
    });
    entries.set(trialId, rows);
    count += rows.length;
    onProgress?.({ entries: count, receipts: 0 });
  }
  return { entries, leftOut };
}

/** More receipts than this of one custodian end the reading: whoever makes up numbers never ends. */
const MAX_RECEIPTS = 10_000_000;

/**
 * All receipts of each custodian that gives them, by its address in lower case. One that breaks off is left out as
 * one that does not answer: half of its receipts would look like a gap.
 */
export async function readAllReceipts(
  custodians: readonly Pick<Custodian, "address" | "receipts">[],
  onProgress?: OnProgress,
): Promise<ReadonlyMap<string, readonly SignedReceipt[]>> {
  const told = new Map<string, readonly SignedReceipt[]>();
  let count = 0;
  for (const { address, receipts: read } of custodians) {
    const rows: SignedReceipt[] = [];
    try {
      for (;;) {
        const page = await read(rows.at(-1)?.receipt.number ?? 0n);
        rows.push(...page);
        count += page.length;
        onProgress?.({ entries: 0, receipts: count });
        if (page.length === 0 || rows.length > MAX_RECEIPTS) break;
      }
    } catch {
      continue;
    }
    told.set(address.toLowerCase(), rows);
  }
  return told;
}
