// The page's side of its worker: it opens what was released, and what it opened lies in it until the page is left.
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { type Fault, fromFault } from "../../prover/messages.ts";
import { Cancelled } from "../../prover/worker.ts";
import { formatCount } from "../../shared/format.ts";
import { linkWorker } from "../../shared/linkWorker.ts";
import type { OpeningProgress } from "./worker/messages.ts";

type Acts = typeof import("./worker/acts.ts").acts;
type Input<A extends keyof Acts> = Parameters<Acts[A]>[0];
type Result<A extends keyof Acts> = Awaited<ReturnType<Acts[A]>>;

type Opening = {
  readonly run: <A extends keyof Acts>(
    act: A,
    input: Input<A>,
    onProgress?: (progress: OpeningProgress) => void,
  ) => Promise<Result<A>>;
  /** Ends the worker and whatever it does. What it brought is kept. */
  readonly stop: () => void;
};
const Current = createContext<Opening | undefined>(undefined);

export function OpeningProvider({ children }: { children: ReactNode }) {
  const [link] = useState(() =>
    linkWorker<OpeningProgress, Fault>(
      // Written so that the bundler sees it.
      () => new Worker(new URL("./worker/datasetWorker.ts", import.meta.url), { type: "module" }),
      fromFault,
    ),
  );
  const opening = useMemo<Opening>(
    () => ({
      run: <A extends keyof Acts>(
        act: A,
        input: Input<A>,
        onProgress?: (progress: OpeningProgress) => void,
      ) => link.ask<Result<A>>({ act, input }, onProgress).answer,
      stop: () => link.drop(new Cancelled("stopped")),
    }),
    [link],
  );
  useEffect(() => opening.stop, [opening]);
  return <Current value={opening}>{children}</Current>;
}

export function useOpening(): Opening {
  const opening = useContext(Current);
  if (opening === undefined) throw new Error("outside of OpeningProvider");
  return opening;
}

const STEPS = {
  packages: "Downloading packages",
  shares: "Collecting shares",
  opening: "Opening and verifying",
  reading: "Opening and verifying",
  tables: "Writing tables: row",
  files: "Hashing files",
} as const;

/** How far a fetch is, in words. */
export function progressWords({ step, done, of }: OpeningProgress): string {
  return `${STEPS[step]} ${formatCount(done)} of ${formatCount(of)}…`;
}
