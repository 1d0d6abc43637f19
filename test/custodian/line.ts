// A custodian's line to a chain in this process: what it asks, and what it sends.
import { toBeHex } from "ethers";
import { interfaceOf, refusalOf } from "../../contracts/connect.ts";
import { type Ask, NodeError } from "../../custodian/chain/rpc.ts";
import type { Sender } from "../../custodian/service/send.ts";
import type { LocalWorld } from "../support/world.ts";

/** The node of a world; `answer` may answer in its place, or throw. */
export function askOf(
  world: LocalWorld,
  answer: (method: string, params: readonly unknown[]) => unknown = () => undefined,
): Ask {
  return async (method, params) => {
    const instead = await answer(method, params);
    if (instead !== undefined) return instead;
    try {
      return await world.request(method, ...params);
    } catch (error) {
      throw new NodeError(error);
    }
  };
}

/** Sends as the custodian's account, whose gas the chain gives. */
export function senderOf(world: LocalWorld, from: string): Sender {
  return {
    send: async (method, args) => {
      await world.request("hardhat_setBalance", from, toBeHex(10n ** 20n));
      await world.request("hardhat_impersonateAccount", from);
      const data = interfaceOf("CustodyLog").encodeFunctionData(method, args);
      const to = world.deployment.addresses.CustodyLog;
      try {
        await world.request("eth_sendTransaction", { from, to, data });
      } catch (problem) {
        throw refusalOf(problem) ?? problem;
      }
    },
    close: () => {},
  };
}
