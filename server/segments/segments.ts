// Public state as everybody downloads it: a small head, and segments by their digest. What a client
// asks for is told by what it has of the whole, and by nothing of its own.
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { asc, count, gte } from "drizzle-orm";
import { PART_ROWS, SEGMENT_PARTS } from "../../circuits/statement/encoding/publicLog.ts";
import type { Deployment } from "../../contracts/deployment.ts";
import { COSTS } from "../limits/costs.ts";
import { newestBlock } from "../store/blocks.ts";
import type { Database } from "../store/database.ts";
import { type blocks, events } from "../store/tables.ts";
import { SubjectLog } from "./log.ts";
import { PackedBytes } from "./packed.ts";
import type { PublicState } from "./publicState.ts";

const pack = promisify(gzip);

/** Bounds what logs keep in memory: participants and parts of the subjects asked for last. */
const MOST_WEIGHT = 1_000_000;

/** Of so many events a log is built before anybody asks for it: a segment and more. */
const LARGE = PART_ROWS * SEGMENT_PARTS;

type Head = {
  readonly etag: string;
  readonly body: Buffer;
  readonly packed: Buffer;
  /** The newest block read, and its time in Unix seconds. */
  readonly block: number;
  readonly seconds: number;
};

type Block = typeof blocks.$inferSelect;

type Known = { readonly head: Head; readonly asOf: string };

/** Takes the work off what an address may ask for, or throws. */
type Charge = (units: number) => void;

type Subject = {
  readonly state: PublicState;
  readonly log: SubjectLog;
  /** Names of the rest's contents. */
  contents: Map<string, string>;
  known: Known | undefined;
  turn: Promise<unknown>;
};

export type Segments = {
  /** Undefined when there is no such trial. */
  readonly head: (subject: string, charge: Charge) => Promise<Head | undefined>;
  /** Packed; undefined when nothing of this subject has that digest now. */
  readonly find: (subject: string, digest: string, charge: Charge) => Promise<Buffer | undefined>;
  /** Builds the large logs, so that nobody has to wait for them, until the signal aborts. */
  readonly warm: (signal: AbortSignal) => Promise<void>;
};

type Parts = {
  readonly db: Database;
  readonly deployment: Deployment;
  readonly states: readonly PublicState[];
};

export function createSegments(parts: Parts): Segments {
  return new AllSegments(parts);
}

class AllSegments implements Segments {
  readonly #parts: Parts;
  readonly #bytes = new PackedBytes();
  readonly #subjects = new Map<string, Subject>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  readonly head: Segments["head"] = async (name, charge) => {
    const { db } = this.#parts;
    const state = this.#stateOf(name);
    if (state === undefined) return undefined;
    const asOf = `${(await newestBlock(db))?.hash} ${await state.countUploads(db)}`;
    const known = this.#subjects.get(name)?.known;
    if (known?.asOf === asOf) return known.head;
    if (!(await state.isThere(db, name))) return undefined;
    const subject = this.#open(name, state);
    return await inTurn(subject, async () =>
      subject.known?.asOf === asOf
        ? subject.known.head
        : await this.#build(name, subject, { asOf, charge }),
    );
  };

  readonly find: Segments["find"] = async (name, digest, charge) => {
    const kept = await this.#bytes.get(digest);
    if (kept !== undefined) return kept;
    // Another instance may have told of what this one has not read yet.
    if ((await this.head(name, charge)) === undefined) return undefined;
    const subject = this.#open(name, this.#stateOf(name)!);
    return await inTurn(subject, async () => {
      const spend = (events: number) => charge(events * COSTS.event);
      const { db } = this.#parts;
      const text = subject.contents.get(digest) ?? (await subject.log.find(db, digest, spend));
      return text === undefined ? undefined : await this.#bytes.put(digest, text);
    });
  };

  readonly warm: Segments["warm"] = async (signal) => {
    for (const name of await listLarge(this.#parts.db)) {
      if (signal.aborted) return;
      await this.head(name, () => signal.throwIfAborted());
    }
  };

  #stateOf(name: string): PublicState | undefined {
    return this.#parts.states.find(({ isName }) => isName(name));
  }

  /** The subject, now the one asked for last. */
  #open(name: string, state: PublicState): Subject {
    const known = this.#subjects.get(name);
    this.#subjects.delete(name);
    const keep = (digest: string, text: string) => void this.#bytes.put(digest, text);
    const subject = known ?? {
      state,
      log: new SubjectLog(name, state.projection, keep),
      contents: new Map(),
      known: undefined,
      turn: Promise.resolve(),
    };
    this.#subjects.set(name, subject);
    return subject;
  }

  async #build(
    name: string,
    subject: Subject,
    { asOf, charge }: { readonly asOf: string; readonly charge: Charge },
  ): Promise<Head | undefined> {
    const { db, deployment } = this.#parts;
    const spend = (events: number) => charge(events * COSTS.event);
    charge(COSTS.head);
    // What is long to read is read in steps; only the last one must fit the rest.
    await subject.log.catchUp(db, spend);
    const { rest, block } = await db.transaction(
      async (tx) => {
        await subject.log.catchUp(tx, spend);
        const rest = await subject.state.readRest(tx, { deployment, subject: name });
        return { rest, block: await newestBlock(tx) };
      },
      { isolationLevel: "repeatable read" },
    );
    subject.known = undefined;
    if (rest === undefined) return undefined;
    subject.contents = new Map(rest.contents.map(({ digest, text }) => [digest, text]));
    const log = { partRows: PART_ROWS, segmentParts: SEGMENT_PARTS, ...subject.log.contents() };
    const head = await headOf({ ...rest.fields, log }, block);
    subject.known = { head, asOf };
    this.#forget();
    return head;
  }

  #forget(): void {
    const [newest, ...older] = [...this.#subjects].reverse();
    let weight = newest?.[1].log.weight ?? 0;
    for (const [name, { log }] of older) {
      weight += log.weight;
      if (weight > MOST_WEIGHT) this.#subjects.delete(name);
    }
  }
}

/** One at a time a subject: whoever comes meanwhile takes what the first one made. */
function inTurn<T>(subject: Subject, act: () => Promise<T>): Promise<T> {
  const mine = subject.turn.then(act);
  subject.turn = mine.catch(() => {});
  return mine;
}

/** The head of what was read, with an ETag of its content: it is the same until that changes. */
async function headOf(content: object, block: Block | undefined): Promise<Head> {
  const body = Buffer.from(JSON.stringify(content));
  const digest = createHash("sha256").update(body).digest("base64url");
  return {
    etag: `"${digest.slice(0, 22)}"`,
    body,
    packed: await pack(body),
    block: block?.number ?? 0,
    seconds: Math.floor((block?.time.getTime() ?? 0) / 1000),
  };
}

/** The largest last: where there are too many for all to be kept, the last are. */
async function listLarge(db: Database): Promise<string[]> {
  const found = await db
    .select({ subject: events.subject })
    .from(events)
    .groupBy(events.subject)
    .having(gte(count(), LARGE))
    .orderBy(asc(count()));
  return found.map(({ subject }) => subject);
}
