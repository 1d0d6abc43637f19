// Dates and times as tables print them, by a pattern: "DD.MM.YYYY hh:mm", "M/D/YYYY h:mm a".
import type { Written } from "./moment.ts";

/** Reads one text; undefined when it does not fit. Without hours in the pattern it is a whole day. */
export type ReadPattern = (text: string) => Written | { readonly date: string } | undefined;

const PARTS: Readonly<Record<string, string>> = {
  YYYY: "(?<year>\\d{4})",
  MM: "(?<month>\\d{2})",
  M: "(?<month>\\d{1,2})",
  DD: "(?<day>\\d{2})",
  D: "(?<day>\\d{1,2})",
  hh: "(?<hour>\\d{2})",
  h: "(?<hour>\\d{1,2})",
  mm: "(?<minute>\\d{2})",
  ss: "(?<second>\\d{2})",
  a: "(?<half>[ap])\\.?m\\.?",
};
const TOKEN = /YYYY|MM?|DD?|hh?|mm|ss|a|[\s\S]/g;
const MAX_LENGTH = 40;

/**
 * A reader by a pattern of YYYY, MM or M, DD or D, hh or h, mm, ss, and a (am or pm); all else stands for itself.
 * Undefined for a pattern that lacks a date, has a part twice, a letter that is none of these, or am and pm without
 * an hour.
 */
export function patternReader(pattern: string): ReadPattern | undefined {
  if (pattern.length > MAX_LENGTH) return undefined;
  const tokens = pattern.match(TOKEN) ?? [];
  if (tokens.some((token) => PARTS[token] === undefined && /[\p{L}\d]/u.test(token))) {
    return undefined;
  }
  const kinds = tokens.filter((token) => PARTS[token] !== undefined).map((token) => token.at(0)!);
  // "MM" and "mm" differ by their case, so that the first letter tells a part.
  const has = (kind: string) => kinds.includes(kind);
  const isOnce = new Set(kinds).size === kinds.length;
  if (!isOnce || !has("Y") || !has("M") || !has("D")) return undefined;
  const isClock = has("h") === has("m") && (has("m") || !has("s")) && (has("h") || !has("a"));
  if (!isClock) return undefined;
  const source = tokens.map((token) => PARTS[token] ?? escaped(token)).join("");
  const expression = new RegExp(`^${source}$`, "i");
  return (text) => read(expression.exec(text.trim())?.groups);
}

function read(groups: Record<string, string | undefined> | undefined): ReturnType<ReadPattern> {
  if (groups === undefined) return undefined;
  const { year, month, day, hour, minute, second = "0", half } = groups;
  const date = `${year}-${month!.padStart(2, "0")}-${day!.padStart(2, "0")}`;
  if (hour === undefined) return { date };
  const clock = { minute: Number(minute), second: Number(second) };
  if (half === undefined) return { date, hour: Number(hour), ...clock };
  const twelve = Number(hour);
  if (twelve < 1 || twelve > 12) return undefined;
  // 12 am is midnight, 12 pm is noon.
  return { date, hour: (twelve % 12) + (half.toLowerCase() === "p" ? 12 : 0), ...clock };
}

function escaped(char: string): string {
  return /\s/.test(char) ? "\\s" : char.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
