// The records registry: leaves, roots, their windows and epochs, and what each clinic may. Mirrors
// contracts/RecordRegistry.sol, RecordTree.sol and RecordClinics.sol.
import { FIELD_ORDER } from "../../../circuits/statement/encoding/field.ts";
import { MAX_BATCH_LEVELS, registryLeafOf } from "../../../circuits/statement/encoding/tree.ts";
import { digestEncoded } from "../../../circuits/statement/trial/trial.ts";
import type { Event } from "../node/event.ts";
import { clinicIn, countRevocation, requireClinic } from "./clinics.ts";
import { type Capability, due, expect, type Handlers, type Replay } from "./handler.ts";
import { emptyRecords, isAccredited, type RecordsState, type World } from "./state.ts";

const MAX_BATCH = 2n ** BigInt(MAX_BATCH_LEVELS);
/** Numbers of 128 bits are tombstones. */
const MAX_TOMBSTONE = (1n << 128n) - 1n;

const handlers = {
  Anchored(replay, event) {
    const { records } = replay.world;
    const { clinic, index, leaf, root } = event.args;
    requireClinic(replay, event, clinic);
    requireUnblocked(replay, event);
    requireFresh(replay, event);
    const standing = clinicIn(records, clinic);
    const over = `slot ${standing.slots + 1} of ${clinic}, whose quota is ${standing.quota}`;
    expect(replay, event, BigInt(standing.slots) < standing.quota, "records/quota", over);
    standing.slots++;
    standing.live++;
    const due = BigInt(records.tree.size);
    const reason = `leaf ${leaf} took place ${index}, the next one is ${due}`;
    expectTree(replay, event, index === due, "records/index", reason);
    if (leaf !== 0n) records.tree.insert(leaf);
    records.leaves.push(leafState(event));
    supersede(replay, event, root);
  },

  Replaced(replay, event) {
    const { records } = replay.world;
    const { clinic, index, oldLeaf, leaf, root, voided, epoch, revoked } = event.args;
    requireClinic(replay, event, clinic);
    if (!voided) requireUnblocked(replay, event);
    const owner = records.tombstones.get(oldLeaf);
    if (owner === undefined) requireOwner(replay, event, oldLeaf);
    else reuseSlot(replay, event, owner);
    requireFresh(replay, event);
    if (requireIndex(replay, event, oldLeaf)) {
      records.tree.update(Number(index), leaf);
      records.leaves[Number(index)] = leafState(event);
    }
    for (const commitment of revoked) bar(replay, event, commitment);
    const isPlain = owner === undefined || (!voided && revoked.length === 0);
    const why = `a slot used again revoked ${revoked.length} records or voided roots`;
    expect(replay, event, isPlain, "records/owner", why);
    if (voided) {
      countRevocation(replay, event, clinic);
      voidRoots(replay, event, { root, epoch });
    } else {
      supersede(replay, event, root);
      requireEpoch(replay, event, epoch, records.epoch);
    }
  },

  Revoked(replay, event) {
    const { records } = replay.world;
    const { clinic, index, leaf, tombstone, root, epoch } = event.args;
    requireOwner(replay, event, leaf);
    // A clinic revokes its own leaf; anyone clears one of a clinic that governance has voided.
    const standing = clinicIn(records, clinic);
    if (standing.isVoided) records.leavesToClear--;
    else {
      requireClinic(replay, event, clinic);
      countRevocation(replay, event, clinic);
    }
    standing.live--;
    const due = tombstoneOf(records, leaf);
    const reason = `leaf ${leaf} was replaced by ${tombstone}, its tombstone is ${due}`;
    expect(replay, event, tombstone === due, "records/tombstone", reason);
    if (requireIndex(replay, event, leaf)) {
      records.tree.update(Number(index), tombstone);
      const before = records.leaves[Number(index)]!;
      records.leaves[Number(index)] = {
        ...before,
        ...{ leaf: tombstone, size: 0, uri: "", place: event.place },
      };
    }
    records.tombstones.set(tombstone, clinic);
    voidRoots(replay, event, { root, epoch });
  },

  RevokedEarly(replay, event) {
    requireClinic(replay, event, event.args.clinic);
    bar(replay, event, event.args.commitment);
  },

  ClinicVoided(replay, event) {
    const { records } = replay.world;
    const { clinic, epoch, leavesLeft } = event.args;
    const standing = clinicIn(records, clinic);
    const isOut = !isAccredited(replay.world, "clinic", clinic) && !standing.isVoided;
    const still = `${clinic} was accredited, or voided before`;
    expect(replay, event, isOut, "records/voided-clinic", still);
    const left = BigInt(standing.live);
    const reason = `the event says ${leavesLeft} leaves of ${clinic}, it had ${left}`;
    expect(replay, event, leavesLeft === left, "records/voided-clinic", reason);
    standing.isVoided = true;
    records.leavesToClear += standing.live;
    voidRoots(replay, event, { root: records.root, epoch });
  },

  QuotaSet(replay, event) {
    clinicIn(replay.world.records, event.args.clinic).quota = event.args.slots;
  },

  RevocationLimitSet(replay, event) {
    clinicIn(replay.world.records, event.args.clinic).revocationLimit = event.args.perDay;
  },
} satisfies Handlers;

export const records = {
  handlers,
  begin: () => ({ records: emptyRecords() }),
  expectations: ({ records }, { rootWindowSeconds }) => [
    due("RecordRegistry", "root", [], [records.root]),
    due("RecordRegistry", "leafCount", [], [BigInt(records.leaves.length)]),
    due("RecordRegistry", "epoch", [], [records.epoch]),
    due("RecordRegistry", "leavesToClear", [], [BigInt(records.leavesToClear)]),
    ...[...records.clinics].flatMap(([clinic, standing]) => [
      due("RecordRegistry", "slotsOf", [clinic], [BigInt(standing.slots)]),
      due("RecordRegistry", "liveLeavesOf", [clinic], [BigInt(standing.live)]),
      due("RecordRegistry", "quotaOf", [clinic], [standing.quota]),
      due("RecordRegistry", "revocationLimitOf", [clinic], [standing.revocationLimit]),
      due("RecordRegistry", "isVoided", [clinic], [standing.isVoided]),
    ]),
    due("RecordRegistry", "rootWindowSeconds", [], [BigInt(rootWindowSeconds)]),
  ],
} satisfies Capability<"records">;

/** Why a root was not good at a time; undefined when it was. Times in Unix seconds. */
export function refuseRoot(
  { records }: World,
  root: bigint,
  at: { time: number; windowSeconds: number },
):
  | "records root never seen"
  | "records root past its window"
  | "records root voided"
  | "registry blocked by a voided clinic's leaves"
  | undefined {
  if (records.leavesToClear > 0) return "registry blocked by a voided clinic's leaves";
  if (root !== 0n && root === records.root) return undefined;
  const old = records.superseded.get(root);
  if (old === undefined) return "records root never seen";
  if (old.epoch !== records.epoch) return "records root voided";
  return at.time <= old.since + at.windowSeconds ? undefined : "records root past its window";
}

type Anchoring = Event<"Anchored" | "Replaced">;
type Changing = Event<"Replaced" | "Revoked">;

function leafState({ args, place }: Anchoring) {
  const { leaf, batchRoot, clinic, leavesHash, uri } = args;
  return { leaf, batchRoot, clinic, size: Number(args.size), leavesHash, uri, place };
}

/** Nothing is anchored while leaves of a voided clinic wait to be cleared. */
function requireUnblocked(replay: Replay, event: Anchoring): void {
  const left = replay.world.records.leavesToClear;
  const reason = `anchored while ${left} leaves of voided clinics were left`;
  expect(replay, event, left === 0, "records/voided-clinic", reason);
}

/** A leaf is its batch's in the clinic's name, and is anchored once ever; claims it. */
function requireFresh(replay: Replay, event: Anchoring): void {
  const { records } = replay.world;
  const { leaf, batchRoot, clinic, size } = event.args;
  const inField = batchRoot > 0n && batchRoot < FIELD_ORDER;
  const isBound = inField && leaf === registryLeafOf(batchRoot, clinic);
  const other = `leaf ${leaf} is not the one of root ${batchRoot} and clinic ${clinic}`;
  expect(replay, event, isBound, "records/bound", other);
  const isSound = leaf > MAX_TOMBSTONE && size >= 1n && size <= MAX_BATCH;
  const isBarred = records.revokedEarly.has(`${clinic} ${batchRoot}`);
  const isNew = !records.anchoredBy.has(leaf) && !isBarred;
  const why = isNew
    ? `leaf ${leaf} of ${size} records`
    : `leaf ${leaf} was anchored or revoked before`;
  expect(replay, event, isSound && isNew, "records/leaf", why);
  records.anchoredBy.set(leaf, clinic);
}

function requireOwner(replay: Replay, event: Changing, leaf: bigint): void {
  const owner = replay.world.records.anchoredBy.get(leaf);
  const reason = `leaf ${leaf} was anchored by ${owner ?? "nobody"}, not by ${event.args.clinic}`;
  expect(replay, event, owner === event.args.clinic, "records/owner", reason);
}

/** A clinic anchors in a slot that it has emptied itself. */
function reuseSlot(replay: Replay, event: Event<"Replaced">, owner: string): void {
  const { records } = replay.world;
  const { clinic, oldLeaf } = event.args;
  const reason = `the slot of tombstone ${oldLeaf} is ${owner}'s, not ${clinic}'s`;
  expect(replay, event, owner === clinic, "records/owner", reason);
  records.tombstones.delete(oldLeaf);
  clinicIn(records, clinic).live++;
}

/** What stands in the tree alone is revoked there, not barred. */
function bar(replay: Replay, event: Event<"Replaced" | "RevokedEarly">, commitment: bigint): void {
  const { records } = replay.world;
  const { clinic } = event.args;
  const inField = commitment > 0n && commitment < FIELD_ORDER;
  const isFree = inField && !records.tree.has(registryLeafOf(commitment, clinic));
  const reason = `record ${commitment} stood in the registry when it was barred`;
  expect(replay, event, isFree, "records/owner", reason);
  records.revokedEarly.add(`${clinic} ${commitment}`);
}

function requireIndex(replay: Replay, event: Changing, leaf: bigint): boolean {
  const { index } = event.args;
  const found = replay.world.records.leaves[Number(index)]?.leaf;
  const reason = `place ${index} held ${found ?? "nothing"}, not ${leaf}`;
  return expectTree(replay, event, found === leaf, "records/index", reason);
}

/** As expect, but only the first time the tree does not fit. */
function expectTree(
  replay: Replay,
  event: Event,
  condition: boolean,
  rule: "records/index" | "records/root",
  reason: string,
): boolean {
  const { records } = replay.world;
  if (condition || records.isBroken) return condition;
  records.isBroken = true;
  return expect(replay, event, condition, rule, reason);
}

function requireRoot(replay: Replay, event: Event, root: bigint): void {
  const { tree } = replay.world.records;
  const rebuilt = tree.size === 0 ? 0n : tree.root;
  const reason = `the event says root ${root}, the rebuilt tree has ${rebuilt}`;
  expectTree(replay, event, root === rebuilt, "records/root", reason);
}

/** From here on the old root's window runs. The new one is believed, as the contract has it. */
function supersede(replay: Replay, event: Event, root: bigint): void {
  const { records } = replay.world;
  requireRoot(replay, event, root);
  if (records.root !== 0n) {
    records.superseded.set(records.root, { since: event.time, epoch: records.epoch });
  }
  records.root = root;
}

/** From here on no older root is good. */
function voidRoots(replay: Replay, event: Event, at: { root: bigint; epoch: bigint }): void {
  const { records } = replay.world;
  requireEpoch(replay, event, at.epoch, records.epoch + 1n);
  requireRoot(replay, event, at.root);
  records.epoch = at.epoch;
  records.root = at.root;
}

function requireEpoch(replay: Replay, event: Event, epoch: bigint, due: bigint): void {
  expect(replay, event, epoch === due, "records/epoch", `epoch ${epoch}, due is ${due}`);
}

/** The low 128 bits of a hash; one that stands already is hashed on. */
function tombstoneOf({ tree }: RecordsState, leaf: bigint): bigint {
  let tombstone: bigint = leaf;
  do {
    const hash = digestEncoded(["string", "uint256"], ["cohort-zero/tombstone/2", tombstone]);
    tombstone = BigInt(hash) & MAX_TOMBSTONE;
  } while (tree.has(tombstone));
  return tombstone;
}
