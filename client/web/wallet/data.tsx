// What the wallet's pages know: public data, downloaded whole or as last seen, and what this device makes of it.
import { type QueryKey, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import { trialIdOf } from "../../../circuits/statement/trial.ts";
import type { AuditEvent } from "../../api/event.ts";
import type { AccreditationInfo, DeploymentInfo, RecordsState } from "../../api/registry.ts";
import type { PublicState, TrialSummary } from "../../api/trial.ts";
import { ServerUnavailable } from "../../api/unavailable.ts";
import { useApi } from "../shared/exchange.tsx";
import { KeptData } from "./vault/kept.ts";
import { useWallet, WALLET_KEY } from "./vault/session.tsx";

const FOLLOW_MS = 5_000;
const LOOK_MS = 30_000;

/** A download, and whether it is an old one because nobody answered. */
export type Known<T> = { readonly value: T; readonly at: number; readonly isOld: boolean };

type Data = {
  readonly kept: KeptData;
  /** Keys to sealed trials, by protocol number; for this session only. */
  readonly documentKeys: ReadonlyMap<string, string>;
  readonly addDocumentKey: (protocolNumber: string, key: string) => void;
};
const Current = createContext<Data | undefined>(undefined);

export function DataProvider({ children }: { children: ReactNode }) {
  const { wallet } = useWallet();
  const [kept] = useState(() => new KeptData(wallet.seed));
  const [documentKeys, setKeys] = useState<ReadonlyMap<string, string>>(new Map());
  const data = useMemo<Data>(
    () => ({
      kept,
      documentKeys,
      addDocumentKey: (name, key) => setKeys((keys) => new Map(keys).set(name, key)),
    }),
    [kept, documentKeys],
  );
  return <Current value={data}>{children}</Current>;
}

export function useData(): Data {
  const data = useContext(Current);
  if (data === undefined) throw new Error("outside of DataProvider");
  return data;
}

/** How to ask for something, or else take what was last answered. */
function keeping<T>(kept: KeptData, name: string, ask: () => Promise<T>) {
  return {
    queryKey: [WALLET_KEY, "public", name] as QueryKey,
    // Without a connection it still runs: there may be an answer from before.
    networkMode: "always" as const,
    retry: false,
    queryFn: async (): Promise<Known<T>> => {
      try {
        if (!navigator.onLine) throw new ServerUnavailable("no connection");
        const value = await ask();
        void kept.put(name, value).catch(() => {});
        return { value, at: Date.now(), isOld: false };
      } catch (problem) {
        if (!(problem instanceof ServerUnavailable)) throw problem;
        const before = await kept.get<T>(name);
        if (before === undefined) throw problem;
        return { ...before, isOld: true };
      }
    },
  };
}

/** The whole registry of records. */
export function useRegistry() {
  const api = useApi();
  const { kept } = useData();
  return useQuery({
    ...keeping<RecordsState>(kept, "registry", () => api.recordsState()),
    staleTime: LOOK_MS,
  });
}

/**
 * Downloads the registry now, from the exchange and nowhere else, and lets every page go on with it: what one page has
 * found registered, no other page may call unregistered.
 */
export function useFreshRegistry(): () => Promise<RecordsState> {
  const api = useApi();
  const { kept } = useData();
  const queries = useQueryClient();
  return async () => {
    const { queryKey } = keeping(kept, "registry", () => api.recordsState());
    // An older download that is still under way must not land on top of this one.
    await queries.cancelQueries({ queryKey });
    const value = await api.recordsState();
    queries.setQueryData<Known<RecordsState>>(queryKey, { value, at: Date.now(), isOld: false });
    void kept.put("registry", value).catch(() => {});
    return value;
  };
}

export type TrialNow = {
  readonly deployment: DeploymentInfo;
  readonly trial: TrialSummary;
  readonly state: PublicState;
  readonly events: readonly AuditEvent[];
  readonly accreditations: readonly AccreditationInfo[];
};

/** One trial's whole public state; `isLive` asks again every few seconds. */
export function useTrial(protocolNumber: string, isLive = false) {
  const api = useApi();
  const { kept } = useData();
  return useQuery({
    ...keeping<TrialNow>(kept, `trial ${protocolNumber}`, () => askTrial(api, protocolNumber)),
    refetchInterval: isLive ? FOLLOW_MS : false,
  });
}

/**
 * Every trial, with its state: all of them for everybody, so that asking tells nothing. `isLive` asks for all of them
 * again and again.
 */
export function useAllTrials(isLive = false) {
  const api = useApi();
  const { kept } = useData();
  const list = useQuery({
    ...keeping<TrialSummary[]>(kept, "trials", () => api.trials()),
    refetchInterval: LOOK_MS,
  });
  const trials = list.data?.value ?? [];
  const states = useQueries({
    queries: trials.map(({ protocolNumber }) => ({
      ...keeping<TrialNow>(kept, `trial ${protocolNumber}`, () => askTrial(api, protocolNumber)),
      staleTime: LOOK_MS,
      refetchInterval: isLive ? LOOK_MS : (false as const),
    })),
  });
  return { list, trials, states };
}

async function askTrial(api: ReturnType<typeof useApi>, protocolNumber: string): Promise<TrialNow> {
  const [deployment, trial, state, events, accreditations] = await Promise.all([
    api.deployment(),
    api.trial(protocolNumber),
    api.publicState(trialIdOf(protocolNumber)),
    api.trialEvents(protocolNumber),
    api.accreditations(),
  ]);
  return { deployment, trial, state, events, accreditations };
}

/** The trial's text, recomputed and checked, and what it would find in this wallet. Refused trials say why. */
export function useLook(protocolNumber: string, now: TrialNow | undefined) {
  const { wallet, revision, vault } = useWallet();
  const { documentKeys } = useData();
  const registry = useRegistry().data?.value;
  const documentKey = documentKeys.get(protocolNumber);
  return useQuery({
    ...local([
      "look",
      protocolNumber,
      now?.state.blockNumber,
      registry?.blockNumber,
      revision,
      documentKey,
    ]),
    enabled: now !== undefined && registry !== undefined,
    queryFn: () => {
      const downloads = { ...now!, registry: registry! };
      return vault.checker.run("trial.look", { wallet, downloads, documentKey });
    },
  });
}

/** Where this person stands in a trial, and what happened to them there. */
export function useStanding(protocolNumber: string, now: TrialNow | undefined) {
  const { wallet, revision, vault } = useWallet();
  const registry = useRegistry().data?.value;
  const events = now?.events ?? [];
  return useQuery({
    ...local(["stand", protocolNumber, now?.state.blockNumber, events.length, revision]),
    enabled: now !== undefined && registry !== undefined,
    queryFn: () => {
      const downloads = { ...now!, registry: registry! };
      return vault.checker.run("trial.stand", { wallet, downloads, events });
    },
  });
}

/** Which of the wallet's records the registry holds now, by position. */
export function useAnchored() {
  const { wallet, revision, vault } = useWallet();
  const registry = useRegistry().data?.value;
  return useQuery({
    ...local(["records", registry?.blockNumber, revision]),
    enabled: registry !== undefined,
    queryFn: () => vault.checker.run("records.anchored", { wallet, registry: registry! }),
  });
}

/** This wallet's code for clinics. */
export function useClinicCode() {
  const { wallet, vault } = useWallet();
  return useQuery({
    ...local(["code"]),
    queryFn: () => vault.checker.run("records.code", { wallet }),
  });
}

/** A computation of this device: nothing to fetch, nothing to repeat, no connection needed. */
function local(of: readonly unknown[]) {
  return {
    queryKey: [WALLET_KEY, "local", ...of] as QueryKey,
    networkMode: "always" as const,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    // While something new is computed, what was known stays on the page.
    placeholderData: <T,>(before: T) => before,
  };
}
