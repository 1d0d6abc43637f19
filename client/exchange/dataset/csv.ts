// A table as CSV (RFC 4180), safe to open in a spreadsheet.
import { csvLine, csvText } from "../../files/csv.ts";
import { InputError } from "../../files/inputError.ts";
import { type CellType, type Column, isText, type Row, type Value } from "./cells.ts";
import { type Reading, textOf } from "./files.ts";

const MAX_FIELD_CHARS = 2 ** 24;
/** More than a table has columns. */
const MAX_FIELDS = 10_000;

export function csvHead(columns: readonly Column[]): string {
  return `${csvLine(columns.map(({ name }) => csvText(name)))}\r\n`;
}

export function csvRow(columns: readonly Column[], row: Row): string {
  const cells = columns.map(({ type }, i) => {
    const value = row[i] ?? "";
    return isText(type) ? csvText(String(value)) : value;
  });
  return `${csvLine(cells)}\r\n`;
}

function plain(text: string): string {
  return text.startsWith("'") ? text.slice(1) : text;
}

/** The head's names, then rows of values: what does not read as its column's type comes as the text it is. */
export async function readCsv(
  files: Reading,
  path: string,
  columns: readonly Column[],
): Promise<{ names: string[]; rows: AsyncGenerator<Row> }> {
  const records = recordsOf(files, path);
  const head = await records.next();
  const names = head.done ? [] : head.value.map(plain);
  return { names, rows: rowsOf(records, columns) };
}

async function* rowsOf(
  records: AsyncGenerator<string[]>,
  columns: readonly Column[],
): AsyncGenerator<Row> {
  for await (const record of records) {
    // A cell too many or too few stays one, so that the row is not taken for another.
    yield record.map((text, i) => readValue(text, columns[i]?.type ?? "string"));
  }
}

function readValue(text: string, type: CellType): Value | null {
  if (text === "") return null;
  if (type === "boolean") return text === "true" || (text === "false" ? false : text);
  if (isText(type)) return plain(text);
  if (type !== "integer" && type !== "number") return text;
  const number = Number(text);
  return String(number) === text ? number : text;
}

/** Records of fields. Throws InputError, naming the file, for quotes that do not match. */
async function* recordsOf(files: Reading, path: string): AsyncGenerator<string[]> {
  let record: string[] = [];
  let field = "";
  let state: "start" | "plain" | "quoted" | "closed" = "start";
  const endField = () => {
    if (record.length >= MAX_FIELDS) throw new InputError(`${path} has a row without end`);
    record.push(field.endsWith("\r") && state === "plain" ? field.slice(0, -1) : field);
    field = "";
    state = "start";
  };
  for await (const text of textOf(files, path)) {
    for (const char of text) {
      if (state === "quoted") {
        if (char === '"') state = "closed";
        else field += char;
      } else if (char === ",") {
        endField();
      } else if (char === "\n") {
        endField();
        yield record;
        record = [];
      } else if (char === '"' && state !== "plain") {
        if (state === "closed") field += char;
        state = "quoted";
      } else if (state === "closed" ? char !== "\r" : char === '"') {
        throw new InputError(`${path} is no CSV: a quote is not doubled`);
      } else if (state !== "closed") {
        field += char;
        state = "plain";
      }
      if (field.length > MAX_FIELD_CHARS) throw new InputError(`${path} has a field without end`);
    }
  }
  if (state === "quoted") throw new InputError(`${path} is no CSV: a quote is not closed`);
  if (field === "" && record.length === 0) return;
  endField();
  yield record;
}
