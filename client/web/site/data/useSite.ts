import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Api } from "../../../api/api.ts";
import type { AuditEvent } from "../../../api/event.ts";
import type { PublicState } from "../../../api/trial.ts";
import { staffLog } from "../../../exchange/staff.ts";
import { identityDocumentOf } from "../../../site/desk.ts";
import { whyNotAtDesk } from "../../../site/deskStaff.ts";
import { rosterOf, type SiteRoster, sitesOf, versionInForce } from "../../../site/roster.ts";
import { readTrialDocument } from "../../../trial/document.ts";
import { type Downloads, downloadTrial } from "../../../trial/review.ts";
import { useActor } from "../../shared/account.tsx";

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
  /** True for one in the site's delegation log now. */
  readonly isStaff: boolean;
  /** True for one that signs arrivals now: the site's own, and staff with that task. */
  readonly isDesk: boolean;
  /** Why it does not, in words that go on from the account's name; undefined when it does. */
  readonly whyNotDesk: string | undefined;
  /** Whether the version in force names custodians, so that there are data. */
  readonly hasData: boolean;
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
      const standing = standingOf(state, address, siteId);
      const staff = { state, events, now: downloads.deployment.chainTime, address };
      const whyNotDesk = whyNotAtDesk({ ...staff, siteId, key: address.toLowerCase() });
      return {
        downloads,
        roster: rosterOf({ state, events, siteId }),
        ...wordsOf(state, protocolNumber, siteId),
        identityDocument: identityDocumentOf(state),
        ...standing,
        isStaff: staffSites(staff).has(siteId),
        ...{ isDesk: whyNotDesk === undefined, whyNotDesk },
        hasData: (versionInForce(state)?.terms.custodians.length ?? 0) > 0,
      };
    },
  });
}

function standingOf(state: PublicState, address: string, siteId: number) {
  const site = sitesOf(state, address).find((one) => one.siteId === siteId);
  return { isOwn: site?.isDropped === false, isDropped: site?.isDropped === true };
}

/** The sites for which an account is in the delegation log now, by who signs for them today. */
function staffSites(of: {
  state: PublicState;
  events: readonly AuditEvent[];
  now: number;
  address: string;
}): ReadonlySet<number> {
  const { state, events, now, address } = of;
  const signers = new Map(
    versionInForce(state)?.terms.sites.map(({ siteId, signer }) => [siteId, signer.toLowerCase()]),
  );
  const own = staffLog(events, state.trialId).filter(
    ({ key, by, siteId, endedAt, from, until }) =>
      key === address.toLowerCase() &&
      by.toLowerCase() === signers.get(siteId) &&
      endedAt === undefined &&
      from <= now &&
      now < until,
  );
  return new Set(own.map(({ siteId }) => siteId));
}

/** Reads every site's data again, after an act. */
export function useSiteRefresh() {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: ["site"] });
}

/** The trials that this account signs for, or works for by delegation, and its sites in each. */
export function useOwnSites() {
  const { api, address } = useActor();
  return useQuery({
    queryKey: ["own-sites", address],
    queryFn: () => findOwnSites(api, address),
  });
}

async function findOwnSites(api: Api, address: string) {
  const [trials, events, { chainTime: now }] = await Promise.all([
    api.trials(),
    api.events(),
    api.deployment(),
  ]);
  const found = await Promise.all(
    trials.map(async (trial) => {
      const state = await api.publicState(trial.trialId);
      const signed = sitesOf(state, address).map((one) => ({ ...one, isStaff: false }));
      const delegated = [...staffSites({ state, events, now, address })]
        .filter((siteId) => !signed.some((one) => one.siteId === siteId && !one.isDropped))
        .map((siteId) => ({ siteId, isDropped: false, isStaff: true }));
      return [...signed, ...delegated].map(({ siteId, isDropped, isStaff }) => {
        const { participants } = state;
        const own = participants.filter((participant) => participant.siteId === siteId);
        const count = (name: string) => own.filter((one) => one.state === name).length;
        return {
          ...wordsOf(state, trial.protocolNumber, siteId),
          protocolNumber: trial.protocolNumber,
          status: trial.status,
          siteId,
          isDropped,
          isStaff,
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
