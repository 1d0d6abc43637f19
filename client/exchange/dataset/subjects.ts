// Pseudonyms as tables show them. A pseudonym has up to 77 digits, of which a spreadsheet keeps 15.
const FIRST_LENGTH = 12;
const MOST_LENGTH = 50;

/**
 * A short name for each pseudonym: "P-" and the last digits to base 36, as many as tell all of them apart (12 or more).
 * The letter keeps spreadsheets from reading a number, such as 12E5, into it.
 */
export function subjectNames(pseudonyms: Iterable<bigint>): Map<bigint, string> {
  const all = [...new Set(pseudonyms)];
  for (let length = FIRST_LENGTH; ; length++) {
    const names = new Map(all.map((pseudonym) => [pseudonym, nameOf(pseudonym, length)]));
    if (length >= MOST_LENGTH || new Set(names.values()).size === all.length) return names;
  }
}

function nameOf(pseudonym: bigint, length: number): string {
  return `P-${pseudonym.toString(36).toUpperCase().padStart(length, "0").slice(-length)}`;
}
