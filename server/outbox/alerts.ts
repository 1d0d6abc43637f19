// What an operator has to act on: said at once, and again while it lasts, but not at every turn.
import type { Log } from "../work/log.ts";

const AGAIN_AFTER_MS = 10 * 60_000;
/** Kept apart by kind and detail; more of them would be a flood themselves. */
const MOST = 1_000;

export type Alert = (kind: string, fields: Record<string, unknown>, message: string) => void;

/** Logs errors; the same kind again only after ten minutes. */
export function createAlert(log: Log): Alert {
  const said = new Map<string, number>();
  return (kind, fields, message) => {
    const now = Date.now();
    if (now - (said.get(kind) ?? Number.NEGATIVE_INFINITY) < AGAIN_AFTER_MS) return;
    said.delete(kind);
    said.set(kind, now);
    if (said.size > MOST) said.delete(said.keys().next().value!);
    log.error(fields, message);
  };
}
