// FHIR dates (YYYY, YYYY-MM, YYYY-MM-DD, dateTime, instant) to days since 1900-01-01.
//
// The day is the calendar date written in the source's own offset: "2024-03-01T23:30-05:00" is 1 March, as the
// patient's chart says. A partial date takes the latest day it may mean, but not one after the day of issue.
import { EPOCH_DAY, ONGOING, parseDay } from "../../circuits/statement/day.ts";
import { ResourceProblem } from "./problem.ts";

const DATE =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?)?)?$/;
const MS_PER_DAY = 86_400_000;

export type DatedDay = {
  /** Days since 1900-01-01, at most the day of issue. */
  readonly day: number;
  /** Milliseconds since the Unix epoch, when the source gives a time. */
  readonly instant?: number;
};

function dayOf(text: string, field: string): number {
  try {
    return parseDay(text);
  } catch {
    const tooOld = /^\d{4}/.test(text) && Number(text.slice(0, 4)) < 1900;
    throw new ResourceProblem(
      field,
      tooOld ? "is before 1900-01-01, the first day a record can hold" : "is no calendar day",
    );
  }
}

/** The last day of a month, or of a year, as YYYY-MM-DD. */
function lastDayText(year: string, month: string | undefined): string {
  if (month === undefined) return `${year}-12-31`;
  const days = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return `${year}-${month}-${String(days).padStart(2, "0")}`;
}

/**
 * Reads a date of a resource. `field` is named in errors.
 * Throws ResourceProblem for a malformed date, one before 1900 or one after `issuedDay`.
 */
export function readDate(text: string, field: string, issuedDay: number): DatedDay {
  const match = DATE.exec(text);
  if (!match)
    throw new ResourceProblem(field, "is not a FHIR date (YYYY[-MM[-DD[Thh:mm:ss+zz:zz]]])");
  const [, year, month, dayText, time, zone] = match;
  const first = dayOf(`${year}-${month ?? "01"}-${dayText ?? "01"}`, field);
  const instant = time
    ? Date.parse(`${year}-${month}-${dayText}T${time}${zone ?? "Z"}`)
    : undefined;
  if (Number.isNaN(instant)) throw new ResourceProblem(field, "has no such time of day");
  // East of Greenwich today's date is already tomorrow's in UTC, by which days of issue are counted.
  const earliest = instant === undefined ? first : Math.min(first, utcDay(instant));
  if (earliest > issuedDay) {
    throw new ResourceProblem(field, "is after the day of issue; correct it or issue later");
  }
  const last = dayText ? first : dayOf(lastDayText(year!, month), field);
  const day = Math.min(last, issuedDay);
  return instant === undefined ? { day } : { day, instant };
}

function utcDay(instant: number): number {
  return Math.floor(instant / MS_PER_DAY) - EPOCH_DAY;
}

/** Like {@link readDate}, for an end that may lie ahead ("until 31 December"): then the day of issue. */
export function readEnd(text: string, field: string, issuedDay: number): number {
  return Math.min(readDate(text, field, ONGOING - 1).day, issuedDay);
}

/** The latest day on which somebody born on `birthDay` has this age in completed years. */
export function latestDayOfAge(birthDay: number, years: number, issuedDay: number): number {
  const born = new Date((birthDay + EPOCH_DAY) * MS_PER_DAY);
  const next = Date.UTC(
    born.getUTCFullYear() + Math.floor(years) + 1,
    born.getUTCMonth(),
    born.getUTCDate(),
  );
  return Math.min(utcDay(next) - 1, issuedDay);
}
