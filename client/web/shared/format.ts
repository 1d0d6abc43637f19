// Dates and numbers in the reader's language, long numbers shortened for the eye only, messages as sentences.
import { showableSeconds } from "../../../circuits/statement/encoding/day.ts";

let locale = knownLocale(typeof navigator === "undefined" ? "en" : navigator.language);
let formats = formatsOf(locale);

function formatsOf(name: string) {
  return {
    day: new Intl.DateTimeFormat(name, { dateStyle: "medium", timeZone: "UTC" }),
    moment: new Intl.DateTimeFormat(name, { dateStyle: "medium", timeStyle: "short" }),
    plain: new Intl.NumberFormat(name),
    precise: new Intl.NumberFormat(name, { maximumFractionDigits: 4 }),
    listed: new Intl.ListFormat(name, { type: "conjunction" }),
  };
}

/** Dates, numbers and units as this language and country write them, from now on. */
export function setLocale(name: string): void {
  locale = knownLocale(name);
  formats = formatsOf(locale);
}

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
  return formats.day.format(typeof value === "string" ? new Date(`${value}T00:00:00Z`) : value);
}

/** A text of the library, which writes days as YYYY-MM-DD, with each as {@link formatDate} does. */
export function withDates(text: string): string {
  return text.replace(/\b\d{4}-\d{2}-\d{2}\b/g, formatDate);
}

/** Date and time of Unix seconds, in the reader's time zone. */
export function formatTime(seconds: number | bigint): string {
  return formats.moment.format(new Date(showableSeconds(seconds) * 1000));
}

export function formatCount(value: number | bigint): string {
  return formats.plain.format(value);
}

/** "1, 2 and 3". */
export function formatList(items: readonly (string | number)[]): string {
  return formats.listed.format(items.map(String));
}

/** "1 visit", "3 visits": a count with what is counted. */
export function formatCounted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

export function formatValue(value: number): string {
  return formats.precise.format(value);
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

/** "German" of "de", in the reader's language; in its own, for those who look for it, by `formatLanguage(tag, tag)`. */
export function formatLanguage(tag: string, inLanguage = locale): string {
  return new Intl.DisplayNames([inLanguage], { type: "language" }).of(tag) ?? tag;
}

/** First and last digits of a long number or hash, for recognising it. */
export function shorten(value: string | bigint, keep = 6): string {
  const text = String(value);
  return text.length <= 2 * keep + 1 ? text : `${text.slice(0, keep)}…${text.slice(-4)}`;
}

/** Messages of the library begin in lower case and end without a full stop. */
export function sentence(text: string): string {
  const start = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}
