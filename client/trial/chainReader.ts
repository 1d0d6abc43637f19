// Asking a node instead of the server, so that only the chain is trusted for what the board approved.
import { interfaceOf } from "../../contracts/connect.ts";
import type { ChainReader } from "./review.ts";

type Options = {
  /** The registry's address. It should come with this program or from somebody trusted, not from the server that is checked. */
  readonly trialRegistry: string;
  /** JSON-RPC to a node of the reader's choice, which learns which trial is looked at. */
  readonly request: (method: string, params: readonly unknown[]) => Promise<unknown>;
};

/** Reads approvals at a node, as of its newest block. Throws what the request throws. */
export function chainReader({ trialRegistry, request }: Options): ChainReader {
  const registry = interfaceOf("TrialRegistry");
  const read = async (method: string, args: readonly unknown[]) => {
    const data = registry.encodeFunctionData(method, args);
    const answer = await request("eth_call", [{ to: trialRegistry, data }, "latest"]);
    return registry.decodeFunctionResult(method, String(answer))[0];
  };
  return {
    approvedDigest: async (trialId) => {
      const { current } = await read("trialOf", [trialId]);
      const { digest } = await read("versionOf", [trialId, current]);
      return { version: Number(current), digest: String(digest) };
    },
  };
}
