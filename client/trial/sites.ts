// What an amendment does to the sites in force: closed to new participants, or dropped altogether.
import type { ParticipantState, SiteTerms } from "../../circuits/statement/trial/trial.ts";
import type { PublicState } from "../api/trial.ts";

/** A site of the version in force that the next one does not list. */
export type DroppedSite = {
  readonly siteId: number;
  /** Who is there and not finished, by state; undefined when nobody said. */
  readonly waiting?: Readonly<Partial<Record<ParticipantState, number>>> | undefined;
};

/** States in which a participant still needs the signature of a site. */
const NEEDING = { eligible: "consented", "pending-on-study": "expected", "on-study": "on study" };

/** Sites of the version in force that are not among `sites`, and who is there. */
export function droppedSites(
  { versions, currentVersion, participants }: PublicStateOfSites,
  sites: readonly Pick<SiteTerms, "siteId">[],
): DroppedSite[] {
  const inForce = versions.find(({ version }) => version === currentVersion)?.terms.sites ?? [];
  return inForce
    .filter(({ siteId }) => !sites.some((site) => site.siteId === siteId))
    .map(({ siteId }) => {
      const there = participants.filter((one) => one.siteId === siteId);
      const waiting: Partial<Record<ParticipantState, number>> = {};
      for (const { state } of there) {
        if (Object.hasOwn(NEEDING, state)) waiting[state] = (waiting[state] ?? 0) + 1;
      }
      return { siteId, waiting };
    });
}
type PublicStateOfSites = {
  readonly versions: readonly {
    readonly version: number;
    readonly terms: { readonly sites: readonly SiteTerms[] };
  }[];
  readonly currentVersion: number;
  readonly participants: readonly Pick<PublicState["participants"][number], "siteId" | "state">[];
};

/** What dropping a site means, with how many participants are left without one. */
export function droppedWords({ siteId, waiting }: DroppedSite): string {
  const start = `Site ${siteId} is dropped: it signs nothing from then on`;
  const instead = "To close it to new participants only, list it with 0 places.";
  if (waiting === undefined) {
    return `${start}, and whoever is there can neither arrive nor finish. ${instead}`;
  }
  const counts = Object.entries(NEEDING).flatMap(([state, words]) => {
    const count = waiting[state as ParticipantState] ?? 0;
    return count === 0 ? [] : [`${count} ${words}`];
  });
  if (counts.length === 0) return `${start}. No participant is there now.`;
  const all = Object.values(waiting).reduce((sum, count) => sum + count, 0);
  const who = all === 1 ? "1 participant" : `${all} participants`;
  return `${start}, and ${who} there (${counts.join(", ")}) can neither arrive nor finish. ${instead}`;
}

/** Places of a site in words. */
export function placesWords(capacity: number): string {
  if (capacity === 0) return "takes nobody new, but signs for those it has";
  return capacity === 1 ? "1 place" : `${capacity.toLocaleString("en")} places`;
}
