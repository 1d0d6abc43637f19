// What was read of a log so far: its rows added up, its segments by digest, and the parts after them.
import {
  PART_ROWS,
  type RowOf,
  readPart,
  SEGMENT_PARTS,
} from "../../../circuits/statement/encoding/publicLog.ts";
import { digestOf } from "./fetch.ts";
import type { Listed } from "./head.ts";
import { breathe } from "./pace.ts";

/** Parts that are read without a pause: a thousand rows. */
const LINES_A_TASK = 16;

export type Shape = Parameters<typeof readPart>[0];
/** What rows add up to. */
export type Fold<Row> = { readonly add: (row: Row) => void };
type Part = { readonly digest: string; readonly line: string };

/** What was read before is no part of this log any more. */
export class Rewritten extends Error {}

export class Reading<L extends Shape, F extends Fold<RowOf<L>>> {
  readonly fold: F;
  readonly #log: L;
  /** Takes a segment that has become full part by part. */
  readonly #keep: (digest: string, bytes: string) => Promise<void>;
  /** Digests of the segments that were read, and the parts after them. */
  readonly #segments: string[] = [];
  #parts: Part[] = [];
  /** Rows of the part that is not full, as they were read. */
  #tail: RowOf<L>[] = [];

  constructor(of: {
    readonly log: L;
    readonly fold: F;
    readonly keep: (digest: string, bytes: string) => Promise<void>;
  }) {
    this.fold = of.fold;
    this.#log = of.log;
    this.#keep = of.keep;
  }

  /** Full segments. */
  get segments(): number {
    return this.#segments.length;
  }

  /** Full parts after them. */
  get parts(): number {
    return this.#parts.length;
  }

  /** Nothing was read of the segment after the full ones. */
  get isAtSegment(): boolean {
    return this.parts === 0 && this.#tail.length === 0;
  }

  get rows(): number {
    return (this.segments * SEGMENT_PARTS + this.parts) * PART_ROWS + this.#tail.length;
  }

  /** Bytes of the parts after the full segments. */
  get open(): string {
    return linesOf(this.#parts);
  }

  /** What was read must be what is listed. What is listed no more shows itself in what comes next. */
  compare({ segments, partsFrom, parts, rows }: Listed): void {
    const first = this.segments * SEGMENT_PARTS - partsFrom;
    const areSegments = this.#segments.every((digest, i) => digest === segments[i]);
    const areParts = this.#parts.every(
      ({ digest }, i) => first + i < 0 || parts[first + i] === digest,
    );
    if (!areSegments || !areParts || this.rows > rows) throw new Rewritten();
  }

  /** Adds lines that stand `from` so many parts after the last segment; of a whole segment when it has a digest. */
  async add(
    lines: readonly string[],
    { from, digest }: { readonly from: number; readonly digest?: string | undefined },
  ): Promise<void> {
    for (const [i, line] of lines.entries()) {
      const known = this.#parts[from + i];
      if (known !== undefined && known.line !== line) throw new Rewritten();
      if (known !== undefined) continue;
      const rows = readPart(this.#log, line);
      if (rows.length !== PART_ROWS) throw new Rewritten();
      this.#addRows(rows);
      this.#tail = [];
      if (i % LINES_A_TASK === 0) await breathe();
      // The parts of a segment that came whole are not compared any more.
      this.#parts.push({ digest: digest === undefined ? await digestOf(line) : "", line });
      if (this.#parts.length === SEGMENT_PARTS) await this.#close(digest);
    }
  }

  /** The rows of what fills no part yet. */
  addTail(line: string): void {
    this.#addRows(line === "" ? [] : readPart(this.#log, line));
  }

  /** The parts are a segment. */
  async #close(digest: string | undefined): Promise<void> {
    const bytes = this.open;
    const name = digest ?? (await digestOf(bytes));
    if (digest === undefined) await this.#keep(name, bytes);
    this.#segments.push(name);
    this.#parts = [];
  }

  /** Adds the rows of a part that begins with those that were read of it. */
  #addRows(rows: RowOf<L>[]): void {
    const before = this.#tail;
    if (JSON.stringify(rows.slice(0, before.length)) !== JSON.stringify(before)) {
      throw new Rewritten();
    }
    for (const row of rows.slice(before.length)) this.fold.add(row);
    this.#tail = rows;
  }
}

const linesOf = (parts: readonly Part[]): string => parts.map(({ line }) => line).join("");
