// The custodian's own transactions, from its own account: what it destroyed, and the roots of its receipts.
import { JsonRpcProvider, Network, type Wallet } from "ethers";
import { type Connectable, interfaceOf, refusalOf } from "../../contracts/connect.ts";
import type { Deployment } from "../../contracts/deployment.ts";

const WAIT_MS = 120_000;

export type Sender = {
  /** Sends a call and waits until it is in a block. Throws the contract's Refusal, or an Error. */
  readonly send: (
    method: "destroyed" | "anchorReceipts",
    args: readonly unknown[],
  ) => Promise<void>;
  readonly close: () => void;
};

/** Sends to CustodyLog. One call at a time: whoever uses it waits for each. */
export function createSender(
  wallet: Wallet,
  at: { readonly rpcUrl: string; readonly deployment: Deployment },
): Sender {
  const { rpcUrl, deployment } = at;
  const provider = new JsonRpcProvider(rpcUrl, Network.from(deployment.chainId), {
    staticNetwork: true,
    cacheTimeout: -1,
    batchMaxCount: 1,
  });
  const account = wallet.connect(provider);
  const contract: Connectable = "CustodyLog";
  return {
    send: async (method, args) => {
      const data = interfaceOf(contract).encodeFunctionData(method, args);
      try {
        const sent = await account.sendTransaction({ to: deployment.addresses[contract], data });
        await sent.wait(1, WAIT_MS);
      } catch (problem) {
        throw refusalOf(problem) ?? problem;
      }
    },
    close: () => provider.destroy(),
  };
}
