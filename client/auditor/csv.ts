// CSV (RFC 4180): the events one a line, and how any line is written.
import type { Event } from "./event.ts";

export const CSV_HEAD =
  "time,block,transaction,logIndex,contract,event,trialId,pseudonym,arguments";

/** An event as a line of CSV (RFC 4180). */
export function csvRow({ name, contract, place, time, args }: Event): string {
  const { trialId = "", pseudonym = "" } = args as { trialId?: string; pseudonym?: bigint };
  const big = (_: string, value: unknown) => (typeof value === "bigint" ? value.toString() : value);
  const cells = [
    new Date(time * 1000).toISOString(),
    ...[place.block, place.transaction, place.logIndex, contract, name, trialId, pseudonym],
    JSON.stringify(args, big),
  ];
  return csvLine(cells);
}

/** Cells as a line of CSV, without its end. */
export function csvLine(cells: readonly unknown[]): string {
  return cells.map((cell) => quote(String(cell))).join(",");
}

function quote(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
