// What the auditor remembers of the exchange of data: plain data, so that a checkpoint can hold it.
// Receipts and entries are judged after the replay, as of blocks long past: so what a consent, a
// trial and a role were is kept for every block at which it changed. Addresses in lower case, times
// in Unix seconds.
import type { Bytes32 } from "../../../circuits/statement/trial/trial.ts";
import type { Place } from "../finding/finding.ts";

/** What a key may do for a site (0: the sponsor), from `since` until `ended`. */
export type StaffTerm = {
  readonly by: string;
  readonly tasks: number;
  readonly from: number;
  readonly until: number;
  readonly since: number;
  ended?: number;
};

export type BatchState = {
  readonly operator: string;
  readonly number: bigint;
  readonly count: number;
  readonly first: bigint;
  readonly anchoredAt: number;
  readonly place: Place;
};

export type CutState = {
  readonly cutId: bigint;
  readonly trialId: Bytes32;
  readonly permission: number;
  readonly packagesRoot: Bytes32;
  readonly packages: number;
  readonly pseudonyms: ReadonlySet<bigint>;
  readonly sealedAt: number;
  readonly by: string;
  /** Participants whose consent covered it in its block, and who are not in it. */
  readonly leftOut: number;
  readonly place: Place;
};

export type RequestState = {
  readonly requestId: bigint;
  readonly cutId: bigint;
  readonly trialId: Bytes32;
  readonly purpose: Bytes32;
  readonly staff: string;
  readonly requestedAt: number;
  readonly until: bigint;
  readonly place: Place;
  /** When the recipient said that it destroyed what it had. */
  purgedAt?: number;
  /** Hashes of manifests of datasets made of it, each with the block in which it was anchored. */
  readonly manifests: Map<Bytes32, number>;
};

export type CaseState = {
  readonly caseId: bigint;
  readonly trialId: Bytes32;
  readonly pseudonym: bigint;
  readonly clinician: string;
  readonly reason: Bytes32;
  readonly recipientKey: Bytes32;
  readonly openedAt: number;
  readonly place: Place;
  closedAt?: number;
};

export type ErasureState = {
  readonly by: "proof" | "code" | "site";
  readonly askedAt: number;
  readonly place: Place;
  /** When each custodian said that it destroyed its keys. */
  readonly destroyed: Map<string, number>;
};

export type ReceiptRoot = {
  readonly custodian: string;
  readonly root: Bytes32;
  readonly count: number;
  readonly last: bigint;
  readonly anchoredAt: number;
  readonly place: Place;
};

type When = { readonly block: number; readonly time: number };
/** What a participant's consent was from a block on. */
export type ConsentMoment = When & {
  readonly state: number;
  readonly permissions: number;
  readonly version: number;
  readonly validUntil: bigint;
};
/** What a trial was from a block on; `problem`: why nothing may go on in it, but for time. */
export type TrialMoment = When & {
  readonly version: number;
  readonly problem: string;
  readonly approvedUntil: bigint;
};
/** Whether an account held a role from a block on. */
export type RoleMoment = When & { readonly holds: boolean };

export type ExchangeState = {
  /** By {@link staffKey}, oldest first. */
  readonly staff: Map<string, StaffTerm[]>;
  /** By {@link staffKey}: for good. */
  readonly revoked: Set<string>;
  /** Digests of delegations and revocations. */
  readonly staffUsed: Set<Bytes32>;
  /** By root. */
  readonly batches: Map<Bytes32, BatchState>;
  readonly operators: Map<string, { batches: bigint; entries: bigint }>;
  /** Those of all trials are numbered together. */
  numbered: { cuts: bigint; requests: bigint; cases: bigint };
  readonly cuts: Map<bigint, CutState>;
  readonly requests: Map<bigint, RequestState>;
  readonly cases: Map<bigint, CaseState>;
  /** Cases that no board has closed, oldest first, by clinician. */
  readonly openCases: Map<string, bigint[]>;
  /** How many were opened on the last day (since 1970) that had one, by clinician. */
  readonly casesOn: Map<string, { day: number; count: number }>;
  /** By {@link personKey}. */
  readonly erasures: Map<string, ErasureState>;
  readonly receiptRoots: ReceiptRoot[];
  /** Who holds a person's tag, or held it last, by `trial tag`. */
  readonly tags: Map<string, bigint>;
  /** Newest tag of a participant, by {@link personKey}. */
  readonly tagOf: Map<string, Bytes32>;
  /** `request entry`: corrections that a recipient took note of. */
  readonly acknowledged: Set<string>;
  /** Arrivals of the transaction that is read. */
  arrived: { readonly trialId: Bytes32; readonly pseudonym: bigint; readonly place: Place }[];
  /** The last withdrawal by a printed code: an erasure by code is in the same transaction. */
  byCode: string;
  readonly consentsAt: Map<string, ConsentMoment[]>;
  readonly trialsAt: Map<Bytes32, TrialMoment[]>;
  /** By `role account`. */
  readonly rolesAt: Map<string, RoleMoment[]>;
  /** Times of the blocks in which anything happened, ascending. */
  readonly times: When[];
};

/** Nothing has been delegated, deposited, sealed or asked for. */
export function emptyExchange(): ExchangeState {
  return {
    ...{
      staff: new Map(),
      staffUsed: new Set(),
      revoked: new Set(),
      batches: new Map(),
      operators: new Map(),
    },
    numbered: { cuts: 0n, requests: 0n, cases: 0n },
    ...{ cuts: new Map(), requests: new Map(), cases: new Map() },
    ...{ openCases: new Map(), casesOn: new Map(), erasures: new Map(), receiptRoots: [] },
    ...{ tags: new Map(), tagOf: new Map() },
    ...{
      acknowledged: new Set(),
      byCode: "",
      arrived: [],
      consentsAt: new Map(),
      trialsAt: new Map(),
    },
    ...{ rolesAt: new Map(), times: [] },
  };
}

/** Of a key's delegations by a site, or by the sponsor (site 0). */
export const staffKey = (trialId: Bytes32, siteId: number, key: string) =>
  `${trialId} ${siteId} ${key.toLowerCase()}`;

/** Of a participant. */
export const personKey = (trialId: Bytes32, pseudonym: bigint) => `${trialId} ${pseudonym}`;

/** How many of the moments are not later than a block. */
export function countUpTo(moments: readonly When[], block: number): number {
  let [low, high] = [0, moments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (moments[middle]!.block <= block) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What held at a block: the last of the moments that is not later; undefined before the first. */
export function atBlock<M extends When>(
  moments: readonly M[] | undefined,
  block: number,
): M | undefined {
  return moments?.[countUpTo(moments, block) - 1];
}

/** All that held at some time between two, both included. */
export function during<M extends When>(
  moments: readonly M[] | undefined,
  { from, to }: { readonly from: number; readonly to: number },
): (M & { readonly ends: number })[] {
  const all = moments ?? [];
  return all.flatMap((moment, i) => {
    const ends = all[i + 1]?.time ?? Number.POSITIVE_INFINITY;
    return moment.time <= to && ends >= from ? [{ ...moment, ends }] : [];
  });
}
