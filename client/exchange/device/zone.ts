// Time zones by the platform's own tables (Intl), for times that are written without an offset.

/** Where clocks show what. Offsets are minutes east of UTC. */
export type Zone = {
  readonly offsetAt: (ms: number) => number;
  /** The instants at which clocks show a local time, ascending: two in the hour that comes twice, none in one skipped. */
  readonly instantsOf: (local: number) => readonly number[];
};

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Offsets change on a quarter of an hour. */
const QUARTER = 15 * MINUTE;
const MAX_KEPT = 100_000;

/** A zone by its IANA name ("Europe/Berlin") or a fixed offset ("+05:30"); undefined when there is none such. */
export function zoneOf(name: string): Zone | undefined {
  const fixed = /^([+-])(0\d|1[0-4]):([0-5]\d)$/.exec(name);
  if (fixed) {
    const size = Number(fixed[2]) * 60 + Number(fixed[3]);
    return withOffsets(() => (fixed[1] === "-" ? -size : size));
  }
  // Engines also take offsets in other spellings; a name has a letter first.
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,60}$/.test(name)) return undefined;
  try {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      timeZoneName: "longOffset",
    });
    return withOffsets(remembered((ms) => offsetIn(format, ms)));
  } catch {
    return undefined;
  }
}

function withOffsets(offsetAt: (ms: number) => number): Zone {
  return {
    offsetAt,
    instantsOf: (local) => {
      // Clocks change less than once a day: the offset is one of those around.
      const around = new Set([offsetAt(local - DAY), offsetAt(local + DAY)]);
      return [...around]
        .map((offset) => ({ offset, ms: local - offset * MINUTE }))
        .filter(({ offset, ms }) => offsetAt(ms) === offset)
        .map(({ ms }) => ms)
        .sort((a, b) => a - b);
    },
  };
}

/** "GMT-05:00" of the formatted time; "GMT" alone is 0. Seconds of times before 1900's standards are dropped. */
function offsetIn(format: Intl.DateTimeFormat, ms: number): number {
  const name = format.formatToParts(ms).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const match = /^GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(name);
  if (match?.[1] === undefined) return 0;
  const size = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === "-" ? -size : size;
}

function remembered(offsetAt: (ms: number) => number): (ms: number) => number {
  const kept = new Map<number, number>();
  return (ms) => {
    const quarter = Math.floor(ms / QUARTER);
    let offset = kept.get(quarter);
    if (offset === undefined) {
      if (kept.size >= MAX_KEPT) kept.clear();
      offset = offsetAt(quarter * QUARTER);
      kept.set(quarter, offset);
    }
    return offset;
  };
}
