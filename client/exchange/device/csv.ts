// Rows of a table of delimited text (RFC 4180, with any delimiter) that comes in pieces.
import { unreadable } from "./report.ts";

export type Row = {
  readonly fields: readonly string[];
  /** From 1, the row of names included; a row may take several lines. */
  readonly number: number;
};

const MAX_FIELD = 64 * 1024;
const MAX_FIELDS = 1_000;

/** Where the reader is: before a field, in a bare one, in a quoted one, or behind a quote in it. */
type Place = "start" | "bare" | "quoted" | "quote";

/** Reads pieces of text in order and gives rows as they end. Refuses with `UnreadableHealthData` and the row. */
export class CsvReader {
  readonly #delimiter: string;
  #fields: string[] = [];
  #field = "";
  #place: Place = "start";
  #number = 1;
  #afterReturn = false;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  /** The rows that end in this piece. Empty lines are none, but are counted. */
  push(piece: string): Row[] {
    const rows: Row[] = [];
    let at = 0;
    while (at < piece.length) {
      const char = piece[at]!;
      // "\r\n" is one end of a line, also when it comes in two pieces.
      const isSecondHalf = this.#afterReturn && char === "\n";
      this.#afterReturn = false;
      if (isSecondHalf) {
        at++;
      } else if (this.#place === "quoted") {
        at = this.#quoted(piece, at);
      } else if (char === "\n" || char === "\r") {
        this.#afterReturn = char === "\r";
        this.#endRow(rows);
        at++;
      } else if (char === this.#delimiter) {
        this.#endField();
        at++;
      } else {
        at = this.#within(piece, at);
      }
    }
    return rows;
  }

  /** The last row, when no line end follows it. */
  end(): Row[] {
    if (this.#place === "quoted") this.#refuse("a quoted field has no end");
    const rows: Row[] = [];
    if (this.#place !== "start" || this.#fields.length > 0) this.#endRow(rows);
    return rows;
  }

  #refuse(reason: string): never {
    throw unreadable({ kind: "table", reason, where: `row ${this.#number}` });
  }

  #quoted(piece: string, at: number): number {
    const quote = piece.indexOf('"', at);
    this.#append(piece.slice(at, quote < 0 ? piece.length : quote));
    if (quote < 0) return piece.length;
    this.#place = "quote";
    return quote + 1;
  }

  #within(piece: string, at: number): number {
    if (piece[at] === '"') {
      if (this.#place === "bare") this.#refuse("a quote stands in a field without quotes");
      // A second quote behind one is a quote of the field's.
      if (this.#place === "quote") this.#append('"');
      this.#place = "quoted";
      return at + 1;
    }
    if (this.#place === "quote") this.#refuse("text follows a quoted field");
    this.#place = "bare";
    let end = at + 1;
    while (end < piece.length && !this.#endsBare(piece[end]!)) end++;
    this.#append(piece.slice(at, end));
    return end;
  }

  #endsBare(char: string): boolean {
    return char === this.#delimiter || char === "\n" || char === "\r" || char === '"';
  }

  #append(text: string): void {
    this.#field += text;
    if (this.#field.length > MAX_FIELD) this.#refuse("a field is longer than 64 KiB");
  }

  #endField(): void {
    if (this.#fields.length >= MAX_FIELDS) this.#refuse("a row has too many fields");
    this.#fields.push(this.#field);
    this.#field = "";
    this.#place = "start";
  }

  #endRow(rows: Row[]): void {
    const isEmpty = this.#fields.length === 0 && this.#place === "start";
    if (!isEmpty) {
      this.#endField();
      rows.push({ fields: this.#fields, number: this.#number });
    }
    this.#fields = [];
    this.#number++;
  }
}
