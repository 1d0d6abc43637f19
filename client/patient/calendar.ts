// Times of a consent: whole days (UTC), so that they tell nothing of the moment of signing.
import { Refusal } from "../../circuits/statement/refusal.ts";
import { CONSENT_DAY_SECONDS } from "../../circuits/statement/trial/consent.ts";

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

/**
 * The end of a consent that somebody else gives: always the first day of a quarter, and for a minor never after they come
 * of age. A minor's consent lasts as many whole years as end before that; only when it is less than a year away does the
 * end tell anything, and then just the quarter in which it lies. Refuses with `OwnConsentNeeded` in that quarter itself.
 */
export function representedUntil(of: {
  now: number;
  years: number;
  ofAgeAt?: number | undefined;
}): bigint {
  const { now, ofAgeAt } = of;
  for (let years = of.years; years > 0; years--) {
    const end = quarterOf(yearsLater(now, years));
    if (ofAgeAt === undefined || end <= BigInt(ofAgeAt)) return end;
  }
  const end = quarterOf(BigInt(ofAgeAt!));
  if (end <= BigInt(now)) throw new Refusal("OwnConsentNeeded");
  return end;
}

/** The first moment (UTC) of the quarter of the year that a time lies in. */
function quarterOf(seconds: bigint): bigint {
  const date = new Date(Number(seconds) * 1000);
  const month = date.getUTCMonth() - (date.getUTCMonth() % 3);
  return BigInt(Date.UTC(date.getUTCFullYear(), month, 1) / 1000);
}
