// What actors with an Ethereum account sign: EIP-2771 forward requests, which the operator's
// relayer pays for, and EIP-712 messages. Any ethers signer will do: a key file, a hardware wallet,
// a browser extension.
import type { Signer } from "ethers";
import {
  FORWARD_REQUEST_TYPES,
  type ForwardRequest,
  forwarderDomain,
} from "../../circuits/statement/trial/forward.ts";

/** Where a request is to be executed. */
export type Forwarder = { readonly chainId: number; readonly address: string };

/**
 * Signs a contract call for a relayer to send. The forwarder calls `to` with at least `gas` and the
 * signer as sender; the nonce is the forwarder's next one for the signer.
 */
export async function signForwardRequest(options: {
  signer: Signer;
  forwarder: Forwarder;
  to: string;
  data: string;
  nonce: bigint;
  gas: bigint;
  deadline: number;
}): Promise<ForwardRequest> {
  const { signer, forwarder, to, data, nonce, gas } = options;
  const deadline = BigInt(options.deadline);
  const request = { from: await signer.getAddress(), to, value: 0n, gas, deadline, data };
  const domain = forwarderDomain(forwarder.chainId, forwarder.address);
  const signature = await signer.signTypedData(domain, FORWARD_REQUEST_TYPES, {
    ...request,
    nonce,
  });
  return { ...request, signature };
}
