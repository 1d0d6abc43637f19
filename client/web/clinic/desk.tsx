// The desk's memory: patients that were read, what was attested, what waits to be handed over. Gone with the page.
import { createContext, type ReactNode, useContext, useMemo, useReducer } from "react";
import { useActor } from "../shared/account.tsx";
import { useWarnBeforeLeaving } from "../shared/useMoves.ts";
import { type Attested, type Entry, isUnfinished, type Outcome, stageOf } from "./entry.ts";

type NewEntry = Omit<Entry, "id" | "isHandedOver">;
type Action =
  | { readonly kind: "add"; readonly entries: readonly NewEntry[] }
  | { readonly kind: "attest"; readonly id: number; readonly attested: Attested | undefined }
  | {
      readonly kind: "finish";
      readonly outcomes: ReadonlyMap<number, Outcome>;
      readonly cost?: Cost;
    }
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
  readonly next: number;
};

function reduce(state: State, action: Action): State {
  const { entries, next } = state;
  const change = (id: number, part: Partial<Entry>) =>
    entries.map((entry) => (entry.id === id ? { ...entry, ...part } : entry));
  switch (action.kind) {
    case "add": {
      const added = action.entries.map((e, i) => ({ ...e, id: next + i, isHandedOver: false }));
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
    case "handOver":
      return { ...state, entries: change(action.id, { isHandedOver: true }) };
    case "decideAs":
      return { ...state, decider: action.decider };
    case "forget":
      return { ...state, entries: entries.filter(({ id }) => !action.ids.includes(id)) };
  }
}

type Memory = { readonly state: State; readonly dispatch: (action: Action) => void };
const Current = createContext<Memory | undefined>(undefined);

/** Stands outside of the sign-in, so that signing out and in again loses nothing. */
export function DeskProvider({ children }: { children: ReactNode }) {
  const [state, dispatch] = useReducer(reduce, { entries: [], next: 1 });
  useWarnBeforeLeaving(state.entries.some(isUnfinished));
  const memory = useMemo(() => ({ state, dispatch }), [state]);
  return <Current value={memory}>{children}</Current>;
}

/** The signed-in clinic's patients; another account on this computer does not see them. */
export function useDesk() {
  const memory = useContext(Current);
  if (memory === undefined) throw new Error("outside of DeskProvider");
  const { address } = useActor();
  const entries = memory.state.entries.filter(({ clinic }) => clinic === address);
  return {
    entries,
    attested: entries.filter((entry) => stageOf(entry) === "attested"),
    ready: entries.filter(({ outcome }) => outcome !== undefined),
    cost: memory.state.cost,
    decider: memory.state.decider?.clinic === address ? memory.state.decider.name : "",
    dispatch: memory.dispatch,
  };
}
