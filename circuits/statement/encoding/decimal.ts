// Exact decimals, so that converting a unit does not round before the one rounding of
// encodeQuantity.

/** digits / 10^places, exactly. */
export type Decimal = { readonly digits: bigint; readonly places: number };

/** Longest mantissa and largest exponent accepted; far beyond any measurement. */
const MAX_DIGITS = 60;
const MAX_EXPONENT = 60;

/** Reads "-7.25" or "1.2e-3" (FHIR decimal). Undefined for anything else. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text.trim());
  if (!match) return undefined;
  const [, sign, whole, fraction = "", exponent = "0"] = match;
  const shift = Number(exponent);
  if (whole!.length + fraction.length > MAX_DIGITS || Math.abs(shift) > MAX_EXPONENT) {
    return undefined;
  }
  const magnitude = BigInt(whole! + fraction);
  const digits = sign === "-" ? -magnitude : magnitude;
  const places = fraction.length - shift;
  return places >= 0 ? { digits, places } : { digits: digits * 10n ** BigInt(-places), places: 0 };
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return { digits: a.digits * b.digits, places: a.places + b.places };
}

export function add(a: Decimal, b: Decimal): Decimal {
  const places = Math.max(a.places, b.places);
  const scaled = ({ digits, places: own }: Decimal) => digits * 10n ** BigInt(places - own);
  return { digits: scaled(a) + scaled(b), places };
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  return add(a, { digits: -b.digits, places: b.places });
}

/** a / b as decimal text, rounded once to so many places, half away from zero. Throws RangeError for b = 0. */
export function quotient(a: Decimal, b: Decimal, places: number): string {
  const numerator = a.digits * 10n ** BigInt(b.places + places);
  const denominator = b.digits * 10n ** BigInt(a.places);
  const negative = numerator < 0n !== denominator < 0n;
  const [n, d] = [numerator, denominator].map((x) => (x < 0n ? -x : x)) as [bigint, bigint];
  const rounded = (2n * n + d) / (2n * d);
  return formatDecimal({ digits: negative ? -rounded : rounded, places });
}

/** Plain decimal text, no exponent, no superfluous zeros. */
export function formatDecimal({ digits, places }: Decimal): string {
  const text = (digits < 0n ? -digits : digits).toString().padStart(places + 1, "0");
  const whole = text.slice(0, text.length - places);
  const fraction = text.slice(text.length - places).replace(/0+$/, "");
  return `${digits < 0n ? "-" : ""}${whole}${fraction && `.${fraction}`}`;
}
