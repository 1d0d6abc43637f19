// What this server tells of the exchange of data, and its custodians through it.
import type { Api } from "../../../api/api.ts";
import {
  type AuditProgress,
  readAllReceipts,
  readEntries,
  type ToldExchange,
  toTrialId,
} from "../../../auditor/browser.ts";
import { answering, reachAllCustodians } from "../exchange/custodians.ts";

type Options = {
  readonly trial: string | undefined;
  readonly onProgress: (progress: AuditProgress) => void;
  readonly signal: AbortSignal;
};

/** Reads all of it. A custodian that does not answer is left out: the report names it. */
export async function readExchange(
  api: Api,
  { trial, onProgress, signal }: Options,
): Promise<ToldExchange> {
  const tell = ({ entries, receipts }: { entries: number; receipts: number }) => {
    signal.throwIfAborted();
    onProgress({ ...NOTHING, stage: "told", compared: entries + receipts });
  };
  const only = trial === undefined ? undefined : toTrialId(trial);
  const { entries, leftOut } = await readEntries(api, { only, onProgress: tell });
  const custodians = answering(await reachAllCustodians());
  const receipts = await readAllReceipts(custodians, tell);
  // From here on a silent node is what is waited for, and no entry.
  onProgress({ ...NOTHING, stage: "source" });
  return { entries, leftOut, receipts };
}

const NOTHING = {
  ...{ block: 0, head: 0, events: 0, verified: 0, verifiedBefore: 0 },
  ...{ compared: 0, toCompare: 0 },
};
