import { describe, expect, it } from "vitest";
import { consentDelay } from "../../client/patient/delay.ts";

/** Mulberry32: small, seeded, good enough for traffic. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Share of people that a first-in-first-out matcher links: the n-th consent to the n-th screening.
 */
function matched(options: { perDay: number; people: number; delay: (random: number) => number }) {
  const random = seeded(20_261_121);
  let now = 0;
  const consents = Array.from({ length: options.people }, (_, person) => {
    now += (-Math.log(1 - random()) / options.perDay) * 86_400;
    return { person, at: now + 60 + options.delay(random()) };
  });
  consents.sort((a, b) => a.at - b.at);
  return consents.filter(({ person }, i) => person === i).length / options.people;
}

describe("the delay before a consent", () => {
  it("brings a first-in-first-out matcher near chance, where without it nearly all are linked", () => {
    const traffic = { perDay: 40, people: 2_000 };
    const delay = (random: number) => consentDelay({ perDay: 40, random });
    expect(matched({ ...traffic, delay: () => 0 })).toBeGreaterThan(0.9);
    // Chance among the twenty who are screened within the longest delay is one in twenty.
    expect(matched({ ...traffic, delay })).toBeLessThan(0.1);
  });

  it("is never longer than the longest asked for, also where nobody comes", () => {
    expect(consentDelay({ perDay: 0, random: 0.999 })).toBeLessThan(7 * 86_400);
    expect(consentDelay({ perDay: 0.1, random: 0.999, mostDays: 2 })).toBeLessThan(2 * 86_400);
    expect(consentDelay({ perDay: 1_000, random: 0.5 })).toBe(864);
  });
});
