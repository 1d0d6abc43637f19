// The proving keys are fetched for everybody as soon as the wallet is open, whatever fits.
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";
import { ProverWorker } from "../prover/worker.ts";

type Keys = {
  readonly received: number;
  readonly total: number;
  readonly isReady: boolean;
  readonly problem: unknown;
  readonly retry: () => void;
};
const Current = createContext<Keys | undefined>(undefined);
const NOTHING = { received: 0, total: 0 };

export function KeysProvider({ children }: { children: ReactNode }) {
  const [progress, setProgress] = useState(NOTHING);
  const [isReady, setReady] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  const retry = useCallback(() => setAttempt((n) => n + 1), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt starts over
  useEffect(() => {
    const worker = new ProverWorker();
    let isCurrent = true;
    setProblem(undefined);
    worker
      .run("keys.fetch", undefined, (now) => {
        if (now.phase === "keys" && isCurrent) setProgress(now);
      })
      .then(() => isCurrent && setReady(true))
      .catch((caught: unknown) => isCurrent && setProblem(caught))
      // Its memory held every key once.
      .finally(() => worker.stop());
    addEventListener("online", retry);
    return () => {
      isCurrent = false;
      worker.stop();
      removeEventListener("online", retry);
    };
  }, [attempt, retry]);
  return <Current value={{ ...progress, isReady, problem, retry }}>{children}</Current>;
}

export function useKeys(): Keys {
  const keys = useContext(Current);
  if (keys === undefined) throw new Error("outside of KeysProvider");
  return keys;
}
