// Which participants a sponsor may act on, and in what order the table shows them.
import type { Participant } from "../../../api/recruitment.ts";

/** Screened, consented under the version in force, and not enrolled. */
export const isEnrollable = ({ state, onHold }: Participant) => state === "eligible" && !onHold;

/** Cannot go on as things are. Whoever has left is held by nothing. */
export const isHeld = ({ state, onHold }: Participant) =>
  onHold && (state === "eligible" || state === "pending-on-study" || state === "on-study");

/** Enrolled, and the time to arrive is over: the place may be freed. */
export const isNoShow = ({ state, arriveBy }: Participant, chainTime: number) =>
  state === "pending-on-study" && arriveBy !== null && arriveBy < chainTime;

const COLUMNS = ["consent", "state", "site", "version"] as const;
export type Column = (typeof COLUMNS)[number];
export type Order = { readonly by: Column; readonly isDescending: boolean };
export type Filter = {
  readonly state: string;
  readonly site: string;
  /** Digits of a pseudonym, from anywhere in it; empty for everybody. */
  readonly digits: string;
};
export const NO_FILTER: Filter = { state: "", site: "", digits: "" };

export function pickAndSort(
  participants: readonly Participant[],
  { state, site, digits }: Filter,
  { by, isDescending }: Order,
): Participant[] {
  const value = (one: Participant): string | number => {
    if (by === "state") return one.state;
    if (by === "site") return one.siteId;
    return by === "version" ? one.version : (one.consent?.recordedAt ?? 0);
  };
  const compare = (a: Participant, b: Participant) => {
    const [x, y] = [value(a), value(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  };
  // As it is shown, with an ellipsis between first and last digits.
  const parts = digits.split(/[^0-9]+/);
  const picked = participants.filter(
    (one) =>
      parts.every((part) => String(one.pseudonym).includes(part)) &&
      (state === "" || (state === "hold" ? isHeld(one) : one.state === state)) &&
      (site === "" || String(one.siteId) === site),
  );
  return picked.sort((a, b) => (isDescending ? compare(b, a) : compare(a, b)));
}
