// The desk's memory: patients that were read, what was attested, what waits to be handed over. Kept over a reload by useKeptDesk.ts,
// sealed.
import { createContext, type ReactNode, useContext, useMemo, useReducer } from "react";
import { useActor } from "../../shared/account.tsx";
import { useWarnBeforeLeaving } from "../../shared/useMoves.ts";
import {
  type Attested,
  type Entry,
  isUnfinished,
  type Left,
  type Outcome,
  stageOf,
} from "./entry.ts";

type NewEntry = Omit<Entry, "id" | "key" | "isHandedOver">;
type Action =
  | { readonly kind: "add"; readonly entries: readonly NewEntry[] }
  | { readonly kind: "attest"; readonly id: number; readonly attested: Attested | undefined }
  | {
      readonly kind: "finish";
      readonly outcomes: ReadonlyMap<number, Outcome>;
      readonly cost?: Cost;
    }
  | { readonly kind: "leave"; readonly id: number; readonly left: Left }
  | { readonly kind: "restore"; readonly entries: readonly Entry[] }
  | { readonly kind: "kept"; readonly entries: readonly Entry[] }
  | { readonly kind: "handOver"; readonly id: number }
  | { readonly kind: "decideAs"; readonly decider: Decider }
  | { readonly kind: "forget"; readonly ids: readonly number[] };
/** What the last batch took; no gas when an earlier attempt had got through. */
type Cost = { readonly root: bigint; readonly size: number; readonly gas: number | undefined };
/** Who decides about codes, as typed last at a clinic's account. */
type Decider = { readonly clinic: string; readonly name: string };
type State = {
  readonly decider?: Decider;
  readonly cost?: Cost | undefined;
  readonly entries: readonly Entry[];
  /** As they lie in this browser, sealed. */
  readonly kept: readonly Entry[];
  readonly next: number;
};

function reduce(state: State, action: Action): State {
  const { entries, next } = state;
  const change = (id: number, part: Partial<Entry>) =>
    entries.map((entry) => (entry.id === id ? { ...entry, ...part } : entry));
  switch (action.kind) {
    case "add": {
      const added = action.entries.map((entry, i) => ({
        ...entry,
        ...{ id: next + i, key: crypto.randomUUID(), isHandedOver: false },
      }));
      return { ...state, entries: [...entries, ...added], next: next + added.length };
    }
    case "attest":
      return { ...state, entries: change(action.id, { attested: action.attested }) };
    case "finish": {
      const finished = entries.map((entry) => {
        const outcome = action.outcomes.get(entry.id);
        return outcome ? { ...entry, outcome } : entry;
      });
      return { ...state, entries: finished, cost: action.cost ?? state.cost };
    }
    case "leave":
      return { ...state, entries: change(action.id, { left: action.left }) };
    case "restore":
      return restored(state, action.entries);
    case "kept":
      return { ...state, kept: action.entries };
    case "handOver":
      return { ...state, entries: change(action.id, { isHandedOver: true }) };
    case "decideAs":
      return { ...state, decider: action.decider };
    case "forget":
      return { ...state, entries: entries.filter(({ id }) => !action.ids.includes(id)) };
  }
}

/** Those that are not on the desk come back to it, under their old number where that is free. */
function restored(state: State, kept: readonly Entry[]): State {
  const keys = new Set(state.entries.map(({ key }) => key));
  const missing = kept.filter(({ key }) => !keys.has(key));
  const taken = new Set(state.entries.map(({ id }) => id));
  let next = Math.max(state.next, ...missing.map(({ id }) => id + 1));
  const back = missing.map((entry) => (taken.has(entry.id) ? { ...entry, id: next++ } : entry));
  const entries = [...state.entries, ...back].sort((a, b) => a.id - b.id);
  return { ...state, entries, next };
}

type Memory = { readonly state: State; readonly dispatch: (action: Action) => void };
const Current = createContext<Memory | undefined>(undefined);

/** Stands outside of the sign-in, so that signing out and in again loses nothing. */
export function DeskProvider({ children }: { children: ReactNode }) {
  const [state, dispatch] = useReducer(reduce, { entries: [], kept: [], next: 1 });
  const { entries, kept } = state;
  useWarnBeforeLeaving(entries.some((one) => isUnfinished(one) && !kept.includes(one)));
  const memory = useMemo(() => ({ state, dispatch }), [state]);
  return <Current value={memory}>{children}</Current>;
}

/** The signed-in clinic's patients; another account on this computer does not see them. */
export function useDesk() {
  const memory = useContext(Current);
  if (memory === undefined) throw new Error("outside of DeskProvider");
  const { address } = useActor();
  const { entries: all } = memory.state;
  const entries = useMemo(() => all.filter(({ clinic }) => clinic === address), [all, address]);
  return {
    entries,
    attested: entries.filter((entry) => stageOf(entry) === "attested"),
    ready: entries.filter(({ outcome }) => outcome !== undefined),
    /** Whether all of it lies in this browser, sealed. */
    isKept: entries.every((entry) => memory.state.kept.includes(entry)),
    cost: memory.state.cost,
    decider: memory.state.decider?.clinic === address ? memory.state.decider.name : "",
    dispatch: memory.dispatch,
  };
}
