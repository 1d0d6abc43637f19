import { useSyncExternalStore } from "react";

/** The router announces its own moves under these names. */
const MOVES = ["hashchange", "popstate", "pushState", "replaceState"] as const;

/** What stands behind the "#" of the address: the one part of it that no request carries. */
export function useFragment(): string {
  return useSyncExternalStore(watch, () => decode(location.hash.slice(1)));
}

function watch(onChange: () => void): () => void {
  for (const name of MOVES) addEventListener(name, onChange);
  return () => {
    for (const name of MOVES) removeEventListener(name, onChange);
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
