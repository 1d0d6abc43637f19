// Revoking records so that they are revoked: what it takes is found out, done, and tried.
import { Refusal } from "../../../circuits/statement/refusal.ts";
import type { Actor } from "../../actor/actor.ts";
import { barRecord, replaceAndVoid, revokeSlot } from "../registry/anchor.ts";
import { type Batch, buildNewBatch, openBatch, slotsOf } from "../registry/batch.ts";
import { locateRecords, type Place, refuseUnknown, type Whereabouts } from "./where.ts";

/** What was done about the records of one slot. */
export type Act =
  /** The slot whole: a record alone, or all of a batch. */
  | { readonly way: "slot"; readonly batchRoot: bigint; readonly revoked: readonly bigint[] }
  /** The batch was rebuilt without them. */
  | {
      readonly way: "batch";
      readonly batchRoot: bigint;
      readonly newRoot: bigint;
      readonly left: number;
      readonly revoked: readonly bigint[];
    }
  /** In no slot: barred from being anchored alone. */
  | { readonly way: "early"; readonly revoked: readonly bigint[] };

export type Revocation = {
  readonly acts: readonly Act[];
  /** Roots that were good after it, each tried with every record's path. */
  readonly rootsTried: number;
};

/** So many records one transaction bars; the batch is rebuilt without all of them. */
const MOST_NAMED = 50;

/** Leaves of batches brought by file, by the batch's root. */
export type GivenLeaves = ReadonlyMap<bigint, readonly bigint[]>;

/**
 * Revokes records of the clinic: alone, in batches, or not anchored yet. Nothing is done that could not be known to be
 * right, and afterwards every record's path is tried against every root that is still good. Refuses with `LeavesMissing`
 * (before or after: what is in a batch is not known), `StillProvable`, `TooManyRevocations`.
 */
export async function revokeRecords(
  clinic: Actor,
  records: readonly bigint[],
  given: GivenLeaves = new Map(),
): Promise<Revocation> {
  await publishGiven(clinic, given);
  const before = await locateRecords(clinic, records, given);
  const placed = new Set(before.places.map(({ commitment }) => commitment));
  const loose = records.filter((record) => !placed.has(record));
  if (loose.length > 0) refuseUnknown(before);
  const acts = [
    ...(await revokePlaces(clinic, before.places)),
    ...(await revokeLoose(clinic, loose, before)),
  ];
  const rootsTried = await checkRevoked(clinic, records, given);
  return { acts, rootsTried };
}

/** Revokes a slot whole, by its batch's root, and tries that. Refuses as {@link revokeRecords} does. */
export async function revokeBatch(
  clinic: Actor,
  batchRoot: bigint,
  given: GivenLeaves = new Map(),
): Promise<Revocation> {
  const { batches } = await locateRecords(clinic, [], given);
  const revoked = batches.get(batchRoot) ?? [];
  await revokeSlot(clinic, batchRoot);
  const rootsTried = await checkGone(clinic, batchRoot, revoked, given);
  return { acts: [{ way: "slot", batchRoot, revoked }], rootsTried };
}

/** Leaves that were brought are published: the wallets of those who stay need them, and so does the next revocation. */
async function publishGiven({ api, address }: Actor, given: GivenLeaves): Promise<void> {
  if (given.size === 0) return;
  for (const { batchRoot: root, published } of slotsOf(await api.recordsState(), address)) {
    if (published || !given.has(root)) continue;
    const batch = await openBatch(root, async (at) => given.get(at));
    if (batch !== undefined) await api.publishBatch({ root, leaves: batch.leaves });
  }
}

/** Slots first that hold one record: the contract bars no record that stands alone. */
async function revokePlaces(clinic: Actor, places: readonly Place[]): Promise<Act[]> {
  const bySlot = new Map<bigint, Place[]>();
  for (const place of places) {
    bySlot.set(place.batchRoot, [...(bySlot.get(place.batchRoot) ?? []), place]);
  }
  const isWhole = (group: readonly Place[]) => group.length === group[0]!.leaves.length;
  const groups = [...bySlot.values()].sort((a, b) => Number(isWhole(b)) - Number(isWhole(a)));
  const acts: Act[] = [];
  for (const group of groups) {
    const { batchRoot, leaves } = group[0]!;
    const revoked = group.map(({ commitment }) => commitment);
    if (isWhole(group)) {
      await revokeSlot(clinic, batchRoot);
      acts.push({ way: "slot", batchRoot, revoked });
    } else {
      const rest = leaves.filter((leaf) => !revoked.includes(leaf));
      const named = revoked.slice(0, MOST_NAMED);
      const { root } = await rebuild(clinic, { batchRoot, rest, revoked: named });
      for (const record of revoked.slice(MOST_NAMED)) await barRecord(clinic, record);
      acts.push({ way: "batch", batchRoot, newRoot: root, left: rest.length, revoked });
    }
  }
  return acts;
}

/** Records under no current root: barred, and older roots that they lead to are made void where that can be done. */
async function revokeLoose(
  clinic: Actor,
  loose: readonly bigint[],
  { proofs, batches }: Whereabouts,
): Promise<Act[]> {
  if (loose.length === 0) return [];
  const old = loose.filter((record) => proofs.some(({ commitment }) => commitment === record));
  const acts: Act[] = [];
  const other = [...batches].find(([, leaves]) => leaves.length > 1);
  if (old.length > 0 && other !== undefined) {
    // Any rebuilt batch of the clinic makes older roots void: its records stay as they are, in another order.
    const [batchRoot, rest] = other;
    const revoked = old.slice(0, MOST_NAMED);
    const { root } = await rebuild(clinic, { batchRoot, rest, revoked });
    acts.push({ way: "batch", batchRoot, newRoot: root, left: rest.length, revoked });
  }
  const named = new Set(acts.flatMap(({ revoked }) => revoked));
  const barred = loose.filter((record) => !named.has(record));
  for (const record of barred) await barRecord(clinic, record);
  if (barred.length > 0) acts.push({ way: "early", revoked: barred });
  return acts;
}

async function rebuild(
  clinic: Actor,
  of: { batchRoot: bigint; rest: readonly bigint[]; revoked: readonly bigint[] },
): Promise<Batch> {
  const { batchRoot, rest, revoked } = of;
  const { leaves } = await clinic.api.recordsState();
  const isTaken = (root: bigint) => leaves.some((slot) => slot.batchRoot === root);
  const batch = buildNewBatch(rest, isTaken);
  if (batch === undefined) throw new Refusal("AlreadyAnchored", { leaf: rest[0]! });
  await replaceAndVoid(clinic, { oldRoot: batchRoot, revoked }, batch);
  return batch;
}

/** Tries the records' paths against every root that is still good. The number of these. */
async function checkRevoked(
  clinic: Actor,
  records: readonly bigint[],
  given: GivenLeaves,
): Promise<number> {
  const after = await locateRecords(clinic, records, given);
  const [proof] = after.proofs;
  if (proof !== undefined) {
    const until = proof.until === undefined ? "current" : new Date(proof.until * 1000);
    throw new Refusal("StillProvable", {
      record: proof.commitment,
      root: proof.root,
      until: typeof until === "string" ? until : until.toISOString(),
    });
  }
  refuseUnknown(after);
  return after.rootsTried;
}

/** The same for a batch, whose leaves may be known to nobody: its leaf must be under no good root. */
async function checkGone(
  clinic: Actor,
  batchRoot: bigint,
  revoked: readonly bigint[],
  given: GivenLeaves,
): Promise<number> {
  const after = await locateRecords(clinic, [batchRoot, ...revoked], given);
  const [proof] = after.proofs;
  const isThere = after.unknown.includes(batchRoot) || after.batches.has(batchRoot);
  if (proof !== undefined || isThere) {
    throw new Refusal("StillProvable", {
      record: proof?.commitment ?? batchRoot,
      ...(proof && { root: proof.root }),
    });
  }
  return after.rootsTried;
}
