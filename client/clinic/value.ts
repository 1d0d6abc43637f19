// The value of an Observation or of one of its components, as stored; or why it cannot be used.

import { z } from "zod";
import { type Decimal, parseDecimal } from "../../circuits/statement/decimal.ts";
import { encodeAnswer, questionOf } from "../../circuits/statement/dictionary.ts";
import { encodeQuantity, UNUSABLE } from "../../circuits/statement/fact.ts";
import { toCanonical } from "../../circuits/statement/units.ts";
import { codeableConcept, type Quantity, quantity } from "./datatypes.ts";
import type { KnownCoding } from "./draft.ts";

/** The value fields that Observation and its components share. */
export const valueFields = {
  valueQuantity: quantity.optional(),
  valueInteger: z.number().int().optional(),
  valueCodeableConcept: codeableConcept.optional(),
  valueBoolean: z.boolean().optional(),
  valueString: z.string().optional(),
  dataAbsentReason: codeableConcept.optional(),
  referenceRange: z
    .array(
      z.looseObject({
        low: quantity.optional(),
        high: quantity.optional(),
        type: codeableConcept.optional(),
      }),
    )
    .optional(),
};
const valued = z.looseObject(valueFields);
export type Valued = z.infer<typeof valued>;

export type ReadValue = { readonly value: bigint; readonly note?: string };

function unusable(note: string): ReadValue {
  return { value: UNUSABLE, note };
}

/** True when any value[x] or a reason for its absence is given. */
export function hasValue(input: Valued): boolean {
  return Object.keys(input).some((key) => /^value[A-Z]/.test(key)) || !!input.dataAbsentReason;
}

/** The stored value under one code. What cannot be compared becomes a tombstone, with the reason. */
export function readValue(input: Valued, coding: KnownCoding): ReadValue {
  if (input.dataAbsentReason !== undefined) return unusable("no result (dataAbsentReason)");
  if (coding.system !== "loinc") return unusable("only LOINC results have a unit to compare in");
  if (input.valueQuantity !== undefined) return readQuantity(input.valueQuantity, coding.code);
  if (input.valueInteger !== undefined) {
    return readQuantity({ value: input.valueInteger }, coding.code);
  }
  return readAnswer(input, coding.code);
}

function readAnswer(input: Valued, loinc: string): ReadValue {
  const concept = input.valueCodeableConcept;
  const codings = (concept?.coding ?? []).map(({ system, code }) => ({
    ...(system === undefined ? {} : { system }),
    ...(code === undefined ? {} : { code }),
  }));
  const given = concept ? codings : (input.valueBoolean ?? input.valueString);
  if (given === undefined) {
    return unusable(hasValue(input) ? "a type of value that cannot be compared" : "no result");
  }
  const text = concept?.text;
  const answer =
    encodeAnswer(loinc, given) ?? (text === undefined ? undefined : encodeAnswer(loinc, text));
  if (answer !== undefined) return { value: answer };
  return unusable(questionOf(loinc) ? "an answer the dictionary lacks" : "not in the dictionary");
}

function readQuantity(given: Quantity, loinc: string): ReadValue {
  const canonical = canonicalOf(given, loinc);
  if (!canonical.ok) return unusable(canonical.reason);
  const value = encodeQuantity(canonical.value);
  return value === undefined ? unusable("value out of the range a fact can hold") : { value };
}

/** The value in the code's canonical unit, as decimal text. */
function canonicalOf(given: Quantity, loinc: string): ReturnType<typeof toCanonical> {
  if (given.comparator !== undefined) return { ok: false, reason: "only a bound (comparator)" };
  if (given.value === undefined) return { ok: false, reason: "no number" };
  return toCanonical({ loinc, value: String(given.value), unit: unitText(given) });
}

/** The UCUM code where there is one, else the unit as printed. */
function unitText(given: Quantity): string {
  const ucum = given.system === undefined || given.system === "http://unitsofmeasure.org";
  return (ucum ? given.code : undefined) ?? given.unit ?? given.code ?? "";
}

export type Side = "high" | "low";

/**
 * The value as a multiple of the report's reference limit, in ten-thousandths. Unusable when the report gives no
 * limit, or several that differ: an older report with one must not pose as the newest.
 */
export function readMultiple(input: Valued, loinc: string, side: Side): ReadValue {
  const given = input.dataAbsentReason === undefined ? input.valueQuantity : undefined;
  if (given === undefined) return unusable("no quantity");
  const value = canonicalOf(given, loinc);
  if (!value.ok) return unusable(value.reason);
  const limits = new Set<string>();
  for (const range of input.referenceRange ?? []) {
    const limit = range[side];
    if (limit === undefined || !isNormalRange(range.type)) continue;
    const unitless = limit.code === undefined && limit.unit === undefined;
    const canonical = canonicalOf(unitless ? { ...given, value: limit.value } : limit, loinc);
    limits.add(canonical.ok ? canonical.value : "unreadable");
  }
  if (limits.size !== 1) return unusable(limits.size === 0 ? "no limit" : "several limits");
  const multiple = encodeMultiple(parseDecimal(value.value), parseDecimal([...limits][0]!));
  return multiple === undefined ? unusable("the limit is not usable") : { value: multiple };
}

/** Ranges say what they mean by `type`; only the normal one (also the default) is the report's limit. */
function isNormalRange(type: Valued["dataAbsentReason"]): boolean {
  return type === undefined || (type.coding ?? []).some(({ code }) => code === "normal");
}

/** value / limit rounded once to four decimals, half away from zero. */
function encodeMultiple(value?: Decimal, limit?: Decimal): bigint | undefined {
  if (!value || !limit || limit.digits <= 0n) return undefined;
  const numerator = value.digits * 10n ** BigInt(limit.places + 4);
  const denominator = limit.digits * 10n ** BigInt(value.places);
  const magnitude = numerator < 0n ? -numerator : numerator;
  const rounded = (2n * magnitude + denominator) / (2n * denominator);
  return encodeQuantity(`${numerator < 0n ? "-" : ""}${rounded}e-4`);
}
