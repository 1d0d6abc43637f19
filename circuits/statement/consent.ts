// A consent statement, its hash (the message of the Semaphore proof that makes it), and what
// clinics and sites sign. Mirrors contracts/Consents.sol and the EIP-712 types of
// RecordRegistry.sol and Enrollment.sol.
import type { Field } from "./field.ts";
import { hashEncoded } from "./hash.ts";
import { type Bytes32, digestEncoded, type TrialId } from "./trial.ts";

/** Who gave the consent, in Solidity's order (0 is refused). */
export const GIVEN_BY = { self: 1, representative: 2, assentWithParent: 3 } as const;
export type GivenBy = keyof typeof GIVEN_BY;

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
export type ConsentStatement = {
  readonly trialId: TrialId;
  /** The version whose form is consented to; the proof is in the group of those screened for it. */
  readonly version: number;
  readonly formHash: Bytes32;
  /** Bit mask of PERMISSIONS. */
  readonly permissions: number;
  readonly siteId: number;
  /** Unix time in seconds, a whole day (UTC); 0 in a withdrawal. */
  readonly validUntil: bigint;
  readonly givenBy: number;
  /** Strictly greater than the one before; gaps are allowed. */
  readonly sequence: bigint;
  readonly decision: number;
  /** Unix time in seconds, a whole day (UTC), at most the one after next; 0 in a withdrawal. */
  readonly submitBy: bigint;
  /** From {@link hashWithdrawalCode}; needed in the first grant, later zero (keep) or a new one. */
  readonly withdrawalCodeHash: Bytes32;
};

/** ConsentStatement as Solidity's ABI sees it. */
export const CONSENT_STATEMENT_ABI =
  "tuple(bytes32 trialId, uint32 version, bytes32 formHash, uint32 permissions, uint32 siteId, " +
  "uint40 validUntil, uint8 givenBy, uint64 sequence, uint8 decision, uint40 submitBy, " +
  "bytes32 withdrawalCodeHash)";

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

type TypedField = { name: string; type: string };
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
export const RECORD_ATTESTATION_TYPES = {
  RecordAttestation: [
    { name: "commitment", type: "uint256" },
    { name: "clinic", type: "address" },
    { name: "deadline", type: "uint256" },
  ],
} satisfies Record<string, TypedField[]>;
export type RecordAttestation = { commitment: bigint; clinic: string; deadline: bigint };

const siteAct: TypedField[] = [
  { name: "trialId", type: "bytes32" },
  { name: "pseudonym", type: "uint256" },
  { name: "siteId", type: "uint32" },
  { name: "arriveBy", type: "uint40" },
  { name: "evidence", type: "bytes32" },
  { name: "deadline", type: "uint256" },
];

/**
 * What a site signs about a participant, one type an act; all have the fields of {@link SiteAct}.
 */
export const SITE_ACT_TYPES = {
  /** `evidence` is the version's attestationsHash: signing attests that list. */
  Arrival: { Arrival: siteAct },
  ScreenFailure: { ScreenFailure: siteAct },
  Completion: { Completion: siteAct },
  Withdrawal: { Withdrawal: siteAct },
} as const;
export type SiteActName = keyof typeof SITE_ACT_TYPES;

export type SiteAct = {
  trialId: TrialId;
  pseudonym: bigint;
  siteId: number;
  /**
   * Names the enrollment: its deadline of arrival as the chain holds it (Unix seconds), 0 before any.
   * So no signature outlives a no-show and a new enrollment.
   */
  arriveBy: bigint;
  /** Hash of what the site keeps on file about this act; zero when there is nothing. */
  evidence: Bytes32;
  /** Unix time in seconds after which the signature is void. */
  deadline: bigint;
};

/** SiteAct as Solidity's ABI sees it. */
export const SITE_ACT_ABI =
  "tuple(bytes32 trialId, uint256 pseudonym, uint32 siteId, uint40 arriveBy, " +
  "bytes32 evidence, uint256 deadline)";

/** A site retires a lost pseudonym and admits the new wallet of the same person as screened. */
export const SUCCESSION_TYPES = {
  Succession: [
    { name: "trialId", type: "bytes32" },
    { name: "pseudonym", type: "uint256" },
    { name: "siteId", type: "uint32" },
    { name: "successorNullifier", type: "uint256" },
    { name: "successorCommitment", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
} satisfies Record<string, TypedField[]>;
export type Succession = {
  trialId: TrialId;
  pseudonym: bigint;
  siteId: number;
  /** Screening nullifier of the person's new identity, from the person check at the desk. */
  successorNullifier: bigint;
  successorCommitment: bigint;
  deadline: bigint;
};

/** Succession as Solidity's ABI sees it. */
export const SUCCESSION_ABI =
  "tuple(bytes32 trialId, uint256 pseudonym, uint32 siteId, uint256 successorNullifier, " +
  "uint256 successorCommitment, uint256 deadline)";
