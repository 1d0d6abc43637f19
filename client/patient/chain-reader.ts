// Asking a node instead of the server: what the board approved is then nobody's word but the
// chain's.
import type { ContractRunner } from "ethers";
import { type Connectable, connect } from "../../contracts/connect.ts";
import type { ChainReader } from "./review.ts";

/**
 * Reads approvals at a node of the reader's choice. `addresses` should come with this program (a
 * deployment file), not from the server that is being checked.
 */
export function chainReader(options: {
  addresses: Readonly<Record<Connectable, string>>;
  runner: ContractRunner;
}): ChainReader {
  const { trials } = connect({ addresses: options.addresses }, options.runner);
  return {
    approvedDigest: async (trialId) => {
      const { current } = await trials.trialOf(trialId);
      const { digest } = await trials.versionOf(trialId, current);
      return { version: Number(current), digest: String(digest) };
    },
  };
}
