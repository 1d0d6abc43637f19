// Opening and sealing the wallet: scrypt takes a second on purpose, which a page must not spend.
import { createWallet, sealRecovery, sealWallet, unsealWallet } from "../../patient/wallet.ts";

export const acts = {
  "wallet.unseal": unsealWallet,
  "wallet.seal": sealWallet,
  "wallet.sealRecovery": sealRecovery,
  /** A new wallet, and its bytes. */
  "wallet.create": async ({ passphrase }: { passphrase: string }) => {
    const wallet = createWallet();
    return { wallet, bytes: await sealWallet({ wallet, passphrase }) };
  },
};
