// Screenings, consents and enrollments day by day, from the trial's audit events.
import type { AuditEvent } from "../../../api/event.ts";

export type Day = {
  /** YYYY-MM-DD in UTC. */
  readonly date: string;
  readonly screened: number;
  readonly consented: number;
  readonly enrolled: number;
};

const dateOf = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10);
const dayAfter = (date: string) => dateOf(Date.parse(`${date}T00:00:00Z`) / 1000 + 86_400);
const dayBefore = (date: string) => dateOf(Date.parse(`${date}T00:00:00Z`) / 1000 - 86_400);

/**
 * Totals at the end of each day on which something happened, after a day with nothing. A pseudonym counts once;
 * a person who is enrolled again after a missed arrival is not a second one.
 */
export function growthOf(events: readonly AuditEvent[]): Day[] {
  const people = {
    Screened: new Set<string>(),
    Consented: new Set<string>(),
    Enrolled: new Set<string>(),
  };
  const days = new Map<string, Day>();
  for (const { name, arguments: args, blockTime } of events) {
    if (name !== "Screened" && name !== "Consented" && name !== "Enrolled") continue;
    people[name].add(args.nullifier ?? args.pseudonym ?? "");
    const date = dateOf(blockTime);
    days.set(date, {
      date,
      screened: people.Screened.size,
      consented: people.Consented.size,
      enrolled: people.Enrolled.size,
    });
  }
  const all = [...days.values()];
  const first = all[0];
  if (first === undefined) return [];
  return [{ date: dayBefore(first.date), screened: 0, consented: 0, enrolled: 0 }, ...all];
}

/** The same with the days between, on which nothing happened: on an axis each day is as wide as the next. */
export function everyDay(days: readonly Day[]): Day[] {
  return days.flatMap((day, i) => {
    const next = days[i + 1]?.date;
    const between: Day[] = [day];
    for (let date = dayAfter(day.date); next !== undefined && date < next; date = dayAfter(date)) {
      between.push({ ...day, date });
    }
    return between;
  });
}
