// Where the marks of a chart's axes stand.
import { describe, expect, it } from "vitest";
import { evenTicks } from "../../client/web/shared/ticks.ts";

describe("marks of an axis", () => {
  it("are as far apart as each other, and hold all values, whatever these are", () => {
    for (let i = 0; i < 2_000; i++) {
      const low = (i % 2 === 0 ? 1 : -1) * (i * 7919) ** 1.3 * 10 ** ((i % 9) - 6);
      const high = low + (i % 5 === 0 ? 0 : (i + 1) * 10 ** ((i % 7) - 4));
      const ticks = evenTicks({ low, high });
      const slack = Math.max(Math.abs(low), Math.abs(high)) * 1e-9;
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(12);
      expect(ticks[0]).toBeLessThanOrEqual(low + slack);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(high - slack);
      const steps = ticks.slice(1).map((tick, at) => tick - ticks[at]!);
      expect(Math.max(...steps) - Math.min(...steps)).toBeLessThanOrEqual(slack + steps[0]! / 1e6);
    }
  });

  it("stand on both sides of one value alone", () => {
    expect(evenTicks({ low: 120, high: 120 })).toEqual([100, 150]);
    expect(evenTicks({ low: 0, high: 0 })).toEqual([0, 1]);
  });
});
