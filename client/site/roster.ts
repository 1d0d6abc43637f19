// Who a site expects and has: pseudonyms, states and deadlines, out of a trial's public data.
import { Refusal } from "../../circuits/statement/refusal.ts";
import { PARTICIPANT_STATES } from "../../circuits/statement/trial/trial.ts";
import type { AuditEvent } from "../api/event.ts";
import type { PublicParticipant, PublicState, TrialVersion } from "../api/trial.ts";

export type SiteParticipant = PublicParticipant & {
  /** Last moment to arrive, Unix seconds; only while they are expected. */
  readonly expectedBy: number | undefined;
  /** When the arrival was recorded, Unix seconds. */
  readonly arrivedAt: number | undefined;
};

export type SiteRoster = {
  readonly participants: readonly SiteParticipant[];
  /** Places of this site in the version in force, and those taken. */
  readonly capacity: number;
  readonly taken: number;
};

/**
 * The sites that this account signs for, and those that it signed for until an amendment dropped
 * them (or named another key): these sign nothing any more.
 */
export function sitesOf(
  state: PublicState,
  account: string,
): { readonly siteId: number; readonly isDropped: boolean }[] {
  const current = state.currentVersion;
  const inForce = state.versions.filter(({ version }) => version <= current);
  const ownIn = (versions: readonly TrialVersion[]) =>
    versions
      .flatMap(({ terms }) => terms.sites)
      .filter(({ signer }) => signer === account.toLowerCase())
      .map(({ siteId }) => siteId);
  const own = new Set(ownIn(inForce.filter(({ version }) => version === current)));
  return [...new Set(ownIn(inForce))]
    .sort((a, b) => a - b)
    .map((siteId) => ({ siteId, isDropped: !own.has(siteId) }));
}

/**
 * The site as the version in force has it. Refuses with `SiteDropped` when only earlier versions
 * list it, with `UnknownSite` when none does, and with `TrialNotApproved`.
 */
export function requireSite(state: PublicState, siteId: number) {
  const inForce = versionInForce(state);
  if (inForce === undefined) throw new Refusal("TrialNotApproved");
  const site = inForce.terms.sites.find((one) => one.siteId === siteId);
  if (site !== undefined) return site;
  const wasListed = state.versions.some(
    ({ version, terms }) =>
      version < state.currentVersion && terms.sites.some((one) => one.siteId === siteId),
  );
  const { version, terms } = inForce;
  const sites = terms.sites.map((one) => one.siteId).join(", ");
  throw new Refusal(wasListed ? "SiteDropped" : "UnknownSite", { siteId, version, sites });
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
  const { arrivals, holding } = replay(events, siteId);
  const own = state.participants.filter((participant) => participant.siteId === siteId);
  const site = versionInForce(state)?.terms.sites.find((one) => one.siteId === siteId);
  return {
    participants: own.map((participant) => {
      const who = participant.pseudonym.toString();
      const isExpected = participant.state === "pending-on-study";
      return {
        ...participant,
        expectedBy: isExpected ? (participant.arriveBy ?? undefined) : undefined,
        arrivedAt: arrivals.get(who),
      };
    }),
    capacity: site?.capacity ?? 0,
    taken: holding.size,
  };
}

/** Who arrived when, and who holds a place of the site. */
function replay(events: readonly AuditEvent[], siteId: number) {
  const arrivals = new Map<string, number>();
  const holding = new Set<string>();
  for (const { name, arguments: values, blockTime } of events) {
    const who = values.pseudonym ?? "";
    if (name === "Enrolled" && Number(values.siteId) === siteId) holding.add(who);
    if (name === "Succeeded") holding.delete(who);
    if (name !== "StateChanged") continue;
    const state = PARTICIPANT_STATES[Number(values.state)];
    if (state === "on-study") arrivals.set(who, blockTime);
    // Whoever was on study keeps the place, unless a successor takes over.
    const hasLeft = state === "withdrawn" && !arrivals.has(who);
    if (hasLeft || state === "eligible" || state === "ineligible") holding.delete(who);
  }
  return { arrivals, holding };
}
