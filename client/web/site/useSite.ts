import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { PublicState } from "../../api/trial.ts";
import type { Api } from "../../api.ts";
import { type Downloads, downloadTrial } from "../../patient/review.ts";
import { identityDocumentOf } from "../../site/desk.ts";
import { rosterOf, type SiteRoster, sitesOf, versionInForce } from "../../site/roster.ts";
import { readTrialDocument } from "../../trial-file.ts";
import { useActor } from "../shared/account.tsx";

export type SitePlace = { readonly protocolNumber: string; readonly siteId: number };

export type SiteData = {
  readonly downloads: Downloads;
  readonly roster: SiteRoster;
  readonly title: string;
  readonly siteName: string;
  /** The document that the desk checks; undefined where the study's text is sealed. */
  readonly identityDocument: string | undefined;
  /** False for an account that does not sign for this site: it may look, as everybody may. */
  readonly isOwn: boolean;
  /** True for one that signed for it until an amendment dropped the site. */
  readonly isDropped: boolean;
};

/** A site of a trial, downloaded whole: which participant one looks at stays here. */
export function useSite({ protocolNumber, siteId }: SitePlace) {
  const { api, address } = useActor();
  return useQuery({
    queryKey: ["site", protocolNumber, siteId, address],
    queryFn: async (): Promise<SiteData> => {
      const [downloads, events] = await Promise.all([
        downloadTrial(api, protocolNumber),
        api.trialEvents(protocolNumber),
      ]);
      const { state } = downloads;
      return {
        downloads,
        roster: rosterOf({ state, events, siteId }),
        ...wordsOf(state, protocolNumber, siteId),
        identityDocument: identityDocumentOf(state),
        ...standingOf(state, address, siteId),
      };
    },
  });
}

function standingOf(state: PublicState, address: string, siteId: number) {
  const site = sitesOf(state, address).find((one) => one.siteId === siteId);
  return { isOwn: site?.isDropped === false, isDropped: site?.isDropped === true };
}

/** Has every site's data read anew, after an act. */
export function useSiteRefresh() {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: ["site"] });
}

/** The trials that this account signs for, and its sites in each. */
export function useOwnSites() {
  const { api, address } = useActor();
  return useQuery({
    queryKey: ["own-sites", address],
    queryFn: () => findOwnSites(api, address),
  });
}

async function findOwnSites(api: Api, address: string) {
  const trials = await api.trials();
  const found = await Promise.all(
    trials.map(async (trial) => {
      const state = await api.publicState(trial.trialId);
      return sitesOf(state, address).map(({ siteId, isDropped }) => {
        const { participants } = state;
        const own = participants.filter((participant) => participant.siteId === siteId);
        const count = (name: string) => own.filter((one) => one.state === name).length;
        return {
          ...wordsOf(state, trial.protocolNumber, siteId),
          protocolNumber: trial.protocolNumber,
          status: trial.status,
          siteId,
          isDropped,
          expected: count("pending-on-study"),
          onStudy: count("on-study"),
        };
      });
    }),
  );
  return found.flat();
}

/** Titles as the trial's document has them; numbers where it is sealed or not there. */
function wordsOf(state: PublicState, protocolNumber: string, siteId: number) {
  const version = versionInForce(state);
  const text = version?.documents.document?.content;
  const fallback = { title: protocolNumber, siteName: `Site ${siteId}` };
  if (text === undefined || version?.terms.isSealed) return fallback;
  try {
    const { trial } = readTrialDocument(text);
    const site = trial.sites.find(({ id }) => id === siteId);
    return { title: trial.title, siteName: site?.name ?? fallback.siteName };
  } catch {
    return fallback;
  }
}
