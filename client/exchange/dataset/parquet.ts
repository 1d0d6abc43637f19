// A table as Apache Parquet, some rows at a time. Days are days; times stay texts, so that their zone is kept.
import { type AsyncBuffer, parquetMetadataAsync, parquetRead, type SchemaElement } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { InputError } from "../../files/inputError.ts";
import type { CellType, Column, Row, Value } from "./cells.ts";
import type { Output, Reading } from "./files.ts";

const GROUP_ROWS = 10_000;
/** In memory at once, of a wide table. */
const GROUP_VALUES = 500_000;

const TYPES: Readonly<Record<CellType, Pick<SchemaElement, "type" | "converted_type">>> = {
  string: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  code: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  integer: { type: "INT64" },
  number: { type: "DOUBLE" },
  boolean: { type: "BOOLEAN" },
  date: { type: "INT32", converted_type: "DATE" },
  dateTime: { type: "BYTE_ARRAY", converted_type: "UTF8" },
};

export type RowWriter = { readonly write: (row: Row) => void; readonly close: () => void };

/** Writes rows of so many columns; `notes` go into the file's own metadata. */
export function parquetRows(
  output: Output,
  columns: readonly Column[],
  notes: Readonly<Record<string, string>>,
): RowWriter {
  const bytes = new ByteWriter();
  const flush = () => {
    output.write(bytes.getBytes());
    bytes.index = 0;
  };
  const writer = new ParquetWriter({
    writer: Object.assign(bytes, { flush, finish: flush }),
    schema: schemaOf(columns),
    createdBy: "Cohort Zero",
    kvMetadata: Object.entries(notes).map(([key, value]) => ({ key, value })),
  });
  const most = Math.max(1, Math.min(GROUP_ROWS, Math.floor(GROUP_VALUES / columns.length)));
  let waiting: Row[] = [];
  const writeGroup = () => {
    if (waiting.length === 0) return;
    const columnData = columns.map(({ name, type }, i) => ({
      name,
      data: waiting.map((row) => stored(row[i] ?? null, type)),
    }));
    // All of it is written at once: its promise is for writers that wait.
    void writer.write({ columnData, rowGroupSize: waiting.length });
    waiting = [];
  };
  return {
    write: (row) => {
      waiting.push(row);
      if (waiting.length >= most) writeGroup();
    },
    close: () => {
      writeGroup();
      void writer.finish();
      output.close();
    },
  };
}

function schemaOf(columns: readonly Column[]): SchemaElement[] {
  const elements = columns.map(({ name, type }) => ({
    name,
    ...TYPES[type],
    repetition_type: "OPTIONAL" as const,
  }));
  return [{ name: "root", num_children: columns.length }, ...elements];
}

function stored(value: Value | null, type: CellType): unknown {
  if (value === null) return null;
  if (type === "integer") return BigInt(value);
  return type === "date" ? new Date(`${value}T00:00:00Z`) : value;
}

/**
 * The rows of a file, some at a time, and its columns' names. Throws InputError, naming the file, when it cannot be
 * read.
 */
export async function readParquet(
  files: Reading,
  path: string,
  columns: readonly Column[],
): Promise<{ names: string[]; rows: AsyncGenerator<Row> }> {
  const file = await bufferOf(files, path);
  const metadata = await parquetMetadataAsync(file).catch(unreadable(path));
  const names = metadata.schema.slice(1).map(({ name }) => name);
  return { names, rows: rowsOf({ file, path, columns, total: Number(metadata.num_rows) }) };
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The library's own would drop a mark at the start of a text, which is part of what somebody wrote. */
const stringFromBytes = (bytes: Uint8Array | undefined) => bytes && decoder.decode(bytes);

type Read = { file: AsyncBuffer; path: string; columns: readonly Column[]; total: number };

async function* rowsOf({ file, path, columns, total }: Read): AsyncGenerator<Row> {
  const metadata = await parquetMetadataAsync(file).catch(unreadable(path));
  for (let rowStart = 0; rowStart < total; rowStart += GROUP_ROWS) {
    let rows: unknown[][] = [];
    await parquetRead({
      file,
      metadata,
      rowStart,
      rowEnd: Math.min(total, rowStart + GROUP_ROWS),
      rowFormat: "array",
      parsers: { stringFromBytes },
      onComplete: (read) => {
        rows = read;
      },
    }).catch(unreadable(path));
    if (rows.length === 0) throw new InputError(`${path} has fewer rows than it says`);
    for (const row of rows) yield row.map((value, i) => loaded(value, columns[i]?.type));
  }
}

function loaded(value: unknown, type: CellType | undefined): Value | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Date) {
    const isDay = type === "date" && !Number.isNaN(value.getTime());
    return isDay ? value.toISOString().slice(0, 10) : "no day";
  }
  const isValue = ["string", "number", "boolean"].includes(typeof value);
  return isValue ? (value as Value) : "no value";
}

async function bufferOf(files: Reading, path: string): Promise<AsyncBuffer> {
  const byteLength = await files.size(path);
  return {
    byteLength,
    slice: async (start, end = byteLength) => {
      // The places come from the file itself.
      const isWithin = start >= 0 && start <= end && end <= byteLength;
      if (!isWithin) throw new InputError(`${path} names places that it does not have`);
      return new Uint8Array(await files.slice(path, start, end)).buffer;
    },
  };
}

function unreadable(path: string) {
  return (): never => {
    throw new InputError(`${path} cannot be read as Parquet`);
  };
}
