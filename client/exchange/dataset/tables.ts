// Tables in their three formats, written row by row side by side.
import { formatDay } from "../../../circuits/statement/encoding/day.ts";
import { type Column, FIXED_COLUMNS, hashRow, imprinted, type Row } from "./cells.ts";
import { csvHead, csvRow } from "./csv.ts";
import {
  DATASET_JSON_END,
  type DatasetJsonHead,
  datasetJsonHead,
  datasetJsonRow,
} from "./datasetJson.ts";
import { type DraftedTable, draftedRows } from "./draft.ts";
import { countTable, type TableFigures } from "./figures.ts";
import { textOutput, type Writing } from "./files.ts";
import type { ManifestEntry } from "./manifest.ts";
import { parquetRows, type RowWriter } from "./parquet.ts";

/** The files of a table. */
export const TABLE_FILES = {
  csv: (collection: string) => `csv/${collection}.csv`,
  datasetJson: (collection: string) => `dataset-json/${collection}.json`,
  parquet: (collection: string) => `parquet/${collection}.parquet`,
} as const;

/** All columns of a table. */
export function columnsOf(own: readonly Column[]): Column[] {
  return [...FIXED_COLUMNS, ...own];
}

/** What an entry's rows begin with, but for the row's number. */
export type Fixed = Pick<ManifestEntry, "entry" | "subject" | "day" | "sequence">;

/** The fixed cells of a row. */
export function fixedCells({ entry, subject, day, sequence }: Fixed, number: number): Row {
  return [entry, number, subject, dayText(day), sequence];
}

/** Null for what is no day of the calendar, such as "ongoing". */
function dayText(day: number): string | null {
  try {
    const text = formatDay(day);
    return /^\d/.test(text) ? text : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

type Writes = {
  readonly files: Writing;
  readonly table: DraftedTable;
  /** By their places; each gets its rows' imprint. */
  readonly entries: ManifestEntry[];
  readonly about: Pick<DatasetJsonHead, "trialId" | "createdAt" | "title"> & {
    readonly cutId: string;
  };
  readonly onRow: () => void;
};

/** Writes a table's three files, and counts it. */
export async function writeTable(of: Writes): Promise<TableFigures> {
  const { files, table, entries, onRow } = of;
  const columns = columnsOf(table.columns);
  const writers = writersOf(of, columns);
  const figures = countTable(table);
  for await (const { entry: place, number, values } of draftedRows(files, table)) {
    const entry = entries[place]!;
    const row = [...fixedCells(entry, number), ...values];
    for (const writer of writers) writer.write(row);
    entry.rows = imprinted(entry.rows, hashRow(columns, row));
    figures.add(values);
    onRow();
  }
  for (const writer of writers) writer.close();
  await files.remove(table.path);
  return figures.end();
}

function writersOf({ files, table, about }: Writes, columns: readonly Column[]): RowWriter[] {
  const { collection, rows: records } = table;
  const { trialId, createdAt, title, cutId } = about;
  const csv = textOutput(files.create(TABLE_FILES.csv(collection)));
  csv.write(csvHead(columns));
  const json = textOutput(files.create(TABLE_FILES.datasetJson(collection)));
  json.write(datasetJsonHead({ trialId, createdAt, collection, title, columns, records }));
  let isFirst = true;
  const parquet = files.create(TABLE_FILES.parquet(collection));
  return [
    { write: (row) => csv.write(csvRow(columns, row)), close: csv.close },
    {
      write: (row) => {
        json.write(datasetJsonRow(row, isFirst));
        isFirst = false;
      },
      close: () => {
        json.write(DATASET_JSON_END);
        json.close();
      },
    },
    parquetRows(parquet, columns, { trialId, collection, cutId }),
  ];
}
