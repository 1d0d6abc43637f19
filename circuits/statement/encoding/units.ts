// Canonical units (UCUM, ucum.org) of the LOINC quantities in the dictionary, and conversion into
// them.
import ucumPackage from "@lhncbc/ucum-lhc";
import published from "../../dictionary/published.json" with { type: "json" };
import table from "../../dictionary/units.json" with { type: "json" };
import { type Decimal, formatDecimal, multiply, parseDecimal } from "./decimal.ts";
import { isOtherScale, plainUnit } from "./unitText.ts";

export type Unit = {
  readonly loinc: string;
  readonly display: string;
  /** Canonical UCUM unit: the one that stored values and criteria are in. */
  readonly unit: string;
  readonly version: number;
  /** g/mol, to convert amounts of substance to mass. */
  readonly molecularWeight?: number;
  /** Charge of the ion, to convert meq. */
  readonly charge?: number;
  /**
   * Units that mean another one *for this code only*, for example IU/L of an enzyme: `{ "[iU]/L":
   * "U/L" }`.
   */
  readonly aliases?: Readonly<Record<string, string>>;
  /** HbA1c: mmol/mol is IFCC, and becomes NGSP % by the master equation rather than by UCUM. */
  readonly hba1c?: true;
};

export type Conversion = { ok: true; value: string } | { ok: false; reason: string };

const rows = (table as unknown as Unit[]).filter((row) => row.version <= published.at(-1)!.version);
const byLoinc = new Map(rows.map((row) => [row.loinc, row]));

/** The canonical unit of a LOINC code; undefined when it is not a quantity of the dictionary. */
export function unitOf(loinc: string): Unit | undefined {
  return byLoinc.get(loinc);
}

/** Quantities whose LOINC code, display or unit holds every word of the query. */
export function searchUnits(query: string): Unit[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ loinc, display, unit }) => {
    const text = `${loinc} ${display} ${unit}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/**
 * A quantity in the canonical unit of its code, as decimal text without exponent. Text in the
 * canonical unit comes back
 * digit for digit, other conversions keep 15 digits of the factor: the one rounding is
 * `encodeQuantity`'s.
 */
export function toCanonical(quantity: { loinc: string; value: string; unit: string }): Conversion {
  const { loinc, value } = quantity;
  const row = unitOf(loinc);
  if (!row) return refuse(`LOINC ${loinc} is not in the dictionary`);
  const decimal = parseDecimal(value);
  if (!decimal) return refuse("the value is not a decimal number");
  const unit = plainUnit(quantity.unit, row);
  if (unit === row.unit) return { ok: true, value: value.trim() };
  if (unit === undefined) return refuse(`unit "${quantity.unit}" is not ${row.unit}`);
  if (isCount(row.unit)) {
    if (unit === "" || unit === "1") return { ok: true, value: value.trim() };
    return refuse(`unit "${quantity.unit}" is not ${row.unit}`);
  }
  if (unit === "") return refuse(`no unit; expected ${row.unit}`);
  if (row.hba1c) return convertHba1c(decimal, unit);
  return convert({ decimal, unit, row });
}

/**
 * Whether two units given for one value contradict each other: both can be read and differ in size, or the second is a
 * unit that cannot be read as one of this code at all. Text that is no unit says nothing.
 */
export function contradict(loinc: string, first: string, second: string): boolean {
  const row = unitOf(loinc);
  if (row === undefined || first === second) return false;
  const key = `${loinc} ${first} ${second}`;
  const known = contradictions.get(key);
  if (known !== undefined) return known;
  const [a, b] = [first, second].map((unit) => toCanonical({ loinc, value: "1", unit }));
  const found = a!.ok && (b!.ok ? differ(a!.value, b!.value) : isUnit(second, row));
  contradictions.set(key, found);
  return found;
}

const contradictions = new Map<string, boolean>();

function differ(a: string, b: string): boolean {
  return Math.abs(Number(a) / Number(b) - 1) > 1e-9;
}

function isUnit(text: string, row: Unit): boolean {
  if (isOtherScale(text)) return true;
  const unit = plainUnit(text, row);
  if (unit === undefined || !isSafe(unit)) return false;
  return ucumPackage.UcumLhcUtils.getInstance().validateUnitString(unit).status === "valid";
}

function refuse(reason: string): Conversion {
  return { ok: false, reason };
}

/** A score, ratio or count: nothing but a UCUM annotation, which has no dimension. */
function isCount(unit: string): boolean {
  return /^\{[^{}]*\}$/.test(unit);
}

/** NGSP % = 0.09148 x IFCC mmol/mol + 2.152 (ngsp.org). UCUM alone would make 53 mmol/mol 5.3 %. */
function convertHba1c(decimal: Decimal, unit: string): Conversion {
  if (unit !== "mmol/mol") return refuse(`HbA1c must be in % or mmol/mol, not "${unit}"`);
  const scaled = multiply(decimal, { digits: 9148n, places: 5 });
  const places = Math.max(scaled.places, 5);
  const digits = scaled.digits * 10n ** BigInt(places - scaled.places);
  const value = { digits: digits + 215_200n * 10n ** BigInt(places - 5), places };
  return { ok: true, value: formatDecimal(value) };
}

const factors = new Map<string, Decimal | { reason: string } | "nonlinear">();

function convert({
  decimal,
  unit,
  row,
}: {
  decimal: Decimal;
  unit: string;
  row: Unit;
}): Conversion {
  const key = `${row.loinc} ${unit}`;
  let factor = factors.get(key);
  if (factor === undefined) {
    factor = findFactor(unit, row);
    factors.set(key, factor);
  }
  if (factor === "nonlinear") {
    const value = callUcum(unit, Number(formatDecimal(decimal)), row);
    return { ok: true, value: formatDecimal(parseDecimal(value.toPrecision(15))!) };
  }
  if ("reason" in factor) return refuse(factor.reason);
  return { ok: true, value: formatDecimal(multiply(decimal, factor)) };
}

/** The factor as an exact decimal, so that mg/L to mg/dL never passes through a binary fraction. */
function findFactor(unit: string, row: Unit): Decimal | { reason: string } | "nonlinear" {
  const one = callUcum(unit, 1, row);
  if (Number.isNaN(one)) return { reason: `unit "${unit}" cannot be converted to ${row.unit}` };
  const linear = callUcum(unit, 0, row) === 0 && Math.abs(callUcum(unit, 2, row) / one - 2) < 1e-9;
  return linear ? parseDecimal(one.toPrecision(15))! : "nonlinear";
}

/**
 * UCUM-LHC looks units up in plain objects, where "constructor" would be found, and prints to the console what has
 * spaces in it.
 */
function isSafe(unit: string): boolean {
  return unit !== "" && !/\s/.test(unit) && !(unit in Object.prototype);
}

/** NaN when UCUM knows no conversion. */
function callUcum(unit: string, value: number, row: Unit): number {
  if (!isSafe(unit)) return Number.NaN;
  const utils = ucumPackage.UcumLhcUtils.getInstance();
  // International units convert to nothing else, but UCUM-LHC also refuses m[iU]/L to u[iU]/mL:
  // stand-in unit U.
  const bothArbitrary = unit.includes("[iU]") && row.unit.includes("[iU]");
  const plain = (text: string) => (bothArbitrary ? text.replaceAll("[iU]", "U") : text);
  const { status, toVal } = utils.convertUnitTo(plain(unit), value, plain(row.unit), {
    ...(row.molecularWeight !== undefined && { molecularWeight: row.molecularWeight }),
    ...(row.charge !== undefined && { charge: row.charge }),
  });
  return status === "succeeded" && toVal !== null ? toVal : Number.NaN;
}
