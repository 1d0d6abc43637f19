// What was signed since the page was opened; in memory only. The chain keeps the rest.
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";

type SignedAct = {
  /** The chain's time, Unix seconds. */
  readonly at: number;
  readonly what: string;
  readonly trialId: string;
  readonly siteId: number;
  readonly pseudonym: bigint;
};

type Log = { readonly acts: readonly SignedAct[]; readonly add: (act: SignedAct) => void };
const Current = createContext<Log | undefined>(undefined);

export function ActsProvider({ children }: { children: ReactNode }) {
  const [acts, setActs] = useState<readonly SignedAct[]>([]);
  const log = useMemo(
    () => ({ acts, add: (act: SignedAct) => setActs((before) => [act, ...before]) }),
    [acts],
  );
  return <Current value={log}>{children}</Current>;
}

export function useActs(): Log {
  const log = useContext(Current);
  if (log === undefined) throw new Error("outside of ActsProvider");
  return log;
}
