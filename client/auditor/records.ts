// The registry of attested records: leaves, roots, their windows and epochs. Mirrors
// contracts/RecordRegistry.sol.
import { FIELD_ORDER } from "../../circuits/statement/field.ts";
import { hashEncoded } from "../../circuits/statement/hash.ts";
import { MAX_BATCH_LEVELS } from "../../circuits/statement/tree.ts";
import type { Event } from "./event.ts";
import { expect, type Handlers, type Replay } from "./handler.ts";
import { isAccredited, type RecordsState, type World } from "./state.ts";

const MAX_BATCH = 2n ** BigInt(MAX_BATCH_LEVELS);

export const recordHandlers: Handlers = {
  Anchored(replay, event) {
    const { records } = replay.world;
    const { clinic, index, leaf, root } = event.args;
    requireClinic(replay, event, clinic);
    requireFresh(replay, event);
    const due = BigInt(records.tree.size);
    const reason = `leaf ${leaf} took place ${index}, the next one is ${due}`;
    expectTree(replay, event, index === due, "records/index", reason);
    if (leaf !== 0n) records.tree.insert(leaf);
    records.leaves.push(leafState(event));
    supersede(replay, event, root);
  },

  Replaced(replay, event) {
    const { records } = replay.world;
    const { clinic, index, oldLeaf, leaf, root } = event.args;
    requireClinic(replay, event, clinic);
    requireOwner(replay, event, oldLeaf);
    requireFresh(replay, event);
    if (requireIndex(replay, event, oldLeaf)) {
      records.tree.update(Number(index), leaf);
      records.leaves[Number(index)] = leafState(event);
    }
    supersede(replay, event, root);
  },

  Revoked(replay, event) {
    const { records } = replay.world;
    const { index, leaf, tombstone, root, epoch } = event.args;
    // A clinic revokes its own leaf; governance voids one of a clinic that is no longer accredited.
    requireOwner(replay, event, leaf);
    const due = tombstoneOf(records, leaf);
    const reason = `leaf ${leaf} was replaced by ${tombstone}, its tombstone is ${due}`;
    expect(replay, event, tombstone === due, "records/tombstone", reason);
    if (requireIndex(replay, event, leaf)) {
      records.tree.update(Number(index), tombstone);
      const before = records.leaves[Number(index)]!;
      records.leaves[Number(index)] = { ...before, leaf: tombstone, size: 0, place: event.place };
    }
    nextEpoch(replay, event, epoch);
    requireRoot(replay, event, root);
    records.root = root;
    records.tombstones.add(tombstone);
  },

  RevokedEarly(replay, event) {
    const { records } = replay.world;
    const { clinic, leaf, epoch } = event.args;
    requireClinic(replay, event, clinic);
    const isFree = !records.anchoredBy.has(leaf);
    expect(replay, event, isFree, "records/owner", `leaf ${leaf} was anchored before`);
    records.revokedEarly.add(`${clinic} ${leaf}`);
    nextEpoch(replay, event, epoch);
  },
};

/** Why a root was not good at a time; undefined when it was. Times in Unix seconds. */
export function refuseRoot(
  { records }: World,
  root: bigint,
  at: { time: number; windowSeconds: number },
): "records root never seen" | "records root past its window" | "records root voided" | undefined {
  if (root !== 0n && root === records.root) return undefined;
  const old = records.superseded.get(root);
  if (old === undefined) return "records root never seen";
  if (old.epoch !== records.epoch) return "records root voided";
  return at.time <= old.since + at.windowSeconds ? undefined : "records root past its window";
}

type Anchoring = Event<"Anchored" | "Replaced">;

function leafState({ args, place }: Anchoring) {
  const { leaf, clinic, leavesHash } = args;
  return { leaf, clinic, size: Number(args.size), leavesHash, place };
}

function requireClinic(replay: Replay, event: Event, clinic: string): void {
  const is = isAccredited(replay.world, "clinic", clinic);
  expect(replay, event, is, "records/clinic", `${clinic} was no accredited clinic`);
}

/** A leaf is anchored once ever; claims it for its clinic. */
function requireFresh(replay: Replay, event: Anchoring): void {
  const { records } = replay.world;
  const { leaf, clinic, size } = event.args;
  const isSound = leaf > 0n && leaf < FIELD_ORDER && size >= 1n && size <= MAX_BATCH;
  const wasHere = records.anchoredBy.has(leaf) || records.tombstones.has(leaf);
  const isNew = !wasHere && !records.revokedEarly.has(`${clinic} ${leaf}`);
  const why = isNew
    ? `leaf ${leaf} of ${size} records`
    : `leaf ${leaf} was anchored or revoked before`;
  expect(replay, event, isSound && isNew, "records/leaf", why);
  records.anchoredBy.set(leaf, clinic);
}

function requireOwner(replay: Replay, event: Event<"Replaced" | "Revoked">, leaf: bigint): void {
  const owner = replay.world.records.anchoredBy.get(leaf);
  const reason = `leaf ${leaf} was anchored by ${owner ?? "nobody"}, not by ${event.args.clinic}`;
  expect(replay, event, owner === event.args.clinic, "records/owner", reason);
}

function requireIndex(replay: Replay, event: Event<"Replaced" | "Revoked">, leaf: bigint): boolean {
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

function nextEpoch(replay: Replay, event: Event, epoch: bigint): void {
  const { records } = replay.world;
  const due = records.epoch + 1n;
  expect(replay, event, epoch === due, "records/epoch", `epoch ${epoch}, the next one is ${due}`);
  records.epoch = epoch;
}

/** One that nobody ever anchored. */
function tombstoneOf({ tree, anchoredBy }: RecordsState, leaf: bigint): bigint {
  let tombstone: bigint = leaf;
  do tombstone = hashEncoded(["string", "uint256"], ["cohort-zero/tombstone/1", tombstone]);
  while (tree.has(tombstone) || anchoredBy.has(tombstone));
  return tombstone;
}
