// Durations in calendar words and the days they stand for: "5 years" is 1,827 days or 1,826 (CRITERIA.md).
import { ONGOING } from "./day.ts";

const MONTHS_OF_FOUR_YEARS = 48;
const START_YEAR = 2001;
/** 300 years: beyond any record, and within the calendar. */
const LONGEST_DAYS = 109_573;
const MS_PER_DAY = 86_400_000;

export type Days = {
  /** The most days the duration can have: for absence and for "at least ... ago". */
  readonly longest: number;
  /** The fewest: for presence within it. */
  readonly shortest: number;
};

/** First days of 48 + n successive months, enough to see every place of a leap day. */
function monthSpan(start: number, months: number): number {
  const at = (month: number) => Date.UTC(START_YEAR, month, 1) / MS_PER_DAY;
  return at(start + months) - at(start);
}

/**
 * Reads "90 days", "4 weeks", "6 months", "5 years". Years that a century's missing leap day shortens are not
 * considered: 2100 is the next. Throws RangeError when it is not a duration or reaches beyond the calendar.
 */
export function parseDuration(text: string): Days {
  const match = /^([1-9]\d{0,4}) (day|week|month|year)s?$/.exec(text);
  if (!match) throw new RangeError(`not a duration: ${text}`);
  const count = Number(match[1]);
  const unit = match[2]!;
  const days = unit === "day" || unit === "week" ? fixedDays(count, unit) : monthDays(count, unit);
  if (days.longest >= ONGOING)
    throw new RangeError(`duration reaches beyond the calendar: ${text}`);
  return days;
}

/** Whether {@link parseDuration} takes the text. */
export function isDuration(text: string): boolean {
  try {
    return parseDuration(text).shortest <= LONGEST_DAYS;
  } catch {
    return false;
  }
}

function fixedDays(count: number, unit: string): Days {
  const days = unit === "week" ? 7 * count : count;
  return { longest: days, shortest: days };
}

function monthDays(count: number, unit: string): Days {
  const months = unit === "year" ? 12 * count : count;
  if (months > 12 * 350) return { longest: ONGOING, shortest: ONGOING };
  // Century years aside, four years hold 1,461 days wherever they begin.
  const whole = Math.floor(months / MONTHS_OF_FOUR_YEARS) * 1461;
  const rest = months % MONTHS_OF_FOUR_YEARS;
  const starts = Array.from({ length: MONTHS_OF_FOUR_YEARS }, (_, start) => monthSpan(start, rest));
  return { longest: whole + Math.max(...starts), shortest: whole + Math.min(...starts) };
}
