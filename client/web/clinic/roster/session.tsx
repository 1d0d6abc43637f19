// The clinic's roster on this page: sealed in this browser, open in this tab's memory only.
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { Refusal } from "../../../../circuits/statement/refusal.ts";
import { createRoster, type Roster } from "../../../clinic/roster/roster.ts";
import { sealRoster, unsealRoster } from "../../../clinic/roster/sealed.ts";
import { useActor } from "../../shared/account.tsx";
import { ChangedElsewhere, createSealedStore } from "../../shared/sealedStore.ts";

const store = createSealedStore("cohort-zero-clinic-roster", "rosters");

/** Changes the roster and keeps the change; what it answers beside that. */
export type ChangeRoster = <T>(
  act: (roster: Roster) => { readonly roster: Roster; readonly result: T },
) => Promise<T>;

type RosterSession = {
  /** Whether this browser keeps one for this clinic; undefined while that is looked up, and when that failed. */
  readonly isKept: boolean | undefined;
  /** Why the browser does not tell. */
  readonly problem: unknown;
  readonly lookAgain: () => void;
  /** Undefined while it is locked. */
  readonly roster: Roster | undefined;
  /** What else of this clinic is sealed with in this browser; undefined while the roster is locked. */
  readonly passphrase: string | undefined;
  /** True when another tab has changed it, so that it was locked here. */
  readonly wasChanged: boolean;
  readonly create: (passphrase: string) => Promise<void>;
  readonly unlock: (passphrase: string) => Promise<void>;
  /** A roster of a file, the command line's or another browser's, becomes this browser's. */
  readonly take: (file: Uint8Array, passphrase: string) => Promise<void>;
  /** Resolves once the change lies in this browser. Refuses (`NoRoster`) while it is locked. */
  readonly change: ChangeRoster;
  /** The file to keep: what lies in this browser, sealed. */
  readonly save: () => Promise<Uint8Array>;
  readonly lock: () => void;
  /** Removes it from this browser, for good. */
  readonly remove: () => Promise<void>;
};

type Open = { readonly roster: Roster; readonly revision: number; readonly passphrase: string };
const Current = createContext<RosterSession | undefined>(undefined);

/** Stands inside of the sign-in: signing out locks it. */
export default function RosterProvider({ children }: { children: ReactNode }) {
  const { address } = useActor();
  const session = useRosterOf(address.toLowerCase());
  return <Current value={session}>{children}</Current>;
}

export function useRoster(): RosterSession {
  const session = useContext(Current);
  if (session === undefined) throw new Error("outside of RosterProvider");
  return session;
}

function useRosterOf(clinic: string): RosterSession {
  const { isKept, setKept, problem, look } = useLookup(clinic);
  const [open, setOpen] = useState<Open>();
  const [wasChanged, setChanged] = useState(false);
  const latest = useRef<Open>(undefined);
  const saving = useRef<Promise<unknown>>(Promise.resolve());
  const enter = useCallback(
    (entered: Open | undefined) => {
      latest.current = entered;
      setOpen(entered);
      if (entered !== undefined) setKept(true);
    },
    [setKept],
  );
  return useMemo<RosterSession>(() => {
    const keep = async (roster: Roster, revision: number, passphrase: string) => {
      const bytes = await sealRoster({ roster, passphrase });
      enter({ roster, passphrase, revision: await store.write(clinic, bytes, revision) });
    };
    const change: ChangeRoster = (act) => {
      // One after the other: each change starts from what the one before has saved.
      const next = saving.current.then(async () => {
        const before = latest.current;
        if (before === undefined) throw new Refusal("NoRoster");
        const { roster, result } = act(before.roster);
        if (roster !== before.roster) await keep(roster, before.revision, before.passphrase);
        return result;
      });
      saving.current = next.catch((problem: unknown) => {
        if (!(problem instanceof ChangedElsewhere)) return;
        enter(undefined);
        setChanged(true);
      });
      return next;
    };
    return {
      isKept,
      problem,
      lookAgain: look,
      roster: open?.roster,
      passphrase: open?.passphrase,
      wasChanged,
      change,
      create: (passphrase) => keep(createRoster(clinic), 0, passphrase),
      unlock: async (passphrase) => {
        const stored = await store.read(clinic);
        if (stored === undefined) throw new Refusal("NoRoster");
        const { bytes, revision } = stored;
        enter({ roster: await unsealRoster({ bytes, passphrase, clinic }), revision, passphrase });
        setChanged(false);
      },
      take: async (bytes, passphrase) =>
        keep(await unsealRoster({ bytes, passphrase, clinic }), 0, passphrase),
      save: async () => {
        const stored = await store.read(clinic);
        if (stored === undefined) throw new Refusal("NoRoster");
        return stored.bytes;
      },
      lock: () => enter(undefined),
      remove: async () => {
        await store.remove(clinic);
        enter(undefined);
        setKept(false);
      },
    };
  }, [clinic, enter, isKept, setKept, problem, look, open, wasChanged]);
}

/** The first look at this browser's storage: whether there is a roster, or why it cannot tell. */
function useLookup(clinic: string) {
  const [isKept, setKept] = useState<boolean>();
  const [problem, setProblem] = useState<unknown>();
  const look = useCallback(() => {
    setProblem(undefined);
    store.read(clinic).then((stored) => setKept(stored !== undefined), setProblem);
  }, [clinic]);
  useEffect(look, [look]);
  return { isKept, setKept, problem, look };
}
