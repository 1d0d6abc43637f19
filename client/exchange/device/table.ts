// Readings from a table (CSV), by a mapping of its columns.
import { CsvReader, type Row } from "./csv.ts";
import { type DeviceInput, textOf, type Watching } from "./input.ts";
import {
  columnsOf,
  isNamed,
  parseMapping,
  type ReadingColumns,
  type TableMapping,
  type TimeColumns,
} from "./mapping.ts";
import { atInstant, type Moment, momentOf, type NoMoment, readMoment, wholeDay } from "./moment.ts";
import {
  Gathering,
  type NoReading,
  notAskedFor,
  type Reading,
  type ReadOptions,
  type ReadResult,
} from "./reading.ts";
import { unreadable } from "./report.ts";
import { patternReader } from "./timePattern.ts";
import { type Zone, zoneOf } from "./zone.ts";

export type TableOptions = ReadOptions &
  Watching & {
    readonly mapping: unknown;
    /** Where the person lives (IANA), for a mapping that names no zone. */
    readonly zone?: string | undefined;
  };

/**
 * Reads a table whose first row names its columns. A row that cannot be read is left out, with its number and column
 * in the report. Refuses with `MalformedMapping`, `UnreadableHealthData` (not a table, or a column is missing) and
 * `TooManyReadings`.
 */
export async function readTable(input: DeviceInput, options: TableOptions): Promise<ReadResult> {
  const { zone, ...parsed } = parseMapping(options.mapping);
  const mapping = { ...parsed, ...zoneIn(zone ?? options.zone) };
  const gathering = new Gathering(options);
  const csv = new CsvReader(mapping.delimiter);
  let rows: Rows | undefined;
  const take = (all: readonly Row[]) => {
    for (const row of all) {
      if (rows === undefined) rows = new Rows({ mapping, names: row.fields, gathering });
      else rows.read(row);
    }
  };
  const { onProgress, signal } = options;
  const watched = { onProgress, signal, counts: () => gathering };
  const { encoding } = mapping;
  for await (const text of textOf(input, { kind: "table", encoding, ...watched })) {
    take(csv.push(text));
  }
  take(csv.end());
  if (rows === undefined) throw unreadable({ kind: "table", reason: "it is empty" });
  return gathering.finish();
}

/** Refuses with `UnreadableHealthData` for a zone that there is not. */
function zoneIn(zone: string | undefined): Pick<TableMapping, "zone"> {
  if (zone === undefined) return {};
  if (zoneOf(zone) !== undefined) return { zone };
  throw unreadable({ kind: "table", reason: "the time zone given is none" });
}

type ReadTime = (text: string, after: number | undefined) => Moment | NoMoment;
type Times = Pick<Reading, "start" | "end">;
type Field = { readonly text: string; readonly where: string };

class Rows {
  readonly #mapping: TableMapping;
  readonly #gathering: Gathering;
  readonly #positions: ReadonlyMap<string, number>;
  readonly #width: number;
  readonly #start: ReadTime;
  readonly #end: ReadTime | undefined;
  /** Of the row before: rows go forwards in time in the hour that comes twice. */
  #last: number | undefined;

  constructor(of: { mapping: TableMapping; names: readonly string[]; gathering: Gathering }) {
    const { mapping, gathering } = of;
    const names = of.names.map((name) => name.trim());
    for (const column of columnsOf(mapping)) {
      const count = names.filter((name) => name === column).length;
      if (count === 1) continue;
      const reason = count === 0 ? "a column is missing" : "a column stands twice";
      throw unreadable({ kind: "table", reason, where: column });
    }
    this.#mapping = mapping;
    this.#gathering = gathering;
    this.#positions = new Map(names.map((name, i) => [name, i]));
    this.#width = names.length;
    const zone = mapping.zone === undefined ? undefined : zoneOf(mapping.zone);
    this.#start = timeReader(mapping.start, zone);
    this.#end = mapping.end && timeReader(mapping.end, zone);
  }

  read(row: Row): void {
    this.#gathering.see();
    if (row.fields.length !== this.#width) {
      const reason = "it has more or fewer fields than columns";
      this.#gathering.add({ reason, where: `row ${row.number}` });
      return;
    }
    const times = this.#times(row);
    if ("reason" in times) {
      this.#gathering.add(times);
      return;
    }
    for (const columns of this.#mapping.readings) {
      this.#gathering.add(this.#readingOf(row, columns, times));
    }
  }

  #times(row: Row): Times | NoReading {
    const start = this.#moment(row, this.#mapping.start, this.#start, this.#last);
    if ("reason" in start) return start;
    this.#last = start.ms;
    if (this.#mapping.end === undefined || this.#end === undefined) return { start };
    const end = this.#moment(row, this.#mapping.end, this.#end, start.ms);
    return "reason" in end ? end : { start, end };
  }

  #moment(
    row: Row,
    { columns }: TimeColumns,
    read: ReadTime,
    after: number | undefined,
  ): Moment | NoReading {
    const fields = columns.map((column) => this.#field(row, column));
    const moment = read(fields.map(({ text }) => text).join(" "), after);
    return "reason" in moment ? { ...moment, where: fields[0]!.where } : moment;
  }

  #readingOf(row: Row, { value, unit, code }: ReadingColumns, times: Times): Reading | NoReading {
    const { text, where } = this.#field(row, value);
    if (text === "") return { reason: "an empty field", where, isUnasked: true };
    const loinc = typeof code === "string" ? code : this.#codeIn(row, code);
    if (loinc === undefined) return notAskedFor(where);
    const number = this.#decimal(text);
    if (number === undefined) return { reason: "the value is not a decimal number", where };
    const by = "column" in unit ? this.#field(row, unit.column).text : unit.text;
    return { code: loinc, value: number, unit: by, ...times, device: this.#mapping.device, where };
  }

  #codeIn(row: Row, by: { column: string; codes: Record<string, string> }): string | undefined {
    const { text } = this.#field(row, by.column);
    return Object.hasOwn(by.codes, text) ? by.codes[text] : undefined;
  }

  /** With a comma as the mark, a point in a number could be either: "1.234" is refused. */
  #decimal(text: string): string | undefined {
    if (this.#mapping.decimal === ".") return text;
    return text.includes(".") ? undefined : text.replace(",", ".");
  }

  #field(row: Row, column: string): Field {
    const text = row.fields[this.#positions.get(column)!] ?? "";
    return { text: text.trim(), where: `row ${row.number}, column ${column}` };
  }
}

function timeReader({ format }: TimeColumns, zone: Zone | undefined): ReadTime {
  if (format === "iso") return (text, after) => readMoment(text, { zone, after });
  if (isNamed(format)) {
    const scale = format === "unix" ? 1000 : 1;
    return (text) => {
      if (!/^\d{1,14}(?:\.\d{1,9})?$/.test(text)) return { reason: "the time is no time" };
      return atInstant(Math.round(Number(text) * scale), zone);
    };
  }
  const read = patternReader(format);
  return (text, after) => {
    const written = read?.(text);
    if (written === undefined) return { reason: "the time does not fit its format" };
    return "hour" in written ? momentOf(written, { zone, after }) : wholeDay(written.date);
  };
}
