// Everything the auditor remembers while it replays a history: plain data (maps, sets, bigints,
// trees), so that a checkpoint can hold all of it. Addresses in lower case, times in Unix seconds.
import { buildTree, type Tree } from "../../../circuits/statement/encoding/tree.ts";
import {
  type Bytes32,
  type Opinion,
  ROLES,
  type RoleName,
} from "../../../circuits/statement/trial/trial.ts";
import type { Place } from "../finding/finding.ts";
import type { ChainTerms } from "../node/event.ts";
import type { ExchangeState } from "./exchangeState.ts";

export type Circuit = {
  readonly name: string;
  readonly verifier: string;
  readonly keyHash: Bytes32;
  readonly place: Place;
};

/** A leaf of the registry, by its place. `size` counts records; 0 once revoked. */
export type LeafState = {
  leaf: bigint;
  /** The root that the clinic anchored; of a tombstone the last before it. */
  batchRoot: bigint;
  clinic: string;
  size: number;
  leavesHash: Bytes32;
  /** The clinic's word on where its leaves are published. */
  uri: string;
  place: Place;
};

/** What a clinic has in the registry and may do there. */
export type ClinicState = {
  /** Of the tree, those with tombstones included. */
  slots: number;
  /** Those with leaves. */
  live: number;
  quota: bigint;
  revocationLimit: bigint;
  isVoided: boolean;
  /** Acts that voided roots, on the last day (since 1970) that had one. */
  revocations: { day: number; count: number };
};

export type RecordsState = {
  tree: Tree;
  /**
   * After one place or root that does not fit, those that follow from it are not reported again.
   */
  isBroken: boolean;
  readonly leaves: LeafState[];
  root: bigint;
  epoch: bigint;
  readonly anchoredBy: Map<bigint, string>;
  /** `clinic commitment`. */
  readonly revokedEarly: Set<string>;
  /** Whose slot a tombstone holds, until it is used again. */
  readonly tombstones: Map<bigint, string>;
  readonly clinics: Map<string, ClinicState>;
  /** Leaves of voided clinics that are still in the tree: no root is good meanwhile. */
  leavesToClear: number;
  readonly superseded: Map<bigint, { since: number; epoch: bigint }>;
};

export type Version = {
  readonly number: number;
  readonly digest: Bytes32;
  readonly terms: ChainTerms;
  readonly publishedAt: number;
  approvedAt?: number;
  /** By the board, for good. */
  isRejected?: boolean;
  /** Set when the board approves; 0 before. */
  screeningVersion: number;
  consentVersion: number;
  /** Block time of its first screening. */
  firstScreeningAt?: number;
};

export type Participant = {
  state: number;
  givenBy: number;
  version: number;
  permissions: number;
  siteId: number;
  sequence: bigint;
  validUntil: bigint;
  arriveBy: bigint;
  /** The first 16 bytes of the code's hash, as the contract keeps it. */
  withdrawalCodeHash: string;
  /** Block time of the last statement; not on the chain. */
  consentedAt: number;
  /** Hours (since 1970) of the last twelve grants, oldest first. */
  grantHours: readonly number[];
};

/** Something that happened to a whole trial, for the timeline. */
export type Milestone = { readonly time: number; readonly block: number; readonly what: string };

/** What a board said: the hash of its words. */
type OpinionSaid = {
  readonly version: number;
  readonly opinion: Opinion;
  readonly textHash: Bytes32;
  readonly by: string;
  readonly givenAt: number;
};

/** Acts of one step of time, counted. */
export const COUNTED = ["screened", "consented", "enrolled", "arrived", "withdrawn"] as const;
export type Counted = (typeof COUNTED)[number];
export type ActCounts = Record<Counted, number>;
/** Counts by step since the Unix epoch: a minute each at first, longer ones when there are many. */
export type Steps = { seconds: number; counts: Map<number, ActCounts> };
const MAX_STEPS = 512;
const STEP_SECONDS = [60, 600, 3_600, 86_400, 604_800] as const;

export type Trial = {
  readonly trialId: Bytes32;
  readonly protocolNumber: string;
  sponsor: string;
  board: string;
  status: number;
  /** Governance's own hold. */
  isHeld: boolean;
  /** From when on another sponsor may register the number, if nothing was approved. */
  lapsesAt: bigint;
  beforeHold: number;
  latest: number;
  current: number;
  approvedUntil: bigint;
  readonly versions: Map<number, Version>;
  /** Group by screening version. */
  readonly groups: Map<number, bigint>;
  /** Commitment by nullifier, and the groups it is in. */
  readonly screened: Map<
    bigint,
    { commitment: bigint; groups: Set<bigint>; issuerTags: readonly bigint[] }
  >;
  readonly commitments: Set<bigint>;
  readonly participants: Map<bigint, Participant>;
  placesTaken: number;
  readonly sitePlaces: Map<number, number>;
  /** Oldest first. */
  readonly opinions: OpinionSaid[];
  /** The transaction of the newest reason to suspend: it does so. */
  suspendedBy?: string;
  readonly milestones: Milestone[];
  readonly steps: Steps;
};

export type Group = {
  readonly trialId: Bytes32;
  tree: Tree;
  readonly roots: Set<bigint>;
  isBroken: boolean;
};

/** What one transaction still owes: acts without their change of state, and the other way round. */
type Pending = {
  transaction: string;
  /** State that an act announced. */
  readonly announced: { key: string; state: number; place: Place }[];
  /** Changes that a later act of the transaction must explain. */
  readonly changed: {
    key: string;
    trialId: Bytes32;
    pseudonym: bigint;
    state: number;
    place: Place;
  }[];
  /** Members that a later act of the transaction must explain, and the other way round. */
  readonly members: { groupId: bigint; commitment: bigint; place: Place }[];
  readonly awaited: { groupId: bigint; commitment: bigint; act: string; place: Place }[];
};

export type World = {
  owner: string;
  /** `role account`, with the public name. */
  readonly accredited: Map<string, string>;
  readonly dictionaries: Map<bigint, Bytes32>;
  readonly circuits: Map<Bytes32, Circuit>;
  readonly records: RecordsState;
  readonly trials: Map<Bytes32, Trial>;
  readonly exchange: ExchangeState;
  /** By Semaphore's group id; only groups of trials under audit. */
  readonly groups: Map<bigint, Group>;
  pending: Pending;
  /** Last log read. */
  last: { block: number; logIndex: number; time: number };
  readonly counts: {
    events: number;
    screeningProofs: number;
    consentProofs: number;
    signatures: number;
  };
};

/** A registry without a record. */
export function emptyRecords(): RecordsState {
  return {
    tree: buildTree([]),
    isBroken: false,
    leaves: [],
    root: 0n,
    epoch: 0n,
    anchoredBy: new Map(),
    revokedEarly: new Set(),
    tombstones: new Map(),
    clinics: new Map(),
    leavesToClear: 0,
    superseded: new Map(),
  };
}

/** Nothing is owed. */
export function nothingPending(): Pending {
  return { transaction: "", announced: [], changed: [], members: [], awaited: [] };
}

/** Roles as Accreditation.sol numbers them. */
export { ROLES };

/** Whether an account holds a role now. */
export function isAccredited(world: World, role: RoleName, account: string): boolean {
  return world.accredited.has(`${ROLES[role]} ${account}`);
}

/** No acts yet. */
export function noSteps(): Steps {
  return { seconds: STEP_SECONDS[0], counts: new Map() };
}

/** Counts an act for the timeline, which stays of bounded size. */
export function countAct({ steps }: Trial, time: number, what: Counted): void {
  countsAt(steps.counts, Math.floor(time / steps.seconds))[what]++;
  const longer = STEP_SECONDS.find((seconds) => seconds > steps.seconds);
  if (steps.counts.size <= MAX_STEPS || longer === undefined) return;
  const merged = new Map<number, ActCounts>();
  for (const [step, counts] of steps.counts) {
    const into = countsAt(merged, Math.floor((step * steps.seconds) / longer));
    for (const name of COUNTED) into[name] += counts[name];
  }
  steps.counts = merged;
  steps.seconds = longer;
}

function countsAt(counts: Map<number, ActCounts>, step: number): ActCounts {
  const known = counts.get(step);
  if (known !== undefined) return known;
  const fresh = { screened: 0, consented: 0, enrolled: 0, arrived: 0, withdrawn: 0 };
  counts.set(step, fresh);
  return fresh;
}
