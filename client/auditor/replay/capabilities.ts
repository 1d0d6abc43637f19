// What the exchange can do. To add a capability, list it here: the replay knows none by name.
import { accreditation } from "./accreditation.ts";
import { exchange } from "./exchange.ts";
import { remembering } from "./exchangeMoments.ts";
import type { Capability, Handlers } from "./handler.ts";
import { participation } from "./participation.ts";
import { records } from "./records.ts";
import { nothingPending, type World } from "./state.ts";
import { trials } from "./trials.ts";

export const CAPABILITIES: readonly Capability[] = [
  accreditation,
  records,
  trials,
  participation,
  exchange,
];

/** Every event of the audited contracts has its handler. */
export const HANDLERS: Required<Handlers> = remembering({
  ...accreditation.handlers,
  ...records.handlers,
  ...trials.handlers,
  ...participation.handlers,
  ...exchange.handlers,
});

/** Nothing has happened yet. */
export function emptyWorld(): World {
  return {
    ...accreditation.begin(),
    ...records.begin(),
    ...trials.begin(),
    ...participation.begin(),
    ...exchange.begin(),
    pending: nothingPending(),
    last: { block: -1, logIndex: -1, time: 0 },
    counts: { events: 0, screeningProofs: 0, consentProofs: 0, signatures: 0 },
  };
}
