import { describe, expect, it } from "vitest";
import { formatDay } from "../../circuits/statement/encoding/day.ts";
import {
  atInstant,
  lastDay,
  type Moment,
  type NoMoment,
  readMoment,
} from "../../client/exchange/device/moment.ts";
import { zoneOf } from "../../client/exchange/device/zone.ts";
import { between, pick, seeded } from "../circuits/random.ts";

const BERLIN = zoneOf("Europe/Berlin");
const words = (moment: Moment | NoMoment) =>
  "reason" in moment ? moment.reason : `${moment.text} on ${formatDay(moment.day)}`;
const moment = (text: string) => {
  const read = readMoment(text);
  if ("reason" in read) throw new Error(read.reason);
  return read;
};

describe("a time", () => {
  it.each([
    ["2024-03-01T23:30:00-05:00", "2024-03-01T23:30:00-05:00 on 2024-03-01"],
    ["2024-03-01 23:30:00 -0500", "2024-03-01T23:30:00-05:00 on 2024-03-01"],
    ["2024-03-02T00:30:00.250+14:00", "2024-03-02T00:30:00.250+14:00 on 2024-03-02"],
    ["2024-03-01T10:00Z", "2024-03-01T10:00:00Z on 2024-03-01"],
    ["2024-02-29", "2024-02-29 on 2024-02-29"],
  ])("%s keeps its own offset and day", (text, expected) => {
    expect(words(readMoment(text))).toBe(expected);
  });

  it.each([
    ["2023-02-29T10:00:00Z", "there is no such day"],
    ["2024-02-30", "there is no such day"],
    ["2024-13-01T00:00:00Z", "there is no such day"],
    ["1899-12-31T10:00:00Z", "there is no such day"],
    ["2024-03-01T24:00:00Z", "there is no such time of day"],
    ["2024-03-01T10:60:00Z", "there is no such time of day"],
    ["2024-03-01T10:00:60Z", "there is no such time of day"],
    ["2024-03-01T10:00:00+14:01", "the offset from UTC is none"],
    ["2024-03-01T10:00:00+01:60", "the offset from UTC is none"],
    ["2024-03-01T10:00:00", "the time names no offset, and no zone is given"],
    ["2024-03", "its day is not certain"],
    ["2024", "its day is not certain"],
    ["NaN", "the time is no time"],
    ["", "the time is no time"],
    ["2024-03-01T10:00:00Z; DROP", "the time is no time"],
  ])("%s is refused: %s", (text, reason) => {
    expect(words(readMoment(text))).toBe(reason);
  });

  it("in UTC is of the day where the person lives, when that is known", () => {
    const late = readMoment("2024-03-01T23:30:00Z", { zone: BERLIN });
    expect(words(late)).toBe("2024-03-02T00:30:00+01:00 on 2024-03-02");
    const offset = readMoment("2024-03-01T23:30:00+00:00", { zone: BERLIN });
    expect(words(offset)).toBe("2024-03-01T23:30:00+00:00 on 2024-03-01");
  });

  it("that clocks skip does not exist", () => {
    const read = readMoment("2024-03-31 02:30:00", { zone: BERLIN });
    expect(words(read)).toBe("the clocks skip this time in the zone given");
  });

  it("that clocks show twice is the first one, unless the row before was later", () => {
    const twice = "2024-10-27 02:30:00";
    expect(words(readMoment(twice, { zone: BERLIN }))).toContain("02:30:00+02:00");
    const after = moment("2024-10-27T02:45:00+02:00").ms;
    expect(words(readMoment(twice, { zone: BERLIN, after }))).toContain("02:30:00+01:00");
  });

  it("of any instant in any zone comes back as that instant", () => {
    const random = seeded(12);
    const names = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"];
    for (let i = 0; i < 300; i++) {
      const zone = zoneOf(pick(random, names))!;
      const ms = Date.UTC(2024, 0, 1) + between(random, 0, 365 * 86_400) * 1000;
      const shown = atInstant(ms, zone) as Moment;
      expect(moment(shown.text).ms).toBe(ms);
      const bare = readMoment(shown.text.slice(0, 19), { zone, after: ms }) as Moment;
      expect(bare.ms).toBe(ms);
    }
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e300])("of %d is none", (ms) => {
    expect(atInstant(ms)).toHaveProperty("reason");
  });
});

describe("a time zone", () => {
  it.each(["", "Europe/Nowhere", "__proto__", "+25:00", "constructor", "GMT+99", "a".repeat(500)])(
    "%s is none",
    (name) => expect(zoneOf(name)).toBeUndefined(),
  );

  it("can be a fixed offset", () => {
    expect(zoneOf("-09:30")?.offsetAt(0)).toBe(-570);
  });
});

describe("a period", () => {
  it("is of the day of its last moment", () => {
    const night = lastDay(moment("2024-03-01T23:00:00+01:00"), moment("2024-03-02T07:00:00+01:00"));
    expect(formatDay(night)).toBe("2024-03-02");
  });

  it("until midnight is of the day before", () => {
    const day = lastDay(moment("2024-03-01T00:00:00+01:00"), moment("2024-03-02T00:00:00+01:00"));
    expect(formatDay(day)).toBe("2024-03-01");
  });

  it("of no length at midnight is of the day that begins", () => {
    const at = moment("2024-03-02T00:00:00+01:00");
    expect(formatDay(lastDay(at, at))).toBe("2024-03-02");
  });
});
