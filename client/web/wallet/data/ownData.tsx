// The page's side of the worker of the wallet's data: what it asks, and how it ends.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { type Fault, fromFault } from "../../prover/messages.ts";
import { Cancelled } from "../../prover/worker.ts";
import { formatBytes, formatCount } from "../../shared/format.ts";
import { t } from "../../shared/language.ts";
import { linkWorker } from "../../shared/linkWorker.ts";
import { useData } from "../data.tsx";
import { useWallet, WALLET_KEY } from "../vault/session.tsx";
import type { DataProgress } from "./worker/progress.ts";

type Acts = typeof import("./worker/acts.ts").acts;
type Input<A extends keyof Acts> = Parameters<Acts[A]>[0];
type Result<A extends keyof Acts> = Awaited<ReturnType<Acts[A]>>;

type Asking = {
  readonly run: <A extends keyof Acts>(
    act: A,
    input: Input<A>,
    onProgress?: (progress: DataProgress) => void,
  ) => Promise<Result<A>>;
  /** Ends the worker and whatever it does. The next question starts another. */
  readonly stop: () => void;
};
const Current = createContext<Asking | undefined>(undefined);
const OWN = [WALLET_KEY, "own-data"] as const;

/** Starts the worker when first asked; leaving the pages, or locking the wallet, ends it with all it knows. */
export function OwnDataProvider({ children }: { children: ReactNode }) {
  const [link] = useState(() =>
    linkWorker<DataProgress, Fault>(
      // Written so that the bundler sees it.
      () => new Worker(new URL("./worker/dataWorker.ts", import.meta.url), { type: "module" }),
      fromFault,
    ),
  );
  const asking = useMemo<Asking>(
    () => ({
      run: <A extends keyof Acts>(
        act: A,
        input: Input<A>,
        onProgress?: (progress: DataProgress) => void,
      ) => link.ask<Result<A>>({ act, input }, onProgress).answer,
      stop: () => link.drop(new Cancelled("stopped")),
    }),
    [link],
  );
  const queries = useQueryClient();
  useEffect(
    () => () => {
      // Whoever comes back asks anew: what was under way is older than what happened meanwhile.
      void queries.cancelQueries({ queryKey: OWN });
      asking.stop();
    },
    [asking, queries],
  );
  return <Current value={asking}>{children}</Current>;
}

export function useAsking(): Asking {
  const asking = useContext(Current);
  if (asking === undefined) throw new Error("outside of OwnDataProvider");
  return asking;
}

/** Which wallet, in which trial, with the key to its text where it is sealed. */
export function useOf(protocolNumber: string) {
  const { wallet } = useWallet();
  const { documentKeys } = useData();
  const documentKey = documentKeys.get(protocolNumber);
  return { wallet, protocolNumber, ...(documentKey === undefined ? {} : { documentKey }) };
}

const keyOf = (protocolNumber: string) => [...OWN, protocolNumber] as const;

/** What was sent, what is due, who opened it. */
export function useOwnData(protocolNumber: string) {
  const { run } = useAsking();
  const { revision } = useWallet();
  const of = useOf(protocolNumber);
  return useQuery({
    queryKey: [...keyOf(protocolNumber), revision, of.documentKey],
    // An act that was stopped took this one along.
    retry: (count, problem) => problem instanceof Cancelled && count < 2,
    queryFn: () => run("data.overview", of),
    // Others act on it too: whoever comes to the page sees how it is now.
    refetchOnMount: "always",
    placeholderData: (before) => before,
  });
}

/** Looks at all of it again, after an act. */
export function useRefresh(protocolNumber: string): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: keyOf(protocolNumber) });
}

/** What the record would show for a collection. */
export function useFacts(protocolNumber: string, collection: string) {
  const { run } = useAsking();
  const { revision } = useWallet();
  const of = useOf(protocolNumber);
  return useQuery({
    queryKey: [...keyOf(protocolNumber), "facts", collection, revision],
    retry: false,
    queryFn: () => run("data.facts", { ...of, collection }),
  });
}

/** Words for how far the worker is. */
export function progressWords(progress: DataProgress): string {
  if (progress.phase === "downloaded") return t("Downloaded. Preparing…");
  if (progress.phase === "keys") return t("Fetching the tools for proofs…");
  if (progress.phase === "reading") {
    const { bytes, taken } = progress;
    return t("Reading: {{bytes}} so far, {{taken}} readings for the study…", {
      bytes: formatBytes(bytes),
      taken: formatCount(taken),
    });
  }
  const { part, of } = progress;
  const doing = progress.phase === "sending" ? t("Sealing and sending") : t("Sealing and proving");
  if (part === undefined || of === undefined) return `${doing}…`;
  return t("{{doing}}: {{part}} of {{of}}…", {
    doing,
    part: formatCount(Math.min(part + 1, of)),
    of: formatCount(of),
  });
}

/** How far, out of 100; undefined where nobody can tell. */
export function progressShare(progress: DataProgress | undefined): number | undefined {
  if (progress === undefined || progress.phase === "downloaded") return undefined;
  if (progress.phase === "keys") return (100 * progress.received) / Math.max(1, progress.total);
  if (progress.phase === "reading") return undefined;
  const { part, of } = progress;
  return part === undefined || of === undefined ? undefined : (100 * part) / Math.max(1, of);
}

/** Opens, downloads and erases: each asked for by itself. */
export function useOwnActs(protocolNumber: string) {
  const { run, stop } = useAsking();
  const of = useOf(protocolNumber);
  return {
    open: (entry: string) => run("data.open", { ...of, entry }),
    identity: () => run("data.identity", of),
    download: (accesses: string, onProgress: (progress: DataProgress) => void) =>
      run("data.download", { ...of, accesses }, onProgress),
    erase: (onProgress: (progress: DataProgress) => void) => run("data.erase", of, onProgress),
    stop,
  };
}
