// A role's act as its wallet would sign it for the forwarder.
import type { Wallet } from "ethers";
import { FORWARD_REQUEST_TYPES, forwarderDomain } from "../../circuits/statement/trial/forward.ts";
import { type Connectable, interfaceOf } from "../../contracts/connect.ts";
import type { Stage } from "../support/stage.ts";

export type ForwardedCall = {
  readonly contract: Connectable;
  readonly name: string;
  readonly args: unknown[];
};

/** A signed ForwardRequest of an actor to one of the contracts. */
export async function forwardOf(
  stage: Stage,
  { who, call }: { readonly who: Wallet; readonly call: ForwardedCall },
  change: Record<string, unknown> = {},
) {
  const { addresses, chainId } = stage.chain.deployment;
  const { forwarder } = stage.chain.contracts;
  const domain = forwarderDomain(chainId, addresses.ERC2771Forwarder);
  const request = {
    from: who.address,
    to: addresses[call.contract],
    value: 0n,
    gas: 1_000_000n,
    nonce: await forwarder.nonces(who.address),
    deadline: (await stage.world.now()) + 3_600,
    data: interfaceOf(call.contract).encodeFunctionData(call.name, call.args),
  };
  const signature = await who.signTypedData(domain, FORWARD_REQUEST_TYPES, request);
  const { nonce: _, ...input } = { ...request, deadline: String(request.deadline), signature };
  return { ...input, ...change };
}
