// Locks after a time without a touch, and sooner when the page is out of sight.

const HIDDEN_MINUTES = 2;
const LOOK_EVERY_MS = 1_000;
/** So long before it locks it says so. */
const WARN_MS = 30_000;
const TOUCHES = ["pointerdown", "keydown", "scroll", "wheel", "touchstart"] as const;

/**
 * Calls `onIdle` once nobody has touched the page for `minutes`, or it was hidden for two; `onWarn` before that, with the
 * time it will be, and with undefined when somebody is there after all. While `isBusy`, a proof under way counts as a
 * touch. Returns how to stop.
 */
export function watchIdle(options: {
  minutes: number;
  isBusy: () => boolean;
  onWarn: (locksAt: number | undefined) => void;
  onIdle: () => void;
}): () => void {
  const { minutes, isBusy, onWarn, onIdle } = options;
  let touched = Date.now();
  let isWarned = false;
  const warn = (locksAt: number | undefined) => {
    if (isWarned === (locksAt !== undefined)) return;
    isWarned = !isWarned;
    onWarn(locksAt);
  };
  const touch = () => {
    touched = Date.now();
    warn(undefined);
  };
  // By the clock, not by counting: a sleeping computer stops timers.
  const look = (isHidden: boolean) => {
    if (isBusy()) return touch();
    const allowed = isHidden ? Math.min(HIDDEN_MINUTES, minutes) : minutes;
    const locksAt = touched + allowed * 60_000;
    if (Date.now() >= locksAt) onIdle();
    else if (locksAt - Date.now() <= WARN_MS) warn(locksAt);
  };
  // Hiding is a touch; coming back is judged as the time out of sight that it was.
  const turn = () => (document.hidden ? touch() : look(true));
  const timer = setInterval(() => look(document.hidden), LOOK_EVERY_MS);
  for (const name of TOUCHES) addEventListener(name, touch, { passive: true, capture: true });
  document.addEventListener("visibilitychange", turn);
  return () => {
    clearInterval(timer);
    for (const name of TOUCHES) removeEventListener(name, touch, { capture: true });
    document.removeEventListener("visibilitychange", turn);
  };
}
