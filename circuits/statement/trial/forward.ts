// EIP-2771 requests, as OpenZeppelin's ERC2771Forwarder takes them: an account signs a call that
// somebody else sends and pays for.
import { type StructOf, typedFields } from "./struct.ts";

/** Name given to the forwarder when it is deployed; part of its EIP-712 domain. */
export const FORWARDER_NAME = "CohortZeroForwarder";

const FORWARD_REQUEST = {
  from: "address",
  to: "address",
  value: "uint256",
  gas: "uint256",
  nonce: "uint256",
  /** Unix seconds. */
  deadline: "uint48",
  data: "bytes",
} as const;

/** The EIP-712 type that is signed. */
export const FORWARD_REQUEST_TYPES = { ForwardRequest: typedFields(FORWARD_REQUEST) };

/**
 * A signed request as ERC2771Forwarder.execute takes it (ForwardRequestData, OpenZeppelin 5): the
 * nonce is the chain's. Large: wide integers as they are held.
 */
export type ForwardRequest<Large = bigint> = Omit<
  StructOf<typeof FORWARD_REQUEST, Large>,
  "nonce"
> & { readonly signature: string };

/** EIP-712 domain of the forwarder. */
export function forwarderDomain(chainId: bigint | number, forwarder: string) {
  return { name: FORWARDER_NAME, version: "1", chainId, verifyingContract: forwarder };
}
