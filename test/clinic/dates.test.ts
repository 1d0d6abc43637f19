import { describe, expect, it } from "vitest";
import { formatDay, parseDay } from "../../circuits/statement/encoding/day.ts";
import {
  isAhead,
  readDate,
  readEnd,
  readPeriod,
  spanOfAge,
} from "../../client/clinic/facts/dates.ts";
import type { Span } from "../../client/clinic/read/draft.ts";

const born = (from: string, to = from) => ({ from: parseDay(from), to: parseDay(to) });
const LIFE = { issuedDay: parseDay("2024-06-15"), birth: born("1960-02-29") };
const words = ({ from, to }: Span) =>
  from === to ? formatDay(from) : `${formatDay(from)} to ${formatDay(to)}`;
const read = (text: string, life = LIFE) => words(readDate(text, "onset", life));

describe("a FHIR date", () => {
  it.each([
    ["2019", "2019-01-01 to 2019-12-31"],
    ["2019-02", "2019-02-01 to 2019-02-28"],
    ["2020-02", "2020-02-01 to 2020-02-29"],
    ["2019-03-04", "2019-03-04"],
  ])("%s is the days that it may mean, %s", (text, days) => {
    expect(read(text)).toBe(days);
  });

  it("in part reaches no further than the day of issue, and not before birth", () => {
    expect(read("2024")).toBe("2024-01-01 to 2024-06-15");
    expect(read("2024-06")).toBe("2024-06-01 to 2024-06-15");
    expect(read("1960")).toBe("1960-02-29 to 1960-12-31");
    expect(read("1960-02")).toBe("1960-02-29");
  });

  it.each(["1960-02-28", "1960-01", "1959", "1960-02-27T23:00:00-05:00"])(
    "%s is refused as before birth",
    (text) => expect(() => read(text)).toThrow("before the patient's birth"),
  );

  it("of the evening before birth in another offset is the day of birth", () => {
    expect(read("1960-02-28T23:00:00-05:00")).toBe("1960-02-29");
  });

  it("is not before a birth of which only the year is known", () => {
    const life = { ...LIFE, birth: born("1960-01-01", "1960-12-31") };
    expect(read("1960-01-15", life)).toBe("1960-01-15");
    expect(() => read("1959-12-31", life)).toThrow("before the patient's birth");
  });

  it.each([
    ["2024-03-01T23:30:00-05:00", "2024-03-01"],
    ["2024-03-02T00:30:00+02:00", "2024-03-02"],
    ["2024-03-01T10:00:00Z", "2024-03-01"],
    ["2024-03-01T10:00:00.123Z", "2024-03-01"],
  ])("%s is the calendar day of its own offset, %s", (text, day) => {
    expect(read(text)).toBe(day);
  });

  it("with a time keeps the instant", () => {
    const { instant } = readDate("2024-03-01T23:30:00-05:00", "onset", LIFE);
    expect(instant).toBe(Date.parse("2024-03-02T04:30:00Z"));
  });

  it("that is tomorrow in the east but today in UTC is the day of issue", () => {
    expect(read("2024-06-16T06:00:00+10:00")).toBe("2024-06-15");
    expect(() => read("2024-06-16T11:00:00+10:00")).toThrow("after the day of issue");
  });

  it.each(["2024-06-16", "2024-07", "2025", "2024-06-16T00:00:00Z", "9999-12-31"])(
    "%s is refused as after the day of issue",
    (text) => expect(() => read(text)).toThrow("after the day of issue"),
  );

  it.each(["2023-02-29", "2023-13", "2023-13-01", "2023-00-10"])("%s is refused", (text) => {
    expect(() => read(text)).toThrow("is no calendar day");
  });

  it.each(["", "yesterday", "01/02/2020", "2020-1-2", "2020-01-02 10:00"])(
    "'%s' is refused as malformed",
    (text) => expect(() => read(text)).toThrow("is not a FHIR date"),
  );

  it("before 1900 is refused, and the first day accepted", () => {
    const life = { ...LIFE, birth: born("1900-01-01") };
    expect(() => read("1899-12-31", life)).toThrow("before 1900-01-01");
    expect(read("1900-01-01", life)).toBe("1900-01-01");
  });

  it("with no such time of day is refused", () => {
    expect(() => read("2024-03-01T25:00:00Z")).toThrow("is not a valid time");
  });
});

describe("an end", () => {
  it.each(["2024-06-16", "2030-01-01", "2031", "2258-12-31", "9999-12-31", "9999"])(
    "of %s has not come yet",
    (text) => {
      expect(readEnd(text, "end", LIFE)).toBeUndefined();
      expect(isAhead(text, "end", LIFE)).toBe(true);
    },
  );

  it("in part may have come or not", () => {
    const end = readEnd("2024", "end", LIFE);
    expect(end).toMatchObject({ mayLast: true });
    expect(words(end!)).toBe("2024-01-01 to 2024-06-15");
    expect(readEnd("2023", "end", LIFE)).toMatchObject({ mayLast: false });
    expect(isAhead("2024", "end", LIFE)).toBe(false);
  });
});

describe("a period", () => {
  const of = (start?: string, end?: string) =>
    words(readPeriod({ start, end }, "onsetPeriod", LIFE));

  it("is the days from the first of its start to the last of its end", () => {
    expect(of("2019", "2020-02")).toBe("2019-01-01 to 2020-02-29");
    expect(of(undefined, "2020-02-03")).toBe("1960-02-29 to 2020-02-03");
    expect(of("2020-02-03")).toBe("2020-02-03 to 2024-06-15");
  });

  it("that ends before it starts is any day between the two", () => {
    expect(of("2020-02-03", "2019-05-06")).toBe("2019-05-06 to 2020-02-03");
  });
});

describe("an age", () => {
  const of = (value: number, code: string, life = LIFE) => {
    const span = spanOfAge({ value, code }, "onsetAge", life);
    return span && words(span);
  };

  it("in years lasts from one birthday to the day before the next", () => {
    // Born on 29 February: a year older from 1 March.
    expect(of(40, "a")).toBe("2000-02-29 to 2001-02-28");
    expect(of(2.5, "a")).toBe("1962-03-01 to 1963-02-28");
    expect(of(64, "a")).toBe("2024-02-29 to 2024-06-15");
  });

  it.each([
    [6, "mo", "1960-08-26 to 1960-09-28"],
    [2, "wk", "1960-03-14 to 1960-03-20"],
    [3, "d", "1960-03-03"],
    [30, "h", "1960-03-01 to 1960-03-02"],
    [90, "min", "1960-02-29 to 1960-03-01"],
  ])("of %i %s is read in that unit", (value, unit, days) => {
    expect(of(value, unit)).toBe(days);
  });

  it.each(["years", "Yrs", "y"])("in printed '%s' is read as well", (unit) => {
    const span = spanOfAge({ value: 40, unit }, "onsetAge", LIFE);
    expect(words(span!)).toBe("2000-02-29 to 2001-02-28");
  });

  it("is wider where the birth date is given in part", () => {
    const life = { ...LIFE, birth: born("1960-01-01", "1960-12-31") };
    expect(of(40, "a", life)).toBe("2000-01-01 to 2001-12-30");
  });

  it("with a comparator, without a value, or in another unit says nothing", () => {
    expect(spanOfAge({ value: 40, code: "a", comparator: "<" }, "onsetAge", LIFE)).toBeUndefined();
    expect(spanOfAge({ code: "a" }, "onsetAge", LIFE)).toBeUndefined();
    expect(of(40, "kg")).toBeUndefined();
    expect(spanOfAge({ value: 40 }, "onsetAge", LIFE)).toBeUndefined();
  });

  it("that is negative or not reached yet is refused", () => {
    expect(() => of(-1, "a")).toThrow("is negative");
    expect(() => of(65, "a")).toThrow("not reached");
    expect(() => of(1e9, "a")).toThrow("not reached");
    expect(spanOfAge({ value: 65, code: "a" }, "abatementAge", LIFE, true)).toBeUndefined();
  });
});
