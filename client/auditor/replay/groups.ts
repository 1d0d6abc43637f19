// The Semaphore groups of the trials under audit, rebuilt member by member. Others' groups in the
// same contract are passed over. Mirrors Screening.sol's `_openGroup` and stock Semaphore.sol.
import { FIELD_ORDER } from "../../../circuits/statement/encoding/field.ts";
import { buildTree } from "../../../circuits/statement/encoding/tree.ts";
import type { Event } from "../node/event.ts";
import { expect, type Handlers, type Replay, trialOf } from "./handler.ts";
import type { Group, Trial } from "./state.ts";

export const groupHandlers = {
  GroupOpened(replay, event) {
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    const { trialId, screeningVersion, groupId } = event.args;
    const due = trial.versions.get(trial.current)?.screeningVersion ?? 0;
    const isDue = due === screeningVersion && !trial.groups.has(due);
    const reason = `group ${groupId} opened for version ${screeningVersion} of ${trialId}`;
    expect(replay, event, isDue, "screening/group", reason);
    openGroup(replay, { trial, screeningVersion, groupId });
  },

  MemberAdded(replay, event) {
    const { groupId, index, identityCommitment, merkleTreeRoot: root } = event.args;
    followMembers(replay, event, { groupId, index, commitments: [identityCommitment], root });
  },

  MembersAdded(replay, event) {
    const { groupId, startIndex, identityCommitments, merkleTreeRoot: root } = event.args;
    const commitments = identityCommitments;
    followMembers(replay, event, { groupId, index: startIndex, commitments, root });
  },

  MemberRemoved: refuseChange,
  MemberUpdated: refuseChange,
  GroupAdminUpdated: refuseChange,
  GroupMerkleTreeDurationUpdated: refuseChange,
} satisfies Handlers;

/** New members in order, and the root after the last; roots between them never were the group's. */
function followMembers(
  replay: Replay,
  event: Event<"MemberAdded" | "MembersAdded">,
  added: { groupId: bigint; index: bigint; commitments: readonly bigint[]; root: bigint },
): void {
  const { groupId, index, commitments, root } = added;
  const group = replay.world.groups.get(groupId);
  if (group === undefined) return;
  const place = BigInt(group.tree.size);
  const wrong = `member ${index} of group ${groupId}, the next one is ${place}`;
  const isDue = index === place;
  for (const commitment of commitments) insert(group, commitment);
  const rebuilt = group.tree.size === 0 ? 0n : group.tree.root;
  const reason = `the event says root ${root} for group ${groupId}, the rebuilt tree has ${rebuilt}`;
  const fits = isDue && root === rebuilt;
  // What follows from one wrong member or root is not reported again.
  expect(replay, event, fits || group.isBroken, "group/root", isDue ? reason : wrong);
  group.isBroken ||= !fits;
  // The told root and the rebuilt one: what a consent proves against either is no second finding.
  for (const had of [root, rebuilt]) group.roots.add(had);
  for (const commitment of commitments) meetMember(replay, event, { groupId, commitment });
}

type Change = Event<
  "MemberRemoved" | "MemberUpdated" | "GroupAdminUpdated" | "GroupMerkleTreeDurationUpdated"
>;

/**
 * A group is set up before GroupOpened names it; after that nothing but new members may change it.
 */
function refuseChange(replay: Replay, event: Change): void {
  const { groupId } = event.args;
  const isOurs = replay.world.groups.has(groupId);
  expect(replay, event, !isOurs, "group/changed", `${event.name} in group ${groupId}`);
}

/** Starts following a group. */
export function openGroup(
  { world }: Replay,
  at: { trial: Trial; screeningVersion: number; groupId: bigint },
): Group {
  const { trialId } = at.trial;
  const group = { trialId, tree: buildTree([]), roots: new Set<bigint>(), isBroken: false };
  at.trial.groups.set(at.screeningVersion, at.groupId);
  world.groups.set(at.groupId, group);
  return group;
}

/** What no tree can hold is left out: the event that brought it has been reported. */
function insert({ tree }: Group, commitment: bigint): void {
  if (commitment > 0n && commitment < FIELD_ORDER) tree.insert(commitment);
}

/** Adds a member that no event brought. */
function addMember(group: Group, commitment: bigint): void {
  insert(group, commitment);
  if (group.tree.size > 0) group.roots.add(group.tree.root);
}

type Member = { readonly groupId: bigint; readonly commitment: bigint };
const isSame = (a: Member) => (b: Member) =>
  a.groupId === b.groupId && a.commitment === b.commitment;

/** A member whose act came before (many at once) or is still to come (one) in the transaction. */
function meetMember(replay: Replay, event: Event, member: Member): void {
  const { members, awaited } = replay.world.pending;
  const at = awaited.findIndex(isSame(member));
  if (at >= 0) awaited.splice(at, 1);
  else members.push({ ...member, place: event.place });
}

/** Takes the member that an act explains off the transaction's list, or waits for it. */
export function explainMember(replay: Replay, event: Event, member: Member): void {
  const { members, awaited } = replay.world.pending;
  const at = members.findIndex(isSame(member));
  if (at >= 0) members.splice(at, 1);
  else awaited.push({ ...member, act: event.name, place: event.place });
}

/** Ends a transaction: reports acts and members without each other, and makes up for the missing. */
export function settleMembers({ world, report }: Replay): void {
  const { members, awaited } = world.pending;
  for (const { act, commitment, groupId, place } of awaited) {
    report("group/member", `${act} without a new member ${commitment} in group ${groupId}`, place);
    const group = world.groups.get(groupId);
    if (group) addMember(group, commitment);
  }
  for (const { commitment, groupId, place } of members) {
    report("group/member", `member ${commitment} joined group ${groupId} by no screening`, place);
  }
}
