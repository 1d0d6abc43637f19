// Keeps the desk over a reload while the roster is open.
import { useCallback, useEffect, useRef, useState } from "react";
import { useActor } from "../../shared/account.tsx";
import { ChangedElsewhere } from "../../shared/sealedStore.ts";
import { useRoster } from "../roster/session.tsx";
import { useDesk } from "./desk.tsx";
import type { Entry } from "./entry.ts";
import { createDeskKey, type DeskKey, deskStore, openDesk, sealDesk } from "./kept.ts";

/** The key, and which revision lies in this browser. */
type Keeping = { readonly clinic: string; readonly key: DeskKey; revision: number };

export type KeptDesk = {
  /** Whether work lies here that this page has not opened. */
  readonly isWaiting: boolean;
  /** Why it is not opened, or not kept. */
  readonly problem: unknown;
  /** Removes what lies here, for good; what is on the desk is kept from then on. */
  readonly startAnew: () => Promise<void>;
};

/** Opens what was kept when the roster is opened, and keeps every change from then on. */
export function useKeptDesk(): KeptDesk {
  const { address } = useActor();
  const clinic = address.toLowerCase();
  const { passphrase, isKept } = useRoster();
  const { entries, dispatch } = useDesk();
  const [keeping, setKeeping] = useState<Keeping>();
  const [isThere, setThere] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const revision = useRef(0);

  useEffect(() => {
    let isCurrent = true;
    setProblem(undefined);
    const begin = async () => {
      const stored = await deskStore.read(clinic);
      if (!isCurrent) return;
      setThere(stored !== undefined && stored.revision !== revision.current);
      if (passphrase === undefined) return setKeeping(undefined);
      const opened = stored && (await openDesk({ bytes: stored.bytes, passphrase }));
      const key = opened?.key ?? (await createDeskKey(passphrase));
      if (!isCurrent) return;
      // What this page has written itself is on the desk already, as it is now.
      if (opened !== undefined && stored!.revision !== revision.current) {
        dispatch({ kind: "restore", entries: opened.entries });
      }
      revision.current = stored?.revision ?? 0;
      setKeeping({ clinic, key, revision: revision.current });
    };
    begin().catch((failed: unknown) => isCurrent && setProblem(failed));
    return () => {
      isCurrent = false;
    };
  }, [clinic, passphrase, dispatch]);

  useEffect(() => {
    // A roster that was removed takes the desk along.
    if (isKept === false) deskStore.remove(clinic).catch(setProblem);
  }, [isKept, clinic]);

  const write = useWriting({ keeping, revision, onProblem: setProblem });
  useEffect(() => write(entries), [write, entries]);

  return {
    isWaiting: isThere && passphrase === undefined,
    problem,
    startAnew: async () => {
      if (passphrase === undefined) return;
      await deskStore.remove(clinic);
      revision.current = 0;
      setProblem(undefined);
      setKeeping({ clinic, key: await createDeskKey(passphrase), revision: 0 });
    },
  };
}

/** Writes one state after the other; of those that wait, only the newest. */
function useWriting(of: {
  keeping: Keeping | undefined;
  revision: { current: number };
  onProblem: (problem: unknown) => void;
}) {
  const { keeping, revision, onProblem } = of;
  const { dispatch } = useDesk();
  const newest = useRef<readonly Entry[]>(undefined);
  const writing = useRef<Promise<void>>(Promise.resolve());
  return useCallback(
    (entries: readonly Entry[]) => {
      if (keeping === undefined) return;
      newest.current = entries;
      writing.current = writing.current.then(async () => {
        const own = newest.current;
        if (own === undefined) return;
        newest.current = undefined;
        if (own.length === 0 && keeping.revision === 0) return;
        try {
          const bytes = await sealDesk({ entries: own, key: keeping.key });
          keeping.revision = await deskStore.write(keeping.clinic, bytes, keeping.revision);
          revision.current = keeping.revision;
          dispatch({ kind: "kept", entries: own });
        } catch (failed) {
          onProblem(failed);
        }
      });
    },
    [keeping, revision, dispatch, onProblem],
  );
}

/** Whether another tab has written since: nothing is kept here until the page is loaded again. */
export const isChangedElsewhere = (problem: unknown) => problem instanceof ChangedElsewhere;
