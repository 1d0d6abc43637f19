// The delegation log (ICH E6(R3)): a site's signer, or the sponsor, says who acts for it, in what, from when until when,
// and ends it. On the chain stand keys and the hash of name and role; the words stay with the site.
import { hexlify, randomBytes, type Signer } from "ethers";
import {
  type Delegation,
  type Revocation,
  SPONSOR_SITE,
  STAFF_TYPES,
  staffDomain,
  TASKS,
  type Task,
} from "../../circuits/statement/exchange/delegation.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { type Bytes32, digestEncoded, type TrialId } from "../../circuits/statement/trial/trial.ts";
import { addressOf } from "../actor/actor.ts";
import type { Api } from "../api/api.ts";
import type { AuditEvent } from "../api/event.ts";

/** A signature is good for this long. */
const SIGNATURE_SECONDS = 86_400;
/** A delegation lasts at most so many days: the log is looked through once a year. */
/** Longest time that one delegation lasts, in days. */
export const MAX_DELEGATION_DAYS = 366;

/** A line of the delegation log. Times are Unix seconds. */
export type StaffEntry = {
  readonly siteId: number;
  readonly key: string;
  /** Bits of TASKS. */
  readonly tasks: number;
  readonly person: Bytes32;
  readonly by: string;
  readonly from: number;
  readonly until: number;
  readonly delegatedIn: number;
  /** Block of the revocation, or of the delegation that took its place. */
  readonly endedIn: number | undefined;
  readonly endedAt: number | undefined;
};

/** Hash of a person's name and role, as it stands on the chain. */
export function hashPerson(of: { name: string; role: string; salt: Bytes32 }): Bytes32 {
  return digestEncoded(
    ["string", "string", "string", "bytes32"],
    ["cohort-zero/person/1", of.name, of.role, of.salt],
  );
}

/** Tasks of a bit mask, by name. */
export function tasksOf(bits: number): Task[] {
  return (Object.keys(TASKS) as Task[]).filter((name) => bits & TASKS[name]);
}

/** A trial's log out of events, oldest first; other trials' are passed over. */
export function staffLog(events: readonly AuditEvent[], trialId: TrialId): StaffEntry[] {
  const log: StaffEntry[] = [];
  for (const { name, arguments: args, blockNumber, blockTime } of events) {
    if (name !== "Delegated" && name !== "DelegationRevoked") continue;
    if (args.trialId !== trialId) continue;
    const [siteId, key] = [Number(args.siteId), String(args.key).toLowerCase()];
    const before = log.findLastIndex((one) => one.siteId === siteId && one.key === key);
    const standing = log[before];
    if (standing !== undefined && standing.endedIn === undefined) {
      log[before] = { ...standing, endedIn: blockNumber, endedAt: blockTime };
    }
    if (name === "DelegationRevoked") continue;
    const told = JSON.parse(args.delegation ?? "{}") as Record<string, unknown>;
    log.push({
      siteId,
      key,
      tasks: Number(told.tasks),
      person: String(told.person),
      by: String(args.by).toLowerCase(),
      from: Number(told.from),
      until: Number(told.until),
      delegatedIn: blockNumber,
      endedIn: undefined,
      endedAt: undefined,
    });
  }
  return log;
}

/**
 * Whether a key had a task at a block. Its time is known up to `slack` seconds before `time`: the delegation must have
 * held at some moment of them.
 */
export function isStaffAt(
  log: readonly StaffEntry[],
  of: { siteId: number; key: string; task: number; block: number; time: number; slack: number },
): boolean {
  const { siteId, key, task, block, time, slack } = of;
  return log.some((one) => {
    const stood = one.delegatedIn <= block && (one.endedIn === undefined || one.endedIn > block);
    const isTimely = one.from <= time && (time - slack < one.until || time === Infinity);
    const isTheirs = one.siteId === siteId && one.key === key.toLowerCase();
    return isTheirs && (one.tasks & task) === task && stood && isTimely;
  });
}

type Staff = {
  readonly trialId: TrialId;
  /** 0: the sponsor's own. */
  readonly siteId: number;
  readonly key: string;
};

/** Who signs: the site's signer, or the sponsor's account. Anybody may send what they signed. */
export type Delegator = { readonly api: Api; readonly signer: Signer };

/**
 * Puts a person's key into the log, or changes what it may do, in the chain's next block. Refuses with
 * `InvalidDelegation`, `InvalidSignature` (the signer does not delegate here), `KeyRevoked`.
 */
export async function delegate(
  delegator: Delegator,
  of: Staff & {
    readonly tasks: readonly Task[];
    readonly person: Bytes32;
    /** Unix seconds. */
    readonly from: number;
    readonly until: number;
  },
): Promise<void> {
  const { person, from, until } = of;
  const tasks = of.tasks.reduce((bits, name) => bits | TASKS[name], 0);
  const isTooLong = until - from > MAX_DELEGATION_DAYS * 86_400;
  if (tasks === 0 || from >= until || isTooLong) throw new Refusal("InvalidDelegation");
  const { domain, ...common } = await prepare(delegator, of);
  const delegation: Delegation = { ...common, tasks, person, from, until };
  const { signer, api } = delegator;
  const signature = await signer.signTypedData(domain, STAFF_TYPES.Delegation, delegation);
  await api.settle(await api.submit("staffAct", { delegation: { ...delegation, signature } }));
}

/** Ends a delegation at once, for good. Refuses with `NotStaff`, `InvalidSignature`. */
export async function revokeStaff(delegator: Delegator, of: Staff): Promise<void> {
  const { domain, ...common } = await prepare(delegator, of);
  const revocation: Revocation = common;
  const { signer, api } = delegator;
  const signature = await signer.signTypedData(domain, STAFF_TYPES.Revocation, revocation);
  await api.settle(await api.submit("staffAct", { revocation: { ...revocation, signature } }));
}

/** What both say, and the domain that it is signed in. */
async function prepare({ api }: Delegator, { trialId, siteId, key }: Staff) {
  const deployment = await api.deployment();
  const registry = addressOf(deployment, "StaffRegistry");
  return {
    trialId,
    siteId,
    // The schema takes accounts in lower case.
    key: key.toLowerCase(),
    salt: hexlify(randomBytes(32)),
    deadline: BigInt(deployment.chainTime + SIGNATURE_SECONDS),
    domain: staffDomain(deployment.chainId, registry),
  };
}

/** What staff of a trial are to be called: "site 2" or "the sponsor". */
export function staffOf(siteId: number): string {
  return siteId === SPONSOR_SITE ? "the sponsor" : `site ${siteId}`;
}
