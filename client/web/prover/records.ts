// The wallet's records: taken in, looked up in the registry, renewed from the clinics' mailboxes.
import { connect } from "../../api/api.ts";
import { fetchByCode } from "../../handover/byCode.ts";
import { identityCodeOf } from "../../patient/derive.ts";
import { importRecord, reviewRecords } from "../../patient/import.ts";
import { renewalWords, renewWallet } from "../../patient/renew.ts";
import type { Wallet } from "../../patient/wallet.ts";
import { groundOf } from "./ground.ts";

type Of = { readonly wallet: Wallet };

/** Newer issues, out of whole buckets fetched from this page's server. Opening them takes 64 tries each. */
async function renew({ wallet }: Of) {
  const api = ownServer();
  const registry = await groundOf(wallet).registryHere();
  const renewal = await renewWallet({ wallet, registry, mailboxes: api, leaves: api });
  return {
    // The same one when nothing changed, which a message would hide.
    wallet: renewal.wallet === wallet ? undefined : renewal.wallet,
    words: renewalWords(renewal),
  };
}

const ownServer = () => connect({ url: self.location.origin });

export const acts = {
  /** Looked up in the registry of now. */
  "records.import": async ({ wallet, attested }: Of & { attested: unknown }) => {
    const registry = await groundOf(wallet).freshRegistry();
    return await importRecord({ wallet, attested, registry, leaves: ownServer() });
  },
  /** What the clinic left under a code. It is gone from the server then: whoever gets it keeps it. */
  "records.fetch": async ({ code }: { code: string }) =>
    await fetchByCode({ api: ownServer(), code }),
  /** Which of the wallet's records, by position, are in the registry now. */
  "records.anchored": async ({ wallet }: Of) => {
    const registry = await groundOf(wallet).registryHere();
    return reviewRecords({ wallet, registry }).map(({ status }) => status === "anchored");
  },
  "records.renew": renew,
  /** What the clinic needs to issue a record for this wallet. */
  "records.code": async ({ wallet }: { wallet: Wallet }) => await identityCodeOf(wallet.seed),
};
