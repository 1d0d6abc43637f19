import { describe, expect, it } from "vitest";
import { drawTimes, secureRandom } from "../../client/patient/delay.ts";

const DAY = 86_400;

/** Seconds until a consent goes out, and until it does in any case, for a drawn number. */
function times(of: { perDay: number; crowd: number; mostDays: number; random: number }) {
  const settings = { waitForOthers: of.crowd, waitAtMostDays: of.mostDays };
  return drawTimes({ now: 0, perDay: of.perDay, settings, random: () => of.random });
}
const consentDelay = (of: Parameters<typeof times>[0]) => times(of).notBefore;
const longestWait = (of: { mostDays: number; random: number }) =>
  times({ perDay: 1, crowd: 1, ...of }).latest;

describe("the delay before a consent", () => {
  it("is on average as long as so many others take to be screened", () => {
    const draws = Array.from({ length: 1_000 }, (_, i) => (i + 0.5) / 1_000);
    const mean = (perDay: number, crowd: number) =>
      draws
        .map((random) => consentDelay({ perDay, crowd, mostDays: 30, random }))
        .reduce((a, b) => a + b, 0) /
      draws.length /
      DAY;
    expect(mean(1, 3)).toBeGreaterThan(2.9);
    expect(mean(1, 3)).toBeLessThan(3.1);
    expect(mean(10, 3)).toBeLessThan(0.31);
  });

  it("has no memory: who has waited long is no likelier to be next", () => {
    const draws = Array.from({ length: 10_000 }, (_, i) =>
      consentDelay({ perDay: 1, crowd: 2, mostDays: 60, random: i / 10_000 }),
    );
    const next = (after: number) => {
      const still = draws.filter((seconds) => seconds > after * DAY);
      return still.filter((seconds) => seconds <= (after + 1) * DAY).length / still.length;
    };
    for (const after of [0, 1, 3, 6]) expect(Math.abs(next(after) - next(0))).toBeLessThan(0.01);
  });

  it("is a third of the longest on average where nobody comes, and the longest is no fixed time", () => {
    const at = (random: number) => consentDelay({ perDay: 0, crowd: 3, mostDays: 6, random });
    expect(at(1 - Math.exp(-1)) / DAY).toBeCloseTo(2, 3);
    expect(longestWait({ mostDays: 10, random: 0 })).toBe(2 * DAY);
    expect(longestWait({ mostDays: 10, random: 0.999999 })).toBeLessThanOrEqual(10 * DAY);
    expect(new Set([1, 2, 3].map(() => secureRandom())).size).toBe(3);
  });
});
