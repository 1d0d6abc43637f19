// The browser's own notifications, if they were allowed: always the same words, whatever waits.
import { t } from "../../shared/language.ts";
import { Reminding } from "./reminding.ts";

const CHECK_MS = 30_000;

/** Whether this browser has notifications, and what it says about ours. */
export function permission(): NotificationPermission | "none" {
  return typeof Notification === "undefined" ? "none" : Notification.permission;
}

/** Asks the person; only ever after a click. */
export async function askPermission(): Promise<boolean> {
  return (await Notification.requestPermission()) === "granted";
}

/** "Something waits for you": one at a time, on the lock screen too. */
async function notify(): Promise<void> {
  if (permission() !== "granted") return;
  const registration = await navigator.serviceWorker.ready;
  await registration.showNotification("Cohort Zero", {
    body: t("Something waits for you."),
    icon: "/icon-192.png",
    tag: "cohort-zero",
  });
}

/** Of this page, as long as it is open. */
export const reminding = new Reminding({
  say: () => void notify().catch(() => {}),
  isSeen: () => document.visibilityState === "visible",
  now: () => Date.now(),
});

let timer: ReturnType<typeof setInterval> | undefined;

/** Looks at the clock from now on, also while the wallet is locked. */
export function startChecking(): void {
  timer ??= setInterval(() => reminding.check(), CHECK_MS);
}

/** Forgets everything that it would have said. */
export function stopReminding(): void {
  clearInterval(timer);
  timer = undefined;
  reminding.stop();
}
