// A consent statement, its hash (the message of the Semaphore proof that makes it), and what
// clinics and sites sign. Mirrors contracts/Consents.sol and the EIP-712 types of
// RecordRegistry.sol and Enrollment.sol.
import { id, TypedDataEncoder } from "ethers";
import type { Field } from "../encoding/field.ts";
import { hashEncoded } from "../encoding/keccak.ts";
import { type StructOf, tupleOf, typedFields } from "./struct.ts";
import { type Bytes32, digestEncoded, type TrialId } from "./trial.ts";

/** Who gave the consent, in Solidity's order (0 is refused). */
export const GIVEN_BY = { self: 1, representative: 2, assentWithParent: 3 } as const;
export type GivenBy = keyof typeof GIVEN_BY;

/** Who gave a consent, by the number on the chain; undefined for a number that the chain never takes. */
export function giverOf(number: number): GivenBy | undefined {
  return (Object.keys(GIVEN_BY) as GivenBy[]).find((name) => GIVEN_BY[name] === number);
}

/** A grant (also: narrowing, re-consent) or a withdrawal, in Solidity's order (0 is refused). */
export const DECISIONS = { grant: 1, withdraw: 2 } as const;
export type Decision = keyof typeof DECISIONS;

/** Times in a consent are whole days (UTC): the second of signing is nobody's business. */
export const CONSENT_DAY_SECONDS = 86_400n;
/** A grant reaches the chain before this many days have begun after the day of signing, or never. */
const MAX_SUBMIT_DAYS = 2n;

/** Whether a time of a consent is a whole day, as the chain wants it. */
export function isWholeDay(time: bigint): boolean {
  return time % CONSENT_DAY_SECONDS === 0n;
}

/** The latest `submitBy` that the chain takes at a time (Unix seconds). */
export function latestSubmitBy(now: bigint): bigint {
  return (now / CONSENT_DAY_SECONDS + MAX_SUBMIT_DAYS) * CONSENT_DAY_SECONDS;
}

/** Depth of every consent proof: one size for all, whatever the group's. */
export const CONSENT_PROOF_DEPTH = 20;

/** What a participant states. In a withdrawal all but trialId, version and sequence are zero. */
const CONSENT_STATEMENT = {
  trialId: "bytes32",
  /** The version whose form is consented to; the proof is in the group of those screened for it. */
  version: "uint32",
  formHash: "bytes32",
  /** Bit mask of PERMISSIONS. */
  permissions: "uint32",
  siteId: "uint32",
  /** Unix time in seconds, a whole day (UTC); 0 in a withdrawal. */
  validUntil: "uint40",
  givenBy: "uint8",
  /** Strictly greater than the one before; gaps are allowed. */
  sequence: "uint64",
  decision: "uint8",
  /** Unix time in seconds, a whole day (UTC), at most the one after next; 0 in a withdrawal. */
  submitBy: "uint40",
  /** From {@link hashWithdrawalCode}; needed in the first grant, later zero (keep) or a new one. */
  withdrawalCodeHash: "bytes32",
} as const;
export type ConsentStatement = StructOf<typeof CONSENT_STATEMENT>;

/** ConsentStatement as Solidity's ABI sees it. */
export const CONSENT_STATEMENT_ABI = tupleOf(CONSENT_STATEMENT);

/** The `message` of the Semaphore proof that makes the statement. Its scope is the trial's. */
export function consentMessage(statement: ConsentStatement): Field {
  return hashEncoded(["string", CONSENT_STATEMENT_ABI], ["cohort-zero/consent/2", statement]);
}

/** Hash of a printed withdrawal code: 32 random bytes, useless in any other trial. */
export function hashWithdrawalCode(trialId: TrialId, code: Bytes32): Bytes32 {
  return digestEncoded(
    ["string", "bytes32", "bytes32"],
    ["cohort-zero/withdrawal-code/1", trialId, code],
  );
}

type Domain = {
  name: string;
  version: string;
  chainId: bigint | number;
  verifyingContract: string;
};

/** EIP-712 domain of what clinics sign. */
export function recordDomain(chainId: bigint | number, recordRegistry: string): Domain {
  return { name: "RecordRegistry", version: "2", chainId, verifyingContract: recordRegistry };
}

/** EIP-712 domain of what sites sign. */
export function enrollmentDomain(chainId: bigint | number, enrollment: string): Domain {
  return { name: "Enrollment", version: "2", chainId, verifyingContract: enrollment };
}

/** A clinic's signature with which a patient anchors their own record. */
const RECORD_ATTESTATION = {
  commitment: "uint256",
  clinic: "address",
  deadline: "uint256",
} as const;
export const RECORD_ATTESTATION_TYPES = { RecordAttestation: typedFields(RECORD_ATTESTATION) };

const SITE_ACT = {
  trialId: "bytes32",
  pseudonym: "uint256",
  siteId: "uint32",
  /**
   * Names the enrollment: its deadline of arrival as the chain holds it (Unix seconds), 0 before any.
   * So no signature outlives a no-show and a new enrollment.
   */
  arriveBy: "uint40",
  /** Hash of what the site keeps on file about this act; zero when there is nothing. */
  evidence: "bytes32",
  /** Unix time in seconds after which the signature is void. */
  deadline: "uint256",
} as const;
export type SiteAct = StructOf<typeof SITE_ACT>;

/**
 * What a site signs about a participant, one type an act; all have the fields of {@link SiteAct}.
 */
export const SITE_ACT_TYPES = {
  /** `evidence` is the version's attestationsHash: signing attests that list. */
  Arrival: { Arrival: typedFields(SITE_ACT) },
  ScreenFailure: { ScreenFailure: typedFields(SITE_ACT) },
  Completion: { Completion: typedFields(SITE_ACT) },
  Withdrawal: { Withdrawal: typedFields(SITE_ACT) },
} as const;
export type SiteActName = keyof typeof SITE_ACT_TYPES;

/** A site's acts by the hash of their EIP-712 type, as the contract logs them. */
export const SITE_ACT_KINDS: ReadonlyMap<Bytes32, SiteActName> = new Map(
  Object.entries(SITE_ACT_TYPES).map(([name, types]) => [
    id(TypedDataEncoder.from(types).encodeType(name)),
    name as SiteActName,
  ]),
);

/** A site retires a lost pseudonym and admits the new wallet of the same person as screened. */
const SUCCESSION = {
  trialId: "bytes32",
  pseudonym: "uint256",
  siteId: "uint32",
  /** Screening nullifier of the person's new identity, from the person check at the desk. */
  successorNullifier: "uint256",
  successorCommitment: "uint256",
  deadline: "uint256",
} as const;
export type Succession = StructOf<typeof SUCCESSION>;
export const SUCCESSION_TYPES = { Succession: typedFields(SUCCESSION) };
