// What a trial is made of, without any hashing: states, permissions, roles, the terms of a version. Apart from trial.ts,
// whose library is large: a page that only shows trials loads none of it.
import type { CircuitName } from "../criteria/program.ts";
import { type StructOf, tupleOf } from "./struct.ts";

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

/** What a board says in words, in Solidity's order. A rejection bars its version, a suspension stops the trial. */
export const OPINIONS = ["comment", "changes-requested", "rejection", "suspension"] as const;
export type Opinion = (typeof OPINIONS)[number];

/**
 * What a consent may permit, each on its own bit. Bits 8 to 31 are free for a trial's own; 16 to 30 say which language of
 * the form was read ({@link LANGUAGE_MARKS} in formLanguages.ts).
 */
export const PERMISSIONS = {
  participate: 1 << 0,
  shareRecord: 1 << 1,
  contact: 1 << 2,
  storeSamples: 1 << 3,
  genetics: 1 << 4,
  futureResearch: 1 << 5,
  shareAbroad: 1 << 6,
  /** An emergency clinician may open what is marked for it, without being asked for consent then. */
  emergency: 1 << 7,
} as const;
export type Permission = keyof typeof PERMISSIONS;

/** What an account may be accredited as, in Solidity's order. */
export const ROLES = {
  clinic: 1,
  sponsor: 2,
  board: 3,
  /** Holds shares of keys, and no data. */
  custodian: 4,
  /** May break the glass. */
  emergencyClinician: 5,
  /** Anchors what is deposited at its exchange. */
  operator: 6,
} as const;
export type RoleName = keyof typeof ROLES;

/** A site of a version: its number within the trial, the key that signs arrivals, its places. */
const SITE_TERMS = {
  /** 1 to 2^32-1; keeps its number through all versions. */
  siteId: "uint32",
  signer: "address",
  /** 0, in an amendment only: takes nobody new, and signs for those it has. */
  capacity: "uint32",
} as const;
export type SiteTerms = StructOf<typeof SITE_TERMS>;

/** Everything the board approves about a version of a trial. */
export const VERSION_TERMS = {
  /** One hash a part, 1 to 4, in order: a screening brings a proof for each. */
  criteriaHashes: "uint256[]",
  /**
   * The same parts for a succession: a lost wallet's new identity is younger than the trial, which
   * the parts of a screening refuse (`successorProgram`).
   */
  successorHashes: "uint256[]",
  /** By its id on the chain, by its name here. */
  circuit: "bytes32",
  consentFormHash: "bytes32",
  consentFormVersion: "uint32",
  /** Bit masks of {@link PERMISSIONS}; the required ones are among the offered ones. */
  requiredPermissions: "uint32",
  offeredPermissions: "uint32",
  /** Places of the whole trial. */
  capacity: "uint32",
  /** Days from enrollment to the last moment of arrival. */
  arrivalDays: "uint32",
  /** What an amendment asks of those already in. Re-screening asks for a new consent as well. */
  requiresReconsent: "bool",
  requiresRescreening: "bool",
  /** True when `documentHash` is of a sealed (encrypted) trial file. */
  isSealed: "bool",
  /** keccak256 of the canonical list of what the site attests at arrival; zero: nothing. */
  attestationsHash: "bytes32",
  /** keccak256 of the bytes of the trial file, or of the sealed blob. */
  documentHash: "bytes32",
  sites: [SITE_TERMS],
  /**
   * Who holds shares of the keys to what the trial collects: none, or 2 to 7 in ascending order
   * ({@link inOrder}).
   */
  custodians: "address[]",
  /** How many of them open a package, from 2; 0 without any. */
  custodianThreshold: "uint32",
} as const;
/** The terms with the circuit by name. Large: wide integers as they are held. */
export type VersionTerms<Large = bigint> = Omit<
  StructOf<typeof VERSION_TERMS, Large>,
  "circuit"
> & { readonly circuit: CircuitName };

/** VersionTerms as Solidity's ABI sees them. */
export const VERSION_TERMS_ABI = tupleOf(VERSION_TERMS);

/** Most custodians that a version may name. */
export const MAX_CUSTODIANS = 7;
/** One custodian alone opens nothing. */
export const MIN_CUSTODIAN_THRESHOLD = 2;

/** Accounts as the chain wants them listed: ascending, whatever their spelling. */
export function inOrder(accounts: readonly string[]): string[] {
  const key = (account: string) => account.toLowerCase();
  return [...accounts].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

const PROTOCOL_NUMBER = /^[A-Z0-9./-]{3,40}$/;

/**
 * Whether a protocol number has the one spelling that the chain takes: 3 to 40 capitals, digits, "-", "/" and ".".
 * Another spelling would be another trial, with another scope.
 */
export function isProtocolNumber(text: string): boolean {
  return PROTOCOL_NUMBER.test(text);
}
