// A table while packages are read: its columns are known only when the last row is. Until then rows lie in a file of
// their own, a line each, so that they need no memory.
import {
  type Cell,
  type CellType,
  type Column,
  fitValue,
  isText,
  type Value,
  widerType,
} from "./cells.ts";
import { linesOf, type TextOutput, textOutput, type Writing } from "./files.ts";

/** Each is in memory, as are a column's figures. */
const MAX_COLUMNS = 2_000;
/** Up to here what does not fit its collection makes columns: else one participant could use up all that others need. */
const MAX_ODD_COLUMNS = 1_000;
const MAX_LABEL = 500;

type Drafted = {
  type: CellType;
  label: string;
  length: number;
  least: number;
  most: number;
};

export type Draft = {
  readonly collection: string;
  /**
   * Keeps an entry's rows, by its place. Throws RangeError, keeping none, when they need too many columns; `isOdd`: they
   * are not what the collection asks for.
   */
  readonly add: (entry: number, rows: readonly (readonly Cell[])[], isOdd: boolean) => void;
  /** Ends the writing; the table's own columns, in the order in which they were first seen. */
  readonly close: () => DraftedTable;
};
export type DraftedTable = {
  readonly collection: string;
  readonly rows: number;
  /** Without the fixed ones. */
  readonly columns: readonly Column[];
  /** Of a column of numbers, by its place. */
  readonly ranges: readonly { readonly least: number; readonly most: number }[];
  readonly path: string;
};

export function draftTable(files: Writing, collection: string): Draft {
  const path = `.rows-${collection}`;
  const output: TextOutput = textOutput(files.create(path));
  const columns = new Map<string, Drafted>();
  const places = new Map<string, number>();
  let rows = 0;
  const placeOf = (cell: Cell) => {
    const known = columns.get(cell.name);
    if (known === undefined) {
      places.set(cell.name, columns.size);
      columns.set(cell.name, columnOf(cell));
    } else {
      widen(known, cell);
    }
    return places.get(cell.name)!;
  };
  return {
    collection,
    add: (entry, added, isOdd) => {
      const names = new Set(added.flatMap((cells) => cells.map(({ name }) => name)));
      const fresh = [...names].filter((name) => !columns.has(name)).length;
      const most = isOdd ? MAX_ODD_COLUMNS : MAX_COLUMNS;
      if (fresh > 0 && columns.size + fresh > most) {
        throw new RangeError(`a table has at most ${most} columns`);
      }
      added.forEach((cells, i) => {
        const line = [entry, i + 1, ...cells.flatMap((cell) => [placeOf(cell), cell.value])];
        output.write(`${JSON.stringify(line)}\n`);
      });
      rows += added.length;
    },
    close: () => {
      output.close();
      const all = [...columns].map(([name, { type, label, length }]) => ({
        name,
        type,
        label: label || name,
        ...(isText(type) ? { length: Math.max(1, length) } : {}),
      }));
      const ranges = [...columns.values()].map(({ least, most }) => ({ least, most }));
      return { collection, rows, columns: all, ranges, path };
    },
  };
}

function columnOf(cell: Cell): Drafted {
  const column = { type: cell.type, label: "", length: 0, least: Infinity, most: -Infinity };
  widen(column, cell);
  return column;
}

function widen(column: Drafted, { type, value, label }: Cell): void {
  column.type = widerType(column.type, type);
  if (column.label === "" && label !== undefined) {
    column.label = label.slice(0, MAX_LABEL).toWellFormed();
  }
  column.length = Math.max(column.length, String(value).length);
  if (typeof value !== "number") return;
  column.least = Math.min(column.least, value);
  column.most = Math.max(column.most, value);
}

export type DraftedRow = {
  readonly entry: number;
  readonly number: number;
  /** By the table's own columns. */
  readonly values: readonly (Value | null)[];
};

/** The rows of a table in order, each value as its column holds it. */
export async function* draftedRows(
  files: Writing,
  { path, columns }: DraftedTable,
): AsyncGenerator<DraftedRow> {
  for await (const line of linesOf(files, path)) {
    const [entry, number, ...pairs] = JSON.parse(line) as [number, number, ...Value[]];
    const values: (Value | null)[] = columns.map(() => null);
    for (let i = 0; i < pairs.length; i += 2) {
      const place = pairs[i] as number;
      values[place] = fitValue(pairs[i + 1]!, columns[place]!.type);
    }
    yield { entry, number, values };
  }
}
