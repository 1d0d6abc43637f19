// A trial on the chain: its id and scope, the terms of a version, their digest, and the messages
// that a screening, a succession and an arrival authorise. Mirrors contracts/TrialRegistry.sol and
// Screening.sol (golden vectors in the tests).
import { AbiCoder, keccak256, toUtf8Bytes } from "ethers";
import type { Field } from "./field.ts";
import { hashEncoded } from "./hash.ts";
import type { CircuitName } from "./program.ts";

/** 0x and 64 hexadecimal digits. */
export type Bytes32 = string;
/** A trial's id: keccak256 of the UTF-8 protocol number. */
export type TrialId = Bytes32;

/** Bytes32 of an all-zero word ("none"). */
export const ZERO_BYTES32: Bytes32 = `0x${"0".repeat(64)}`;

/**
 * States of a trial by FHIR R4 ResearchStudy.status, in Solidity's order (the index is the number
 * on the chain). "none" is not FHIR: no such trial.
 */
export const TRIAL_STATUSES = [
  "none",
  "in-review",
  "active",
  "temporarily-closed-to-accrual",
  "closed-to-accrual",
  "completed",
] as const;
export type TrialStatus = (typeof TRIAL_STATUSES)[number];

/**
 * States of a pseudonym by FHIR R4 ResearchSubject.status, in Solidity's order. "none" is not FHIR:
 * no such pseudonym. eligible: screened and consented; ineligible: screen failure at the site.
 */
export const PARTICIPANT_STATES = [
  "none",
  "eligible",
  "pending-on-study",
  "on-study",
  "off-study",
  "ineligible",
  "withdrawn",
] as const;
export type ParticipantState = (typeof PARTICIPANT_STATES)[number];

/** What a consent may permit, each on its own bit. Bits 8 to 31 are free for a trial's own. */
export const PERMISSIONS = {
  participate: 1 << 0,
  shareRecord: 1 << 1,
  contact: 1 << 2,
  storeSamples: 1 << 3,
  genetics: 1 << 4,
  futureResearch: 1 << 5,
  shareAbroad: 1 << 6,
} as const;
export type Permission = keyof typeof PERMISSIONS;

/** A site of a version: its number within the trial, the key that signs arrivals, its places. */
export type SiteTerms = {
  /** 1 to 2^32-1; keeps its number through all versions. */
  readonly siteId: number;
  readonly signer: string;
  /** 0, in an amendment only: takes nobody new, and signs for those it has. */
  readonly capacity: number;
};

/** Everything the board approves about a version of a trial. */
export type VersionTerms = {
  /** One hash a part, 1 to 4, in order: a screening brings a proof for each. */
  readonly criteriaHashes: readonly bigint[];
  /**
   * The same parts for a succession: a lost wallet's new identity is younger than the trial, which
   * the parts of a screening refuse (`successorProgram`).
   */
  readonly successorHashes: readonly bigint[];
  readonly circuit: CircuitName;
  readonly consentFormHash: Bytes32;
  readonly consentFormVersion: number;
  /** Bit masks of {@link PERMISSIONS}; the required ones are among the offered ones. */
  readonly requiredPermissions: number;
  readonly offeredPermissions: number;
  /** Places of the whole trial. */
  readonly capacity: number;
  /** Days from enrollment to the last moment of arrival. */
  readonly arrivalDays: number;
  /** What an amendment asks of those already in. Re-screening asks for a new consent as well. */
  readonly requiresReconsent: boolean;
  readonly requiresRescreening: boolean;
  /** True when `documentHash` is of a sealed (encrypted) trial file. */
  readonly isSealed: boolean;
  /** keccak256 of the canonical list of what the site attests at arrival; zero: nothing. */
  readonly attestationsHash: Bytes32;
  /** keccak256 of the bytes of the trial file, or of the sealed blob. */
  readonly documentHash: Bytes32;
  readonly sites: readonly SiteTerms[];
};

/** VersionTerms as Solidity's ABI sees them (ethers takes objects with these names). */
export const VERSION_TERMS_ABI =
  "tuple(uint256[] criteriaHashes, uint256[] successorHashes, bytes32 circuit, " +
  "bytes32 consentFormHash, uint32 consentFormVersion, uint32 requiredPermissions, " +
  "uint32 offeredPermissions, uint32 capacity, uint32 arrivalDays, " +
  "bool requiresReconsent, bool requiresRescreening, bool isSealed, bytes32 attestationsHash, " +
  "bytes32 documentHash, tuple(uint32 siteId, address signer, uint32 capacity)[] sites)";

/** keccak256(abi.encode(types, values)) in full, for digests that are no field elements. */
export function digestEncoded(types: readonly string[], values: readonly unknown[]): Bytes32 {
  return keccak256(AbiCoder.defaultAbiCoder().encode(types, values));
}

/** keccak256 of bytes or of UTF-8 text: documents, consent forms, attestation lists. */
export function hashDocument(document: string | Uint8Array): Bytes32 {
  return keccak256(typeof document === "string" ? toUtf8Bytes(document) : document);
}

const PROTOCOL_NUMBER = /^[A-Z0-9./-]{3,40}$/;

/**
 * Whether a protocol number has the one spelling that the chain takes: 3 to 40 capitals, digits, "-", "/" and ".".
 * Another spelling would be another trial, with another scope.
 */
export function isProtocolNumber(text: string): boolean {
  return PROTOCOL_NUMBER.test(text);
}

/** The id under which a protocol number is registered, once, for all versions and copies. */
export function trialIdOf(protocolNumber: string): TrialId {
  return keccak256(toUtf8Bytes(protocolNumber));
}

/** Id of a circuit on the chain: keccak256 of its name. */
export function circuitIdOf(circuit: CircuitName): Bytes32 {
  return keccak256(toUtf8Bytes(circuit));
}

/** The terms as the contract takes them: the circuit by id. */
export function termsForContract(terms: VersionTerms) {
  return { ...terms, circuit: circuitIdOf(terms.circuit) };
}

/** What the board approves: chain, registry, trial, version number and all terms. */
export function versionDigest(at: {
  chainId: bigint | number;
  trialRegistry: string;
  trialId: TrialId;
  version: number;
  terms: VersionTerms;
}): Bytes32 {
  return digestEncoded(
    ["string", "uint256", "address", "bytes32", "uint32", VERSION_TERMS_ABI],
    [
      "cohort-zero/trial-version/2",
      at.chainId,
      at.trialRegistry,
      at.trialId,
      at.version,
      termsForContract(at.terms),
    ],
  );
}

/**
 * The scope of every proof in a trial: eligibility proofs and Semaphore proofs alike. `screening` is
 * the address of the Screening contract.
 */
export function scopeOf(at: {
  chainId: bigint | number;
  screening: string;
  trialId: TrialId;
}): Field {
  return hashEncoded(
    ["string", "uint256", "address", "bytes32"],
    ["cohort-zero/scope/2", at.chainId, at.screening, at.trialId],
  );
}

/** The message of a screening or re-screening under a version. */
export function screeningMessage(of: {
  trialId: TrialId;
  version: number;
  participantCommitment: bigint;
}): Field {
  return hashEncoded(
    ["string", "bytes32", "uint32", "uint256"],
    ["cohort-zero/screening/2", of.trialId, of.version, of.participantCommitment],
  );
}

/** The message of the proofs with which a pseudonym's successor shows that it is eligible too. */
export function successionMessage(of: {
  trialId: TrialId;
  version: number;
  /** The pseudonym that retires. */
  pseudonym: bigint;
  successorCommitment: bigint;
}): Field {
  return hashEncoded(
    ["string", "bytes32", "uint32", "uint256", "uint256"],
    ["cohort-zero/succession/2", of.trialId, of.version, of.pseudonym, of.successorCommitment],
  );
}

/** The message of the proofs shown at the site's desk; `challenge` is the site's fresh 32 bytes. */
export function arrivalMessage(of: {
  trialId: TrialId;
  siteId: number;
  challenge: Bytes32;
  participantCommitment: bigint;
}): Field {
  return hashEncoded(
    ["string", "bytes32", "uint32", "bytes32", "uint256"],
    ["cohort-zero/arrival/1", of.trialId, of.siteId, of.challenge, of.participantCommitment],
  );
}
