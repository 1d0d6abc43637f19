// What a board looks after once data flow: emergencies to be closed, cuts of few people, copies that are owed.
import type { AuditEvent } from "../../../api/event.ts";
import { SMALL_CUT } from "../../../exchange/cut.ts";
import { CLOSE_SECONDS, casesOf, type EmergencyCase } from "../../../exchange/emergency.ts";
import { type Copy, copiesOf } from "../../../exchange/purge.ts";

export type BoardCase = EmergencyCase & {
  readonly protocolNumber: string;
  /** Whole days until the week is over; below 0: overdue. */
  readonly daysLeft: number;
};

export type SmallCut = {
  readonly protocolNumber: string;
  readonly cutId: string;
  readonly people: number;
  readonly sealedAt: number;
};

/** A copy that its recipient has not declared destroyed though somebody in it has left since it was asked for. */
export type OwedCopy = Copy & {
  readonly protocolNumber: string;
  readonly left: number;
  /** When the first of them left. */
  readonly since: number;
  /** Owed for more than 30 days. */
  readonly isOverdue: boolean;
};

export type Duties = {
  /** Open ones first, those with the fewest days left before the others. */
  readonly cases: readonly BoardCase[];
  /** Newest first. */
  readonly smallCuts: readonly SmallCut[];
  readonly owed: readonly OwedCopy[];
};

type Trials = readonly { readonly trialId: string; readonly protocolNumber: string }[];

const DAY_SECONDS = 86_400;
/** A month, as the GDPR gives for answering (article 12, 3). */
const PURGE_SECONDS = 30 * DAY_SECONDS;
const LEAVES = /^(WithdrawnBy(Proof|Code)|ErasureBy(Proof|Code|Site))$/;
/** A participant's state on the chain. */
const WITHDRAWN = "6";

/** The duties of a board whose these trials are. `events` are of all trials, oldest first; `now` is the chain's time. */
export function dutiesOf(trials: Trials, events: readonly AuditEvent[], now: number): Duties {
  const all = trials.map(({ trialId, protocolNumber }) => {
    const cuts = cutsOf(events, trialId);
    const gone = leaversOf(events, trialId);
    const cases = casesOf(events, { now, trialId }).map((one) => {
      const daysLeft = Math.floor((one.openedAt + CLOSE_SECONDS - now) / DAY_SECONDS);
      return { ...one, protocolNumber, daysLeft };
    });
    const owed = copiesOf(events, trialId).flatMap((copy) => {
      const people = cuts.get(copy.cutId.toString())?.pseudonyms ?? [];
      // Of who had left before, custodians gave out nothing.
      const left = people.flatMap((one) => gone.get(one) ?? []);
      const since = left.filter((at) => at >= copy.requestedAt);
      if (copy.purgedAt !== undefined || since.length === 0) return [];
      const first = Math.min(...since);
      const isOverdue = now > first + PURGE_SECONDS;
      return [{ ...copy, protocolNumber, left: since.length, since: first, isOverdue }];
    });
    const smallCuts = [...cuts].flatMap(([cutId, { pseudonyms, sealedAt }]) => {
      const people = pseudonyms.length;
      return people < SMALL_CUT ? [{ protocolNumber, cutId, people, sealedAt }] : [];
    });
    return { cases, owed, smallCuts };
  });
  const rank = ({ closedAt, openedAt }: BoardCase) =>
    closedAt === undefined ? openedAt : Number.MAX_SAFE_INTEGER - openedAt;
  return {
    cases: all.flatMap(({ cases }) => cases).sort((a, b) => rank(a) - rank(b)),
    smallCuts: all.flatMap(({ smallCuts }) => smallCuts).sort((a, b) => b.sealedAt - a.sealedAt),
    owed: all.flatMap(({ owed }) => owed).sort((a, b) => a.since - b.since),
  };
}

function cutsOf(events: readonly AuditEvent[], trialId: string) {
  return new Map(
    events.flatMap(({ name, arguments: args, blockTime: sealedAt }) => {
      if (name !== "Sealed" || args.trialId !== trialId || args.cutId === undefined) return [];
      const pseudonyms = (JSON.parse(args.pseudonyms ?? "[]") as unknown[]).map(String);
      return [[args.cutId, { pseudonyms, sealedAt }] as const];
    }),
  );
}

/** When each withdrew, in whatever way, or asked for erasure: the first of these. */
function leaversOf(events: readonly AuditEvent[], trialId: string): Map<string, number> {
  const left = new Map<string, number>();
  for (const { name, arguments: args, blockTime } of events) {
    const isLeaving = LEAVES.test(name) || (name === "StateChanged" && args.state === WITHDRAWN);
    const who = args.pseudonym ?? "";
    if (isLeaving && args.trialId === trialId && !left.has(who)) left.set(who, blockTime);
  }
  return left;
}
