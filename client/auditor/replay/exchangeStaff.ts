// The delegation log: who acts for a site or a sponsor. Mirrors contracts/exchange/StaffRegistry.sol.
import {
  SPONSOR_SITE,
  STAFF_TYPES,
  staffDomain,
  TASKS,
  type Task,
} from "../../../circuits/statement/exchange/delegation.ts";
import type { Event } from "../node/event.ts";
import { staffKey } from "./exchangeState.ts";
import { expect, type Handlers, type Replay, trialOf } from "./handler.ts";
import type { Trial, World } from "./state.ts";
import { hashTypedData, recovers } from "./typedData.ts";

const ALL_TASKS = Object.values(TASKS).reduce((all, bit) => all | bit, 0);

export const staffHandlers = {
  Delegated(replay, event) {
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    const { trialId, siteId, key, delegation, by } = event.args;
    const { tasks, from, until } = delegation;
    const at = staffKey(trialId, siteId, key);
    const isSame =
      delegation.trialId === trialId && delegation.siteId === siteId && delegation.key === key;
    const isSound = isSame && BigInt(key) !== 0n && tasks !== 0 && from < until;
    const known = (tasks & ~ALL_TASKS) === 0 && !replay.world.exchange.revoked.has(at);
    const reason = `a delegation of ${key} that contradicts itself, had ended, or was revoked`;
    const isOpen = known && until > event.time;
    expect(replay, event, isSound && isOpen, "staff/delegation", reason);
    checkSigned(replay, event, trial, { types: STAFF_TYPES.Delegation, message: delegation });
    end(replay.world, event);
    const { staff } = replay.world.exchange;
    staff.set(at, [...(staff.get(at) ?? []), { by, tasks, from, until, since: event.time }]);
  },

  DelegationRevoked(replay, event) {
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    const { trialId, siteId, key, revocation } = event.args;
    const isSame =
      revocation.trialId === trialId && revocation.siteId === siteId && revocation.key === key;
    const other = "the signed revocation is of another key";
    expect(replay, event, isSame, "staff/delegation", other);
    checkSigned(replay, event, trial, { types: STAFF_TYPES.Revocation, message: revocation });
    const had = end(replay.world, event);
    expect(replay, event, had, "staff/delegation", `${key} had no delegation to revoke`);
    replay.world.exchange.revoked.add(staffKey(trialId, siteId, key));
  },
} satisfies Handlers;

/** Ends the delegation in force; false when there is none. */
function end(world: World, event: Event<"Delegated" | "DelegationRevoked">): boolean {
  const { trialId, siteId, key } = event.args;
  const last = world.exchange.staff.get(staffKey(trialId, siteId, key))?.at(-1);
  if (last === undefined || last.ended !== undefined) return false;
  last.ended = event.time;
  return true;
}

type Signed = {
  readonly types: Record<string, { name: string; type: string }[]>;
  readonly message: { readonly siteId: number; readonly deadline: bigint };
};

/** Signed by whoever may delegate now, in time, and used once. */
function checkSigned(
  replay: Replay,
  event: Event<"Delegated" | "DelegationRevoked">,
  trial: Trial,
  { types, message }: Signed,
): void {
  const { by, signature, siteId } = event.args;
  const due = delegatorOf(trial, siteId);
  const other = `signed by ${by}, who delegates for site ${siteId} was ${due ?? "nobody"}`;
  expect(replay, event, by === due, "staff/delegation", other);
  const isTimely = BigInt(event.time) <= message.deadline;
  expect(replay, event, isTimely, "staff/delegation", "submitted after its deadline");
  const { chainId, addresses } = replay.deployment;
  const domain = staffDomain(chainId, addresses.StaffRegistry);
  const digest = hashTypedData({ domain, types, message });
  const { staffUsed } = replay.world.exchange;
  expect(replay, event, !staffUsed.has(digest), "staff/delegation", "a signature used twice");
  staffUsed.add(digest);
  replay.world.counts.signatures++;
  if (!recovers({ digest, signature, signer: by })) {
    replay.askSigner({ signer: by, digest, signature, place: event.place });
  }
}

/** Who delegates for a site, or for the sponsor (site 0), by the version in force. */
export function delegatorOf(trial: Trial, siteId: number): string | undefined {
  if (siteId === SPONSOR_SITE) return trial.sponsor;
  const { sites } = trial.versions.get(trial.current)?.terms ?? { sites: [] };
  return sites.find((site) => site.siteId === siteId)?.signer;
}

/** Whether a key acts for a site in a task now, as StaffRegistry.isStaff. */
export function isStaff(
  world: World,
  trial: Trial,
  of: {
    readonly siteId: number;
    readonly key: string;
    readonly task: Task;
    readonly time: number;
  },
): boolean {
  const delegator = delegatorOf(trial, of.siteId);
  if (of.key === delegator) return true;
  const last = world.exchange.staff.get(staffKey(trial.trialId, of.siteId, of.key))?.at(-1);
  return (
    last !== undefined &&
    last.ended === undefined &&
    last.by === delegator &&
    (last.tasks & TASKS[of.task]) !== 0 &&
    last.from <= of.time &&
    of.time < last.until
  );
}
