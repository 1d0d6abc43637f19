// A fact: code (68 bits) | max day - day (17) | value (38), most significant first, so that sorting facts
// sorts by code and, within a code, newest first.
import { CODE_BITS } from "./code.ts";
import { DAY_BITS, ONGOING, toDay } from "./day.ts";
import { bitsOf, packBits } from "./field.ts";

export const VALUE_BITS = 38;
export const FACT_BITS = CODE_BITS + DAY_BITS + VALUE_BITS;
/** Reserved value of a tombstone: it blocks absence proofs and lies in no criterion's range. */
export const UNUSABLE = (1n << BigInt(VALUE_BITS)) - 1n;
export const MAX_VALUE = UNUSABLE - 1n;
/** Fills unused slots of the record's pages and sorts after every fact. */
export const SENTINEL = (1n << BigInt(FACT_BITS)) - 1n;
const MAX_CODE = (1n << BigInt(CODE_BITS)) - 1n;

/** Quantities are stored in ten-thousandths of the code's canonical UCUM unit ... */
const VALUE_SCALE = 10_000n;
/** ... with this offset, so that negative ones sort below zero: +-13,743,895.3471 can be stored. */
export const VALUE_OFFSET = 1n << 37n;
/**
 * Values of a fact without a measured value (a diagnosis, a drug, a procedure): how its day is meant. What happened on
 * a day that lies somewhere between two gives a fact on each.
 */
/** It was so no earlier than on this day: shows "within", never "at least ... ago". */
export const EARLIEST = 1n;
/** It was so on this very day. */
export const EXACT = 2n;
/** It was so no later than on this day: shows "at least ... ago", never "within". */
export const LATEST = 3n;
/** Added to the value of a start: the episode that began then still goes on. Written beside the plain start. */
export const STILL_ON = 10n;

export type Fact = {
  readonly code: bigint;
  /** Days since 1900-01-01, or ONGOING. */
  readonly day: number;
  /** Encoded value, or UNUSABLE. */
  readonly value: bigint;
};

/** Packs a fact into one number below 2^123. Throws RangeError for reserved or oversized parts. */
export function packFact({ code, day, value }: Fact): bigint {
  if (code <= 0n || code >= MAX_CODE) throw new RangeError("fact code is reserved or too wide");
  return packBits([
    { name: "value", value, bits: VALUE_BITS },
    { name: "day", value: BigInt(ONGOING - toDay(day)), bits: DAY_BITS },
    { name: "code", value: code, bits: CODE_BITS },
  ]);
}

/** The parts of a packed fact. */
export function unpackFact(packed: bigint): Fact {
  return {
    value: bitsOf(packed, 0, VALUE_BITS),
    day: ONGOING - Number(bitsOf(packed, VALUE_BITS, DAY_BITS)),
    code: bitsOf(packed, VALUE_BITS + DAY_BITS, CODE_BITS),
  };
}

/**
 * Fixed-point value of a decimal text such as "7.4987", rounded once, half away from zero.
 * Returns undefined when it cannot be stored: the caller writes a tombstone and says so.
 */
export function encodeQuantity(decimal: string): bigint | undefined {
  const match = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(decimal.trim());
  if (!match) return undefined;
  const [, sign, whole, fraction = "", exponent = "0"] = match;
  const digits = BigInt(whole! + fraction);
  const shift = 4 + Number(exponent) - fraction.length;
  if (shift > 60 || shift < -400) return undefined;
  const scaled =
    shift >= 0 ? digits * 10n ** BigInt(shift) : roundedQuotient(digits, 10n ** BigInt(-shift));
  const value = VALUE_OFFSET + (sign === "-" ? -scaled : scaled);
  return value >= 0n && value <= MAX_VALUE ? value : undefined;
}

function roundedQuotient(numerator: bigint, denominator: bigint): bigint {
  return (2n * numerator + denominator) / (2n * denominator);
}

/** The quantity behind an encoded value, as decimal text without trailing zeros. */
export function decodeQuantity(value: bigint): string {
  const scaled = value - VALUE_OFFSET;
  const magnitude = scaled < 0n ? -scaled : scaled;
  const fraction = (magnitude % VALUE_SCALE).toString().padStart(4, "0").replace(/0+$/, "");
  return `${scaled < 0n ? "-" : ""}${magnitude / VALUE_SCALE}${fraction && `.${fraction}`}`;
}
