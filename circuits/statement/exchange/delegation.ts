// The delegation log (ICH E6(R3), 2.3.1 and C.2.4): who acts for a site or a sponsor, in what, from when until when.
// Mirrors contracts/exchange/StaffRegistry.sol.
import { type StructOf, typedFields } from "../trial/struct.ts";

/** What staff may do, a bit each, in the contract's order. */
export const TASKS = {
  arrive: 1 << 0,
  deposit: 1 << 1,
  request: 1 << 2,
  correct: 1 << 3,
  erase: 1 << 4,
} as const;
export type Task = keyof typeof TASKS;

/** The sponsor's own staff stand under this site number. */
export const SPONSOR_SITE = 0;

const DELEGATION = {
  trialId: "bytes32",
  siteId: "uint32",
  key: "address",
  tasks: "uint32",
  /** keccak256 of the person's name and role; the words stay with the site. */
  person: "bytes32",
  from: "uint32",
  until: "uint32",
  salt: "bytes32",
  deadline: "uint256",
} as const;
export type Delegation = StructOf<typeof DELEGATION>;

const REVOCATION = {
  trialId: "bytes32",
  siteId: "uint32",
  key: "address",
  salt: "bytes32",
  deadline: "uint256",
} as const;
export type Revocation = StructOf<typeof REVOCATION>;

/** EIP-712 types of what a site's signer, or the sponsor, signs. */
export const STAFF_TYPES = {
  Delegation: { Delegation: typedFields(DELEGATION) },
  Revocation: { Revocation: typedFields(REVOCATION) },
};

export function staffDomain(chainId: bigint | number, staffRegistry: string) {
  return { name: "StaffRegistry", version: "1", chainId, verifyingContract: staffRegistry };
}
