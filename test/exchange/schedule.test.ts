import { describe, expect, it } from "vitest";
import { parseDay } from "../../circuits/statement/encoding/day.ts";
import type { Collection } from "../../circuits/statement/exchange/collection.ts";
import { KEY_COLLECTION } from "../../circuits/statement/exchange/entry.ts";
import { countStates, type Due, scheduleOf } from "../../client/exchange/schedule.ts";
import { between, pick, type Random, seeded } from "../circuits/random.ts";

const STATES = ["later", "open", "due", "missed", "done", "ended"] as const;
const ARRIVAL = parseDay("2024-03-01");
const common = (id: string) => ({ id, title: `Title of ${id}`, why: "why", permission: "data" });
// The schedule reads none of a form.
const questionnaire = {} as (Collection & { source: "site" })["questionnaire"];

const site = (...visits: [day: number, before: number, after: number][]): Collection => ({
  ...common("visits"),
  source: "site",
  questionnaire,
  visits: visits.map(([day, before, after], i) => {
    return { id: `v${i + 1}`, title: `Visit ${i + 1}`, day, before, after };
  }),
});
const diary = (schedule: {
  firstDay: number;
  everyDays: number;
  times: number;
  openDays: number;
}): Collection => ({ ...common("diary"), source: "participant", questionnaire, schedule });
const device = (days: number): Collection => ({
  ...common("watch"),
  source: "device",
  streams: [{ loinc: "8867-4", unit: "/min", title: "Pulse" }],
  days,
});
const record: Collection = { ...common("baseline"), source: "record", facts: [] };

const on = (collections: Collection[], day: number, entries: [string, number][] = []) =>
  scheduleOf({
    collections,
    arrival: ARRIVAL,
    today: ARRIVAL + day,
    entries: entries.map(([collection, at]) => ({ collection, day: ARRIVAL + at })),
  });
const states = (due: readonly Due[]) => due.map(({ state }) => state).join(" ");

describe("a visit", () => {
  it.each([
    [26, "later"],
    [27, "open"],
    [29, "open"],
    [30, "due"],
    [34, "due"],
    [35, "missed"],
  ])("of day 30, 3 before and 4 after, is on day %i %s", (day, state) => {
    const { due } = on([site([30, 3, 4])], day);
    expect(states(due)).toBe(state);
    expect(due[0]).toMatchObject({
      ...{ occasion: "v1", occasionTitle: "Visit 1", title: "Title of visits" },
      ...{ from: ARRIVAL + 27, day: ARRIVAL + 30, until: ARRIVAL + 34 },
    });
  });

  it("is done by an entry of a day in its window, and by no other", () => {
    const collections = [site([0, 0, 2], [30, 3, 4])];
    const { due, unplaced } = on(collections, 60, [
      ["visits", 34],
      ["visits", 35],
      ["visits", -1],
      ["other", 30],
    ]);
    expect(states(due)).toBe("missed done");
    expect(due[1]?.entries).toEqual([{ collection: "visits", day: ARRIVAL + 34 }]);
    expect(unplaced).toHaveLength(3);
  });

  it("shows both entries when there are two", () => {
    const { due } = on([site([30, 3, 4])], 31, [
      ["visits", 30],
      ["visits", 31],
    ]);
    expect(due[0]?.entries).toHaveLength(2);
  });
});

describe("a questionnaire, a device and a record", () => {
  it("has an occasion each time", () => {
    const { due } = on([diary({ firstDay: 1, everyDays: 7, times: 4, openDays: 3 })], 9, [
      ["diary", 3],
    ]);
    expect(states(due)).toBe("done due later later");
    expect(due.map(({ from }) => from - ARRIVAL)).toEqual([1, 8, 15, 22]);
    expect(due.map(({ until }) => until! - ARRIVAL)).toEqual([3, 10, 17, 24]);
  });

  it("has a day each day, open until it is over, and due for a week", () => {
    const { due } = on([device(12)], 10, [["watch", 2]]);
    expect(states(due)).toBe("missed missed done due due due due due due due open later");
  });

  it("is due from arrival until it is shown", () => {
    expect(states(on([record], 0).due)).toBe("due");
    expect(states(on([record], 5_000).due)).toBe("due");
    expect(states(on([record], 5_000, [["baseline", 4]]).due)).toBe("done");
  });

  it("is not expected before arrival, and the wallet's key is no data", () => {
    const entries = [{ collection: KEY_COLLECTION, day: 5 }];
    const none = scheduleOf({ collections: [record], arrival: undefined, today: 9, entries });
    expect(none).toEqual({ due: [], unplaced: [] });
  });

  it("is not missed by whoever has left", () => {
    const { due } = scheduleOf({
      collections: [site([0, 0, 2], [30, 3, 4], [60, 3, 4]), record],
      arrival: ARRIVAL,
      today: ARRIVAL + 90,
      entries: [{ collection: "visits", day: ARRIVAL + 31 }],
      end: ARRIVAL + 40,
    });
    expect(states(due)).toBe("missed ended done ended");
  });
});

function madeUp(random: Random): Collection[] {
  let day = 0;
  const visits = Array.from({ length: between(random, 1, 6) }, () => {
    const [before, after] = [between(random, 0, 5), between(random, 0, 5)];
    day += before + between(random, 0, 40);
    const visit: [number, number, number] = [day, before, after];
    day += after + 1;
    return visit;
  });
  const everyDays = between(random, 1, 30);
  const openDays = between(random, 1, everyDays);
  const times = between(random, 1, 20);
  return [
    record,
    site(...visits),
    diary({ firstDay: between(random, 0, 30), everyDays, times, openDays }),
    device(between(random, 1, 60)),
  ];
}

describe("any schedule", () => {
  const random = seeded(42);
  const scenes = Array.from({ length: 150 }, () => {
    const collections = madeUp(random);
    const ids = [...collections.map(({ id }) => id), "unknown"];
    const entries = Array.from({ length: between(random, 0, 40) }, () => ({
      collection: pick(random, ids),
      day: ARRIVAL + between(random, -10, 200),
    }));
    return { collections, entries, today: ARRIVAL + between(random, -5, 250) };
  });

  it("places every entry once or not at all, and loses none", () => {
    for (const scene of scenes) {
      const { due, unplaced } = scheduleOf({ ...scene, arrival: ARRIVAL });
      const placed = due.flatMap(({ entries }) => entries);
      expect(placed.length + unplaced.length).toBe(scene.entries.length);
      expect(new Set([...placed, ...unplaced])).toEqual(new Set(scene.entries));
    }
  });

  it("is in order, and is done exactly where an entry is", () => {
    for (const scene of scenes) {
      const { due } = scheduleOf({ ...scene, arrival: ARRIVAL });
      const days = due.map(({ from }) => from);
      expect(days).toEqual([...days].sort((a, b) => a - b));
      expect(due.every(({ state, entries }) => (state === "done") === entries.length > 0)).toBe(
        true,
      );
    }
  });

  it("only goes forwards: later, open, due, missed", () => {
    const order = ["later", "open", "due", "missed"];
    for (const { collections } of scenes) {
      const last = new Map<string, number>();
      for (let day = -3; day <= 250; day += 9) {
        for (const { collection, occasion, state } of on(collections, day).due) {
          const key = `${collection} ${occasion}`;
          const rank = order.indexOf(state);
          expect(rank).toBeGreaterThanOrEqual(last.get(key) ?? 0);
          last.set(key, rank);
        }
      }
    }
  });

  it("does not depend on the order of entries", () => {
    for (const { entries, ...scene } of scenes) {
      const one = scheduleOf({ ...scene, entries, arrival: ARRIVAL }).due;
      const other = scheduleOf({ ...scene, entries: [...entries].reverse(), arrival: ARRIVAL }).due;
      expect(other.map(({ state }) => state)).toEqual(one.map(({ state }) => state));
    }
  });

  it("is counted whole", () => {
    for (const scene of scenes) {
      const { due } = scheduleOf({ ...scene, arrival: ARRIVAL });
      const counts = [...countStates(due).values()];
      const all = counts.flatMap((row) => STATES.map((state) => row[state]));
      expect(all.reduce((sum, count) => sum + count, 0)).toBe(due.length);
    }
  });

  it.each([
    [0, 131_070],
    [131_070, 131_070],
    [Number.NaN, 5],
    [-1e9, 1e9],
    [Number.POSITIVE_INFINITY, 0],
  ])("is one for any days, also arrival on %d and today %d", (arrival, today) => {
    const entries = [{ collection: "visits", day: Number.NaN }];
    const { due, unplaced } = scheduleOf({ collections: madeUp(random), arrival, today, entries });
    expect(due.every(({ state }) => STATES.includes(state))).toBe(true);
    expect(due.every(({ from, day }) => Number.isInteger(from) && Number.isInteger(day))).toBe(
      true,
    );
    expect(unplaced).toHaveLength(1);
  });
});
