// What a custodian signs (EIP-712): its keys for a trial's participants, and a receipt for every answer, refusals too.
import { type StructOf, typedFields } from "../trial/struct.ts";
import { type Bytes32, digestEncoded } from "../trial/trial.ts";

const RECEIPT = {
  /** Numbered without gaps by each custodian, from 1. */
  number: "uint256",
  /** Of CutRegistry, or of EmergencyAccess. */
  registry: "address",
  requestId: "uint256",
  entry: "bytes32",
  /** keccak256 of "Released", or of the refusal's code. */
  outcome: "bytes32",
  /** The final block that was read. */
  blockNumber: "uint256",
} as const;
export type Receipt = StructOf<typeof RECEIPT>;

const KEY_LIST = {
  trialId: "bytes32",
  /** {@link hashKeys} of the list. */
  keys: "bytes32",
  count: "uint32",
  blockNumber: "uint256",
} as const;
export type KeyList = StructOf<typeof KEY_LIST>;

/** EIP-712 types of what custodians sign. */
export const CUSTODIAN_TYPES = {
  Receipt: { Receipt: typedFields(RECEIPT) },
  KeyList: { KeyList: typedFields(KEY_LIST) },
};

export function custodianDomain(chainId: bigint | number, custodyLog: string) {
  return { name: "CustodyLog", version: "1", chainId, verifyingContract: custodyLog };
}

/** A custodian's X25519 public key for one participant, 32 bytes in hexadecimal. */
export type ParticipantKey = { readonly pseudonym: bigint; readonly publicKey: Bytes32 };

/** Hash of a list of keys, ascending by pseudonym. */
export function hashKeys(keys: readonly ParticipantKey[]): Bytes32 {
  const pseudonyms = keys.map(({ pseudonym }) => pseudonym);
  const values = keys.map(({ publicKey }) => publicKey);
  return digestEncoded(
    ["string", "uint256[]", "bytes32[]"],
    ["cohort-zero/custodian-keys/1", pseudonyms, values],
  );
}
