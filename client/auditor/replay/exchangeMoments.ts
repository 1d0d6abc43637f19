// Remembers, for each block at which it changed, what a consent covered, whether a trial ran and who
// held which role: receipts say as of which block a custodian decided.
import { SPONSOR_SITE, TASKS, type Task } from "../../../circuits/statement/exchange/delegation.ts";
import { SITE_ACT_KINDS } from "../../../circuits/statement/trial/consent.ts";
import type { Bytes32 } from "../../../circuits/statement/trial/trial.ts";
import type { Event } from "../node/event.ts";
import {
  atBlock,
  type ConsentMoment,
  countUpTo,
  during,
  personKey,
  staffKey,
  type TrialMoment,
} from "./exchangeState.ts";
import type { Handlers, Replay } from "./handler.ts";
import type { Participant, Trial, World } from "./state.ts";
import { stateNumber } from "./transitions.ts";
import { refuseRunning } from "./trials.ts";

/** The same handlers; after each, what it changed is remembered. */
export function remembering<H extends Handlers>(handlers: H): H {
  const each = Object.entries(handlers) as unknown as [string, Handle][];
  const wrapped = each.map(([name, handle]) => {
    const both = (replay: Replay, event: Event) => {
      handle(replay, event);
      remember(replay.world, event);
    };
    return [name, both];
  });
  return Object.fromEntries(wrapped) as unknown as H;
}

type Handle = (replay: Replay, event: Event) => void;

type Args = {
  readonly trialId?: Bytes32;
  readonly pseudonym?: bigint;
  readonly role?: number;
  readonly account?: string;
};

function remember(world: World, event: Event): void {
  const { exchange } = world;
  const at = { block: event.place.block, time: event.time };
  if (exchange.times.at(-1)?.block !== at.block) exchange.times.push(at);
  const { trialId, pseudonym, role, account } = event.args as Args;
  if (role !== undefined && account !== undefined) {
    const key = `${role} ${account}`;
    push(exchange.rolesAt, key, { ...at, holds: world.accredited.has(key) });
    // Whether a trial may go on depends on who holds a role.
    for (const trial of world.trials.values()) rememberTrial(world, trial, at);
    return;
  }
  const trial = trialId === undefined ? undefined : world.trials.get(trialId);
  if (trial === undefined) return;
  rememberTrial(world, trial, at);
  const who = pseudonym === undefined ? undefined : trial.participants.get(pseudonym);
  if (who === undefined) return;
  const { state, permissions, version, validUntil } = who;
  const key = personKey(trial.trialId, pseudonym!);
  push(exchange.consentsAt, key, { ...at, state, permissions, version, validUntil });
  if (event.name === "SiteSigned" && SITE_ACT_KINDS.get(event.args.kind) === "Arrival") {
    exchange.arrived.push({ trialId: trial.trialId, pseudonym: pseudonym!, place: event.place });
  }
  if (event.name === "WithdrawnByCode") exchange.byCode = `${event.place.transaction} ${key}`;
}

function rememberTrial(world: World, trial: Trial, at: { block: number; time: number }): void {
  const { current: version, approvedUntil, trialId } = trial;
  // At time zero no approval has expired: time is judged where the moment is used.
  const problem = refuseRunning(world, trial, { time: 0, recruiting: false }) ?? "";
  push(world.exchange.trialsAt, trialId, { ...at, version, problem, approvedUntil });
}

/** Keeps only what differs from the moment before. */
function push<M extends { block: number; time: number }>(
  into: Map<string, M[]>,
  key: string,
  moment: M,
): void {
  const moments = into.get(key) ?? [];
  if (moments.length === 0) into.set(key, moments);
  const last = moments.at(-1);
  const isSame =
    last !== undefined &&
    Object.entries(moment).every(
      ([name, value]) =>
        name === "block" || name === "time" || (last as Record<string, unknown>)[name] === value,
    );
  if (!isSame) moments.push(moment);
}

type Standing = Pick<Participant, "state" | "permissions" | "version" | "validUntil">;

/**
 * Why nothing of a participant may be sealed or released at a time; undefined when it may. As
 * Enrollment.requireCovered, but for whether the trial runs.
 */
export function coverGap(
  who: Standing | undefined,
  of: { readonly permission: number; readonly required: number; readonly time: number },
): string | undefined {
  if (who === undefined || who.state === 0) return "never consented";
  const isIn = who.state === stateNumber("on-study") || who.state === stateNumber("off-study");
  if (who.state === stateNumber("withdrawn")) return "had withdrawn";
  if (!isIn) return "had not arrived";
  if ((of.permission & ~who.permissions) !== 0) return "did not permit it";
  if (who.version < of.required) return "had not consented to the form that was required";
  return who.validUntil < BigInt(of.time) ? "had a consent that was over" : undefined;
}

/** The same as of a block: trial and consent are those of its end. `time`: of the block. */
export function coverGapAt(
  world: World,
  of: {
    readonly trialId: Bytes32;
    readonly pseudonym: bigint;
    readonly permission: number;
    readonly block: number;
    readonly time: number;
  },
): string | undefined {
  const { trialsAt, consentsAt } = world.exchange;
  const trial = atBlock(trialsAt.get(of.trialId), of.block);
  if (trial === undefined) return "was in a trial that did not exist";
  if (trial.problem !== "") return `was in a trial that stood still (${trial.problem})`;
  if (trial.approvedUntil < BigInt(of.time)) return "was in a trial whose approval had expired";
  const required = versionOf(world, of.trialId, trial)?.consentVersion ?? 0;
  const who = atBlock<ConsentMoment>(consentsAt.get(personKey(of.trialId, of.pseudonym)), of.block);
  return coverGap(who, { ...of, required });
}

/** The version in force at a moment of a trial. */
export function versionOf(world: World, trialId: Bytes32, { version }: TrialMoment) {
  return world.trials.get(trialId)?.versions.get(version);
}

/** Whether a key could act for a site in all of some tasks at some time between two. */
export function wasStaff(
  world: World,
  of: {
    readonly trialId: Bytes32;
    readonly siteId: number;
    readonly key: string;
    readonly tasks: readonly Task[];
    readonly from: number;
    readonly to: number;
  },
): boolean {
  const { exchange, trials } = world;
  if (of.to < of.from) return false;
  const terms = exchange.staff.get(staffKey(of.trialId, of.siteId, of.key)) ?? [];
  const bits = of.tasks.map((task) => TASKS[task]);
  return during(exchange.trialsAt.get(of.trialId), of).some((moment) => {
    const sites = versionOf(world, of.trialId, moment)?.terms.sites ?? [];
    const signer = sites.find(({ siteId }) => siteId === of.siteId)?.signer;
    const by = of.siteId === SPONSOR_SITE ? trials.get(of.trialId)?.sponsor : signer;
    if (by === undefined) return false;
    if (by === of.key.toLowerCase()) return true;
    return terms.some((term) => {
      const starts = Math.max(term.from, term.since, moment.time, of.from);
      const ends = Math.min(term.until - 1, term.ended ?? term.until, moment.ends, of.to);
      return term.by === by && bits.every((bit) => (term.tasks & bit) !== 0) && starts <= ends;
    });
  });
}

/** The latest time that a block can be shown to have had at least; 0 before anything happened. */
export function earliestTimeOf(world: World, block: number): number {
  return atBlock(world.exchange.times, block)?.time ?? 0;
}

/** From the last event up to a block to the first after it: what changes by events stood still. */
export function spanOf(world: World, block: number): { from: number; to: number } {
  const { times } = world.exchange;
  const next = countUpTo(times, block);
  const to = times[next]?.time ?? Number.POSITIVE_INFINITY;
  return { from: times[next - 1]?.time ?? 0, to };
}
