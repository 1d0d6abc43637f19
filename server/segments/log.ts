// The log of one subject, built from its events as they come: nothing that is full is ever built
// again, unless a reorganisation took events out from under it. Only digests, the newest parts and
// the participants' numbers stay in memory; bytes of segments are kept elsewhere and made again.
import { and, asc, eq, gte, inArray, sql } from "drizzle-orm";
import {
  PART_ROWS,
  SEGMENT_PARTS,
  writePart,
} from "../../circuits/statement/encoding/publicLog.ts";
import type { Database, Transaction } from "../store/database.ts";
import type { EventName } from "../store/events.ts";
import { events } from "../store/tables.ts";
import { digestOf } from "./digest.ts";
import type { AnyProject, Projection } from "./projection.ts";

/** Events read at once: a step that keeps no other request waiting for long. */
const READ_AT_ONCE = 2_000;

/**
 * Which event it is, and the transaction that wrote its row (PostgreSQL's xmin). A rollback deletes
 * every event from some block on, and what is read instead is written by another transaction: so a
 * mark that still holds says that nothing before it has changed either.
 */
type Mark = { readonly position: number; readonly writer: string };

/** Where a log has come to. */
type Point = {
  readonly mark: Mark | undefined;
  readonly seconds: number;
  readonly people: number;
};

type Part = { readonly digest: string; readonly line: string };

type Segment = { readonly digest: string; readonly start: Point };

type Row = { readonly kind: string; readonly seconds: number };

type EventRow = {
  readonly mark: Mark;
  readonly name: EventName;
  readonly seconds: number;
  readonly arguments: object;
};

/** What a head says of a log. */
type Contents = {
  readonly rows: number;
  /** Digests of the segments. */
  readonly segments: readonly string[];
  /** Digests of parts, from this one on: those of the last segment, and those after it. */
  readonly partsFrom: number;
  readonly parts: readonly string[];
  /** Digest of the parts after the last segment as one, for those who have none of them; empty for none. */
  readonly open: string;
  /** The line of what fills no part yet; empty for none. */
  readonly tail: string;
};

/** Takes the bytes of a full segment. */
type Keep = (digest: string, bytes: string) => void;

/** Is told of events before they are worked on, and may throw: what was read until then stays. */
type Spend = (events: number) => void;

export class SubjectLog {
  readonly #subject: string;
  readonly #projection: Projection;
  readonly #keep: Keep;
  readonly #people = new Map<string, number>();
  readonly #segments: Segment[] = [];
  /** Of the last full segment. */
  #before: Part[] = [];
  #parts: Part[] = [];
  #rows: Row[] = [];
  /** Digest of all parts up to this one. */
  #open: { readonly last: Part; readonly digest: string } | undefined;
  /** Where the segment that is not full begins, and where the log ends. */
  #start: Point = { mark: undefined, seconds: 0, people: 0 };
  #end: Point = this.#start;

  constructor(subject: string, projection: Projection, keep: Keep) {
    this.#subject = subject;
    this.#projection = projection;
    this.#keep = keep;
  }

  /** About how much memory it takes, in participants and parts. */
  get weight(): number {
    return (
      this.#people.size + 64 * (this.#before.length + this.#parts.length) + this.#segments.length
    );
  }

  /** Reads on to the newest event. True when something was added or taken back. */
  async catchUp(db: Database | Transaction, spend: Spend): Promise<boolean> {
    let isChanged = false;
    for (;;) {
      const { mark } = this.#end;
      const found = await this.#read(db, mark?.position ?? -1, READ_AT_ONCE);
      if (mark !== undefined && !isSame(found[0]?.mark, mark)) {
        await this.#takeBack(db);
        isChanged = true;
        continue;
      }
      const news = mark === undefined ? found : found.slice(1);
      spend(news.length);
      for (const event of news) this.#add(event);
      isChanged ||= news.length > 0;
      if (found.length < READ_AT_ONCE) return isChanged;
    }
  }

  contents(): Contents {
    const full = this.#segments.length;
    const listed = [...this.#before, ...this.#parts];
    return {
      rows: (full * SEGMENT_PARTS + this.#parts.length) * PART_ROWS + this.#rows.length,
      segments: this.#segments.map(({ digest }) => digest),
      partsFrom: full * SEGMENT_PARTS - this.#before.length,
      parts: listed.map(({ digest }) => digest),
      open: this.#openDigest(),
      tail: this.#rows.length === 0 ? "" : writePart(this.#projection.log, this.#rows),
    };
  }

  /** A part's line, or a segment's bytes made again; undefined when the log has no such digest. */
  async find(db: Database, digest: string, spend: Spend): Promise<string | undefined> {
    const part = [...this.#parts, ...this.#before].find((one) => one.digest === digest);
    if (part !== undefined) return part.line;
    if (this.#openDigest() === digest) return linesOf(this.#parts);
    const at = this.#segments.findIndex((one) => one.digest === digest);
    if (at < 0) return undefined;
    spend(PART_ROWS * SEGMENT_PARTS);
    const again = new SubjectLog(this.#subject, this.#projection, () => {});
    again.#end = again.#start = this.#segments[at]!.start;
    for (const [pseudonym, who] of this.#people) {
      if (who >= again.#start.people) break;
      again.#people.set(pseudonym, who);
    }
    while (again.#segments.length === 0) {
      const after = again.#end.mark;
      const found = await again.#read(db, after?.position ?? -1, READ_AT_ONCE);
      const news = after === undefined ? found : found.slice(1);
      for (const event of news) if (again.#segments.length === 0) again.#add(event);
      if (found.length < READ_AT_ONCE) break;
    }
    // Another digest: a reorganisation that this log has not noticed yet.
    return again.#segments[0]?.digest === digest ? linesOf(again.#before) : undefined;
  }

  #openDigest(): string {
    const last = this.#parts.at(-1);
    if (last === undefined) return "";
    if (this.#open?.last !== last) {
      this.#open = { last, digest: digestOf(linesOf(this.#parts)) };
    }
    return this.#open.digest;
  }

  async #read(db: Database | Transaction, from: number, limit: number): Promise<EventRow[]> {
    const writer = sql<string>`${events}.xmin::text`;
    // Proofs are most of an event's bytes, and in no state.
    const values = sql<object>`${events.arguments} - 'points' - 'signature'`.mapWith(
      events.arguments,
    );
    const rows = await inOrderOfIndex(db, (tx) =>
      tx
        .select({
          position: events.position,
          name: events.name,
          time: events.blockTime,
          writer,
          values,
        })
        .from(events)
        .where(
          and(
            eq(events.subject, this.#subject),
            gte(events.position, from),
            inArray(events.name, Object.keys(this.#projection.events)),
          ),
        )
        .orderBy(asc(events.position))
        .limit(limit),
    );
    return rows.map(({ position, name, time, writer: by, values: of }) => ({
      mark: { position, writer: by },
      name: name as EventName,
      seconds: Math.floor(time.getTime() / 1000),
      arguments: of,
    }));
  }

  #add(event: EventRow): void {
    const told = (this.#projection.events[event.name] as AnyProject)(event.arguments, this.#people);
    const { seconds } = this.#end;
    this.#end = {
      mark: event.mark,
      seconds: told === undefined ? seconds : event.seconds,
      people: this.#people.size,
    };
    if (told === undefined) return;
    this.#rows.push({ ...told, seconds: event.seconds - seconds });
    if (this.#rows.length < PART_ROWS) return;
    const line = writePart(this.#projection.log, this.#rows);
    this.#parts.push({ digest: digestOf(line), line });
    this.#rows = [];
    if (this.#parts.length < SEGMENT_PARTS) return;
    const bytes = linesOf(this.#parts);
    const digest = digestOf(bytes);
    this.#segments.push({ digest, start: this.#start });
    this.#keep(digest, bytes);
    this.#before = this.#parts;
    this.#parts = [];
    this.#start = this.#end;
  }

  /** Forgets what rests on events that are gone: back to the start of the newest segment that holds. */
  async #takeBack(db: Database | Transaction): Promise<void> {
    this.#before = [];
    this.#parts = [];
    this.#rows = [];
    while (!(await this.#holds(db, this.#start.mark))) this.#start = this.#segments.pop()!.start;
    this.#end = this.#start;
    for (const [pseudonym, who] of this.#people) {
      if (who >= this.#start.people) this.#people.delete(pseudonym);
    }
  }

  async #holds(db: Database | Transaction, mark: Mark | undefined): Promise<boolean> {
    if (mark === undefined) return true;
    const [found] = await this.#read(db, mark.position, 1);
    return isSame(found?.mark, mark);
  }
}

/**
 * Reads along the index of subjects. A planner that knows no table's size (PGlite never looks) would
 * sort all that is left of a log for each step through it.
 */
function inOrderOfIndex<T>(
  db: Database | Transaction,
  read: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`set local enable_bitmapscan = off`);
    await tx.execute(sql`set local enable_sort = off`);
    return await read(tx);
  });
}

const linesOf = (parts: readonly Part[]): string => parts.map(({ line }) => line).join("");

function isSame(found: Mark | undefined, mark: Mark): boolean {
  return found?.position === mark.position && found.writer === mark.writer;
}
