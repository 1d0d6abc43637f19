// What has come of what was due, collection by collection, over all who have arrived.
import { dayOfTimestamp } from "../../../../circuits/statement/encoding/day.ts";
import { newestEntries } from "../../../exchange/cut.ts";
import { countStates, type Due, type State, scheduleOf } from "../../../exchange/schedule.ts";
import type { TrialData } from "../../auditor/exchange/trialData.ts";

export type CollectionRow = {
  readonly id: string;
  readonly title: string;
  readonly counts: Record<State, number>;
  /** Entries that stand. */
  readonly entries: number;
};

type Ground = Pick<TrialData, "collections" | "entries" | "participants" | "deployment">;

/** The schedules of all participants who have arrived; of one site where it is named. */
export function dueIn(
  { collections, entries, participants, deployment }: Ground,
  siteId?: number,
): { readonly pseudonym: bigint; readonly due: readonly Due[] }[] {
  const today = dayOfTimestamp(deployment.chainTime);
  const standing = newestEntries(entries);
  const here = participants.filter(
    (one) => one.arrivedAt !== null && (siteId === undefined || one.siteId === siteId),
  );
  const byPerson = Map.groupBy(standing, ({ entry }) => entry.pseudonym);
  return here.map(({ pseudonym, arrivedAt, endedAt }) => {
    const own = (byPerson.get(pseudonym) ?? []).map(({ entry: { collection, day } }) => ({
      collection,
      day,
    }));
    const arrival = dayOfTimestamp(arrivedAt!);
    const end = endedAt === null ? undefined : dayOfTimestamp(endedAt);
    return { pseudonym, due: scheduleOf({ collections, arrival, today, entries: own, end }).due };
  });
}

/** A row for each collection of the trial. */
export function completenessOf(ground: Ground): CollectionRow[] {
  const counts = countStates(dueIn(ground).flatMap(({ due }) => due));
  const standing = newestEntries(ground.entries);
  const none = { later: 0, open: 0, due: 0, missed: 0, done: 0, ended: 0 };
  return ground.collections.map(({ id, title }) => ({
    ...{ id, title, counts: counts.get(id) ?? none },
    entries: standing.filter(({ entry }) => entry.collection === id).length,
  }));
}
