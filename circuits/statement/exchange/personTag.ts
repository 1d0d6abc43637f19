// What a desk signs (EIP-712) before an arrival: the tag under which the person before it takes part once in a trial.
// Mirrors contracts/exchange/PersonTags.sol.
import { type StructOf, typedFields } from "../trial/struct.ts";

const PERSON_TAG = {
  trialId: "bytes32",
  pseudonym: "uint256",
  siteId: "uint32",
  /** Names the enrollment: its deadline of arrival as the chain holds it (Unix seconds). */
  arriveBy: "uint40",
  /** Who signs: the site's signer, or staff with the task "arrive". */
  key: "address",
  /** From the number of the person's document, evaluated by the trial's custodians; not zero. */
  tag: "bytes32",
  /** Unix time in seconds after which the signature is void. */
  deadline: "uint256",
} as const;
export type PersonTag = StructOf<typeof PERSON_TAG>;

/** EIP-712 types of a person's tag. */
export const PERSON_TAG_TYPES = { PersonTag: typedFields(PERSON_TAG) };

/** EIP-712 domain of persons' tags. */
export function tagDomain(chainId: bigint | number, personTags: string) {
  return { name: "PersonTags", version: "1", chainId, verifyingContract: personTags };
}
