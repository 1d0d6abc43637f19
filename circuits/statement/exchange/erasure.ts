// What orders the erasure of a participant's keys: the message of their own proof, or what their site signs (EIP-712, in
// custodianDomain). Mirrors contracts/exchange/CustodyLog.sol.
import type { Field } from "../encoding/field.ts";
import { hashEncoded } from "../encoding/keccak.ts";
import { type StructOf, typedFields } from "../trial/struct.ts";
import type { TrialId } from "../trial/trial.ts";

const ERASURE = {
  trialId: "bytes32",
  pseudonym: "uint256",
  /** The participant's site. */
  siteId: "uint32",
  /** Who signs: the site's signer, or staff with the task "erase". */
  key: "address",
  /** Unix time in seconds after which the signature is void. */
  deadline: "uint256",
} as const;
export type Erasure = StructOf<typeof ERASURE>;
export const ERASURE_TYPES = { Erasure: typedFields(ERASURE) };

/** The `message` of the Semaphore proof with which a participant asks. Its scope is the trial's. */
export function erasureMessage(of: {
  chainId: bigint | number;
  custodyLog: string;
  trialId: TrialId;
}): Field {
  return hashEncoded(
    ["string", "uint256", "address", "bytes32"],
    ["cohort-zero/erasure/1", of.chainId, of.custodyLog, of.trialId],
  );
}
