import { describe, expect, it } from "vitest";
import { isWholeDay, latestSubmitBy } from "../../circuits/statement/trial/consent.ts";
import { yearsLater } from "../../client/patient/calendar.ts";

const at = (text: string) => Date.parse(text) / 1000;
const dayOf = (seconds: bigint) => new Date(Number(seconds) * 1000).toISOString();

describe("a consent's times", () => {
  it("count calendar years, from whatever second to a whole day", () => {
    const now = at("2026-11-21T17:03:59Z");
    expect(dayOf(yearsLater(now, 1))).toBe("2027-11-21T00:00:00.000Z");
    // Four years with a leap day between them, which 365.25 days a year would miss by hours.
    expect(dayOf(yearsLater(now, 2))).toBe("2028-11-21T00:00:00.000Z");
    expect(dayOf(yearsLater(now, 50))).toBe("2076-11-21T00:00:00.000Z");
  });

  it("end on 1 March where there is no 29 February", () => {
    const leap = at("2028-02-29T23:59:59Z");
    expect(dayOf(yearsLater(leap, 1))).toBe("2029-03-01T00:00:00.000Z");
    expect(dayOf(yearsLater(leap, 4))).toBe("2032-02-29T00:00:00.000Z");
  });

  it("say nothing of the second of signing", () => {
    for (let second = 0; second < 86_400; second += 4_321) {
      const now = at("2028-02-28T00:00:00Z") + second;
      expect(isWholeDay(yearsLater(now, 3))).toBe(true);
      expect(yearsLater(now, 3)).toBe(yearsLater(now - second, 3));
      expect(latestSubmitBy(BigInt(now))).toBe(latestSubmitBy(BigInt(now - second)));
    }
  });
});
