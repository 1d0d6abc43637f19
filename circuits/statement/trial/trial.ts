// A trial on the chain: its id and scope, the terms of a version, their digest, and the messages
// that a screening, a succession and an arrival authorise. Mirrors contracts/TrialRegistry.sol and
// Screening.sol (golden vectors in the tests).
import { AbiCoder, keccak256, toUtf8Bytes } from "ethers";
import type { CircuitName } from "../criteria/program.ts";
import type { Field } from "../encoding/field.ts";
import { hashEncoded } from "../encoding/keccak.ts";
import { type Bytes32, type TrialId, VERSION_TERMS_ABI, type VersionTerms } from "./terms.ts";

export * from "./terms.ts";

/** keccak256(abi.encode(types, values)) in full, for digests that are no field elements. */
export function digestEncoded(types: readonly string[], values: readonly unknown[]): Bytes32 {
  return keccak256(AbiCoder.defaultAbiCoder().encode(types, values));
}

/** keccak256 of bytes or of UTF-8 text: documents, consent forms, attestation lists. */
export function hashDocument(document: string | Uint8Array): Bytes32 {
  return keccak256(typeof document === "string" ? toUtf8Bytes(document) : document);
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
