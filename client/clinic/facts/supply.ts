// How long a supply or a course of a drug lasts, in days rounded up.
import type { Quantity } from "../read/datatypes.ts";

/** Days of a unit at most, by UCUM code and as it is printed. */
const DAYS_PER_UNIT: readonly (readonly [RegExp, number])[] = [
  [/^(min|minutes?)$/i, 1 / 1440],
  [/^(h|hr|hours?)$/i, 1 / 24],
  [/^(d|days?|tage?)$/i, 1],
  [/^(wk|weeks?)$/i, 7],
  [/^(mo|months?)$/i, 31],
  [/^(a|y|yr|years?)$/i, 366],
];
const LONGEST_DAYS = 200 * 366;

/** Days at most; undefined when it is not given, or not in a unit of time. */
export function daysOf(duration: Quantity | undefined): number | undefined {
  const { value, comparator, code, unit } = duration ?? {};
  if (value === undefined || value < 0 || comparator !== undefined) return undefined;
  const days = DAYS_PER_UNIT.find(([pattern]) => pattern.test((code ?? unit ?? "").trim()))?.[1];
  return days === undefined ? undefined : Math.min(LONGEST_DAYS, Math.ceil(value * days));
}
