// Who a site expects and has: pseudonyms, states and deadlines, out of a trial's public data.
import { PARTICIPANT_STATES } from "../../circuits/statement/trial.ts";
import type { AuditEvent } from "../api/event.ts";
import type { PublicParticipant, PublicState, TrialVersion } from "../api/trial.ts";

export type SiteParticipant = PublicParticipant & {
  /** Last moment to arrive, Unix seconds; only while they are expected. */
  readonly arriveBy: number | undefined;
  /** When the arrival was recorded, Unix seconds. */
  readonly arrivedAt: number | undefined;
};

export type SiteRoster = {
  readonly participants: readonly SiteParticipant[];
  /** Places of this site in the version in force, and those taken. */
  readonly capacity: number;
  readonly taken: number;
};

/** Sites of a trial's versions up to the one in force that this account signs for. */
export function sitesOf(state: PublicState, account: string): number[] {
  const inForce = state.versions.filter(({ version }) => version <= state.currentVersion);
  const sites = inForce.flatMap(({ terms }) => terms.sites);
  const own = sites.filter(({ signer }) => signer === account.toLowerCase());
  return [...new Set(own.map(({ siteId }) => siteId))].sort((a, b) => a - b);
}

/** The version that a trial recruits for; undefined before the board approved one. */
export function versionInForce(state: PublicState): TrialVersion | undefined {
  return state.versions.find(({ version }) => version === state.currentVersion);
}

/** A site's participants, and its places as the contract counts them. */
export function rosterOf(of: {
  state: PublicState;
  events: readonly AuditEvent[];
  siteId: number;
}): SiteRoster {
  const { state, events, siteId } = of;
  const { deadlines, arrivals, holding } = replay(events, siteId);
  const own = state.participants.filter((participant) => participant.siteId === siteId);
  const site = versionInForce(state)?.terms.sites.find((one) => one.siteId === siteId);
  return {
    participants: own.map((participant) => {
      const who = participant.pseudonym.toString();
      const isExpected = participant.state === "pending-on-study";
      return {
        ...participant,
        arriveBy: isExpected ? deadlines.get(who) : undefined,
        arrivedAt: arrivals.get(who),
      };
    }),
    capacity: site?.capacity ?? 0,
    taken: holding.size,
  };
}

/** Who is expected until when, who arrived when, and who holds a place of the site. */
function replay(events: readonly AuditEvent[], siteId: number) {
  const deadlines = new Map<string, number>();
  const arrivals = new Map<string, number>();
  const holding = new Set<string>();
  for (const { name, arguments: values, blockTime } of events) {
    const who = values.pseudonym ?? "";
    if (name === "Enrolled" && Number(values.siteId) === siteId) {
      deadlines.set(who, Number(values.arriveBy));
      holding.add(who);
    }
    if (name === "Succeeded") holding.delete(who);
    if (name !== "StateChanged") continue;
    const state = PARTICIPANT_STATES[Number(values.state)];
    if (state === "on-study") arrivals.set(who, blockTime);
    // Whoever was on study keeps the place, unless a successor takes over.
    const hasLeft = state === "withdrawn" && !arrivals.has(who);
    if (hasLeft || state === "eligible" || state === "ineligible") holding.delete(who);
  }
  return { deadlines, arrivals, holding };
}
