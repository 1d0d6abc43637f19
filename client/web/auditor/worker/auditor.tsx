// The page's side of its worker: one question at a time or several, each with its answer.
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import type { AuditProgress } from "../../../auditor/browser.ts";
import { linkWorker } from "../../shared/linkWorker.ts";
import { fromFailure } from "./failure.ts";
import type { Access, Asked, Failure, HistoryResult, Verb } from "./messages.ts";

type Ask = <V extends Verb>(
  verb: V,
  of: Asked[V]["of"],
  options?: { onProgress?: (progress: AuditProgress) => void; signal?: AbortSignal },
) => Promise<Asked[V]["answer"]>;

export type Auditor = {
  readonly ask: Ask;
  /** Node and deployment, once the auditor has chosen. */
  readonly access: Access | undefined;
  readonly setAccess: (access: Access | undefined) => void;
  /** The last check of the whole history: kept while another tab is looked at, as the worker does. */
  readonly result: HistoryResult | undefined;
  readonly setResult: (result: HistoryResult | undefined) => void;
};

const Current = createContext<Auditor | undefined>(undefined);

/** Starts the worker when it is first needed; it lives as long as the place is open. */
function openWorker(): { ask: Ask; close: () => void } {
  const link = linkWorker<AuditProgress, Failure>(
    // Written so that the bundler sees it.
    () => new Worker(new URL("./auditWorker.ts", import.meta.url), { type: "module" }),
    fromFailure,
  );
  const ask: Ask = (verb, of, { onProgress, signal } = {}) => {
    const { id, answer } = link.ask<never>({ verb, of }, onProgress);
    signal?.addEventListener("abort", () => link.tell({ verb: "stop", of: { id } }));
    return answer;
  };
  return { ask, close: () => link.drop(new Error("The place was left.")) };
}

export function AuditorProvider({ children }: { children: ReactNode }) {
  const [access, setAccess] = useState<Access>();
  const [worker, setWorker] = useState<ReturnType<typeof openWorker>>();
  useEffect(() => {
    const opened = openWorker();
    setWorker(opened);
    return opened.close;
  }, []);
  const [result, setResult] = useState<HistoryResult>();
  const auditor = useMemo(
    () => worker && { ask: worker.ask, access, setAccess, result, setResult },
    [worker, access, result],
  );
  return auditor && <Current value={auditor}>{children}</Current>;
}

export function useAuditor(): Auditor {
  const auditor = useContext(Current);
  if (auditor === undefined) throw new Error("outside of AuditorProvider");
  return auditor;
}
