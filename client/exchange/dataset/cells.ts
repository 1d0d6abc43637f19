// Cells and rows of the tables, in the one form in which they are hashed whatever file they stand in.
import { sha256 } from "ethers";
import { parseDay } from "../../../circuits/statement/encoding/day.ts";
import { type Bytes32, ZERO_BYTES32 } from "../../../circuits/statement/trial/trial.ts";

/** A code is a text out of a list: it is counted by answer where a free text is not. */
export const CELL_TYPES = [
  "string",
  "code",
  "integer",
  "number",
  "boolean",
  "date",
  "dateTime",
] as const;
export type CellType = (typeof CELL_TYPES)[number];
export type Value = string | number | boolean;

/** A value under the name of its column. */
export type Cell = {
  readonly name: string;
  readonly value: Value;
  readonly type: CellType;
  /** The question in words, where the source has it. */
  readonly label?: string;
};

export type Column = {
  readonly name: string;
  readonly type: CellType;
  readonly label: string;
  /** Most characters of a text; missing for all but texts. */
  readonly length?: number | undefined;
};

/** A row's values in the order of its table's columns; null: none. */
export type Row = readonly (Value | null)[];

/** Columns that every table begins with; the first two are its key. */
export const FIXED_COLUMNS = [
  { name: "entry", type: "string", label: "Hash of the deposit's public entry", length: 66 },
  { name: "row", type: "integer", label: "Number of the row within its entry, from 1" },
  { name: "subject", type: "string", label: "Participant's pseudonym, shortened", length: 66 },
  { name: "day", type: "date", label: "Day of the data" },
  { name: "sequence", type: "integer", label: "Number of the entry in its collection" },
] as const satisfies readonly Column[];

/** The type that holds both. */
export function widerType(a: CellType, b: CellType): CellType {
  if (a === b) return a;
  const numbers: readonly CellType[] = ["integer", "number"];
  return numbers.includes(a) && numbers.includes(b) ? "number" : "string";
}

/** Whether a column may hold any text. */
export function isText(type: CellType): boolean {
  return type === "string" || type === "code";
}

/** A value as its column holds it: a column of several types is one of texts. */
export function fitValue(value: Value, type: CellType): Value {
  return type === "string" ? String(value) : value;
}

/** "date" for a day of the calendar; FHIR also has months and years alone, which are texts. */
export function dateType(text: string): CellType {
  try {
    parseDay(text);
    return "date";
  } catch (error) {
    if (error instanceof RangeError) return "string";
    throw error;
  }
}

/** "dateTime" where a time of day is told. */
export function dateTimeType(text: string): CellType {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) ? "dateTime" : dateType(text);
}

/** SHA-256 of a row: its values with their columns' names, as JSON (RFC 8785), without empty ones. */
export function hashRow(columns: readonly Column[], row: Row): Bytes32 {
  const told = columns.flatMap(({ name }, i) => {
    const value = row[i];
    return value === undefined || value === null ? [] : [[name, value]];
  });
  return hashText(JSON.stringify(told));
}

const encoder = new TextEncoder();

/** SHA-256 of a text; of rows and resources there are many, and this is the fastest that every runtime has. */
export function hashText(text: string): Bytes32 {
  return sha256(encoder.encode(text));
}

/** Hexadecimal digits of a hash that are kept to name the one row that differs. */
export const MARK_LENGTH = 16;

/** What a manifest keeps of an entry's rows in a table, or of its resources. */
export type Imprint = {
  readonly count: number;
  /** SHA-256 of the hash so far and the next one, both as text, from zero on. */
  readonly hash: Bytes32;
  /** The first {@link MARK_LENGTH} digits of each hash, one after another. */
  readonly marks: string;
};

export const NO_IMPRINT: Imprint = { count: 0, hash: ZERO_BYTES32, marks: "" };

/** The imprint with one more. */
export function imprinted({ count, hash, marks }: Imprint, next: Bytes32): Imprint {
  return {
    count: count + 1,
    hash: hashText(hash + next),
    marks: marks + markOf(next),
  };
}

export function markOf(hash: Bytes32): string {
  return hash.slice(2, 2 + MARK_LENGTH);
}
