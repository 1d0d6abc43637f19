// Text of a criterion without its markup: XHTML as USDM holds it.
const NAMED: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  nbsp: " ",
  ge: "≥",
  le: "≤",
  quot: '"',
  apos: "'",
  micro: "µ",
  times: "×",
  sup2: "²",
  deg: "°",
  ndash: "–",
};

/** Words alone; items of a list keep a dash, references to entries of a dictionary their names in brackets. */
export function textOf(html: string): string {
  // Runs of spaces first: what follows would look at each of them again and again.
  return html
    .replace(/[ \t]+/g, " ")
    .replace(/<usdm:tag[^>]*name="([^"]*)"[^>]*\/?>(?:<\/usdm:tag>)?/g, "[$1]")
    .replace(/<usdm:ref[^>]*\/?>(?:<\/usdm:ref>)?/g, "[reference]")
    .replace(/\s*\n\s*/g, " ")
    .replace(/<li[^>]*>/g, "\n- ")
    .replace(/<\/(?:p|li|div|ul|ol|br)>|<br\s*\/?>/g, "\n")
    .replace(/<sup>([^<]*)<\/sup>/g, "^$1")
    .replace(/<\/?[a-z][^>]*>/gi, "")
    .replace(/&(#x?[0-9a-f]+|[a-z]+\d?);/gi, entity)
    .replace(/[ \t]+/g, " ")
    .replace(/\s*\n\s*/g, "\n")
    .trim();
}

function entity(written: string, name: string): string {
  if (!name.startsWith("#")) return Object.hasOwn(NAMED, name) ? NAMED[name]! : written;
  const point = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : written;
}
