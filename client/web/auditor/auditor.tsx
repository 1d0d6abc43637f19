// The page's side of its worker: one question at a time or several, each with its answer.
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import type { AuditProgress } from "../../auditor/browser.ts";
import { fromFailure } from "./failure.ts";
import type { Access, Asked, HistoryResult, Question, Reply, Verb } from "./messages.ts";

export type Ask = <V extends Verb>(
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

type Waiting = {
  readonly resolve: (answer: never) => void;
  readonly reject: (problem: Error) => void;
  readonly onProgress: ((progress: AuditProgress) => void) | undefined;
};

/** Starts the worker when it is first needed; it lives as long as the place is open. */
function openWorker(): { ask: Ask; close: () => void } {
  let worker: Worker | undefined;
  let next = 1;
  const waiting = new Map<number, Waiting>();
  const start = () => {
    const started = new Worker(new URL("./audit-worker.ts", import.meta.url), { type: "module" });
    started.onmessage = ({ data }: MessageEvent<Reply>) => {
      const one = waiting.get(data.id);
      if ("progress" in data) return one?.onProgress?.(data.progress);
      waiting.delete(data.id);
      if ("failure" in data) one?.reject(fromFailure(data.failure));
      else one?.resolve(data.answer as never);
    };
    started.onerror = () => {
      for (const one of waiting.values()) one.reject(new Error("The check could not be started."));
      waiting.clear();
    };
    return started;
  };
  const ask: Ask = (verb, of, { onProgress, signal } = {}) => {
    worker ??= start();
    const to = worker;
    const id = next++;
    const post = (question: Question) => to.postMessage(question);
    signal?.addEventListener("abort", () => post({ id: next++, verb: "stop", of: { id } }));
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject, onProgress });
      post({ id, verb, of } as Question);
    });
  };
  return { ask, close: () => worker?.terminate() };
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
