// The row that a resource gives, made again as the tables were.
import type { Bytes32 } from "../../../circuits/statement/trial/trial.ts";
import {
  type Cell,
  type Column,
  fitValue,
  hashRow,
  hashText,
} from "../../exchange/dataset/cells.ts";
import type { Json } from "../../exchange/dataset/resources.ts";
import { cellsOf } from "../../exchange/dataset/row.ts";
import { columnsOf, type Fixed, fixedCells } from "../../exchange/dataset/tables.ts";

/** The hash of no row: what has none that fits its table is never equal to what the manifest keeps. */
const NO_ROW = hashText("no row");

/** The hash of the row of an entry's resource under its table's own columns. */
export function expectedRow(
  entry: Fixed,
  of: { number: number | undefined; resource: Json; columns: readonly Column[] | undefined },
): Bytes32 {
  const { number, resource, columns } = of;
  if (number === undefined || columns === undefined) return NO_ROW;
  const cells = cellsIn(resource);
  const names = new Set(columns.map(({ name }) => name));
  if (cells === undefined || cells.some(({ name }) => !names.has(name))) return NO_ROW;
  const byName = new Map(cells.map((cell) => [cell.name, cell.value]));
  const values = columns.map(({ name, type }) => {
    const value = byName.get(name);
    return value === undefined ? null : fitValue(value, type);
  });
  return hashRow(columnsOf(columns), [...fixedCells(entry, number), ...values]);
}

function cellsIn(resource: Json): Cell[] | undefined {
  try {
    return cellsOf(resource);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
