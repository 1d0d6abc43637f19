// UCUM units (ucum.org) as people write them: mm Hg, µmol/L, 10⁹/L, mL/min/1.73 m².

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
/** Atoms whose UCUM spelling nobody prints. */
const ATOMS: Readonly<Record<string, string>> = {
  "mm[Hg]": "mm Hg",
  Cel: "°C",
  "[degF]": "°F",
  deg: "°",
  "[lb_av]": "lb",
  "[oz_av]": "oz",
  "[in_i]": "in",
  "[ft_i]": "ft",
  "[pH]": "",
  "1": "",
  a: "years",
  mo: "months",
  wk: "weeks",
  d: "days",
  meq: "mEq",
  "{1.73_m2}": "1.73 m²",
};
/** After a stroke there is one of them: "steps/day". */
const PER: Readonly<Record<string, string>> = { a: "year", mo: "month", wk: "week", d: "day" };
/** Annotations that say what is counted; others (a score's, an index's) print as nothing. */
const COUNTED = /^(cells|copies|steps|titer|FEU|DDU|creat|creatinine)$/;

/** A UCUM unit as it stands on a report; "" for scores, ratios and counts, which have none. */
export function printUnit(ucum: string): string {
  return ucum
    .split("/")
    .map((part, i) => (i > 0 ? PER[part] : undefined) ?? printPart(part, i === 0))
    .map((part, i) => (i === 0 ? part : `/${part}`))
    .join("");
}

/** The unit as it follows a number: " mm Hg", "/min", " × 10⁹/L". */
export function unitAfterNumber(ucum: string): string {
  const unit = printUnit(ucum);
  if (/^10[⁻⁰¹²³⁴-⁹]/.test(unit)) return ` × ${unit}`;
  return unit === "" || unit.startsWith("/") ? unit : ` ${unit}`;
}

/** A decimal as people print it: "5,000", "12,345.6". */
export function printNumber(decimal: string): string {
  return decimal.replace(/^\d{4,}/, (digits) => digits.replace(/\B(?=(?:\d{3})+$)/g, ","));
}

/** "1 record", "3 records": a count with what is counted. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

function printPart(part: string, isFirst: boolean): string {
  if (Object.hasOwn(ATOMS, part)) return ATOMS[part]!;
  const annotation = /^(.*)\{([^{}]*)\}$/.exec(part);
  if (annotation) {
    const [, unit, said] = annotation;
    const words = COUNTED.test(said!) ? said!.replace(/^creat$/, "creatinine") : "";
    return [unit === "" ? "" : printPart(unit!, isFirst), words].filter(Boolean).join(" ");
  }
  return part
    .replace(/10[*^](-?\d+)/g, (_, power: string) => `10${raised(power)}`)
    .replace(/\[(?:iU|IU)\]/g, "IU")
    .replace(/\[arb'U\]/g, "arb. U")
    .replace(/^u(?=[A-Za-z])/, "µ")
    .replace(/^([a-zA-Zµ]+)(-?\d)$/, (_, unit: string, power: string) => `${unit}${raised(power)}`);
}

function raised(power: string): string {
  return power.replace("-", "⁻").replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)]!);
}
