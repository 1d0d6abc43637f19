// Whether the browser offers to install the wallet. It says so once, early, and only then can be asked.
import { useSyncExternalStore } from "react";

type Offer = Event & { prompt(): Promise<unknown> };

let offer: Offer | undefined;
const listeners = new Set<() => void>();

function set(next: Offer | undefined): void {
  offer = next;
  for (const tell of listeners) tell();
}

/** Listens from now on. */
export function watchInstall(): void {
  addEventListener("beforeinstallprompt", (event) => {
    // The wallet's settings ask, not a bar over whatever is being read.
    event.preventDefault();
    set(event as Offer);
  });
  addEventListener("appinstalled", () => set(undefined));
}

/** Asks the browser to install the wallet; undefined while it does not offer that. */
export function useInstall(): (() => Promise<void>) | undefined {
  const known = useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => offer,
  );
  return (
    known &&
    (async () => {
      // An offer holds for one question.
      set(undefined);
      await known.prompt();
    })
  );
}
