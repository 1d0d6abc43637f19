import { useEffect, useRef } from "react";
import { useLocation } from "wouter";

/** Moves the focus to the content when another page of the place is opened, as a document would. */
export function useFocusOnMove(): void {
  const [location] = useLocation();
  const before = useRef(location);
  useEffect(() => {
    if (before.current === location) return;
    before.current = location;
    document.getElementById("main")?.focus();
    scrollTo({ top: 0 });
  }, [location]);
}

/** Has the browser ask before the page is left while something would be lost. */
export function useWarnBeforeLeaving(wouldLose: boolean): void {
  useEffect(() => {
    if (!wouldLose) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [wouldLose]);
}
