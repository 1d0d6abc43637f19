// A stream of readings, packed by the day: each day is whole, numbered, and sent once unless it changed, so that gaps,
// late entry and changes show to whoever gets them.
import type { Observation } from "fhir/r4";
import { type Day, formatDay } from "../../../circuits/statement/encoding/day.ts";
import { Refusal } from "../../../circuits/statement/refusal.ts";
import { sha256 } from "../../artifacts/artifacts.ts";
import { lastDay, type Moment, readMoment } from "./moment.ts";

/** A day's Observations as JSON. */
const MAX_DAY_BYTES = 5_000_000;

/** A day that has been packed. */
export type PackedDay = {
  readonly day: Day;
  readonly sequence: number;
  /** SHA-256 over what was measured, whatever the order it came in. */
  readonly digest: string;
};
/** A stream as its wallet keeps it. A new one is `{ id, sequence: 0, days: [] }`. */
export type DayStream = {
  readonly id: string;
  /** Of its last package; 0: none yet. */
  readonly sequence: number;
  readonly days: readonly PackedDay[];
};

/** What one day's package holds: its `resources`, `stream` and `streamSequence` are a payload's device content. */
export type DevicePackage = {
  /** The person's local day. */
  readonly day: Day;
  readonly stream: string;
  /** 1, 2, 3 ... of a stream's packages: a number that is missing is a package that was not sent. */
  readonly streamSequence: number;
  /** In order of time, without duplicates. */
  readonly resources: Observation[];
  /** It comes after a later day's. */
  readonly isLate: boolean;
  /** Sequence of the package of the same day that this one corrects, because readings came or went. */
  readonly replaces?: number;
};

export type Packed = {
  /** Earlier days first. */
  readonly packages: readonly DevicePackage[];
  /** To be kept once all packages are deposited. */
  readonly stream: DayStream;
  /** Readings that were there twice: same code, time, value and device. */
  readonly duplicates: number;
  /** Days that were packed before, just so. */
  readonly unchanged: number;
  /** Readings of days that are not over: they wait, so that each day is sent whole. */
  readonly waiting: number;
};

type Placed = { readonly observation: Observation; readonly key: string; readonly ms: number };

/**
 * Packs readings by local day. `today` is the day that is not over yet. Refuses with `DayTooLarge`, and with
 * `MalformedInput` for an Observation without a time.
 */
export async function packDays(
  observations: readonly Observation[],
  stream: DayStream,
  today: Day,
): Promise<Packed> {
  const { days, duplicates, waiting } = groupByDay(observations, today);
  const known = new Map(stream.days.map((one) => [one.day, one]));
  const newest = Math.max(-1, ...known.keys());
  const packages: DevicePackage[] = [];
  let sequence = stream.sequence;
  let unchanged = 0;
  for (const [day, placed] of days) {
    const before = known.get(day);
    const digest = await digestOf(placed.map(({ key }) => key));
    if (before?.digest === digest) {
      unchanged++;
      continue;
    }
    const resources = placed.map(({ observation }) => observation);
    checkSize(day, resources);
    packages.push({
      ...{ day, stream: stream.id, streamSequence: ++sequence, resources },
      isLate: day < newest,
      ...(before === undefined ? {} : { replaces: before.sequence }),
    });
    known.set(day, { day, sequence, digest });
  }
  const kept = [...known.values()].sort((a, b) => a.day - b.day);
  return {
    ...{ packages, duplicates, unchanged, waiting },
    stream: { id: stream.id, sequence, days: kept },
  };
}

/** A stream from the packages that were deposited of it, for a wallet that has lost its own account of them. */
export async function resumeStream(
  id: string,
  packages: readonly Pick<DevicePackage, "day" | "streamSequence" | "resources">[],
): Promise<DayStream> {
  const days = new Map<Day, PackedDay>();
  const ordered = [...packages].sort((a, b) => a.streamSequence - b.streamSequence);
  for (const { day, streamSequence: sequence, resources } of ordered) {
    const keys = inOrder(resources.map((one, i) => place(one, i).placed)).map(({ key }) => key);
    days.set(day, { day, sequence, digest: await digestOf(keys) });
  }
  const kept = [...days.values()].sort((a, b) => a.day - b.day);
  return { id, sequence: ordered.at(-1)?.streamSequence ?? 0, days: kept };
}

function groupByDay(observations: readonly Observation[], today: Day) {
  const groups = new Map<Day, Map<string, Placed>>();
  let duplicates = 0;
  let waiting = 0;
  for (const [i, observation] of observations.entries()) {
    const { day, placed } = place(observation, i);
    if (day >= today) {
      waiting++;
      continue;
    }
    const group = groups.get(day) ?? new Map<string, Placed>();
    groups.set(day, group);
    if (group.has(placed.key)) duplicates++;
    else group.set(placed.key, placed);
  }
  const days = [...groups]
    .sort(([a], [b]) => a - b)
    .map(([day, group]) => [day, inOrder([...group.values()])] as const);
  return { days, duplicates, waiting };
}

/** By time; what is of the same time by its key, so that one set has one order. */
function inOrder(placed: readonly Placed[]): Placed[] {
  return [...placed].sort((a, b) => a.ms - b.ms || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

function place(observation: Observation, index: number): { day: Day; placed: Placed } {
  const { effectiveDateTime, effectivePeriod: period, code, component, device } = observation;
  const start = momentIn(effectiveDateTime ?? period?.start, index);
  const end = period === undefined ? undefined : momentIn(period.end, index);
  const parts = (component ?? []).map((part) => [codeOf(part.code), quantityOf(part)]);
  // Typed in or measured is no part of it: one reading may come both ways.
  const what = [codeOf(code), quantityOf(observation), parts, device?.display ?? null];
  const times = [start.ms ?? start.text, end === undefined ? null : (end.ms ?? end.text)];
  const ms = start.ms ?? Number.NEGATIVE_INFINITY;
  const key = JSON.stringify([...times, ...what]);
  return { day: lastDay(start, end), placed: { observation, key, ms } };
}

function momentIn(text: string | undefined, index: number): Moment {
  const moment = text === undefined ? undefined : readMoment(text);
  if (moment === undefined || "reason" in moment) {
    throw new Refusal("MalformedInput", { field: `observations[${index}].effective` });
  }
  return moment;
}

type Valued = Pick<Observation, "valueQuantity">;

function quantityOf({ valueQuantity }: Valued): unknown {
  return valueQuantity === undefined ? null : [valueQuantity.value, valueQuantity.code];
}

function codeOf(concept: Observation["code"]): unknown {
  return concept.coding?.map(({ system, code }) => [system, code]) ?? null;
}

async function digestOf(keys: readonly string[]): Promise<string> {
  return await sha256(new TextEncoder().encode(keys.join("\n")));
}

function checkSize(day: Day, resources: readonly Observation[]): void {
  const bytes = new TextEncoder().encode(JSON.stringify(resources)).length;
  if (bytes > MAX_DAY_BYTES) {
    throw new Refusal("DayTooLarge", { day: formatDay(day), bytes, limit: MAX_DAY_BYTES });
  }
}
