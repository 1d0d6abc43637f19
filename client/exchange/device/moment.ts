// When a reading was taken: the day is the calendar day where the person was, as the offset in the text says.
import { type Day, parseDay } from "../../../circuits/statement/encoding/day.ts";
import type { Zone } from "./zone.ts";

/** A point in time as a FHIR R4 dateTime, or a whole day. */
export type Moment = {
  /** `YYYY-MM-DD`, or with a time and an offset. */
  readonly text: string;
  /** The person's local day. */
  readonly day: Day;
  /** Milliseconds since the Unix epoch; absent for a whole day. */
  readonly ms?: number;
};
/** Why a text is no point in time. It names no value. */
export type NoMoment = { readonly reason: string };

/** How times without an offset are understood. */
export type Where = {
  /** Where the person lives: for times that name no offset, and for those in UTC ("Z"), which say when, not where. */
  readonly zone?: Zone | undefined;
  /**
   * The time before in the file, in milliseconds. In the hour that comes twice when clocks go back, the second one is
   * meant when the first would be earlier than this.
   */
  readonly after?: number | undefined;
};

/** A date and a time of day as written. `offset` is in minutes; "utc" is a bare Z. */
export type Written = {
  readonly date: string;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Digits behind the point. */
  readonly fraction?: string | undefined;
  readonly offset?: number | "utc" | undefined;
};

const MINUTE = 60_000;
const MAX_OFFSET_MINUTES = 14 * 60;
const MOMENT =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/i;
const OPEN = /^\d{4}(-\d{2})?$/;

/** Reads ISO 8601, a FHIR date, dateTime or instant, or Apple's "2024-03-01 23:30:00 -0500". */
export function readMoment(text: string, where: Where = {}): Moment | NoMoment {
  const match = MOMENT.exec(text.trim());
  if (!match) return { reason: OPEN.test(text) ? "its day is not certain" : "the time is no time" };
  const [, date, hour, minute, second = "0", fraction, zone] = match;
  if (hour === undefined) return wholeDay(date!);
  const offset = zone === undefined ? undefined : readOffset(zone);
  if (offset === null) return { reason: "the offset from UTC is none" };
  const clock = { hour: Number(hour), minute: Number(minute), second: Number(second) };
  return momentOf({ date: date!, ...clock, fraction, offset }, where);
}

/** A day without a time of day. */
export function wholeDay(date: string): Moment | NoMoment {
  const day = dayIn(date);
  return day === undefined ? { reason: "there is no such day" } : { text: date, day };
}

/** A point in time from its parts. Refuses days and times that do not exist, also those that clocks skip. */
export function momentOf(written: Written, where: Where = {}): Moment | NoMoment {
  const { date, hour, minute, second, fraction = "", offset } = written;
  if (dayIn(date) === undefined) return { reason: "there is no such day" };
  if (hour > 23 || minute > 59 || second > 59) return { reason: "there is no such time of day" };
  const clock = [hour, minute, second].map((part) => String(part).padStart(2, "0")).join(":");
  const digits = fraction.slice(0, 3).padEnd(3, "0");
  const local = Date.parse(`${date}T${clock}.${digits}Z`);
  if (typeof offset === "number") return inOffset(local, offset);
  if (offset === "utc") return atInstant(local, where.zone);
  if (where.zone === undefined) return { reason: "the time names no offset, and no zone is given" };
  const possible = where.zone.instantsOf(local);
  if (possible.length === 0) return { reason: "the clocks skip this time in the zone given" };
  const { after } = where;
  const later = possible.find((ms) => after === undefined || ms >= after);
  return atInstant(later ?? possible[0]!, where.zone);
}

/** An instant in milliseconds, as the clocks of a zone show it; in UTC without one. */
export function atInstant(ms: number, zone?: Zone): Moment | NoMoment {
  if (!Number.isFinite(ms) || Math.abs(ms) > 8e15) return { reason: "the time is no time" };
  if (zone === undefined) return inOffset(ms, "utc");
  const offset = zone.offsetAt(ms);
  return inOffset(ms + offset * MINUTE, offset);
}

function inOffset(local: number, offset: number | "utc"): Moment | NoMoment {
  const text = new Date(local).toISOString();
  const day = dayIn(text.slice(0, text.indexOf("T")));
  if (day === undefined) return { reason: "there is no such day" };
  const plain = text.replace(/(?:\.000)?Z$/, "");
  const ms = local - (offset === "utc" ? 0 : offset * MINUTE);
  return { text: `${plain}${offset === "utc" ? "Z" : formatOffset(offset)}`, day, ms };
}

/** The day in which a reading from one time to another counts: of the last moment in it. */
export function lastDay(start: Moment, end: Moment | undefined): Day {
  if (end?.ms === undefined || start.ms === undefined || end.ms <= start.ms) {
    return end?.day ?? start.day;
  }
  // Until midnight is still the day before.
  const isMidnight = /T00:00:00(?:Z|[+-])/.test(end.text);
  return isMidnight ? ((end.day - 1) as Day) : end.day;
}

/** Minutes east of UTC in "+05:30" or "-0500", "utc" for "Z"; null when there is no such offset. */
function readOffset(text: string): number | "utc" | null {
  if (/^z$/i.test(text)) return "utc";
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(text);
  if (!match) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  if (Number(match[3]) > 59 || minutes > MAX_OFFSET_MINUTES) return null;
  return match[1] === "-" ? -minutes : minutes;
}

function formatOffset(minutes: number): string {
  const size = Math.abs(minutes);
  const [hours, rest] = [Math.floor(size / 60), size % 60];
  const two = (part: number) => String(part).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(hours)}:${two(rest)}`;
}

function dayIn(date: string): Day | undefined {
  try {
    return parseDay(date);
  } catch {
    return undefined;
  }
}
