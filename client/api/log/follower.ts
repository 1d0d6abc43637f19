// Following a log of public state: its head, and whatever of it is not here yet, by digest. What is
// asked for is everything from some place on: it tells how far was read before, and nothing else.
import { z } from "zod";
import { type RowOf, SEGMENT_PARTS } from "../../../circuits/statement/encoding/publicLog.ts";
import { Refusal } from "../../../circuits/statement/refusal.ts";
import { ApiError, type Transport } from "../transport.ts";
import { ServerUnavailable } from "../unavailable.ts";
import { digestOf, fetchByDigest, fetchHead, Overtaken } from "./fetch.ts";
import { type Listed, type LogKeeper, listed, type Received } from "./head.ts";
import { ahead, linesIn } from "./pace.ts";
import { type Fold, Reading, Rewritten, type Shape } from "./reading.ts";

/** Segments under way at once. */
const AT_ONCE = 4;
/** A head may be overtaken by a reorganisation while its segments are fetched. */
const ATTEMPTS = 5;
const PAUSE_MS = 200;

type Options<L extends Shape, F, H> = {
  readonly transport: Transport;
  /** Where its head is. */
  readonly path: string;
  readonly subject: string;
  readonly log: L;
  readonly begin: () => F;
  /** The head's own fields. */
  readonly fields: z.ZodType<H>;
  readonly keeper: LogKeeper | undefined;
};

/** A head's own fields, what its log adds up to, and as of when. */
export type Followed<F, H> = {
  readonly fields: H;
  readonly fold: F;
  readonly block: number;
  readonly seconds: number;
  /** Content that the fields name by its digest. */
  readonly content: (digest: string) => Promise<string>;
};

/** Where bytes come from besides the keeper. */
type Source = (digest: string) => Promise<string>;
const NOWHERE: Source = (digest) => Promise.reject(new Overtaken(digest));

export class LogFollower<L extends Shape, F extends Fold<RowOf<L>>, H> {
  readonly #of: Options<L, F, H>;
  #reading: Reading<L, F>;
  /** The content asked for last, by its digest. */
  #content: readonly [string, string] | undefined;
  #received: Received | undefined;
  /** All that the head received last names. */
  #named = new Set<string>();
  #hasResumed = false;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(of: Options<L, F, H>) {
    this.#of = of;
    this.#reading = this.#begin();
  }

  /**
   * Reads on to the newest state, and shows it. Undefined when the server knows no such subject.
   * What `show` gives must not change with the fold.
   */
  read<T>(show: (followed: Followed<F, H>) => Promise<T>): Promise<T | undefined> {
    const { transport, path, subject } = this.#of;
    const source: Source = (digest) => fetchByDigest(transport, { subject, digest });
    return this.#inTurn(async () => {
      await this.#resume();
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        const received = await fetchHead(transport, { path, known: this.#received });
        if (received === undefined) return undefined;
        try {
          const isNew = received.text !== this.#received?.text;
          const shown = await show(await this.#take(received, source));
          if (isNew) await this.#keep(received);
          return shown;
        } catch (problem) {
          if (!(problem instanceof Overtaken)) throw problem;
          this.#received = undefined;
        }
      }
      throw new ServerUnavailable("its state changed again and again while it was read");
    });
  }

  /** Shows what was kept last, asking nobody; undefined when not all of it is here. */
  readKept<T>(show: (followed: Followed<F, H>) => Promise<T>): Promise<T | undefined> {
    const { keeper, subject } = this.#of;
    return this.#inTurn(async () => {
      const received = this.#received ?? (await keeper?.head(subject));
      if (received === undefined) return undefined;
      try {
        return await show(await this.#take(received, NOWHERE));
      } catch (problem) {
        if (!(problem instanceof Overtaken)) throw problem;
        return undefined;
      }
    });
  }

  /** Goes on where an earlier session has come to, as if they were one. */
  async #resume(): Promise<void> {
    if (this.#hasResumed) return;
    this.#hasResumed = true;
    const { keeper, subject } = this.#of;
    const before = this.#received === undefined ? await keeper?.head(subject) : undefined;
    if (before === undefined) return;
    try {
      await this.#take(before, NOWHERE);
    } catch (problem) {
      if (!(problem instanceof Overtaken)) this.#forget();
    }
  }

  /** One after the other: they add to one fold. */
  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(act);
    this.#turn = mine.catch(() => {});
    return mine;
  }

  async #take(received: Received, source: Source): Promise<Followed<F, H>> {
    const { log, ...rest } = z.looseObject({ log: listed }).parse(JSON.parse(received.text));
    const fields = this.#of.fields.parse(rest);
    if (received.text !== this.#received?.text) {
      // Until all of it is read, what is here is of no head.
      this.#received = undefined;
      await this.#readAll(log, source);
    }
    this.#received = received;
    this.#named = new Set([...log.segments, log.open]);
    const content = async (digest: string) => {
      this.#named.add(digest);
      if (this.#content?.[0] !== digest) {
        this.#content = [digest, (await this.#kept(digest)) ?? (await this.#fetch(digest, source))];
      }
      return this.#content[1];
    };
    const { block, seconds } = received;
    return { fields, fold: this.#reading.fold, block, seconds, content };
  }

  /** Reads what is new. What was read stays, unless the log is another one now. */
  async #readAll(log: Listed, source: Source): Promise<void> {
    try {
      await this.#readNew(log, source);
    } catch (problem) {
      if (isFromOutside(problem)) throw problem;
      this.#forget();
      if (!(problem instanceof Rewritten)) throw problem;
      await this.#readAnew(log, source);
    }
  }

  async #readAnew(log: Listed, source: Source): Promise<void> {
    try {
      await this.#readNew(log, source);
    } catch (problem) {
      if (!isFromOutside(problem)) this.#forget();
      // Read from its beginning, a log that does not fit its own list is no log.
      if (!(problem instanceof Rewritten)) throw problem;
      throw new Refusal("AlteredState", { subject: this.#of.subject });
    }
  }

  #forget(): void {
    this.#reading = this.#begin();
    this.#received = undefined;
  }

  #begin(): Reading<L, F> {
    const { log, begin, keeper, subject } = this.#of;
    const keep = async (digest: string, bytes: string) =>
      await keeper?.keepBytes(subject, digest, bytes);
    return new Reading({ log, fold: begin(), keep });
  }

  async #readNew(log: Listed, source: Source): Promise<void> {
    const reading = this.#reading;
    reading.compare(log);
    const { segments, partsFrom } = log;
    const hasNext = reading.segments < segments.length;
    if (!reading.isAtSegment && hasNext && partsFrom <= reading.segments * SEGMENT_PARTS) {
      await this.#readParts(log, SEGMENT_PARTS, source);
    }
    const isKept = await this.#readSegments(log, source);
    const begun = partsFrom + log.parts.length - segments.length * SEGMENT_PARTS;
    // Whoever has none of the newest parts takes all of them at once.
    if (reading.parts > 0 || begun === 0) await this.#readParts(log, begun, source);
    else {
      const open = isKept ? await this.#kept(log.open) : undefined;
      const bytes = open ?? (await this.#fetch(log.open, source));
      await reading.add(linesIn(bytes), { from: 0 });
    }
    reading.compare(log);
    reading.addTail(log.tail);
    if (reading.rows !== log.rows) throw new Rewritten();
  }

  /** Reads the parts of the segment that is not full here, up to a number of them. */
  async #readParts({ parts, partsFrom }: Listed, to: number, source: Source): Promise<void> {
    const reading = this.#reading;
    const first = reading.segments * SEGMENT_PARTS - partsFrom;
    const missing = parts.slice(first + reading.parts, first + to);
    for await (const line of ahead(missing, AT_ONCE, source)) {
      await reading.add([line], { from: reading.parts });
    }
  }

  /**
   * Reads the full segments that are kept, up to the first that is not, and has the source give all
   * others: a gap would be this device's own, for the server to know it by. True when it gave none.
   */
  async #readSegments({ segments }: Listed, source: Source): Promise<boolean> {
    const reading = this.#reading;
    const missing = () => segments.slice(reading.segments);
    const add = (bytes: string) =>
      reading.add(linesIn(bytes), { from: 0, digest: segments[reading.segments] });
    for await (const bytes of ahead(missing(), AT_ONCE, (digest) => this.#kept(digest))) {
      if (bytes === undefined) break;
      await add(bytes);
    }
    const others = missing();
    for await (const bytes of ahead(others, AT_ONCE, (digest) => this.#fetch(digest, source))) {
      await add(bytes);
    }
    return others.length === 0;
  }

  /** Bytes that were kept, if they still are what they were. */
  async #kept(digest: string): Promise<string | undefined> {
    const kept = await this.#of.keeper?.bytes(this.#of.subject, digest);
    return kept !== undefined && (await digestOf(kept)) === digest ? kept : undefined;
  }

  async #fetch(digest: string, source: Source): Promise<string> {
    const bytes = await source(digest);
    await this.#of.keeper?.keepBytes(this.#of.subject, digest, bytes);
    return bytes;
  }

  async #keep(received: Received): Promise<void> {
    const { keeper, subject } = this.#of;
    if (keeper === undefined) return;
    const { open } = this.#reading;
    if (open !== "") await keeper.keepBytes(subject, await digestOf(open), open);
    // A tag is the server's to choose: sent by a later session, it could be this device's name.
    await keeper.keepHead(subject, { ...received, etag: "" });
    await keeper.keepOnly(subject, this.#named);
  }
}

/** Problems that leave what was read as it is. */
function isFromOutside(problem: unknown): boolean {
  const isGone = problem instanceof Overtaken || problem instanceof ServerUnavailable;
  return isGone || problem instanceof ApiError || problem instanceof Refusal;
}
