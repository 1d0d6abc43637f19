/** Two units of the criteria's text that are written for machines. */
export function plainUnits(text: string): string {
  return text.replaceAll("mm[Hg]", "mmHg").replaceAll("{1.73_m2}", "1.73 m²");
}
