// The Semaphore groups of the trials under audit, rebuilt member by member. Others' groups in the
// same contract are passed over. Mirrors Screening.sol's `_openGroup` and stock Semaphore.sol.
import { FIELD_ORDER } from "../../circuits/statement/field.ts";
import { buildTree } from "../../circuits/statement/tree.ts";
import type { Event } from "./event.ts";
import { expect, type Handlers, type Replay, trialOf } from "./handler.ts";
import type { Group, Trial } from "./state.ts";

export const groupHandlers: Handlers = {
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
    const { groupId, index, identityCommitment: commitment, merkleTreeRoot } = event.args;
    const group = replay.world.groups.get(groupId);
    if (group === undefined) return;
    const place = BigInt(group.tree.size);
    const wrong = `member ${index} of group ${groupId}, the next one is ${place}`;
    const isDue = index === place;
    addMember(group, commitment);
    const rebuilt = group.tree.root;
    const reason = `the event says root ${merkleTreeRoot} for group ${groupId}, the rebuilt tree has ${rebuilt}`;
    const fits = isDue && merkleTreeRoot === rebuilt;
    // What follows from one wrong member or root is not reported again.
    expect(replay, event, fits || group.isBroken, "group/root", isDue ? reason : wrong);
    group.isBroken ||= !fits;
    group.roots.add(merkleTreeRoot);
    replay.world.pending.members.push({ groupId, commitment, place: event.place });
  },

  MemberRemoved: refuseChange,
  MemberUpdated: refuseChange,
  MembersAdded: refuseChange,
  GroupAdminUpdated: refuseChange,
  GroupMerkleTreeDurationUpdated: refuseChange,
};

type Change = Event<
  | "MemberRemoved"
  | "MemberUpdated"
  | "MembersAdded"
  | "GroupAdminUpdated"
  | "GroupMerkleTreeDurationUpdated"
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

/**
 * Adds a member; what no tree can hold is left out (the event that brought it has been reported).
 */
export function addMember({ tree, roots }: Group, commitment: bigint): void {
  if (commitment <= 0n || commitment >= FIELD_ORDER) return;
  tree.insert(commitment);
  roots.add(tree.root);
}

/**
 * Takes the member that an act explains off the transaction's list; reports and makes up for a
 * missing one.
 */
export function explainMember(
  replay: Replay,
  event: Event,
  member: { groupId: bigint; commitment: bigint },
): void {
  const { members } = replay.world.pending;
  const at = members.findIndex(
    ({ groupId, commitment }) => groupId === member.groupId && commitment === member.commitment,
  );
  if (at >= 0) {
    members.splice(at, 1);
    return;
  }
  const reason = `${event.name} without a new member ${member.commitment} in group ${member.groupId}`;
  replay.report("group/member", reason, event.place);
  const group = replay.world.groups.get(member.groupId);
  if (group) addMember(group, member.commitment);
}
