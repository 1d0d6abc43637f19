// Times of a consent: whole days (UTC), so that they tell nothing of the moment of signing.
import { CONSENT_DAY_SECONDS } from "../../circuits/statement/consent.ts";

/**
 * The beginning of the same day of the calendar so many years later, Unix seconds; of 1 March, where
 * there is no 29 February.
 */
export function yearsLater(now: number, years: number): bigint {
  const date = new Date(now * 1000);
  date.setUTCHours(0, 0, 0, 0);
  date.setUTCFullYear(date.getUTCFullYear() + years);
  const seconds = BigInt(date.getTime() / 1000);
  return seconds - (seconds % CONSENT_DAY_SECONDS);
}
