// What is public about the data of a trial, as all pages but the wallet's read it: entries, events, people by
// pseudonym, cuts with how many were left out. Asked for whole: whom one looks at stays here.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Collection } from "../../../../circuits/statement/exchange/collection.ts";
import { trialIdOf } from "../../../../circuits/statement/trial/trial.ts";
import { addressOf } from "../../../actor/actor.ts";
import type { Api } from "../../../api/api.ts";
import { type CutInfo, readCuts } from "../../../api/cuts.ts";
import type { AuditEvent } from "../../../api/event.ts";
import { exchangeOf, type PublicEntry } from "../../../api/exchange.ts";
import type { Participant, Recruitment } from "../../../api/recruitment.ts";
import type { DeploymentInfo } from "../../../api/registry.ts";
import type { TrialVersion } from "../../../api/trial.ts";
import type { CustodyPlace } from "../../../exchange/custodian.ts";
import { readTrialDocument, type TrialDocument } from "../../../trial/document.ts";
import { useApi } from "../../shared/exchange.tsx";

export type { CutInfo };

export type TrialData = {
  readonly trial: Recruitment;
  readonly version: TrialVersion | undefined;
  /** Undefined where the text is sealed or missing. */
  readonly document: TrialDocument | undefined;
  readonly collections: readonly Collection[];
  /** Lower case; none where the trial collects nothing. */
  readonly custodians: readonly string[];
  readonly threshold: number;
  readonly deployment: DeploymentInfo;
  readonly place: CustodyPlace & { readonly depositLog: string };
  readonly entries: readonly PublicEntry[];
  readonly participants: readonly Participant[];
  /** Of all trials, oldest first: purges and closed cases name none. */
  readonly events: readonly AuditEvent[];
  readonly cuts: readonly CutInfo[];
};

const trialDataKey = (protocolNumber: string) => ["exchange", protocolNumber] as const;

/** Everything public about a trial's data. */
export function useTrialData(protocolNumber: string) {
  const api = useApi();
  return useQuery({
    queryKey: trialDataKey(protocolNumber),
    queryFn: () => readTrialData(api, protocolNumber),
  });
}

/** Reads it all again, after an act. */
export function useTrialDataRefresh(protocolNumber: string) {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: trialDataKey(protocolNumber) });
}

/** Everything public about a trial's data, read anew. */
export async function readTrialData(api: Api, protocolNumber: string): Promise<TrialData> {
  const trialId = trialIdOf(protocolNumber);
  const trial = await api.recruitment(protocolNumber);
  const version = trial.versions.find((one) => one.version === trial.currentVersion);
  const custodians = (version?.terms.custodians ?? []).map((one) => one.toLowerCase());
  const [participants, events, deployment, entries, cuts] = await Promise.all([
    api.participants(protocolNumber),
    api.events(),
    api.deployment(),
    custodians.length === 0 ? [] : exchangeOf(api).entries(trialId),
    readCuts(api, trialId),
  ]);
  const document = version && openText(version);
  return {
    ...{ trial, version, document, custodians, deployment, entries, participants, events, cuts },
    collections: document?.trial.collections ?? [],
    threshold: version?.terms.custodianThreshold ?? 0,
    place: {
      chainId: deployment.chainId,
      custodyLog: addressOf(deployment, "CustodyLog"),
      depositLog: addressOf(deployment, "DepositLog"),
    },
  };
}

function openText(version: TrialVersion): TrialDocument | undefined {
  const content = version.documents.document?.content;
  if (content === undefined || version.terms.isSealed) return undefined;
  try {
    return readTrialDocument(content);
  } catch {
    // Then nobody learns from it what is collected.
    return undefined;
  }
}

/** Purposes, reasons and statements in words, by their hash; those that nobody published are not in it. */
export function useWords(hashes: readonly string[]) {
  const api = useApi();
  const wanted = [...new Set(hashes)].sort();
  return useQuery({
    queryKey: ["exchange-words", ...wanted],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async (): Promise<ReadonlyMap<string, string>> => {
      const { text } = exchangeOf(api);
      const found = await Promise.all(
        wanted.map(async (hash) => [hash, await text(hash).catch(() => undefined)] as const),
      );
      return new Map(
        found.flatMap(([hash, words]) => (words === undefined ? [] : [[hash, words]])),
      );
    },
  });
}
