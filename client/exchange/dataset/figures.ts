// What came, in numbers: per column how many values, how they are spread, which answers how often.
import type { Column, Value } from "./cells.ts";
import type { DraftedTable } from "./draft.ts";

const BINS = 12;
/** A column with more different codes is not drawn. */
const MAX_CHOICES = 20;
const MAX_CHOICE_CHARS = 80;

export type ColumnFigures = {
  readonly column: Column;
  readonly values: number;
  /** Of numbers: how many in each of equal steps from least to most. */
  readonly numbers?: {
    readonly least: number;
    readonly most: number;
    readonly mean: number;
    readonly bins: readonly number[];
  };
  /** Of codes and yes or no: each with how often, the most frequent first. Free text is nobody's to see here. */
  readonly choices?: readonly (readonly [string, number])[];
};

export type TableFigures = {
  readonly collection: string;
  readonly rows: number;
  readonly columns: readonly ColumnFigures[];
};

type Counter = {
  readonly add: (value: Value) => void;
  readonly end: () => ColumnFigures;
};

/** Counts the rows of a table as they go by. */
export function countTable({ collection, columns, ranges }: DraftedTable) {
  const counters = columns.map((column, i) => counterOf(column, ranges[i]!));
  let rows = 0;
  return {
    add: (values: readonly (Value | null)[]) => {
      rows++;
      values.forEach((value, i) => {
        if (value !== null) counters[i]?.add(value);
      });
    },
    end: (): TableFigures => ({ collection, rows, columns: counters.map((one) => one.end()) }),
  };
}

function counterOf(column: Column, range: { least: number; most: number }): Counter {
  const isNumber = column.type === "integer" || column.type === "number";
  return isNumber ? numberCounter(column, range) : choiceCounter(column);
}

function numberCounter(column: Column, { least, most }: { least: number; most: number }): Counter {
  const bins = Array.from({ length: least === most ? 1 : BINS }, () => 0);
  let values = 0;
  let mean = 0;
  return {
    add: (value) => {
      const number = Number(value);
      values++;
      mean += (number - mean) / values;
      // Differences of halves: those of the largest doubles would be infinite.
      const share = least === most ? 0 : (number / 2 - least / 2) / (most / 2 - least / 2);
      const bin = Math.min(bins.length - 1, Math.floor(share * bins.length));
      bins[bin] = (bins[bin] ?? 0) + 1;
    },
    end: () => ({ column, values, numbers: { least, most, mean, bins } }),
  };
}

function choiceCounter(column: Column): Counter {
  const counts = new Map<string, number>();
  let values = 0;
  let isChoice = column.type === "code" || column.type === "boolean";
  return {
    add: (value) => {
      values++;
      if (!isChoice) return;
      const text = String(value);
      counts.set(text, (counts.get(text) ?? 0) + 1);
      if (counts.size <= MAX_CHOICES && text.length <= MAX_CHOICE_CHARS) return;
      isChoice = false;
      counts.clear();
    },
    end: () => {
      const choices = [...counts].sort(([, a], [, b]) => b - a);
      return { column, values, ...(isChoice ? { choices } : {}) };
    },
  };
}
