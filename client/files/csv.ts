// CSV (RFC 4180), and texts that a spreadsheet leaves as they are.

/** Also the wide forms, which some spreadsheets take for the same. */
const FORMULA = /^[=+\-@\t\r\n'\uff1d\uff0b\uff0d\uff20]/;

/** Cells as a line of CSV, without its end. */
export function csvLine(cells: readonly unknown[]): string {
  return cells.map((cell) => quote(String(cell))).join(",");
}

/**
 * A text for a cell: one that a spreadsheet would take for a formula begins with an apostrophe, and so does one that
 * begins with an apostrophe, so that nothing is lost.
 */
export function csvText(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** A pseudonym for a cell, by its name in FHIR: of a bare number with 77 digits a spreadsheet keeps 15. */
export function csvPseudonym(pseudonym: bigint): string {
  return `urn:cohort-zero:pseudonym:${pseudonym}`;
}

function quote(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
