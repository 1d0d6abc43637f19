// What the wallet's pages know: public data, which the worker downloads whole or has as last seen, and what this device
// makes of it. No page holds the rows of a trial or of the registry: they may be hundreds of thousands.
import { type QueryKey, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import type { TrialSummary } from "../../api/trial.ts";
import { ServerUnavailable } from "../../api/unavailable.ts";
import type { Known, RegistryNow, TrialNow } from "../prover/ground.ts";
import { KeptData } from "../prover/kept.ts";
import { useApi } from "../shared/exchange.tsx";
import { useWallet, WALLET_KEY } from "./vault/session.tsx";

const FOLLOW_MS = 5_000;
const LOOK_MS = 30_000;

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
    // It runs without a connection too: there may be an earlier answer.
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

/** How to have the worker ask. It keeps what was answered, and takes that when nobody answers. */
function followed<T>(name: string, ask: () => Promise<Known<T>>) {
  return {
    queryKey: [WALLET_KEY, "public", name] as QueryKey,
    networkMode: "always" as const,
    retry: false,
    queryFn: ask,
  };
}

/** The worker that has downloaded it all, and what names the wallet to it: no more of it than that. */
function useGround() {
  const { wallet, vault } = useWallet();
  const { seed } = wallet;
  return { checker: vault.checker, of: { wallet: { seed } } };
}

/** Which registry of records the worker has. */
export function useRegistry() {
  const { checker, of } = useGround();
  return useQuery({
    ...followed("registry", () => checker.run("ground.registry", of)),
    staleTime: LOOK_MS,
  });
}

/**
 * Makes the registry that the worker has the pages' own: what one page has found registered, no other page may call
 * unregistered.
 */
export function useNewestRegistry(): () => Promise<void> {
  const queries = useQueryClient();
  const { checker, of } = useGround();
  return async () => {
    const { queryKey } = followed("registry", () => Promise.reject(new Error("not asked here")));
    // An older answer that is still under way must not land on top of this one.
    await queries.cancelQueries({ queryKey });
    const value = await checker.run("ground.registryHere", of);
    queries.setQueryData<Known<RegistryNow>>(queryKey, { value, at: Date.now(), isOld: false });
  };
}

/** One trial's public state, without its rows; `isLive` asks again every few seconds. */
export function useTrial(protocolNumber: string, isLive = false) {
  const { checker, of } = useGround();
  return useQuery({
    ...followed(`trial ${protocolNumber}`, () =>
      checker.run("ground.trial", { ...of, protocolNumber }),
    ),
    refetchInterval: isLive ? FOLLOW_MS : false,
  });
}

/**
 * Every trial, with its state: all of them for everybody, so that asking tells nothing. `isLive` asks for all of them
 * again and again, `inBackground` also while nobody looks at the page.
 */
export function useAllTrials(isLive = false, inBackground = false) {
  const api = useApi();
  const { checker, of } = useGround();
  const { kept } = useData();
  const list = useQuery({
    ...keeping<TrialSummary[]>(kept, "trials", () => api.trials()),
    refetchInterval: LOOK_MS,
  });
  const trials = list.data?.value ?? [];
  const states = useQueries({
    queries: trials.map(({ protocolNumber }) => ({
      ...followed(`trial ${protocolNumber}`, () =>
        checker.run("ground.trial", { ...of, protocolNumber }),
      ),
      staleTime: LOOK_MS,
      refetchInterval: isLive ? LOOK_MS : (false as const),
      refetchIntervalInBackground: inBackground,
    })),
  });
  return { list, trials, states };
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
    queryFn: () => vault.checker.run("trial.look", { wallet, protocolNumber, documentKey }),
  });
}

/** Where this person stands in a trial, and what happened to them there. */
export function useStanding(protocolNumber: string, now: TrialNow | undefined) {
  const { wallet, revision, vault } = useWallet();
  return useQuery({
    ...local(["stand", protocolNumber, now?.state.blockNumber, revision]),
    enabled: now !== undefined,
    queryFn: () => vault.checker.run("trial.stand", { wallet, protocolNumber }),
  });
}

/** Which of the wallet's records the registry holds now, by position. */
export function useAnchored() {
  const { wallet, revision, vault } = useWallet();
  const registry = useRegistry().data?.value;
  return useQuery({
    ...local(["records", registry?.blockNumber, revision]),
    enabled: registry !== undefined,
    queryFn: () => vault.checker.run("records.anchored", { wallet }),
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
