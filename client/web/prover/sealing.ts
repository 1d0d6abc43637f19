// Opening and sealing the wallet: scrypt takes a second on purpose, which a page must not spend.
import { recoverWallet, shareSeed } from "../../patient/guardians.ts";
import { guardianOf, openShare, sealShare } from "../../patient/guardiansFile.ts";
import { createWallet, sealRecovery, sealWallet, unsealWallet } from "../../patient/wallet.ts";

type Sharing = {
  readonly seed: Uint8Array;
  readonly needed: number;
  /** What each guardian's file is for: their passphrase or age key. */
  readonly guardians: readonly string[];
};

/** A file for each guardian, and the set's check code. */
async function share({ seed, needed, guardians }: Sharing) {
  const shared = await shareSeed({ seed, needed, of: guardians.length });
  const files: Uint8Array[] = [];
  for (const [i, one] of shared.shares.entries()) {
    files.push(await sealShare({ share: one, guardian: guardianOf(guardians[i]!) }));
  }
  return { code: shared.code, files };
}

export const acts = {
  "wallet.unseal": unsealWallet,
  "wallet.seal": sealWallet,
  "wallet.sealRecovery": sealRecovery,
  /** A new wallet, and its bytes. */
  "wallet.create": async ({ passphrase }: { passphrase: string }) => {
    const wallet = createWallet();
    return { wallet, bytes: await sealWallet({ wallet, passphrase }) };
  },
  "wallet.share": share,
  "wallet.openShare": openShare,
  "wallet.recover": recoverWallet,
};
