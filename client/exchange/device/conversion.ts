// Values into the units that a collection names, by the house's own code for units: exactly, or refused.
import ucumPackage from "@lhncbc/ucum-lhc";
import {
  type Decimal,
  formatDecimal,
  multiply,
  parseDecimal,
} from "../../../circuits/statement/encoding/decimal.ts";
import {
  type Conversion,
  toCanonical,
  type Unit,
  unitOf,
} from "../../../circuits/statement/encoding/units.ts";
import { plainUnit } from "../../../circuits/statement/encoding/unitText.ts";

/** What a device collection asks for (its `streams`): a LOINC code, and the UCUM unit in which values are sent. */
export type WantedCode = { readonly loinc: string; readonly unit: string };
/** A value as decimal text, with its unit as the file writes it, in the unit that is wanted. */
export type Convert = (given: { readonly value: string; readonly unit: string }) => Conversion;

/** How one unit becomes the wanted one: times a factor, by asking each time, or not at all. */
type Way = { readonly factor: Decimal } | "each" | { readonly reason: string };

/** Units that a file may bring before the rest are refused: a real one has a handful a code. */
const MAX_UNITS = 1_000;
/** Longer text is no unit. */
const MAX_UNIT_LENGTH = 60;

/** The conversion into the wanted unit. A unit is looked up once, however many values follow. */
export function converterTo(wanted: WantedCode): Convert {
  const ways = new Map<string, Way>();
  const ask = askFor(wanted);
  return (given) => {
    const decimal = parseDecimal(given.value);
    if (decimal === undefined) return no("the value is not a decimal number");
    const unit = given.unit.trim();
    if (unit.length > MAX_UNIT_LENGTH) return no("the unit is no unit");
    let way = ways.get(unit);
    if (way === undefined) {
      if (ways.size >= MAX_UNITS) return no("the file has too many different units");
      way = wayOf((value) => ask({ value, unit }));
      ways.set(unit, way);
    }
    if (way === "each") return ask({ value: given.value, unit });
    if ("reason" in way) return no(way.reason);
    return { ok: true, value: times(decimal, way.factor) };
  };
}

/** Factors such as 1/3600 are known to 15 digits: what is behind the 14th is not of the value. */
function times(value: Decimal, factor: Decimal): string {
  const exact = formatDecimal(multiply(value, factor));
  if (formatDecimal(factor) === "1") return exact;
  return formatDecimal(parseDecimal(Number(exact).toPrecision(14)) ?? multiply(value, factor));
}

function no(reason: string): Conversion {
  return { ok: false, reason };
}

/** What the house's code makes of 0, 1 and 2 tells the factor; where there is none, it is asked each time. */
function wayOf(ask: (value: string) => Conversion): Way {
  const [zero, one, two] = [ask("0"), ask("1"), ask("2")];
  if (!one.ok) return { reason: one.reason };
  const factor = parseDecimal(one.value);
  if (factor === undefined || !zero.ok || !two.ok) return "each";
  const twice = formatDecimal(multiply(factor, { digits: 2n, places: 0 }));
  const isLinear = Number(zero.value) === 0 && Number(two.value) === Number(twice);
  return isLinear ? { factor } : "each";
}

/** By the dictionary where it has the code in the wanted unit; else by the same reading of units, and UCUM. */
function askFor({ loinc, unit }: WantedCode): Convert {
  const row = unitOf(loinc);
  if (row?.unit === unit) return (given) => toCanonical({ loinc, ...given });
  // UCUM does not know that HbA1c in mmol/mol is another scale.
  if (row?.hba1c) return () => no(`HbA1c is only read in ${row.unit}`);
  const wanted: Unit = { ...(row ?? { loinc, display: "", version: 1 }), unit };
  return ({ value, unit: text }) => byUcum({ value, text }, wanted);
}

function byUcum({ value, text }: { value: string; text: string }, wanted: Unit): Conversion {
  const unit = plainUnit(text, wanted);
  if (unit === wanted.unit) return { ok: true, value };
  if (unit === undefined) return no(`unit "${text}" is not ${wanted.unit}`);
  // A number of things ("{steps}") has no dimension: only a bare number is one too.
  const isNumber = unit === "" || unit === "1";
  if (/^(\{[^{}]*\}|1)$/.test(wanted.unit)) {
    return isNumber ? { ok: true, value } : no(`unit "${text}" is not ${wanted.unit}`);
  }
  // UCUM-LHC looks units up in plain objects, where "constructor" would be found.
  if (unit === "" || /\s/.test(unit) || unit in Object.prototype) {
    return no(unit === "" ? `no unit; expected ${wanted.unit}` : `unit "${text}" is not known`);
  }
  const { status, toVal } = ucumPackage.UcumLhcUtils.getInstance().convertUnitTo(
    unit,
    Number(value),
    wanted.unit,
    {
      ...(wanted.molecularWeight !== undefined && { molecularWeight: wanted.molecularWeight }),
      ...(wanted.charge !== undefined && { charge: wanted.charge }),
    },
  );
  const found = status === "succeeded" && toVal !== null && Number.isFinite(toVal);
  const decimal = found ? parseDecimal(toVal.toPrecision(15)) : undefined;
  if (decimal === undefined) return no(`unit "${text}" cannot be converted to ${wanted.unit}`);
  return { ok: true, value: formatDecimal(decimal) };
}
