import { describe, expect, it } from "vitest";
import { formatDay, parseDay } from "../../circuits/statement/day.ts";
import { latestDayOfAge, readDate, readEnd } from "../../client/clinic/dates.ts";

const ISSUED = parseDay("2024-06-15");
const read = (text: string) => formatDay(readDate(text, "onset", ISSUED).day);

describe("a FHIR date", () => {
  it.each([
    ["2019", "2019-12-31"],
    ["2019-02", "2019-02-28"],
    ["2020-02", "2020-02-29"],
    ["2019-03-04", "2019-03-04"],
  ])("%s is the latest day it may mean, %s", (text, day) => {
    expect(read(text)).toBe(day);
  });

  it.each(["2024", "2024-06"])("%s is not later than the day of issue", (text) => {
    expect(read(text)).toBe("2024-06-15");
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
    const { instant } = readDate("2024-03-01T23:30:00-05:00", "onset", ISSUED);
    expect(instant).toBe(Date.parse("2024-03-02T04:30:00Z"));
  });

  it("that is tomorrow in the east but today in UTC is the day of issue", () => {
    expect(read("2024-06-16T06:00:00+10:00")).toBe("2024-06-15");
    expect(() => read("2024-06-16T11:00:00+10:00")).toThrow("after the day of issue");
  });

  it.each(["2024-06-16", "2024-07", "2025", "2024-06-16T00:00:00Z"])(
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
    expect(() => read("1899-12-31")).toThrow("before 1900-01-01");
    expect(read("1900-01-01")).toBe("1900-01-01");
  });

  it("with no such time of day is refused", () => {
    expect(() => read("2024-03-01T25:00:00Z")).toThrow("no such time");
  });
});

describe("an end", () => {
  it("ahead of the day of issue is the day of issue", () => {
    expect(readEnd("2030-01-01", "end", ISSUED)).toBe(ISSUED);
    expect(readEnd("2024-06-14", "end", ISSUED)).toBe(ISSUED - 1);
  });
});

describe("an age", () => {
  it("is the day before the next birthday at the latest", () => {
    const born = parseDay("1960-06-16");
    expect(formatDay(latestDayOfAge(born, 40, ISSUED))).toBe("2001-06-15");
    expect(formatDay(latestDayOfAge(born, 63, ISSUED))).toBe("2024-06-15");
  });
});
