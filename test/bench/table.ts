// Prints results as a table.
import type { Result } from "./measure.ts";

const COLUMNS = ["what", "baseline", "measured", "target", "verdict"] as const;

/** The table as text, columns padded to their widest entry. */
export function formatTable(results: readonly Result[]): string {
  const rows = results.map(({ reached, ...row }) => ({ ...row, verdict: verdictOf(reached) }));
  const header = Object.fromEntries(COLUMNS.map((name) => [name, name.toUpperCase()]));
  const lines = [header, ...rows].map((row) => COLUMNS.map((name) => String(row[name])));
  const widths = COLUMNS.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  return lines.map((line) => line.map((cell, i) => cell.padEnd(widths[i]!)).join("  ")).join("\n");
}

function verdictOf(reached: boolean | undefined): string {
  if (reached === undefined) return "";
  return reached ? "reached" : "NOT REACHED";
}
