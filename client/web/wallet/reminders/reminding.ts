// When to say that something waits. All of it is worked out on this device and lives in this page's memory alone; once the
// wallet is locked only the times are left.
import { type Day, formatDay } from "../../../../circuits/statement/encoding/day.ts";

/** What waits in one place: its key tells it from what waited there before. */
export type Waiting = {
  readonly key: string;
  readonly days?: { readonly from: Day; readonly until: Day } | undefined;
};

type With = {
  /** Says that something waits, and nothing of what. */
  readonly say: () => void;
  /** Whether somebody looks at the page: then it says so itself. */
  readonly isSeen: () => boolean;
  /** Unix milliseconds. */
  readonly now: () => number;
};

const MORNING_HOUR = 9;

/** The moments at which days call for a reminder: the first morning, and that of the day before the last. */
function momentsOf({ from, until }: NonNullable<Waiting["days"]>): number[] {
  const before = Math.max(from, until - 1);
  return [...new Set([from, before])].map(morningOf);
}

/** In the device's own time zone. */
function morningOf(day: number): number {
  const [year, month, date] = formatDay(day).split("-").map(Number);
  return new Date(year!, month! - 1, date!, MORNING_HOUR).getTime();
}

export class Reminding {
  readonly #with: With;
  readonly #waits = new Map<string, string | undefined>();
  #moments: readonly number[] = [];

  constructor(given: With) {
    this.#with = given;
  }

  /** Notes what waits in a place now. What is new there is said at once, unless somebody looks. */
  note(place: string, waiting: Waiting | undefined): void {
    const isKnown = this.#waits.has(place);
    const isNew = isKnown && waiting !== undefined && this.#waits.get(place) !== waiting.key;
    this.#waits.set(place, waiting?.key);
    const { now, isSeen, say } = this.#with;
    const ahead = (waiting?.days ? momentsOf(waiting.days) : []).filter((at) => at > now());
    this.#moments = [...new Set([...this.#moments, ...ahead])];
    if (isNew && !isSeen()) say();
  }

  /** Says once that something waits when a moment has come. */
  check(): void {
    const { now, isSeen, say } = this.#with;
    const ahead = this.#moments.filter((at) => at > now());
    const isDue = ahead.length < this.#moments.length;
    this.#moments = ahead;
    if (isDue && !isSeen()) say();
  }

  /** The wallet was locked: what waits is forgotten, and only when to say so is kept. */
  lock(): void {
    this.#waits.clear();
  }

  /** Nobody wants to be reminded any more. */
  stop(): void {
    this.lock();
    this.#moments = [];
  }
}
