// Seeded numbers for sample patients: the same seed and index always give the same patient.

export type Random = {
  /** Uniform in [0, 1). */
  readonly next: () => number;
  /** Whole number from low to high, both included. */
  readonly int: (low: number, high: number) => number;
  /** True with this probability. */
  readonly chance: (probability: number) => boolean;
  /** Bell-shaped around the mean, never beyond three spreads. */
  readonly around: (mean: number, spread: number) => number;
  readonly pick: <T>(items: readonly T[]) => T;
  /** A UUID of version 4, from this generator. */
  readonly uuid: () => string;
};

/** FNV-1a, to spread seed texts over 32 bits. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
  return hash >>> 0;
}

/** Mulberry32, seeded with a text. Not for secrets. */
export function seededRandom(seed: string): Random {
  let state = hashText(seed);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    around: (mean, spread) => mean + spread * 2 * (next() + next() + next() - 1.5),
    pick: (items) => items[int(0, items.length - 1)]!,
    uuid: () => {
      const hex = Array.from({ length: 32 }, () => int(0, 15).toString(16));
      hex[12] = "4";
      hex[16] = int(8, 11).toString(16);
      return hex.join("").replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
    },
  };
}
