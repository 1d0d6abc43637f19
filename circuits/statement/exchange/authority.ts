// Who made an entry, and the entry as everybody downloads it.
import type { Bytes32 } from "../trial/trial.ts";
import type { Entry } from "./entry.ts";

/** A participant's own word: a Semaphore proof in the group of those screened for `version`. */
export type ParticipantAuthority = {
  readonly kind: "participant";
  readonly version: number;
  readonly groupRoot: bigint;
  /** The proof's 8 coordinates in Solidity's order. */
  readonly points: readonly bigint[];
};

/** A site's word: an EIP-712 `Deposit` signed by its signer, or by staff with the task. */
export type StaffAuthority = {
  readonly kind: "staff";
  readonly siteId: number;
  /** The account that signed. */
  readonly key: string;
  readonly deadline: bigint;
  readonly signature: string;
};
export type Authority = ParticipantAuthority | StaffAuthority;

/** One row of a trial's public entries, by position from 0. */
export type Deposited = {
  readonly entry: Entry;
  readonly authority: Authority;
  /** In a key entry: the participant's age recipient, whose SHA-256 is `ciphertextHash`. */
  readonly recipient?: string;
  /** Root of the anchored batch that holds it; undefined while it waits. */
  readonly batch?: Bytes32;
};
