// Ages in completed units, by the calendar: born on 29 February, one is a year older from 1 March.
import { EPOCH_DAY } from "../../../circuits/statement/encoding/day.ts";

const MS_PER_DAY = 86_400_000;

/** Completed months on a day, both days counted since 1900-01-01. */
export function completedMonths(born: number, day: number): number {
  const [from, to] = [born, day].map((one) => new Date((one + EPOCH_DAY) * MS_PER_DAY)) as [
    Date,
    Date,
  ];
  const years = to.getUTCFullYear() - from.getUTCFullYear();
  const months = 12 * years + to.getUTCMonth() - from.getUTCMonth();
  return to.getUTCDate() < from.getUTCDate() ? months - 1 : months;
}

/** Completed years on a day. */
export function completedYears(born: number, day: number): number {
  return Math.floor(completedMonths(born, day) / 12);
}
