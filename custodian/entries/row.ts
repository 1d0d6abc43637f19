// A public entry as the exchange serves it, with its hash. Nothing of it is believed before it was checked against the
// chain.
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { type EntryRow, readEntryLine } from "../../circuits/statement/exchange/entryLog.ts";
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";

export type Row = EntryRow & { readonly hash: Bytes32 };

/** Reads a part's line. Throws an Error for anything else. */
export function readRows(line: string): Row[] {
  return readEntryLine(line).map((row) => ({ ...row, hash: hashEntry(row.entry) }));
}
