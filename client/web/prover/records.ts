// The wallet's records: taken in, looked up in the registry, renewed from the clinics' mailboxes.
import type { RecordsState } from "../../api/registry.ts";
import { connect } from "../../api.ts";
import { identityCodeOf } from "../../patient/derive.ts";
import { importRecord, reviewRecords } from "../../patient/import.ts";
import { renewalWords, renewWallet } from "../../patient/renew.ts";
import type { Wallet } from "../../patient/wallet.ts";

type Of = { readonly wallet: Wallet; readonly registry: RecordsState };

/** Newer issues, out of whole buckets fetched from this page's server. Opening them takes 64 tries each. */
async function renew({ wallet, registry }: Of) {
  const api = ownServer();
  const renewal = await renewWallet({ wallet, registry, mailboxes: api, leaves: api });
  return {
    // The same one when nothing changed, which a message would hide.
    wallet: renewal.wallet === wallet ? undefined : renewal.wallet,
    words: renewalWords(renewal),
  };
}

const ownServer = () => connect({ url: self.location.origin });

export const acts = {
  "records.import": async (of: Of & { attested: unknown }) =>
    await importRecord({ ...of, leaves: ownServer() }),
  /** Which of the wallet's records, by position, are in the registry now. */
  "records.anchored": async (of: Of) =>
    reviewRecords(of).map(({ status }) => status === "anchored"),
  "records.renew": renew,
  /** What the clinic needs to issue a record for this wallet. */
  "records.code": async ({ wallet }: { wallet: Wallet }) => await identityCodeOf(wallet.seed),
};
