// A table as CDISC Dataset-JSON 1.1: its description on the first line, then a row a line, so that neither side needs
// all of it at once.
import { InputError } from "../../files/inputError.ts";
import { type CellType, type Column, FIXED_COLUMNS, type Row, type Value } from "./cells.ts";
import { linesOf, type Reading } from "./files.ts";

const VERSION = "1.1.0";
const DATA_TYPES = {
  string: "string",
  code: "string",
  integer: "integer",
  number: "double",
  boolean: "boolean",
  date: "date",
  dateTime: "datetime",
} as const satisfies Record<CellType, string>;
/** Columns that tell a table's rows apart. */
const KEYS: readonly string[] = FIXED_COLUMNS.slice(0, 2).map(({ name }) => name);

export type DatasetJsonHead = {
  readonly trialId: string;
  readonly collection: string;
  readonly title: string;
  readonly columns: readonly Column[];
  readonly records: number;
  /** ISO 8601. */
  readonly createdAt: string;
};

/** The first line: all attributes but the rows. */
export function datasetJsonHead(of: DatasetJsonHead): string {
  const head = JSON.stringify(attributesOf(of));
  return `${head.slice(0, -1)},"rows":[`;
}

function attributesOf(of: DatasetJsonHead) {
  const { trialId, collection, title, columns, records, createdAt } = of;
  return {
    datasetJSONCreationDateTime: createdAt,
    datasetJSONVersion: VERSION,
    fileOID: `${trialId}.${collection}`,
    originator: "Cohort Zero",
    studyOID: trialId,
    itemGroupOID: `IG.${collection}`,
    records,
    name: collection,
    label: title,
    columns: columns.map(({ name, type, label, length }) => ({
      itemOID: `IT.${collection}.${name}`,
      name,
      label,
      dataType: DATA_TYPES[type],
      ...(length === undefined ? {} : { length }),
      ...(KEYS.includes(name) ? { keySequence: KEYS.indexOf(name) + 1 } : {}),
    })),
  };
}

/** A row with the separator that stands before it. */
export function datasetJsonRow(row: Row, isFirst: boolean): string {
  return `${isFirst ? "" : ","}\n${JSON.stringify(row)}`;
}

export const DATASET_JSON_END = "\n]}\n";

/**
 * The rows of a file as it is written here. Throws InputError, naming the file, when its description is not the one
 * given, or its lines are not rows.
 */
export async function* readDatasetJson(
  files: Reading,
  path: string,
  head: DatasetJsonHead,
): AsyncGenerator<Row> {
  let isEnded = false;
  let number = 0;
  for await (const line of linesOf(files, path)) {
    number++;
    if (number === 1) {
      const isSame = line === datasetJsonHead(head);
      if (!isSame) throw new InputError(`${path} describes another table than the manifest`);
    } else if (line === "]}" && !isEnded) {
      isEnded = true;
    } else if (isEnded) {
      throw new InputError(`${path} goes on after its end`);
    } else {
      yield rowOf(line, `${path}, line ${number}`);
    }
  }
  if (!isEnded) throw new InputError(`${path} has no end`);
}

function rowOf(line: string, where: string): Row {
  let row: unknown;
  try {
    row = JSON.parse(line.endsWith(",") ? line.slice(0, -1) : line);
  } catch {
    throw new InputError(`${where} is no row`);
  }
  const isValue = (value: unknown): value is Value | null =>
    value === null || ["string", "number", "boolean"].includes(typeof value);
  if (!Array.isArray(row) || !row.every(isValue)) throw new InputError(`${where} is no row`);
  return row;
}
