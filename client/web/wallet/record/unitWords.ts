// UCUM units as they are printed on a report.

const PRINTED: readonly (readonly [RegExp, string])[] = [
  [/mm\[Hg\]/g, "mmHg"],
  [/\[iU\]/g, "IU"],
  [/\[degF\]/g, "°F"],
  [/^Cel$/g, "°C"],
  [/\{1\.73_m2\}/g, "1.73 m²"],
  [/10\*(\d)\//g, "10^$1/"],
  [/10\^3\//g, "10³/"],
  [/10\^6\//g, "10⁶/"],
  [/\bm2\b/g, "m²"],
  [/\bu(?=[Lgm])/g, "µ"],
  [/^\[pH\]$/g, "pH"],
  [/\[(?:lb_av|in_i)\]/g, ""],
  [/\{([^{}]*)\}/g, "$1"],
  [/_/g, " "],
];

export function unitWords(ucum: string): string {
  return PRINTED.reduce((unit, [from, to]) => unit.replace(from, to), ucum);
}
