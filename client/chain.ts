// What actors with an Ethereum account sign: EIP-2771 forward requests, which the operator's
// relayer pays for, and EIP-712 messages. Any ethers signer will do: a key file, a hardware wallet,
// a browser extension.
import type { Signer, TypedDataDomain, TypedDataField } from "ethers";

/**
 * Name given to OpenZeppelin's ERC2771Forwarder when it is deployed; part of its EIP-712 domain.
 */
export const FORWARDER_NAME = "CohortZeroForwarder";

const FORWARD_REQUEST = {
  ForwardRequest: [
    { name: "from", type: "address" },
    { name: "to", type: "address" },
    { name: "value", type: "uint256" },
    { name: "gas", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint48" },
    { name: "data", type: "bytes" },
  ],
} satisfies Record<string, TypedDataField[]>;

/** A signed request as ERC2771Forwarder.execute takes it (ForwardRequestData, OpenZeppelin 5). */
export type ForwardRequest = {
  readonly from: string;
  readonly to: string;
  readonly value: bigint;
  readonly gas: bigint;
  /** Unix seconds. */
  readonly deadline: bigint;
  readonly data: string;
  readonly signature: string;
};

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
  const domain: TypedDataDomain = {
    name: FORWARDER_NAME,
    version: "1",
    chainId: forwarder.chainId,
    verifyingContract: forwarder.address,
  };
  const signature = await signer.signTypedData(domain, FORWARD_REQUEST, { ...request, nonce });
  return { ...request, signature };
}
