// A log that only grows, as heads and segments: rows by position, 64 to a part and 64 parts to a segment, each named by
// its digest, as in segments/log.ts. Its rows are texts out of a table and never change, so that nothing that is full is
// ever hashed again. Only digests stay in memory: lines are made again from the table.
import { createHash, type Hash } from "node:crypto";
import { PART_ROWS, SEGMENT_PARTS } from "../../../circuits/statement/encoding/publicLog.ts";
import { writeLine } from "../../../circuits/statement/exchange/entryLog.ts";
import { digestOf } from "../../segments/digest.ts";

/** Rows from a position on, at most so many, in order. */
export type ReadRows = (from: number, limit: number) => Promise<string[]>;
/** Is told of rows before they are worked on, and may throw: what was read until then stays. */
type Spend = (rows: number) => void;

/** Rows read at once: a step that keeps no other request waiting for long. */
const READ_AT_ONCE = 512;
const SEGMENT_ROWS = PART_ROWS * SEGMENT_PARTS;

const emptyHash = () => createHash("sha256");

export class AppendLog {
  readonly #read: ReadRows;
  readonly #segments: string[] = [];
  /** Digests of the last full segment's parts. */
  #before: readonly string[] = [];
  /** Of those after it, and the hash over all of their lines. */
  #parts: string[] = [];
  #open: Hash = emptyHash();
  #rows: string[] = [];

  constructor(read: ReadRows) {
    this.#read = read;
  }

  /** How many rows it has. */
  get size(): number {
    return (
      this.#segments.length * SEGMENT_ROWS + this.#parts.length * PART_ROWS + this.#rows.length
    );
  }

  /** Reads on to the newest row. */
  async catchUp(spend: Spend): Promise<void> {
    for (;;) {
      const rows = await this.#read(this.size, READ_AT_ONCE);
      spend(rows.length);
      for (const row of rows) this.#add(row);
      if (rows.length < READ_AT_ONCE) return;
    }
  }

  /** What a head says of it: the same words as of a trial's log (segments/log.ts). */
  contents() {
    return {
      partRows: PART_ROWS,
      segmentParts: SEGMENT_PARTS,
      rows: this.size,
      segments: [...this.#segments],
      partsFrom: this.#partsFrom,
      parts: [...this.#before, ...this.#parts],
      open: this.#openDigest,
      tail: this.#rows.length === 0 ? "" : writeLine(this.#rows),
    };
  }

  /** The bytes that a head names by this digest; undefined when none are. */
  async find(digest: string, spend: Spend): Promise<string | undefined> {
    const part = [...this.#before, ...this.#parts].indexOf(digest);
    if (part >= 0) return await this.#lines(this.#partsFrom + part, 1, spend);
    const full = this.#segments.length;
    if (digest === this.#openDigest) {
      return await this.#lines(full * SEGMENT_PARTS, this.#parts.length, spend);
    }
    const at = this.#segments.indexOf(digest);
    return at < 0 ? undefined : await this.#lines(at * SEGMENT_PARTS, SEGMENT_PARTS, spend);
  }

  get #partsFrom(): number {
    return this.#segments.length * SEGMENT_PARTS - this.#before.length;
  }

  get #openDigest(): string {
    return this.#parts.length === 0 ? "" : this.#open.copy().digest("hex");
  }

  /** Lines of so many parts from one on, made again. */
  async #lines(from: number, count: number, spend: Spend): Promise<string> {
    spend(count * PART_ROWS);
    const lines: string[] = [];
    const end = (from + count) * PART_ROWS;
    for (let at = from * PART_ROWS; at < end; at += READ_AT_ONCE) {
      const rows = await this.#read(at, Math.min(READ_AT_ONCE, end - at));
      for (let i = 0; i < rows.length; i += PART_ROWS) {
        lines.push(writeLine(rows.slice(i, i + PART_ROWS)));
      }
    }
    return lines.join("");
  }

  #add(row: string): void {
    this.#rows.push(row);
    if (this.#rows.length < PART_ROWS) return;
    const line = writeLine(this.#rows);
    this.#open.update(line);
    this.#parts.push(digestOf(line));
    this.#rows = [];
    if (this.#parts.length < SEGMENT_PARTS) return;
    this.#segments.push(this.#openDigest);
    this.#before = this.#parts;
    this.#parts = [];
    this.#open = emptyHash();
  }
}
