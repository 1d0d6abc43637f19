import { describe, expect, it } from "vitest";
import { parseDuration } from "../../circuits/statement/encoding/duration.ts";

describe("durations", () => {
  it.each([
    ["1 day", 1, 1],
    ["90 days", 90, 90],
    ["4 weeks", 28, 28],
    ["1 month", 31, 28],
    ["6 months", 184, 181],
    ["12 months", 366, 365],
    ["1 year", 366, 365],
    ["4 years", 1461, 1461],
    ["5 years", 1827, 1826],
    ["10 years", 3653, 3652],
  ])("counts %s as at most %i and at least %i days", (text, longest, shortest) => {
    expect(parseDuration(text)).toEqual({ longest, shortest });
  });

  it.each(["", "5", "0 days", "-1 days", "1.5 years", "5 fortnights", "5  years"])(
    "refuses %j",
    (text) => {
      expect(() => parseDuration(text)).toThrow(/not a duration/);
    },
  );

  it.each(["99999 years", "400 years", "18725 weeks"])("refuses %s as out of range", (text) => {
    expect(() => parseDuration(text)).toThrow(/beyond the calendar/);
  });
});
