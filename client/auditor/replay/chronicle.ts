// What the contracts' events say and the replayed state does not keep: when it happened, and who
// held a role before. Only what a server tells is compared with it.
import { ZeroAddress } from "ethers";
import type { Bytes32 } from "../../../circuits/statement/trial/trial.ts";
import type { Event } from "../node/event.ts";
import { ROLES } from "./state.ts";

/** Times in Unix seconds. */
export type Chronicle = {
  /** False until the contracts' very first event was seen, as after an older checkpoint. */
  isWhole: boolean;
  /** Everybody who ever held a role, by {@link holderKey}. */
  readonly holders: Map<string, { name: string; active: boolean; since: number }>;
  /** The newest approval of each version, by {@link chronicleKey}. */
  readonly approvals: Map<string, { approvedAt: number; approvedUntil: bigint }>;
  /** When each leaf of the registry got its value, by its place. */
  readonly anchored: Map<number, number>;
  /** Every root the registry has had, oldest first. */
  readonly roots: Map<bigint, { createdAt: number; supersededAt: number | null }>;
  /** The newest version that somebody was screened under, by {@link chronicleKey}. */
  readonly screenedUnder: Map<string, number>;
};

/** A chronicle, and what must see every event of the history in order. */
type Chronicler = {
  readonly chronicle: Chronicle;
  readonly onEvent: (event: Event) => void;
};

/** The newest root, and each group's screening version. */
type Passing = { root: bigint; readonly groups: Map<bigint, number> };

/** Begins a chronicle: nothing has happened yet. */
export function startChronicle(): Chronicler {
  const chronicle: Chronicle = {
    ...{ isWhole: false, holders: new Map(), approvals: new Map() },
    ...{ anchored: new Map(), roots: new Map(), screenedUnder: new Map() },
  };
  const passing: Passing = { root: 0n, groups: new Map() };
  const onEvent = (event: Event) => {
    followHolders(chronicle, event);
    followRecords(chronicle, passing, event);
    followTrials(chronicle, passing, event);
  };
  return { chronicle, onEvent };
}

/** Of a version of a trial, or of a nullifier in it. */
export const chronicleKey = (trialId: Bytes32, what: number | bigint) => `${trialId} ${what}`;

/** Of an account in a role, by the name that the server's schema gives it. */
export const holderKey = (role: string, account: string) => `${role} ${account}`;

/** The schema's name of one of Accreditation.sol's roles. */
export function roleName(role: number): string {
  return Object.entries(ROLES).find(([, number]) => number === role)?.[0] ?? `role ${role}`;
}

/** The chain gives governance no name of its own. */
export const GOVERNANCE = "governance";

function followHolders(chronicle: Chronicle, event: Event): void {
  const { holders } = chronicle;
  if (event.name === "Accredited") {
    const { role, account, name } = event.args;
    holders.set(holderKey(roleName(role), account), { name, active: true, since: event.time });
  }
  if (event.name === "Deaccredited") {
    const holder = holders.get(holderKey(roleName(event.args.role), event.args.account));
    if (holder !== undefined) holder.active = false;
  }
  if (event.name === "OwnershipTransferred") {
    const { previousOwner, newOwner } = event.args;
    const before = holders.get(holderKey(GOVERNANCE, previousOwner));
    if (before !== undefined) before.active = false;
    const holder = { name: GOVERNANCE, active: true, since: event.time };
    holders.set(holderKey(GOVERNANCE, newOwner), holder);
    chronicle.isWhole ||= previousOwner === ZeroAddress;
  }
}

function followRecords({ anchored, roots }: Chronicle, passing: Passing, event: Event): void {
  if (event.name !== "Anchored" && event.name !== "Replaced" && event.name !== "Revoked") return;
  const { time, args } = event;
  anchored.set(Number(args.index), time);
  const before = roots.get(passing.root);
  if (before !== undefined) before.supersededAt = time;
  passing.root = args.root;
  roots.set(args.root, { createdAt: time, supersededAt: null });
}

function followTrials(chronicle: Chronicle, { groups }: Passing, event: Event): void {
  const { approvals, screenedUnder } = chronicle;
  if (event.name === "VersionApproved") {
    const { trialId, version, expiresAt } = event.args;
    const approval = { approvedAt: event.time, approvedUntil: expiresAt };
    approvals.set(chronicleKey(trialId, version), approval);
  }
  if (event.name === "GroupOpened") groups.set(event.args.groupId, event.args.screeningVersion);
  if (event.name === "Screened") {
    const { trialId, nullifier, version } = event.args;
    screenedUnder.set(chronicleKey(trialId, nullifier), version);
  }
  if (event.name === "Succeeded") {
    const { trialId, succession, groupId } = event.args;
    const key = chronicleKey(trialId, succession.successorNullifier);
    screenedUnder.set(key, groups.get(groupId) ?? 0);
  }
}
