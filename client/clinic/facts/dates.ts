// FHIR dates (YYYY, YYYY-MM, YYYY-MM-DD, dateTime, instant) and ages, as days since 1900-01-01.
//
// A day is the calendar date written in the source's own offset: "2024-03-01T23:30-05:00" is 1 March, as the
// patient's chart says. What is given in part, or as an age, is a span: the first and the last day that it may mean.
import { EPOCH_DAY, ONGOING, parseDay } from "../../../circuits/statement/encoding/day.ts";
import { ResourceProblem } from "../problem.ts";
import type { Period, Quantity } from "../read/datatypes.ts";
import type { MapContext, Span } from "../read/draft.ts";

const DATE =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?)?)?$/;
const MS_PER_DAY = 86_400_000;
/** Years from which on a date only means "open": days end in 2258. */
const FAR_YEAR = 2258;

/** Within what dates must lie: nothing in a chart is before birth or after the day of issue. */
export type Life = Pick<MapContext, "issuedDay" | "birth">;

type DatedSpan = Span & {
  /** Milliseconds since the Unix epoch, when the source gives a time. */
  readonly instant?: number;
};

type Written = {
  /** As written, not yet cut to the patient's life; `to` is ONGOING for the far future. */
  readonly span: Span;
  readonly instant?: number;
  /** The earliest and the latest day on which it may be, in any offset. */
  readonly around: Span;
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

function readWritten(text: string, field: string): Written {
  const match = DATE.exec(text);
  if (!match)
    throw new ResourceProblem(field, "is not a FHIR date (YYYY[-MM[-DD[Thh:mm:ss+zz:zz]]])");
  const [, year, month, dayText, time, zone] = match;
  if (Number(year) >= FAR_YEAR) {
    const open = { from: ONGOING, to: ONGOING };
    return { span: open, around: open };
  }
  const from = dayOf(`${year}-${month ?? "01"}-${dayText ?? "01"}`, field);
  const to = dayText ? from : dayOf(lastDayText(year!, month), field);
  if (!time) return { span: { from, to }, around: { from, to } };
  const instant = Date.parse(`${year}-${month}-${dayText}T${time}${zone ?? "Z"}`);
  if (Number.isNaN(instant)) throw new ResourceProblem(field, "is not a valid time of day");
  const utc = utcDay(instant);
  const around = { from: Math.min(from, utc), to: Math.max(from, utc) };
  return { span: { from, to }, instant, around };
}

function utcDay(instant: number): number {
  return Math.floor(instant / MS_PER_DAY) - EPOCH_DAY;
}

/** The part of a span that lies in the patient's life; birth and the day of issue are in it. */
function withinLife({ from, to }: Span, { issuedDay, birth }: Life): Span {
  const cut = (day: number) => Math.min(issuedDay, Math.max(birth.from, day));
  return { from: cut(from), to: cut(to) };
}

function checkBorn({ around }: Written, field: string, { birth }: Life): void {
  if (around.to >= birth.from) return;
  throw new ResourceProblem(field, "is before the patient's birth; correct one of the two dates");
}

/**
 * Reads a date on which something was so. `field` is named in errors. Throws ResourceProblem for a malformed date, one
 * before 1900 or before birth, and one after the day of issue (where it is already tomorrow, that is today).
 */
export function readDate(text: string, field: string, life: Life): DatedSpan {
  const written = readWritten(text, field);
  if (written.around.from > life.issuedDay) {
    throw new ResourceProblem(field, "is after the day of issue; correct it or issue later");
  }
  checkBorn(written, field, life);
  const span = withinLife(written.span, life);
  return written.instant === undefined ? span : { ...span, instant: written.instant };
}

/**
 * Reads an end, which may lie ahead ("until 31 December", 9999-12-31): then undefined, it has not ended yet. `mayLast`
 * is true when only a part of what was written has passed ("2024", in June 2024).
 */
export function readEnd(
  text: string,
  field: string,
  life: Life,
): (Span & { readonly mayLast: boolean }) | undefined {
  const written = readWritten(text, field);
  if (written.around.from > life.issuedDay) return undefined;
  checkBorn(written, field, life);
  return { ...withinLife(written.span, life), mayLast: written.around.to > life.issuedDay };
}

/** Reads a date that may lie ahead, such as the first day of a dosage: true when it surely does. */
export function isAhead(text: string, field: string, { issuedDay }: Life): boolean {
  return readWritten(text, field).around.from > issuedDay;
}

/** Days between the first that a period's start and the last that its end may mean. */
export function readPeriod(
  { start, end }: Period,
  field: string,
  life: Life,
  latest: number = life.issuedDay,
): Span {
  const first = start === undefined ? undefined : readDate(start, `${field}.start`, life);
  const last = end === undefined ? undefined : readEnd(end, `${field}.end`, life);
  const from = first?.from ?? life.birth.from;
  const to = last?.to ?? Math.max(latest, first?.to ?? from);
  // An end before its start: one of the two is wrong, and nobody knows which.
  return { from: Math.min(from, last?.to ?? from), to: Math.max(from, to) };
}

/** The shortest span that holds all of the given ones. */
export function hullOf(spans: readonly Span[]): Span {
  return {
    from: Math.min(...spans.map(({ from }) => from)),
    to: Math.max(...spans.map(({ to }) => to)),
  };
}

/** Units of age by UCUM code and as they are printed (ucum.org; hl7.org/fhir/R4/valueset-age-units.html). */
const AGE_UNITS: readonly (readonly [RegExp, AgeUnit])[] = [
  [/^(a|a_j|a_g|y|yr|yrs|years?)$/i, "year"],
  [/^(mo|mo_j|mo_g|mos|mth|mths|months?)$/i, "month"],
  [/^(wk|wks|weeks?)$/i, "week"],
  [/^(d|days?)$/i, "day"],
  [/^(h|hr|hrs|hours?)$/i, "hour"],
  [/^(min|mins|minutes?)$/i, "minute"],
];
type AgeUnit = "year" | "month" | "week" | "day" | "hour" | "minute";

/** The first day on which somebody born on a day is `count` units old. */
function addUnits(day: number, count: number, unit: AgeUnit): number {
  if (unit === "week") return day + 7 * count;
  if (unit === "day") return day + count;
  if (unit === "hour") return day + Math.floor(count / 24);
  if (unit === "minute") return day + Math.floor(count / 1440);
  const born = new Date((day + EPOCH_DAY) * MS_PER_DAY);
  const months = born.getUTCMonth() + (unit === "year" ? 12 * count : count);
  // Born on 29 February, one is a year older from 1 March.
  return utcDay(Date.UTC(born.getUTCFullYear(), months, born.getUTCDate()));
}

/** What a birthday that a month lacks may be moved by: 31 January and a month is 28 February to 3 March. */
const MONTH_SLACK = 3;

/**
 * The days on which the patient had an age, in completed units: 40 until the day before turning 41, and longer where
 * the birth date is given in part. Undefined for a comparator, no value or another unit: then it says nothing. Throws
 * ResourceProblem for an age that is negative or, where it must have been, not reached on the day of issue.
 */
export function spanOfAge(
  { value, comparator, code, unit: printed }: Quantity,
  field: string,
  life: Life,
  mayBeAhead = false,
): Span | undefined {
  const unit = AGE_UNITS.find(([pattern]) => pattern.test((code ?? printed ?? "").trim()))?.[1];
  if (value !== undefined && value < 0) throw new ResourceProblem(field, "is negative");
  if (value === undefined || comparator !== undefined || unit === undefined) return undefined;
  const { birth, issuedDay } = life;
  const count = Math.floor(value);
  const from = addUnits(birth.from, count, unit) - (unit === "month" ? MONTH_SLACK : 0);
  if (!(from <= issuedDay)) {
    if (mayBeAhead) return undefined;
    throw new ResourceProblem(field, "is not reached on the day of issue");
  }
  const next = addUnits(birth.to, count + 1, unit);
  // The hour of birth is not known: what lasts less than a day may end on the day after.
  const isShort = unit === "hour" || unit === "minute";
  return withinLife({ from, to: isShort ? next + 1 : next - 1 }, life);
}
