// Where a clinic's records stand under every root that is still good: alone, in which batch, or nowhere.

import {
  MAX_BATCH_LEVELS,
  type Path,
  pathOf,
  rootOfPath,
  rootOfRecord,
} from "../../../circuits/statement/encoding/tree.ts";
import { Refusal } from "../../../circuits/statement/refusal.ts";
import type { Actor } from "../../actor/actor.ts";
import { isSame, type LeavesOf, type OpenBatch, openBatch } from "../registry/batch.ts";
import { type GoodState, goodRoots, goodStates } from "./history.ts";

export type Place = {
  readonly commitment: bigint;
  /** The batch that it is in; its own commitment for a record alone. */
  readonly batchRoot: bigint;
  readonly isBatch: boolean;
  /** The batch's leaves; the record's own for one alone. */
  readonly leaves: readonly bigint[];
};
/** A root that a record's path leads to, so that the record proves something. */
type Proof = {
  readonly commitment: bigint;
  readonly root: bigint;
  /** Unix seconds; undefined while the root is current. */
  readonly until: number | undefined;
};
export type Whereabouts = {
  /** Where the records stand now: under the current root. */
  readonly places: readonly Place[];
  /** Every root they still lead to, the current one included. */
  readonly proofs: readonly Proof[];
  /** How many good roots were tried. */
  readonly rootsTried: number;
  /** Batches of the clinic under a good root whose leaves nobody has: what is in them is not known. */
  readonly unknown: readonly bigint[];
  /** Batches of the clinic under the current root, by root. */
  readonly batches: ReadonlyMap<bigint, readonly bigint[]>;
};

type Batches = Map<bigint, OpenBatch | undefined>;

/**
 * Looks for records of the clinic under every root that is still good, and tries their paths. `given`: leaves brought by
 * file; others are asked of the server. `records` undefined: only what the clinic's batches hold.
 */
export async function locateRecords(
  { api, address }: Pick<Actor, "api" | "address">,
  records: readonly bigint[],
  given: ReadonlyMap<bigint, readonly bigint[]> = new Map(),
): Promise<Whereabouts> {
  const registry = await api.recordsState();
  const [events, { chainTime: now, rootWindowSeconds: windowSeconds }] = await Promise.all([
    api.events(),
    api.deployment(),
  ]);
  const good = goodRoots(registry, { now, windowSeconds });
  const leavesOf: LeavesOf = async (root) => given.get(root) ?? (await api.batchLeaves(root));
  const known: Batches = new Map();
  const places: Place[] = [];
  const proofs: Proof[] = [];
  const current = new Map<bigint, readonly bigint[]>();
  for (const state of goodStates(events, good)) {
    await readBatches(state, address, leavesOf, known);
    for (const place of placesIn(state, address, records, known)) {
      const root = tryPath(state, place, address);
      proofs.push({ commitment: place.commitment, root, until: state.until });
      if (state.until === undefined) places.push(place);
    }
    if (state.until !== undefined) continue;
    for (const placed of state.placed) {
      const leaves = placed && isOwn(placed, address) && known.get(placed.batchRoot)?.leaves;
      if (placed?.isBatch && leaves) current.set(placed.batchRoot, leaves);
    }
  }
  const unknown = [...known].filter(([, batch]) => batch === undefined).map(([root]) => root);
  return { places, proofs, rootsTried: good.size, unknown, batches: current };
}

const isOwn = ({ clinic }: { clinic: string }, address: string) => isSame(clinic, address);

async function readBatches(
  { placed }: GoodState,
  address: string,
  leavesOf: LeavesOf,
  known: Batches,
): Promise<void> {
  for (const one of placed) {
    if (one === undefined || !one.isBatch || !isOwn(one, address)) continue;
    if (known.has(one.batchRoot)) continue;
    known.set(one.batchRoot, await openBatch(one.batchRoot, leavesOf));
  }
}

type Stand = Place & { readonly index: number; readonly path: Path };

function* placesIn(
  { placed }: GoodState,
  address: string,
  records: readonly bigint[],
  known: Batches,
): Generator<Stand> {
  for (const [index, one] of placed.entries()) {
    if (one === undefined || !isOwn(one, address)) continue;
    const { batchRoot, isBatch } = one;
    const batch = isBatch ? known.get(batchRoot) : undefined;
    const leaves = isBatch ? (batch?.leaves ?? []) : [batchRoot];
    for (const commitment of records) {
      const at = leaves.indexOf(commitment);
      if (at < 0) continue;
      const path = batch ? pathOf(batch.tree, at) : { index: 0, siblings: [] };
      yield { commitment, batchRoot, isBatch, leaves, index, path };
    }
  }
}

/** The root that a record's path leads to, as the circuit computes it. */
function tryPath(state: GoodState, { commitment, index, path }: Stand, issuer: string): bigint {
  const whole = { batch: path, registry: state.pathOf(index) };
  return rootOfRecord({ commitment, issuer, path: whole });
}

/**
 * Those of a clinic's records that can still be used to prove something. Refuses (`LeavesMissing`) where a batch that
 * may hold one cannot be looked into.
 */
export async function provable(
  clinic: Pick<Actor, "api" | "address">,
  records: readonly bigint[],
): Promise<bigint[]> {
  if (records.length === 0) return [];
  const where = await locateRecords(clinic, records);
  refuseUnknown(where);
  return [...new Set(where.proofs.map(({ commitment }) => commitment))];
}

/** Refuses (`LeavesMissing`) while nobody knows what is in one of the clinic's batches. */
export function refuseUnknown({ unknown }: Whereabouts): void {
  if (unknown.length === 0) return;
  throw new Refusal("LeavesMissing", { batches: unknown.map(String).join(", ") });
}

/** Refuses to issue for a person's new wallet while the lost one can prove something: they would be two people. */
export function refuseLost(record: bigint): never {
  const problem = "it belongs to a wallet that its owner lost: revoke it first";
  throw new Refusal("StillProvable", { record, problem });
}

/** A record, and its path in the batch that it was last put into. */
export type Issued = { readonly commitment: bigint; readonly batch: Path | null };

/**
 * Those of these records that the clinic has revoked before, early, out of a batch or with their slot. Their files may
 * lie about still: in a new batch they would be good again. A revoked batch whose leaves nobody has is known by paths.
 */
export async function revokedAmong(
  { api, address }: Pick<Actor, "api" | "address">,
  records: readonly Issued[],
): Promise<bigint[]> {
  const revoked = new Set<bigint>();
  const closed = new Set<bigint>();
  /** What was anchored in the clinic's name, by its leaf in the tree. */
  const anchored = new Map<bigint, { root: bigint; isBatch: boolean }>();
  for (const { contract, name, arguments: values } of await api.events()) {
    if (contract !== "RecordRegistry" || !isSame(values.clinic ?? "0x0", address)) continue;
    if (name === "RevokedEarly") revoked.add(BigInt(values.commitment ?? 0));
    if (name === "Anchored" || name === "Replaced") {
      const isBatch = BigInt(values.leavesHash ?? 0) !== 0n;
      anchored.set(BigInt(values.leaf ?? 0), { root: BigInt(values.batchRoot ?? 0), isBatch });
    }
    if (name === "Replaced") {
      for (const one of JSON.parse(values.revoked ?? "[]") as string[]) revoked.add(BigInt(one));
    }
    const gone = name === "Revoked" ? anchored.get(BigInt(values.leaf ?? 0)) : undefined;
    if (gone === undefined) continue;
    const batch = gone.isBatch ? await openBatch(gone.root, api.batchLeaves) : undefined;
    if (gone.isBatch && batch === undefined) closed.add(gone.root);
    else for (const one of batch?.leaves ?? [gone.root]) revoked.add(one);
  }
  const isIn = ({ commitment, batch }: Issued) =>
    batch !== null && closed.has(rootOfPath(commitment, batch, MAX_BATCH_LEVELS));
  return records
    .filter((one) => revoked.has(one.commitment) || isIn(one))
    .map(({ commitment }) => commitment);
}

/**
 * Whether a record never was in the registry and, barred by its clinic, never will be: nobody can have proven anything
 * with it. Refuses (`LeavesMissing`) where a batch of the clinic, now or before, cannot be looked into.
 */
export async function isBarredUnused(
  { api, address }: Pick<Actor, "api" | "address">,
  commitment: bigint,
): Promise<boolean> {
  const all = await api.events();
  const own = all.filter(
    ({ contract, arguments: values }) =>
      contract === "RecordRegistry" && isSame(values.clinic ?? "0x0", address),
  );
  const isBarred = own.some(
    ({ name, arguments: values }) =>
      name === "RevokedEarly" && BigInt(values.commitment ?? 0) === commitment,
  );
  if (!isBarred) return false;
  for (const { name, arguments: values } of own) {
    if (name !== "Anchored" && name !== "Replaced") continue;
    const root = BigInt(values.batchRoot ?? 0);
    if (root === commitment) return false;
    if (BigInt(values.leavesHash ?? 0) === 0n) continue;
    const batch = await openBatch(root, api.batchLeaves);
    if (batch === undefined) throw new Refusal("LeavesMissing", { batches: root });
    if (batch.leaves.includes(commitment)) return false;
  }
  return true;
}
