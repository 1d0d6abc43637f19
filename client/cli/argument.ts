// Arguments as they are typed, checked at the edge; errors name the argument.
import { parseDay } from "../../circuits/statement/encoding/day.ts";
import { type Field, parseField } from "../../circuits/statement/encoding/field.ts";
import { Refusal, type RefusalCode } from "../../circuits/statement/refusal.ts";
import {
  PROTOCOL_NUMBER_RULE,
  suggestProtocolNumber,
} from "../../circuits/statement/trial/protocolNumber.ts";
import { isProtocolNumber } from "../../circuits/statement/trial/trial.ts";
import { InputError } from "./output.ts";

/** Fewer digits are too easily mistyped. */
const MIN_DIGITS = 6;

/** A whole number from `least`. Throws InputError naming the argument. */
export function wholeIn(text: string, name: string, least = 1): number {
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  throw new InputError(`${name} ${text}: must be a whole number from ${least}`);
}

/** A protocol number as the chain spells it. Throws InputError with the right spelling, where one is near. */
export function protocolIn(text: string): string {
  if (isProtocolNumber(text)) return text;
  const suggested = suggestProtocolNumber(text);
  const instead = suggested === undefined ? "" : `; did you mean ${suggested}?`;
  throw new InputError(`${JSON.stringify(text)}: ${PROTOCOL_NUMBER_RULE}${instead}`);
}

/** Days since 1900-01-01 of a date. Throws InputError naming the argument. */
export function dayIn(text: string, name: string): number {
  try {
    return parseDay(text);
  } catch {
    throw new InputError(`${name} ${text}: must be a calendar date, as YYYY-MM-DD`);
  }
}

/** A whole number of the field, such as an identity commitment. Throws InputError. */
export function numberIn(text: string, name: string): Field {
  try {
    return parseField(text);
  } catch {
    throw new InputError(`${name}: must be a decimal number of up to 77 digits, copied whole`);
  }
}

/**
 * The one of these numbers that is typed, whole or by its first digits (at least 6; dots at the end do not matter).
 * Throws the Refusal `none` when there is none, InputError when there are several.
 */
export function pickNumber(of: {
  text: string;
  name: string;
  among: readonly bigint[];
  none: RefusalCode;
}): bigint {
  const { text, name, among, none } = of;
  const digits = text.replace(/(\.{1,3}|…)$/, "");
  if (!/^\d+$/.test(digits))
    throw new InputError(`${name} ${text}: must be a number, or its first digits`);
  const whole = among.find((number) => number.toString() === digits);
  if (whole !== undefined) return whole;
  const found = [...new Set(among)].filter((number) => number.toString().startsWith(digits));
  if (found.length === 0) throw new Refusal(none);
  if (digits.length < MIN_DIGITS || found.length > 1) {
    throw new InputError(`${name} ${text}: ${found.length} begin with this; type more digits`);
  }
  return found[0]!;
}
