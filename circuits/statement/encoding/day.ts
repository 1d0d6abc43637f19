// Days are counted from 1900-01-01 (day 0) in UTC, in 17 bits; the last one means "ongoing".
import type { Field } from "./field.ts";

export const DAY_BITS = 17;
/** Day of a fact that still holds when the record is issued ("ongoing"). */
export const ONGOING = 2 ** DAY_BITS - 1;
/** 1900-01-01 relative to the Unix epoch, in days. */
export const EPOCH_DAY = -25_567;
const MS_PER_DAY = 86_400_000;
const YMD_BITS = 27;

declare const brand: unique symbol;
/** Whole days since 1900-01-01, 0 to 131,070, or {@link ONGOING}. */
export type Day = number & { readonly [brand]: "Day" };

/** Checks the range of a day. Throws RangeError. */
export function toDay(day: number): Day {
  if (!Number.isInteger(day) || day < 0 || day > ONGOING) {
    throw new RangeError("day outside 1900-01-01 to 2258-11-10");
  }
  return day as Day;
}

/** Day of a Unix time in seconds, as the chain gives it. */
export function dayOfTimestamp(seconds: number | bigint): Day {
  return toDay(Math.floor(Number(seconds) / 86_400) - EPOCH_DAY);
}

/** 9999-12-31T23:59:59Z: ISO 8601, FHIR and databases agree no further. */
const LAST_SECOND = 253_402_300_799;

/**
 * Unix seconds as they can be shown and stored: the contracts' types reach far beyond, and what lies there is given as
 * the last second of the year 9999.
 */
export function showableSeconds(seconds: number | bigint | string): number {
  return Math.min(Number(seconds), LAST_SECOND);
}

/** Parses YYYY-MM-DD. Throws RangeError when there is no such day. */
export function parseDay(text: string): Day {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text) {
    throw new RangeError(`no such calendar day: ${text}`);
  }
  return toDay(ms / MS_PER_DAY - EPOCH_DAY);
}

/** YYYY-MM-DD, or "ongoing". */
export function formatDay(day: number): string {
  if (day === ONGOING) return "ongoing";
  return new Date((toDay(day) + EPOCH_DAY) * MS_PER_DAY).toISOString().slice(0, 10);
}

/** yyyymmdd as one number: exact calendar arithmetic for ages. */
export function ymdOfDay(day: number): number {
  return Number(formatDay(day).replaceAll("-", ""));
}

/** The public signal `asOf`: day (17 bits) above yyyymmdd (27 bits). The contract checks that they agree. */
export function packAsOf(day: number): Field {
  return ((BigInt(day) << BigInt(YMD_BITS)) | BigInt(ymdOfDay(day))) as Field;
}

/** The day in an `asOf` signal. Throws RangeError when its two halves disagree. */
export function dayOfAsOf(asOf: bigint): Day {
  const day = toDay(Number(asOf >> BigInt(YMD_BITS)));
  if (packAsOf(day) !== asOf) throw new RangeError("asOf holds a day and a date that disagree");
  return day;
}
