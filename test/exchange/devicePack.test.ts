import type { Observation } from "fhir/r4";
import { describe, expect, it } from "vitest";
import { formatDay, parseDay } from "../../circuits/statement/encoding/day.ts";
import { type DayStream, packDays, resumeStream } from "../../client/exchange/device/pack.ts";
import { between, pick, seeded } from "../circuits/random.ts";
import { refusalOf } from "./deviceGiven.ts";

const NEW: DayStream = { id: "watch", sequence: 0, days: [] };
const TODAY = parseDay("2024-06-01");

const pulse = (time: string, value = 60, more: Partial<Observation> = {}): Observation => ({
  resourceType: "Observation",
  status: "final",
  code: { coding: [{ system: "http://loinc.org", code: "8867-4" }] },
  effectiveDateTime: time,
  valueQuantity: { value, unit: "/min", system: "http://unitsofmeasure.org", code: "/min" },
  ...more,
});
const pack = (observations: readonly Observation[], stream = NEW) =>
  packDays(observations, stream, TODAY);
const shown = ({ packages }: Awaited<ReturnType<typeof packDays>>) =>
  packages.map(({ day, streamSequence, resources }) => {
    return `${streamSequence}: ${formatDay(day)} (${resources.length})`;
  });

describe("packing by day", () => {
  it("numbers local days in order, each in order of time", async () => {
    const packed = await pack([
      pulse("2024-03-02T00:30:00+01:00", 63),
      pulse("2024-03-01T23:30:00-05:00", 62),
      pulse("2024-03-01T08:00:00+01:00", 61),
      pulse("2024-03-01", 60),
    ]);
    expect(shown(packed)).toEqual(["1: 2024-03-01 (3)", "2: 2024-03-02 (1)"]);
    const values = packed.packages[0]?.resources.map((one) => one.valueQuantity?.value);
    expect(values).toEqual([60, 61, 62]);
    expect(packed.packages[0]?.stream).toBe("watch");
  });

  it("collapses what is there twice, and only that", async () => {
    const time = "2024-03-01T08:00:00+01:00";
    const { packages, duplicates } = await pack([
      pulse(time),
      pulse(time),
      pulse("2024-03-01T07:00:00Z"),
      pulse(time, 61),
      pulse(time, 60, { device: { display: "Acme" } }),
      pulse(time, 60, { code: { coding: [{ system: "http://loinc.org", code: "40443-4" }] } }),
    ]);
    expect(duplicates).toBe(2);
    expect(packages[0]?.resources).toHaveLength(4);
  });

  it("keeps back the day that is not over", async () => {
    const packed = await pack([pulse("2024-05-31T12:00:00Z"), pulse("2024-06-01T12:00:00Z")]);
    expect(shown(packed)).toEqual(["1: 2024-05-31 (1)"]);
    expect(packed.waiting).toBe(1);
  });

  it("sends a day again only when it changed, as a correction of its package", async () => {
    const first = await pack([pulse("2024-03-01T08:00:00Z"), pulse("2024-03-03T08:00:00Z")]);
    const again = await pack(
      [
        pulse("2024-03-03T08:00:00Z"),
        pulse("2024-03-01T08:00:00Z"),
        pulse("2024-03-01T09:00:00Z"),
        pulse("2024-03-02T09:00:00Z"),
        pulse("2024-03-04T09:00:00Z"),
      ],
      first.stream,
    );
    expect(shown(again)).toEqual(["3: 2024-03-01 (2)", "4: 2024-03-02 (1)", "5: 2024-03-04 (1)"]);
    expect(again.unchanged).toBe(1);
    expect(again.packages.map(({ replaces }) => replaces)).toEqual([1, undefined, undefined]);
    expect(again.packages.map(({ isLate }) => isLate)).toEqual([true, true, false]);
    const third = await pack([pulse("2024-03-01T08:00:00Z")], again.stream);
    expect(third.packages[0]?.replaces).toBe(3);
  });

  it("goes on from its packages where the wallet's own account is lost", async () => {
    const all = [pulse("2024-03-01T08:00:00Z"), pulse("2024-03-02T08:00:00Z", 61)];
    const { packages, stream } = await pack(all);
    // As they come back from a package: fields in another order.
    const opened = packages.map(({ day, streamSequence, resources }) => ({
      ...{ day, streamSequence },
      resources: resources.map(
        (one) => Object.fromEntries(Object.entries(one).reverse()) as unknown as Observation,
      ),
    }));
    const resumed = await resumeStream("watch", opened.reverse());
    expect(resumed).toEqual(stream);
    expect((await pack(all, resumed)).packages).toEqual([]);
  });

  it("gives one result for one set of readings, in whatever order and number of copies", async () => {
    const random = seeded(21);
    for (let round = 0; round < 30; round++) {
      const readings = Array.from({ length: 40 }, () => {
        const ms = Date.UTC(2024, 2, 1) + between(random, 0, 5 * 24 * 60) * 60_000;
        return pulse(`${new Date(ms).toISOString().slice(0, 19)}Z`, between(random, 58, 62));
      });
      const mixed = Array.from({ length: 120 }, () => pick(random, readings));
      const whole = await pack(readings);
      const shuffled = await pack([...mixed, ...[...readings].reverse()]);
      expect(shuffled.packages).toEqual(whole.packages);
      expect(shuffled.stream).toEqual(whole.stream);
      const days = whole.packages.map(({ day }) => day);
      expect(days).toEqual([...new Set(days)].sort((a, b) => a - b));
      const sent = whole.packages.reduce((sum, { resources }) => sum + resources.length, 0);
      expect(sent + whole.duplicates).toBe(readings.length);
    }
  });

  it("refuses a day that is too large, and what has no time", async () => {
    const device = { display: "x".repeat(100) };
    const many = Array.from({ length: 20_000 }, (_, i) => {
      const time = new Date(Date.UTC(2024, 2, 1) + i * 4_000).toISOString();
      return pulse(time, 60, { device });
    });
    const large = await refusalOf(() => pack(many));
    expect(large.code).toBe("DayTooLarge");
    expect(large.details).toMatchObject({ day: "2024-03-01", limit: 5_000_000 });
    const { code, details } = await refusalOf(() => pack([pulse("2024-03-01"), pulse("soon")]));
    expect(code).toBe("MalformedInput");
    expect(details).toEqual({ field: "observations[1].effective" });
  });
});
