// Dates and numbers in the reader's language; long numbers shortened for the eye only.
import { showableSeconds } from "../../../circuits/statement/day.ts";

const locale = knownLocale(typeof navigator === "undefined" ? "en" : navigator.language);
const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
const moment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const plain = new Intl.NumberFormat(locale);
const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
const precise = new Intl.NumberFormat(locale, { maximumFractionDigits: 4 });

/** Some systems name their language in a way that no one else knows ("en-US@posix"). */
function knownLocale(name: string): string {
  try {
    return Intl.getCanonicalLocales(name)[0] ?? "en";
  } catch {
    return "en";
  }
}

/** "24 Nov 2026" of YYYY-MM-DD or a Date; days of records have no time zone. */
export function formatDate(value: string | Date): string {
  return day.format(typeof value === "string" ? new Date(`${value}T00:00:00Z`) : value);
}

/** Date and time of Unix seconds, in the reader's time zone. */
export function formatTime(seconds: number | bigint): string {
  return moment.format(new Date(showableSeconds(seconds) * 1000));
}

export function formatCount(value: number | bigint): string {
  return plain.format(value);
}

export function formatValue(value: number): string {
  return precise.format(value);
}

export function formatShare(value: number): string {
  return percent.format(value);
}

export function formatBytes(bytes: number): string {
  const [amount, unit] =
    bytes >= 1e6 ? [bytes / 1e6, "megabyte"] : ([bytes / 1e3, "kilobyte"] as const);
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: unit as string,
    unitDisplay: "short",
    maximumFractionDigits: amount < 10 ? 1 : 0,
  }).format(amount as number);
}

/** First and last digits of a long number or hash, for recognising it. */
export function shorten(value: string | bigint, keep = 6): string {
  const text = String(value);
  return text.length <= 2 * keep + 1 ? text : `${text.slice(0, keep)}…${text.slice(-4)}`;
}
