// Whether the tour is on, for all tabs of this browser. It is on an embedded exchange only, and holds nothing of anybody's.
import { useSyncExternalStore } from "react";
import type { Begun } from "./standing.ts";

const KEY = "cohort-zero/tour";
const listeners = new Set<() => void>();
/** Where the browser keeps nothing, the tour lives as long as the page. */
let unkept: string | null = null;

function read(): string | null {
  try {
    return localStorage.getItem(KEY) ?? unkept;
  } catch {
    return unkept;
  }
}

/** Remembers the tour; undefined ends it. */
export function keepTour(begun: Begun | undefined): void {
  unkept = null;
  const text = begun === undefined ? null : JSON.stringify(begun);
  try {
    if (text === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, text);
  } catch {
    unkept = text;
  }
  for (const listener of listeners) listener();
}

function watch(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    removeEventListener("storage", listener);
  };
}

/** The tour that is under way. */
export function useTour(): Begun | undefined {
  const kept = useSyncExternalStore(watch, read);
  if (kept === null) return undefined;
  try {
    const { recordsBefore, hasCopiedCode } = JSON.parse(kept) as Partial<Begun>;
    return { recordsBefore: Number(recordsBefore) || 0, hasCopiedCode: hasCopiedCode === true };
  } catch {
    return undefined;
  }
}
