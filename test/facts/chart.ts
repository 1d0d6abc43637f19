// Chance and days of seeded charts with gaps of every kind, for the two laws (laws.test.ts). Shares no code with the
// product.

/** A small deterministic generator (mulberry32). */
export type Random = {
  readonly below: (n: number) => number;
  readonly chance: (p: number) => boolean;
  readonly pick: <T>(list: readonly T[]) => T;
};

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (n: number) => Math.floor(next() * n);
  return {
    below,
    chance: (p) => next() < p,
    pick: (list) => list[below(list.length)]!,
  };
}

const MS_PER_DAY = 86_400_000;
/** Days since the Unix epoch. */
export const dayOf = (text: string) => Date.parse(`${text}T00:00:00Z`) / MS_PER_DAY;
export const textOf = (day: number) => new Date(day * MS_PER_DAY).toISOString().slice(0, 10);

export const ISSUED = dayOf("2026-11-29");

export type Json = { [key: string]: unknown };
export type Chart = { readonly bundle: Json };

const BIRTHS = ["1960-05-05", "1988-02-29", "1950", "1971-07", "2024-03-10"];

const TIMES = ["08:15", "10:30", "16:00"];

/** A FHIR date as charts write it: whole, in part, or with a time. */
export function dateText(random: Random, from: number, to: number): string {
  const day = from + random.below(Math.max(1, to - from + 1));
  const text = textOf(day);
  const form = random.below(6);
  if (form === 0) return text.slice(0, 4);
  if (form === 1) return text.slice(0, 7);
  return form === 2 ? `${text}T${random.pick(TIMES)}:00+01:00` : text;
}

/** Days back from issue at which windows turn, and some between. */
const AGO = [
  0, 1, 5, 27, 28, 29, 45, 89, 90, 91, 180, 364, 365, 366, 367, 400, 730, 1825, 1827, 1830, 4000,
];

export function pastDay(random: Random, birth: number): number {
  return Math.max(birth, ISSUED - random.pick(AGO) - random.below(2));
}

/** The first day that a date in part may mean. */
export function firstDay(text: string): number {
  if (text.length === 4) return dayOf(`${text}-01-01`);
  return dayOf(text.length === 7 ? `${text}-01` : text.slice(0, 10));
}

/** The last day that a date in part may mean. */
export function lastDay(text: string): number {
  if (text.length === 4) return dayOf(`${text}-12-31`);
  if (text.length > 7) return dayOf(text.slice(0, 10));
  const [year, month] = text.split("-").map(Number) as [number, number];
  return Date.UTC(year, month, 0) / MS_PER_DAY;
}

export function pickBirth(random: Random): string {
  return random.pick(BIRTHS);
}
